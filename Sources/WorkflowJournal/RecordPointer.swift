/// Where a committed record's body lies: 12 bytes that a state record can hold instead of the body.
///
/// A pointer stays valid for as long as its segment exists.
public struct RecordPointer: Hashable, Sendable {
  /// The index of the segment file.
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
