internal import FoundationEssentials

/// Reads environment variables and collects what is wrong with them, so that all of it can be said at once.
struct EnvironmentReader {
  private let variables: [String: String]
  private(set) var problems: [String] = []

  init(_ variables: [String: String]) { self.variables = variables }

  mutating func report(_ problem: String) { problems.append(problem) }

  /// The value of a variable without blanks around it; `nil` if it is absent or blank.
  func text(_ name: String) -> String? {
    guard let value = variables[name] else { return nil }
    var rest = value[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest.isEmpty ? nil : String(rest)
  }

  /// The value of a variable, or the contents of the file that `NAME_FILE` names. Blanks inside count.
  mutating func secret(_ name: String) -> String? {
    if let value = variables[name], !value.isEmpty { return value }
    guard let path = text("\(name)_FILE") else { return nil }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      report("\(name)_FILE is '\(path)', which cannot be read; correct the path or its permissions")
      return nil
    }
    var value = String(decoding: data, as: UTF8.self)
    if value.last?.isNewline == true { value.removeLast() }
    if value.isEmpty { report("\(name)_FILE is '\(path)', which is empty") }
    return value.isEmpty ? nil : value
  }

  mutating func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = text(name) else { return standard }
    if let number = Int(text), range.contains(number) { return number }
    report("\(name) is '\(text)'; write a whole number from \(range.lowerBound) to \(range.upperBound)")
    return standard
  }

  mutating func choice(_ name: String, default standard: String, among values: [String]) -> String {
    guard let text = text(name) else { return standard }
    if values.contains(text.lowercased()) { return text.lowercased() }
    report("\(name) is '\(text)'; write one of \(values.joined(separator: ", "))")
    return standard
  }

  /// A duration as Go writes it, such as `30s`, `1m30s` or `500ms`.
  mutating func duration(_ name: String, default standard: Duration) -> Duration {
    guard let text = text(name) else { return standard }
    if let duration = EnvironmentReader.duration(text), duration > .zero { return duration }
    report("\(name) is '\(text)'; write a duration such as 30s, 1m30s or 500ms")
    return standard
  }

  /// `host:port`; an IPv6 address stands in brackets.
  mutating func address(_ name: String, default standard: HostAndPort) -> HostAndPort {
    guard let text = text(name) else { return standard }
    if let address = HostAndPort(text) { return address }
    report("\(name) is '\(text)', which is not host:port; write for example \(standard)")
    return standard
  }

  static func duration(_ text: String) -> Duration? {
    let units: [(String, Double)] = [("ms", 0.001), ("us", 0.000_001), ("h", 3600), ("m", 60), ("s", 1)]
    var rest = text[...]
    var seconds = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else { return nil }
      rest = rest.dropFirst(unit.0.count)
      seconds += number * unit.1
    }
    return text.isEmpty || !seconds.isFinite || seconds > 1e9 ? nil : .seconds(seconds)
  }
}

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
