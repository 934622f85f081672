internal import FoundationEssentials

/// Reads environment variables and collects what is wrong with them, so that all of it can be said at once.
public struct EnvironmentReader: Sendable {
  private let variables: [String: String]
  /// What is wrong so far, one sentence each.
  public private(set) var problems: [String] = []

  /// Creates a reader of these variables.
  public init(_ variables: [String: String]) { self.variables = variables }

  /// Records a problem.
  public mutating func report(_ problem: String) { problems.append(problem) }

  /// The value of a variable without blanks around it; `nil` if it is absent or blank.
  public func text(_ name: String) -> String? {
    guard let value = variables[name] else { return nil }
    var rest = value[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest.isEmpty ? nil : String(rest)
  }

  /// The value of a variable, or the contents of the file that `NAME_FILE` names. Blanks inside count.
  public mutating func secret(_ name: String) -> String? {
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

  /// A whole number in a range.
  public mutating func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = text(name) else { return standard }
    if let number = Int(text), range.contains(number) { return number }
    report("\(name) is '\(text)'; write a whole number from \(range.lowerBound) to \(range.upperBound)")
    return standard
  }

  /// One of a few words, in small letters.
  public mutating func choice(_ name: String, default standard: String, among values: [String]) -> String {
    guard let text = text(name) else { return standard }
    if values.contains(text.lowercased()) { return text.lowercased() }
    report("\(name) is '\(text)'; write one of \(values.joined(separator: ", "))")
    return standard
  }

  /// A duration as Go writes it, such as `30s`, `1m30s` or `500ms`.
  public mutating func duration(_ name: String, default standard: Duration) -> Duration {
    guard let text = text(name) else { return standard }
    if let duration = EnvironmentReader.duration(text), duration > .zero { return duration }
    report("\(name) is '\(text)'; write a duration such as 30s, 1m30s or 500ms")
    return standard
  }

  /// `host:port`; an IPv6 address stands in brackets.
  public mutating func address(_ name: String, default standard: HostAndPort) -> HostAndPort {
    guard let text = text(name) else { return standard }
    if let address = HostAndPort(text) { return address }
    report("\(name) is '\(text)', which is not host:port; write for example \(standard)")
    return standard
  }

  /// Reads a duration as Go writes it; `nil` if it is none.
  public static func duration(_ text: String) -> Duration? {
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

/// Everything that is wrong with the settings of a program.
public struct ConfigurationProblems: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence per problem, each with the variable and the remedy.
  public let list: [String]

  /// Creates problems.
  public init(list: [String]) { self.list = list }

  /// The problems, one per line.
  public var description: String { list.joined(separator: "\n") }
}
