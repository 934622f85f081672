internal import Logging
internal import Synchronization

/// Something that people must look at.
public struct Alert: Hashable, Codable, Sendable {
  /// What kind of problem.
  public var name: String
  /// The business id concerned.
  public var subject: String
  /// What happened and what to do.
  public var message: String

  /// Creates an alert.
  public init(_ name: String, subject: String, message: String) {
    self.name = name
    self.subject = subject
    self.message = message
  }
}

/// Where alerts go: a pager, a chat, a log.
public protocol AlertSink: Sendable {
  /// Hands an alert over.
  ///
  /// - Throws: if it could not be handed over; the caller tries again.
  func raise(_ alert: Alert) async throws
}

/// Writes alerts to the log, with `alert` as a field of its own.
public struct LogAlertSink: AlertSink {
  private let logger: Logger

  /// Creates a sink that logs under the label `alerts`.
  public init() { logger = Logger(label: "alerts") }

  public func raise(_ alert: Alert) async throws {
    logger.critical("\(alert.message)", metadata: ["alert": "\(alert.name)", "subject": "\(alert.subject)"])
  }
}

/// Keeps alerts in memory.
public final class RecordingAlertSink: AlertSink {
  private let list = Mutex<[Alert]>([])

  /// Creates an empty sink.
  public init() {}

  /// The alerts so far, in order.
  public var alerts: [Alert] { list.withLock { $0 } }

  public func raise(_ alert: Alert) async throws { list.withLock { $0.append(alert) } }
}
