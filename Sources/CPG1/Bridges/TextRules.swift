/// The text rules that all bridges share: what counts as blank, and when two texts mean the same.
enum TextRules {
  /// The text without blanks around it, no-break spaces included; nil when nothing remains.
  static func trimmed(_ text: String) -> String? {
    // Visible ASCII at both ends: nothing to trim. The general case asks for Unicode properties, which is slow.
    if let first = text.utf8.first, let last = text.utf8.last, first > 32, first < 127, last > 32, last < 127 {
      return text
    }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return nil }
    return String(scalars[first...last])
  }

  /// An identifier: trimmed, upper case, and `123.0` as `123`; nil when blank.
  static func identifier(_ text: String) -> String? {
    trimmed(text).map { withoutZeroFraction($0).uppercased() }
  }

  /// As ``identifier(_:)``, for text that needs no more than upper case; nil for all other, which that one reads.
  static func plainIdentifier(_ bytes: Span<UInt8>) -> ShortText? {
    guard let text = ShortText(bytes), text.count > 0, !text.contains(UInt8(ascii: ".")),
      text[0] > 32, text[text.count - 1] > 32
    else { return nil }
    return text.uppercased
  }

  /// A ledger account: trimmed, without `.0`; nil when blank.
  static func account(_ text: String) -> String? {
    trimmed(text).map(withoutZeroFraction)
  }

  /// An enumeration value: lower case without any blank or underscore; nil when blank.
  static func enumeration(_ text: String) -> String? {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar != "_" && !scalar.properties.isWhitespace { kept.append(scalar) }
    return kept.isEmpty ? nil : String(kept).lowercased()
  }

  /// `123.0` and `123.00` as `123`; everything else as it is.
  static func withoutZeroFraction(_ text: String) -> String {
    guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return text }
    let whole = text.utf8[..<point]
    let fraction = text.utf8[text.utf8.index(after: point)...]
    guard !whole.isEmpty, !fraction.isEmpty, whole.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      fraction.allSatisfy({ $0 == 48 })
    else { return text }
    return String(text[..<point])
  }

  /// An amount as people type it: thousands commas and blanks are dropped; nil when no number remains.
  static func amount(_ text: String) -> ExactDecimal? {
    if let plain = ExactDecimal(text) { return plain }
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar != "," && !scalar.properties.isWhitespace { kept.append(scalar) }
    return ExactDecimal(String(kept))
  }
}
