/// Where a durable record's body lies: 12 bytes that a state record can hold instead of the body.
///
/// A pointer into a segment stays valid until the second install of a checkpoint that covers it; a pointer into a
/// checkpoint until the second install after that checkpoint's own.
public struct RecordPointer: Hashable, Sendable {
  /// The index of the segment file; with the highest bit set, the checkpoint file (``isCheckpoint``).
  public var segment: UInt32
  /// The byte offset of the record's body in the segment file.
  public var offset: UInt32
  /// The length of the body in bytes.
  public var length: UInt32

  /// A pointer with the given parts, as a ``Journal`` once gave them out.
  public init(segment: UInt32, offset: UInt32, length: UInt32) {
    self.segment = segment
    self.offset = offset
    self.length = length
  }
}

extension RecordPointer {
  private static let checkpointBit: UInt32 = 1 << 31
  private static let partBits: UInt32 = 12
  private static let numberMask: UInt32 = (1 << 19) - 1
  /// The most parts that a checkpoint can have.
  static let maximumPart: UInt32 = (1 << partBits) - 1

  /// Whether the record stands in a checkpoint. Else it stands in a segment.
  public var isCheckpoint: Bool { segment & Self.checkpointBit != 0 }

  /// What stands for part `part` of checkpoint `number` in ``segment``: that bit, the number's last 19 bits, and 12 bits
  /// of part. So pointers into the last two checkpoints, which alone exist at a time, differ.
  static func segment(ofCheckpoint number: UInt32, part: UInt32) -> UInt32 {
    checkpointBit | (number & numberMask) << partBits | part & maximumPart
  }

  /// The part of its checkpoint.
  var part: UInt32 { segment & Self.maximumPart }

  /// Whether the pointer can be one into checkpoint `number`.
  func isInto(checkpoint number: UInt32) -> Bool {
    number != 0 && isCheckpoint && (segment >> Self.partBits) & Self.numberMask == number & Self.numberMask
  }
}
