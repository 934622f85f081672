internal import ODBC

/// A generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var z = self.state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func decimal(maximumDigits: Int) -> ODBCDecimal {
    let count = Int.random(in: 1...maximumDigits, using: &self)
    var coefficient: Int128 = 0
    for _ in 0..<count { coefficient = coefficient * 10 + Int128(Int.random(in: 0...9, using: &self)) }
    if Bool.random(using: &self) { coefficient.negate() }
    return ODBCDecimal(coefficient: coefficient, scale: Int.random(in: 0...count, using: &self))
  }

  /// Text of 0 to `maximumLength` characters from all over Unicode, without NUL.
  mutating func text(maximumLength: Int) -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0x01...0x7F, 0x20...0x7E, 0x80...0x7FF, 0x600...0x6FF, 0x4E00...0x9FFF, 0xE000...0xFFFD, 0x1F300...0x1F6FF,
      0x10000...0x10FFFF,
    ]
    let count = Int.random(in: 0...maximumLength, using: &self)
    var text = String.UnicodeScalarView()
    while text.count < count {
      let range = ranges[Int.random(in: 0..<ranges.count, using: &self)]
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { text.append(scalar) }
    }
    return String(text)
  }

  mutating func timestamp(fractionDigits: Int) -> ODBCTimestamp? {
    var unit = 1
    for _ in fractionDigits..<9 { unit *= 10 }
    return ODBCTimestamp(
      year: Int.random(in: 1...9999, using: &self), month: Int.random(in: 1...12, using: &self),
      day: Int.random(in: 1...28, using: &self), hour: Int.random(in: 0...23, using: &self),
      minute: Int.random(in: 0...59, using: &self), second: Int.random(in: 0...59, using: &self),
      nanosecond: Int.random(in: 0..<(1_000_000_000 / unit), using: &self) * unit
    )
  }
}
