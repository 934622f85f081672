/// One batch of a journal.
public struct JournalBatch: Hashable, Sendable {
  /// What a batch is there for. More kinds may be added.
  public struct Kind: Hashable, Sendable, CustomStringConvertible {
    let kind: BatchHeader.Kind

    /// A batch with records.
    public static let data = Kind(kind: .data)
    /// A batch without records, written after a pause: everything before it is durable.
    public static let watermark = Kind(kind: .watermark)
    /// A batch without records, written by a clean close, and at the end of a checkpoint.
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
  /// The file that it stands in, as ``RecordPointer/segment`` names it.
  public var segment: UInt32
  /// The number of its checkpoint; 0 when it stands in a segment.
  public var checkpoint: UInt32
  /// Where it begins in its file.
  public var offset: Int
  /// Its sequence number, from 1. A checkpoint numbers its batches and records itself.
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
  init(_ header: BatchHeader, segment: UInt32, checkpoint: UInt32, offset: Int) {
    kind = Kind(kind: header.kind)
    self.checkpoint = checkpoint
    self.segment = segment
    self.offset = offset
    sequence = header.sequence
    firstRecord = header.firstRecord
    records = Int(header.count)
    length = Int(header.length)
    epoch = header.epoch
  }
}
