/// An exact decimal number of any length: NUMERIC and DECIMAL, as the database wrote it.
///
/// The scale is kept (`1.50` stays `1.50`), but equality is that of numbers: `1.50 == 1.5`.
public struct ODBCDecimal: Sendable, CustomStringConvertible, LosslessStringConvertible {
  /// `[-]digits[.digits]`: no exponent, no leading `+`, no superfluous leading zero, no negative zero.
  public let description: String

  /// Parses `[+-]digits[.digits][e[+-]digits]`.
  ///
  /// Returns `nil` for anything else, also for `NaN` and infinity, and for exponents beyond ±6144.
  public init?(_ text: String) {
    var text = text
    guard let canonical = text.withUTF8({ DecimalParser.canonical($0) }) else { return nil }
    self.description = canonical
  }

  /// The decimal of an integer.
  public init(_ integer: Int64) { self.description = String(integer) }

  /// `coefficient × 10^(−scale)`. A negative scale appends zeros.
  public init(coefficient: Int128, scale: Int) {
    let digits = String(coefficient.magnitude)
    let sign = coefficient < 0 ? "-" : ""
    if scale <= 0 {
      self.description = coefficient == 0 ? "0" : sign + digits + String(repeating: "0", count: -scale)
    } else {
      let padded = digits.count > scale ? digits : String(repeating: "0", count: scale + 1 - digits.count) + digits
      self.description = sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
  }

  /// Text that is canonical already.
  init(canonical: String) { self.description = canonical }

  /// The number of digits after the point.
  public var scale: Int {
    let utf8 = self.description.utf8
    guard let point = utf8.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
    return utf8.distance(from: point, to: utf8.endIndex) - 1
  }

  /// The number without its point; `nil` if it does not fit 128 bits (38 digits always fit).
  public var coefficient: Int128? { Int128(self.description.filter { $0 != "." }) }

  /// The number as a 64-bit integer; `nil` if it has a fraction other than zero or does not fit.
  public var integer: Int64? { Int64(self.normalized.description) }

  /// The same number without trailing zeros after the point.
  public var normalized: ODBCDecimal {
    guard self.description.utf8.contains(UInt8(ascii: ".")) else { return self }
    var text = Substring(self.description)
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return ODBCDecimal(canonical: String(text))
  }
}

extension ODBCDecimal: Hashable {
  /// Whether both are the same number, whatever their scales.
  public static func == (first: ODBCDecimal, second: ODBCDecimal) -> Bool {
    first.description == second.description || first.normalized.description == second.normalized.description
  }

  /// Hashes the number, not the scale.
  public func hash(into hasher: inout Hasher) { hasher.combine(self.normalized.description) }
}
