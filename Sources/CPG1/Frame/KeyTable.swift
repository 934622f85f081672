/// Gives every distinct text a small number, so that rows of several tables can be compared without comparing text.
///
/// Texts are the same when `String` says so, whatever their Unicode normalisation. Short ones in ASCII, which nearly
/// all are, have one form only and are found without a string being made of them.
struct KeyTable {
  private var short = ShortTextIndex()
  private var others: [String: Int32] = [:]
  private var otherNames: [Int32: String] = [:]
  /// Whether one of `others` is, for `String`, the same as a short text.
  private var othersReachShort = false

  /// The number of a text, a new one when it has none yet.
  mutating func code(_ name: String) -> Int32 {
    if let text = Self.short(name) { return code(text) }
    if let code = existingCode(other: name) { return code }
    if Self.shortTwin(name) != nil { othersReachShort = true }
    let code = short.skip()
    others[name] = code
    otherNames[code] = name
    return code
  }

  /// The number of a text that has one.
  func existingCode(_ name: String) -> Int32? {
    Self.short(name).map(existingCode) ?? existingCode(other: name)
  }

  /// The number of a short text, a new one when it has none yet.
  mutating func code(_ text: ShortText) -> Int32 {
    if othersReachShort, let code = existingCode(text) { return code }
    return short.code(of: text)
  }

  /// The number of a short text that has one.
  func existingCode(_ text: ShortText) -> Int32? {
    let code = short.existingCode(of: text)
    if code >= 0 { return code }
    return othersReachShort ? others[text.string] : nil
  }

  /// The text of a number.
  func name(_ code: Int32) -> String { otherNames[code] ?? short[code].string }

  private func existingCode(other name: String) -> Int32? {
    others[name] ?? Self.shortTwin(name).flatMap(existingCode)
  }

  private static func short(_ name: String) -> ShortText? {
    var name = name
    return name.withUTF8 { ShortText($0.span) }
  }

  /// The short text that `String` takes for the same: three characters beyond ASCII are the same as one of it.
  private static func shortTwin(_ name: String) -> ShortText? {
    let same: [Unicode.Scalar: Unicode.Scalar] = ["\u{212A}": "K", "\u{37E}": ";", "\u{1FEF}": "`"]
    guard name.unicodeScalars.contains(where: { same[$0] != nil }) else { return nil }
    return short(String(String.UnicodeScalarView(name.unicodeScalars.map { same[$0] ?? $0 })))
  }
}

/// A company and an identifier as one value; nil parts never match anything.
struct CompanyKey: Hashable {
  let company: Int32
  let id: Int32
}
