internal import Crypto
internal import FoundationEssentials

/// Makes temporary passwords and hashes passwords.
public struct Credentials: Sendable {
  /// How many characters a temporary password has.
  public static let passwordLength = 12
  /// Letters and digits that are not mistaken for each other.
  private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".utf8)

  private let key: SymmetricKey
  private let iterations: Int

  /// Creates credentials.
  ///
  /// - Parameters:
  ///   - secret: `ALGA_AUTH_KEY`.
  ///   - iterations: how often a password is hashed.
  public init(secret: String, iterations: Int = 20_000) {
    key = SymmetricKey(data: Data(secret.utf8))
    self.iterations = max(1, iterations)
  }

  /// The temporary password of a request: the same for every attempt of it, so that an attempt whose answer was lost
  /// leaves no user with a password that nobody knows.
  public func temporaryPassword(for requestKey: String) -> String {
    var characters: [UInt8] = []
    var block = 0
    while characters.count < Self.passwordLength {
      let bytes = HMAC<SHA256>.authenticationCode(for: Data("password/\(block)/\(requestKey)".utf8), using: key)
      // What is above the largest multiple of the alphabet's size would make its beginning likelier.
      let limit = 256 / Self.alphabet.count * Self.alphabet.count
      characters += bytes.filter { Int($0) < limit }.map { Self.alphabet[Int($0) % Self.alphabet.count] }
      block += 1
    }
    return String(decoding: characters.prefix(Self.passwordLength), as: UTF8.self)
  }

  /// A password as it is stored: PBKDF2 with HMAC-SHA256, `iterations$salt$hash`.
  ///
  /// - Parameter salt: anything that is different for each user.
  public func hash(_ password: String, salt: String) -> String {
    "\(iterations)$\(salt)$\(Credentials.derive(password, salt: salt, iterations: iterations))"
  }

  /// Whether a password is the one that was hashed.
  public static func verify(_ password: String, against stored: String) -> Bool {
    let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 3, let iterations = Int(parts[0]), (1...10_000_000).contains(iterations) else { return false }
    let derived = derive(password, salt: String(parts[1]), iterations: iterations)
    // All characters are compared, so that the time tells nothing.
    let difference = zip(derived.utf8, parts[2].utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    return difference == 0 && derived.utf8.count == parts[2].utf8.count
  }

  private static func derive(_ password: String, salt: String, iterations: Int) -> String {
    let key = SymmetricKey(data: Data(password.utf8))
    var block = Array(HMAC<SHA256>.authenticationCode(for: Data(salt.utf8) + Data([0, 0, 0, 1]), using: key))
    var result = block
    for _ in 1..<max(1, iterations) {
      block = Array(HMAC<SHA256>.authenticationCode(for: block, using: key))
      for index in result.indices { result[index] ^= block[index] }
    }
    return Data(result).base64EncodedString()
  }
}
