internal import DurableWorkflows
public import Logging

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Writes one JSON object per log line: `level`, `msg`, `timestamp`, `logger`, then the fields that the line carries,
/// such as `claim_id`, `workflow_id`, `run_id`, `activity_id`, `attempt`, `duration_ms`. Secrets become `***`.
public struct JSONLogHandler: LogHandler {
  /// Takes a finished line, its LF included.
  public typealias Output = @Sendable (String) -> Void

  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let label: String
  private let secrets: [String]
  private let output: Output

  /// Creates a handler.
  ///
  /// - Parameters:
  ///   - label: the logger's name.
  ///   - logLevel: what is less severe is not logged.
  ///   - secrets: texts that must not appear.
  ///   - output: where lines go.
  public init(
    label: String,
    logLevel: Logger.Level,
    secrets: [String] = [],
    output: @escaping Output = JSONLogHandler.standardOutput
  ) {
    self.label = label
    self.logLevel = logLevel
    self.secrets = secrets.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
    self.output = output
  }

  /// Writes to the standard output, each line with one call. A closed one does not end the program: there is nowhere
  /// left to report it.
  public static let standardOutput: Output = { line in
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written <= 0, errno != EINTR { return }
      rest = rest.dropFirst(max(0, written))
    }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var members: [(name: String, value: JSONValue)] = [
      ("level", .string(JSONLogHandler.name(of: event.level))),
      ("msg", .string(redacted(event.message.description))),
      ("timestamp", .string(Moment(SystemClock().now()).description)), ("logger", .string(label)),
    ]
    let fields = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !members.contains(where: { $0.name == name }) {
      members.append((name, json(value, name: name)))
    }
    if let error = event.error { members.append(("error", .string(redacted("\(error)")))) }
    let text = members.map { "\(JSONValue.string($0.name).text):\($0.value.text)" }.joined(separator: ",")
    output("{\(text)}\n")
  }

  private static let numbers: Set<String> = ["attempt", "duration_ms"]

  /// The names that the original's logger gives the levels.
  private static func name(of level: Logger.Level) -> String {
    switch level {
    case .notice: "info"
    case .critical: "fatal"
    default: level.rawValue
    }
  }

  private func json(_ value: Logger.Metadata.Value, name: String) -> JSONValue {
    switch value {
    case .dictionary(let members): return .object(members.mapValues { json($0, name: "") })
    case .array(let elements): return .array(elements.map { json($0, name: "") })
    case .string, .stringConvertible:
      let text = "\(value)"
      if Self.numbers.contains(name), let number = Int64(text) { return .integer(number) }
      return .string(redacted(text))
    }
  }

  private func redacted(_ text: String) -> String {
    secrets.reduce(text) { $0.replacing($1, with: "***") }
  }
}
