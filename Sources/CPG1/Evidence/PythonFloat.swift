/// Prints floating-point numbers as Python does, because the original data hash is defined over that text.
enum PythonFloat {
  /// The shortest text that reads back as the same number, with an exponent below 10^-4 and from 10^16 on.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let (negative, digits, exponent) = parts("\(value)")
    let sign = negative ? "-" : ""
    if digits == "0" { return sign + "0.0" }
    if exponent < -4 || exponent >= 16 {
      let first = String(digits.prefix(1))
      let rest = String(digits.dropFirst())
      let magnitude = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return sign + first + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "-" : "+") + magnitude
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = exponent + 1
    if digits.count <= whole {
      return sign + digits + String(repeating: "0", count: whole - digits.count) + ".0"
    }
    return sign + String(digits.prefix(whole)) + "." + String(digits.dropFirst(whole))
  }

  /// Significant digits without zeros around them, and the decimal exponent of the first.
  private static func parts(_ text: String) -> (negative: Bool, digits: String, exponent: Int) {
    var mantissa = text
    var exponent = 0
    if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      mantissa = String(text[..<mark])
    }
    let negative = mantissa.hasPrefix("-")
    if negative { mantissa.removeFirst() }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(pieces.first ?? "0")
    var digits = whole + (pieces.count > 1 ? String(pieces[1]) : "")
    exponent += whole.count - 1
    while digits.count > 1, digits.hasPrefix("0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return (negative, digits, digits == "0" ? 0 : exponent)
  }
}
