internal import FoundationEssentials
public import Logging

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes one JSON object per log line: timestamp, level, message, logger, service, env, then the metadata in the
/// order of their names (workflow_id, run_id, activity_id, activity_type, attempt, item_id, rows, duration_ms …).
/// Secrets are redacted.
public struct JSONLogHandler: LogHandler {
  /// Takes a finished line, its LF included.
  public typealias Output = @Sendable ([UInt8]) -> Void

  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let label: String
  private let service: String
  private let environment: String
  private let redactor: LogRedactor
  private let output: Output

  /// Creates a handler.
  ///
  /// - Parameters:
  ///   - label: the logger's name
  ///   - service: the value of `service`
  ///   - environment: the value of `env`
  ///   - logLevel: what is less severe is not logged
  ///   - redactor: removes secrets
  ///   - output: where lines go
  public init(
    label: String,
    service: String,
    environment: String,
    logLevel: Logger.Level,
    redactor: LogRedactor,
    output: @escaping Output = JSONLogHandler.standardOutput
  ) {
    self.label = label
    self.service = service
    self.environment = environment
    self.logLevel = logLevel
    self.redactor = redactor
    self.output = output
  }

  /// Writes to the standard output, each line with one call.
  ///
  /// A closed standard output does not end the program: there is nowhere left to report it.
  public static let standardOutput: Output = { line in
    var offset = 0
    while offset < line.count {
      let written = line.withUnsafeBytes { buffer in
        buffer.baseAddress.map { write(STDOUT_FILENO, $0 + offset, line.count - offset) } ?? 0
      }
      if written <= 0, errno != EINTR { return }
      offset += max(0, written)
    }
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var members: [OrderedJSON.Member] = [
      .init("timestamp", .string(Self.now())),
      .init("level", .string(event.level.rawValue.uppercased())),
      .init("message", .string(redactor.redact(event.message.description))),
      .init("logger", .string(label)), .init("service", .string(service)), .init("env", .string(environment)),
    ]
    let all = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
    for (name, value) in all.sorted(by: { $0.key < $1.key }) where !members.contains(where: { $0.name == name }) {
      members.append(.init(name, json(value, name: name)))
    }
    if let error = event.error { members.append(.init("error", .string(redactor.redact("\(error)")))) }
    output(OrderedJSON.object(members).bytes(indent: 0) + [10])
  }

  private static let numbers: Set<String> = ["attempt", "rows", "duration_ms"]

  private func json(_ value: Logger.Metadata.Value, name: String) -> OrderedJSON {
    switch value {
    case .dictionary(let members): .sorted(members.mapValues { json($0, name: "") })
    case .array(let elements): .array(elements.map { json($0, name: "") })
    case .string, .stringConvertible:
      text("\(value)", isNumber: Self.numbers.contains(name))
    }
  }

  private func text(_ text: String, isNumber: Bool) -> OrderedJSON {
    if isNumber, let number = Int(text) { return .integer(number) }
    return .string(redactor.redact(text))
  }

  private static func now() -> String {
    let microseconds = Int64(Date().timeIntervalSince1970 * 1_000_000)
    return CivilTimestamp(microseconds: microseconds).text(separator: "T", forceFraction: true) + "Z"
  }
}
