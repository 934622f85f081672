/// What opening a journal found.
public struct JournalOpenReport: Sendable {
  /// The journal's identifier.
  public var identifier: JournalIdentifier
  /// The number of this open. It is larger than that of every open before.
  public var epoch: UInt32
  /// Whether the journal was created by this open.
  public var isNew = false
  /// The number of the installed checkpoint, 0 when there is none.
  public var checkpoint: UInt32 = 0
  /// The size of its files in bytes.
  public var checkpointBytes = 0
  /// How many of the records came from it.
  public var checkpointRecords = 0
  /// Whether what was visited began at the checkpoint before the installed one: whoever followed the journal had read
  /// that one. Its files stay until the next install; what the installed one has left out was visited as well.
  public var beganAtPreviousCheckpoint = false
  /// How many segment files there are, those that the checkpoint covers not included.
  public var segments = 0
  /// How many batches were read in segments, those without records (watermarks and seals) included.
  public var batches = 0
  /// How many records were read.
  public var records = 0
  /// How many bytes these batches have, padding included.
  public var bytes = 0
  /// The sequence number of the last batch, 0 when there is none.
  public var lastBatchSequence: UInt64 = 0
  /// The hash of the last batch.
  public var chainHead: ChainHash
  /// Whether the last owner closed the journal. If not, it was killed, or the machine stopped.
  public var wasClosedCleanly = false
  /// The bytes of an unfinished write behind the last valid batch, if there were any.
  public var tornTail: JournalTornTail?
  /// Damage that cost no record: unused bytes that are not zero, or a manifest that had to be restored. Each is a sign
  /// that the device is failing.
  public var warnings: [JournalError] = []
  /// The kind of file system. When it is not durable, for example tmpfs, a restart of the machine loses the journal.
  public var fileSystem: FileSystemKind
}

/// Bytes behind the last valid batch of a journal that are not a batch.
///
/// They are what remained of a write when the process or machine stopped. It had not been acknowledged, with one
/// exception: damage by the device to the very last batch before an unclean stop looks the same.
public struct JournalTornTail: Hashable, Sendable {
  /// The segment file they were found in.
  public var file: String
  /// Where they begin in it.
  public var offset: Int
  /// How many bytes there are, up to the last that is not zero.
  public var length: Int
  /// The file with a copy of them; `nil` when the journal was only read.
  public var copy: String?
}
