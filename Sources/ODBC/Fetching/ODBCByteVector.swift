/// Byte strings of a column, one after the other in one array: no allocation per value.
public struct ODBCByteVector: RandomAccessCollection, Sendable {
  /// All values, without anything between them.
  public private(set) var bytes: [UInt8] = []
  /// Where each value ends in ``bytes``; it starts where the one before ends.
  public private(set) var ends: [Int] = []

  init() {}

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of values.
  public var endIndex: Int { self.ends.count }

  /// The bytes of one value; empty for NULL.
  public subscript(position: Int) -> ArraySlice<UInt8> { self.bytes[self.range(position)] }

  /// One value as text.
  public func string(at position: Int) -> String { String(decoding: self[position], as: UTF8.self) }

  /// Where one value lies in ``bytes``.
  public func range(_ position: Int) -> Range<Int> { (position == 0 ? 0 : self.ends[position - 1])..<self.ends[position] }

  mutating func reserve(_ count: Int) { self.ends.reserveCapacity(count) }
  mutating func append(byte: UInt8) { self.bytes.append(byte) }
  mutating func append(_ bytes: some Collection<UInt8>) { self.bytes.append(contentsOf: bytes) }
  mutating func endValue() { self.ends.append(self.bytes.count) }
}
