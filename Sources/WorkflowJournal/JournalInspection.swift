/// What reading a journal without opening it found (``Journal/verify(directory:fileSystem:)``).
public struct JournalInspection: Sendable {
  /// The journal's identifier, or `nil` when neither manifest nor segment states one.
  public var identifier: JournalIdentifier?
  /// The highest epoch seen.
  public var epoch: UInt32 = 0
  /// The number of the installed checkpoint, 0 when there is none.
  public var checkpoint: UInt32 = 0
  /// The size of its files in bytes.
  public var checkpointBytes = 0
  /// How many of the records came from it.
  public var checkpointRecords = 0
  /// Whether an open went on from what a follower had read from the checkpoint before the installed one on.
  var beganAtPreviousCheckpoint = false
  /// The journal's own head at the checkpoint's cut: the batches up to there are not in segments any more.
  public var checkpointCut: JournalHead?
  /// How many segment files there are, those that the checkpoint covers not included.
  public var segments = 0
  /// How many valid batches were read in segments, those without records included.
  public var batches = 0
  /// How many records were read.
  public var records = 0
  /// How many bytes these batches have, padding included.
  public var bytes = 0
  /// The sequence number of the last batch, 0 when there is none.
  public var lastBatchSequence: UInt64 = 0
  /// The hash of the last batch, if every batch up to it was valid.
  public var chainHead: ChainHash?
  /// The last batch with its hash, if every batch up to it was valid.
  public var head: JournalHead?
  /// Whether the last batch is the seal of a clean close.
  public var wasClosedCleanly = false
  /// Bytes of an unfinished write behind the last valid batch.
  public var tornTail: JournalTornTail?
  /// The numbers of the keys with which files are encrypted.
  public var keys: Set<UInt32> = []
  /// Damage to data that was acknowledged, in the order of the files. Opening the journal would refuse the first.
  public var damage: [JournalError] = []
  /// Damage that cost no record.
  public var warnings: [JournalError] = []
}
