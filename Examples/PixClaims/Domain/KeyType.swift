/// The kinds of PIX keys and their formats.
public enum KeyType: String, Codable, CaseIterable, Hashable, Sendable {
  /// A person's tax number: 11 digits.
  case cpf = "CPF"
  /// A company's tax number: 14 digits.
  case cnpj = "CNPJ"
  /// An e-mail address.
  case email = "EMAIL"
  /// A Brazilian phone number: +55 and 10 or 11 digits.
  case phone = "PHONE"
  /// A random key: a UUID.
  case evp = "EVP"

  /// Whether the key has the format of this kind.
  public func accepts(_ key: String) -> Bool {
    switch self {
    case .cpf: key.count == 11 && KeyType.isDigits(key[...])
    case .cnpj: key.count == 14 && KeyType.isDigits(key[...])
    case .phone:
      key.hasPrefix("+55") && (10...11).contains(key.dropFirst(3).count) && KeyType.isDigits(key.dropFirst(3))
    case .email: KeyType.isEmail(key)
    case .evp: KeyType.isUUID(key)
    }
  }

  /// The kind whose format the key has, or `nil`.
  public static func of(_ key: String) -> KeyType? { allCases.first { $0.accepts(key) } }

  /// - Throws: ``PixError`` that tells the expected format.
  public func check(_ key: String) throws {
    if accepts(key) { return }
    let format =
      switch self {
      case .cpf: "11 digits"
      case .cnpj: "14 digits"
      case .email: "name@domain, at most 77 characters"
      case .phone: "+55 and 10 or 11 digits"
      case .evp: "a UUID"
      }
    throw PixError(.validation, "key '\(key)' is no \(rawValue); write \(format)")
  }

  private static func isDigits(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard text.utf8.count <= 77, parts.count == 2, !parts[0].isEmpty else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func isUUID(_ text: String) -> Bool {
    let lengths = text.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
    return lengths == [8, 4, 4, 4, 12] && text.allSatisfy { $0 == "-" || ($0.isASCII && $0.isHexDigit) }
  }
}
