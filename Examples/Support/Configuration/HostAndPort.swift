/// A host and a TCP port, `host:port`.
public struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
  /// The host's name or address, without brackets.
  public let host: String
  /// The port, 0 to 65535; 0 lets the system choose when listening.
  public let port: Int

  /// Creates an address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
    self.init(host: String(host), port: port)
  }

  /// The address to bind: `localhost` is 127.0.0.1.
  public var bindHost: String { host.lowercased() == "localhost" ? "127.0.0.1" : host }

  /// `host:port`, IPv6 addresses in brackets.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
