extension ExactDecimal {
  /// The exact sum. Throws ``CPG1Error/Code/arithmeticOverflow`` beyond 38 digits.
  public func adding(_ other: ExactDecimal) throws -> ExactDecimal {
    let scale = max(scale, other.scale)
    let (left, right) = (try rescaled(to: scale), try other.rescaled(to: scale))
    let (sum, overflow) = left.addingReportingOverflow(right)
    if overflow { throw Self.overflow("\(self) + \(other)") }
    return ExactDecimal(coefficient: sum, scale: scale)
  }

  /// The exact difference. Throws ``CPG1Error/Code/arithmeticOverflow`` beyond 38 digits.
  public func subtracting(_ other: ExactDecimal) throws -> ExactDecimal {
    try adding(other.negated)
  }

  /// The same number with the other sign.
  public var negated: ExactDecimal { ExactDecimal(coefficient: -coefficient, scale: scale) }
  /// The absolute value.
  public var magnitude: ExactDecimal { isNegative ? negated : self }

  /// The coefficient at another, not smaller scale.
  func rescaled(to target: Int) throws -> Int128 {
    if target == scale { return coefficient }
    if target > scale {
      let (value, overflow) = coefficient.multipliedReportingOverflow(by: PowersOfTen.int128[target - scale])
      if overflow { throw Self.overflow("\(self) at \(target) decimal places") }
      return value
    }
    let divisor = PowersOfTen.int128[scale - target]
    guard coefficient % divisor == 0 else { throw Self.overflow("\(self) at \(target) decimal places") }
    return coefficient / divisor
  }

  static func overflow(_ what: String) -> CPG1Error {
    CPG1Error(.arithmeticOverflow, "\(what) does not fit into 38 digits; check the source for an absurd amount")
  }
}

/// A sum of quotients, rounded only once, at the end.
///
/// Each quotient is kept as its floor with 36 decimal places and a mark that something was cut off. The rounding
/// half to even of ``rounded(places:)`` therefore is that of the exact sum, unless the sum lies within 10^-30 of a tie.
struct QuotientSum {
  private static let places = 36
  private var whole: Int128 = 0
  private var fraction: UInt128 = 0
  private var truncated = false

  /// Adds `dividend / divisor`; the divisor must be positive.
  mutating func add(_ dividend: ExactDecimal, dividedBy divisor: ExactDecimal) throws {
    var numerator = dividend.normalized.coefficient
    var denominator = divisor.normalized.coefficient
    let shift = divisor.normalized.scale - dividend.normalized.scale
    let factor = PowersOfTen.int128[abs(shift)]
    let scaled =
      shift >= 0
      ? numerator.multipliedReportingOverflow(by: factor) : denominator.multipliedReportingOverflow(by: factor)
    guard denominator > 0, !scaled.overflow else { throw ExactDecimal.overflow("\(dividend) / \(divisor)") }
    if shift >= 0 { numerator = scaled.partialValue } else { denominator = scaled.partialValue }
    guard denominator < PowersOfTen.int128[37] else { throw ExactDecimal.overflow("\(dividend) / \(divisor)") }

    var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    if remainder < 0 {
      quotient -= 1
      remainder += denominator
    }
    var digits: UInt128 = 0
    for _ in 0..<Self.places {
      let (digit, rest) = (remainder * 10).quotientAndRemainder(dividingBy: denominator)
      digits = digits * 10 + UInt128(digit)
      remainder = rest
    }
    if remainder != 0 { truncated = true }
    fraction += digits
    let one = UInt128(PowersOfTen.int128[Self.places])
    if fraction >= one {
      fraction -= one
      quotient += 1
    }
    let (sum, overflow) = whole.addingReportingOverflow(quotient)
    if overflow { throw ExactDecimal.overflow("a sum of converted amounts") }
    whole = sum
  }

  /// Adds another sum.
  mutating func add(_ other: QuotientSum) throws {
    try addParts(whole: other.whole, fraction: other.fraction, truncated: other.truncated)
  }

  /// Subtracts another sum.
  mutating func subtract(_ other: QuotientSum) throws {
    let one = UInt128(PowersOfTen.int128[Self.places])
    // -(w + f) as a floor and a non-negative fraction; a cut-off part of the other makes the true value lower,
    // so one unit is borrowed to keep "floor plus something" true.
    var units = other.fraction
    if other.truncated { units += 1 }
    if units == 0 {
      try addParts(whole: -other.whole, fraction: 0, truncated: false)
    } else {
      try addParts(whole: -other.whole - 1, fraction: one - units, truncated: other.truncated)
    }
  }

  private mutating func addParts(whole otherWhole: Int128, fraction otherFraction: UInt128, truncated cut: Bool) throws
  {
    let one = UInt128(PowersOfTen.int128[Self.places])
    fraction += otherFraction
    var carry: Int128 = 0
    if fraction >= one {
      fraction -= one
      carry = 1
    }
    let (sum, overflow) = whole.addingReportingOverflow(otherWhole + carry)
    if overflow { throw ExactDecimal.overflow("a sum of converted amounts") }
    whole = sum
    truncated = truncated || cut
  }

  /// The sum rounded half to even.
  func rounded(places: Int) throws -> ExactDecimal {
    let unit = UInt128(PowersOfTen.int128[Self.places - places])
    let half = unit / 2
    let (kept, rest) = fraction.quotientAndRemainder(dividingBy: unit)
    let (shifted, overflow) = whole.multipliedReportingOverflow(by: PowersOfTen.int128[places])
    if overflow { throw ExactDecimal.overflow("a converted amount of \(whole)") }
    var coefficient = shifted + Int128(kept)
    if rest > half || (rest == half && (truncated || coefficient % 2 != 0)) { coefficient += 1 }
    return ExactDecimal(coefficient: coefficient, scale: places)
  }
}
