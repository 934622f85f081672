/// A batch that is durable.
public struct CommittedBatch: Sendable {
  /// The batch's sequence number, from 1; 0 when nothing was pending.
  public let sequence: UInt64
  /// The sequence number of its first record, counted over the whole journal from 0.
  public let firstRecord: UInt64
  /// The index of its segment.
  public let segment: UInt32
  private let base: Int
  private let bodies: [RecordBody]

  /// Where a body lies in its batch.
  struct RecordBody: Sendable {
    var offset: UInt32
    var length: UInt32
  }

  init(sequence: UInt64, firstRecord: UInt64, segment: UInt32, base: Int, bodies: [RecordBody]) {
    self.sequence = sequence
    self.firstRecord = firstRecord
    self.segment = segment
    self.base = base
    self.bodies = bodies
  }

  /// The number of records.
  public var count: Int { bodies.count }

  /// Whether nothing was pending, so that nothing was written.
  public var isEmpty: Bool { bodies.isEmpty }

  /// Where the record lies that ``Journal/append(type:body:)-([UInt8],_)`` gave this index.
  public func pointer(at index: Int) -> RecordPointer {
    let body = bodies[index]
    return RecordPointer(segment: segment, offset: UInt32(base) + body.offset, length: body.length)
  }
}
