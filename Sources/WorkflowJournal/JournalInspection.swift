/// What reading a journal without opening it found (``Journal/read(directory:fileSystem:visitBatch:visit:)``).
public struct JournalInspection: Sendable {
  /// The journal's identifier, or `nil` when neither manifest nor segment states one.
  public var identifier: JournalIdentifier?
  /// The highest epoch seen.
  public var epoch: UInt32 = 0
  /// How many segment files there are.
  public var segments = 0
  /// How many valid batches were read, those without records included.
  public var batches = 0
  /// How many records were read.
  public var records = 0
  /// How many bytes the batches have, padding included.
  public var bytes = 0
  /// The sequence number of the last batch, 0 when there is none.
  public var lastBatchSequence: UInt64 = 0
  /// The hash of the last batch, if every batch up to it was valid.
  public var chainHead: ChainHash?
  /// Whether the last batch is the seal of a clean close.
  public var wasClosedCleanly = false
  /// Bytes of an unfinished write behind the last valid batch.
  public var tornTail: JournalTornTail?
  /// Damage to data that was acknowledged, in the order of the files. Opening the journal would refuse the first.
  public var damage: [JournalError] = []
  /// Damage that cost no record.
  public var warnings: [JournalError] = []
}

/// One batch of a journal.
public struct JournalBatch: Hashable, Sendable {
  /// What a batch is there for. More kinds may be added.
  public struct Kind: Hashable, Sendable, CustomStringConvertible {
    let kind: BatchHeader.Kind

    /// A batch with records.
    public static let data = Kind(kind: .data)
    /// A batch without records, written after a pause: everything before it is durable.
    public static let watermark = Kind(kind: .watermark)
    /// A batch without records, written by a clean close.
    public static let seal = Kind(kind: .seal)

    /// The kind's name.
    public var description: String {
      switch kind {
      case .data: "data"
      case .watermark: "watermark"
      case .seal: "seal"
      }
    }
  }

  /// What the batch is there for.
  public var kind: Kind
  /// The index of its segment.
  public var segment: UInt32
  /// Where it begins in the segment file.
  public var offset: Int
  /// Its sequence number, from 1.
  public var sequence: UInt64
  /// The sequence number of its first record, from 0.
  public var firstRecord: UInt64
  /// The number of records.
  public var records: Int
  /// The length of the records in bytes.
  public var length: Int
  /// The epoch of the open that wrote it.
  public var epoch: UInt32
}

extension JournalBatch {
  init(_ header: BatchHeader, segment: UInt32, offset: Int) {
    kind = Kind(kind: header.kind)
    self.segment = segment
    self.offset = offset
    sequence = header.sequence
    firstRecord = header.firstRecord
    records = Int(header.count)
    length = Int(header.length)
    epoch = header.epoch
  }
}
