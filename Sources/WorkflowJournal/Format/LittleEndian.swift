// Fixed-width integers in files are little-endian and unaligned.

extension Array where Element == UInt8 {
  /// Overwrites the bytes at `offset` with `value`.
  mutating func store<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Value>.size)
    withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self) }
  }
}

extension Span<UInt8> {
  /// The integer at `offset`. The caller has checked that the bytes are there; a wrong offset stops the process
  /// instead of reading past the end.
  func load<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
    Value(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}

extension Array where Element == UInt8 {
  /// A copy of `bytes`.
  public init(copying bytes: Span<UInt8>) {
    self = bytes.withUnsafeBufferPointer { [UInt8]($0) }
  }
}

private let zeroBlock = [UInt8](repeating: 0, count: 4096)

extension Array where Element == UInt8 {
  /// Appends `count` zeros, by copying blocks of them: the generic ways are slow in debug builds.
  mutating func appendZeros(_ count: Int) {
    var rest = count
    while rest > 0 {
      let step = Swift.min(rest, zeroBlock.count)
      zeroBlock.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[..<step])) }
      rest -= step
    }
  }
}
