/// A host and a TCP port, `host:port`; an IPv6 address stands in brackets.
public struct ServiceAddress: Sendable, Hashable, CustomStringConvertible {
  /// The host's name or address, without brackets.
  public let host: String
  /// The port, 0 to 65535; 0 lets the system choose when listening.
  public let port: Int

  /// Where a front door is by default.
  public static let standard = ServiceAddress(host: "localhost", port: 7233)

  /// Creates an address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`.
  ///
  /// - Parameter name: the variable or option that holds the text, named in the error.
  /// - Throws: ``CPG1Error/Code/configuration``.
  public init(_ text: String, name: String) throws {
    let problem = CPG1Error(
      .configuration,
      "\(name) is '\(text)', which is not host:port; write for example localhost:7233"
    )
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { throw problem }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw problem
    }
    guard !host.isEmpty, !host.contains(where: \.isWhitespace), !host.contains("/") else { throw problem }
    self.init(host: String(host), port: port)
  }

  /// The address to bind: `localhost` is 127.0.0.1.
  public var bindHost: String { host.lowercased() == "localhost" ? "127.0.0.1" : host }

  /// `host:port`, IPv6 addresses in brackets.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
