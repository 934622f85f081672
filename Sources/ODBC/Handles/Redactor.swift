/// Removes secrets from texts of other origin.
struct Redactor: Sendable {
  private let secrets: [[UInt8]]

  /// Longer secrets are replaced first, so that one that contains another does not leave a rest.
  init(secrets: [String]) {
    self.secrets = Set(secrets.filter { !$0.isEmpty }).map { Array($0.utf8) }.sorted { $0.count > $1.count }
  }

  /// The text with every secret replaced by `***`.
  func redact(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in self.secrets { bytes = Self.replace(secret, in: bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func replace(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= secret.count else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: secret) {
        result.append(contentsOf: "***".utf8)
        index += secret.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }
}
