/// The lexical rules of Prometheus' text format 0.0.4.
enum PrometheusText {
  /// The format's media type.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// A metric's name: letters, digits, `_` and `:`, not beginning with a digit.
  static func metricName(_ name: String) -> String { sanitized(name, allowingColon: true) }

  /// A label's name: letters, digits and `_`, not beginning with a digit. `le` is the name of the bucket's bound.
  static func labelName(_ name: String) -> String {
    let name = sanitized(name, allowingColon: false)
    return name == "le" ? "exported_le" : name
  }

  private static func sanitized(_ name: String, allowingColon: Bool) -> String {
    var text = ""
    for character in name.unicodeScalars {
      switch character {
      case "a"..."z", "A"..."Z", "_": text.unicodeScalars.append(character)
      case "0"..."9":
        if text.isEmpty { text = "_" }
        text.unicodeScalars.append(character)
      case ":" where allowingColon: text.unicodeScalars.append(character)
      default: text += "_"
      }
    }
    return text.isEmpty ? "_" : text
  }

  /// A label's value between quotes.
  static func escapedLabel(_ value: String) -> String {
    escaped(value, quotes: true)
  }

  /// The text of a `# HELP` line.
  static func escapedHelp(_ text: String) -> String {
    escaped(text, quotes: false)
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A number as Go writes it: whole numbers without a fraction, `+Inf`, `-Inf`, `NaN`.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let integer = Int64(exactly: value), abs(integer) < 1 << 53 { return String(integer) }
    return "\(value)"
  }
}
