/// Gives every distinct text a small number, so that rows of several tables can be compared without comparing text.
struct KeyTable {
  private(set) var names: [String] = []
  private var codes: [String: Int32] = [:]

  /// The number of a text, a new one when it has none yet.
  mutating func code(_ name: String) -> Int32 {
    if let code = codes[name] { return code }
    let code = Int32(names.count)
    names.append(name)
    codes[name] = code
    return code
  }

  /// The number of a text that has one.
  func existingCode(_ name: String) -> Int32? { codes[name] }

  /// The text of a number.
  func name(_ code: Int32) -> String { names[Int(code)] }
}

/// A company and an identifier as one value; nil parts never match anything.
struct CompanyKey: Hashable {
  let company: Int32
  let id: Int32
}
