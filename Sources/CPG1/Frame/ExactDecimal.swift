/// An exact decimal number: `coefficient × 10^-scale`, up to 38 digits. Money is held in this type only.
///
/// Two values are equal when they are the same number: `1.50 == 1.5`.
public struct ExactDecimal: Sendable {
  /// The digits with their sign.
  public let coefficient: Int128
  /// How many of the digits stand behind the decimal point, 0 to 38.
  public let scale: Int

  /// The largest scale.
  public static let maximumScale = 38
  /// Zero.
  public static let zero = ExactDecimal(coefficient: 0, scale: 0)

  init(coefficient: Int128, scale: Int) {
    self.coefficient = coefficient
    self.scale = scale
  }

  /// An integral value.
  public init(_ value: Int) {
    self.init(coefficient: Int128(value), scale: 0)
  }

  /// Whether the number is zero.
  public var isZero: Bool { coefficient == 0 }
  /// Whether the number is below zero.
  public var isNegative: Bool { coefficient < 0 }

  /// The same number without trailing zeros behind the point.
  public var normalized: ExactDecimal {
    if scale == 0 || coefficient == 0 { return ExactDecimal(coefficient: coefficient, scale: 0) }
    if var small = Int64(exactly: coefficient) {
      var scale = scale
      while scale > 0, small % 10 == 0 {
        small /= 10
        scale -= 1
      }
      return ExactDecimal(coefficient: Int128(small), scale: scale)
    }
    var coefficient = coefficient
    var scale = scale
    while scale > 0, coefficient % 10 == 0 {
      coefficient /= 10
      scale -= 1
    }
    return ExactDecimal(coefficient: coefficient, scale: scale)
  }

  /// The nearest binary floating-point number.
  public var doubleValue: Double {
    // Both operands are exact here, so the one division rounds correctly.
    if coefficient.magnitude < 1 << 53, scale <= 22 {
      return Double(Int64(coefficient)) / Double(PowersOfTen.int128[scale])
    }
    return Double(description) ?? 0
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain text: no exponent, no trailing zeros, no negative zero.
  public var description: String {
    var text: [UInt8] = []
    CellText.append(self, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

extension ExactDecimal: Hashable, Comparable {
  public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.coefficient == right.coefficient }
    let left = left.normalized
    let right = right.normalized
    return left.scale == right.scale && left.coefficient == right.coefficient
  }

  public func hash(into hasher: inout Hasher) {
    let value = normalized
    hasher.combine(value.coefficient)
    hasher.combine(value.scale)
  }

  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.coefficient < right.coefficient }
    if (left.coefficient < 0) != (right.coefficient < 0) { return left.coefficient < 0 }
    // Same sign: compare integral parts, then the fractions on a common scale (below 10^38, so they fit).
    let leftUnit = PowersOfTen.int128[left.scale]
    let rightUnit = PowersOfTen.int128[right.scale]
    let leftWhole = left.coefficient / leftUnit
    let rightWhole = right.coefficient / rightUnit
    if leftWhole != rightWhole { return leftWhole < rightWhole }
    let scale = max(left.scale, right.scale)
    let leftPart = (left.coefficient % leftUnit) * PowersOfTen.int128[scale - left.scale]
    let rightPart = (right.coefficient % rightUnit) * PowersOfTen.int128[scale - right.scale]
    return leftPart < rightPart
  }
}

extension ExactDecimal: Codable {
  /// Encoded as its plain text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = ExactDecimal(text) else {
      throw CPG1Error(.invalidData, "'\(text)' is not a decimal number; write it as plain digits such as -12.50")
    }
    self = value
  }
}

/// 10^0 to 10^38.
enum PowersOfTen {
  static let int128: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<ExactDecimal.maximumScale { powers.append((powers.last ?? 1) * 10) }
    return powers
  }()
}
