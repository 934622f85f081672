/// Something that must work before a process may be given work: a database, an engine.
public struct ReadinessCheck: Sendable {
  /// What is reported when the check fails, for example `database_unhealthy`.
  public let reason: String
  /// Throws if the thing does not work. It should end when its task is cancelled.
  public let check: @Sendable () async throws -> Void

  /// Creates a check.
  public init(reason: String, check: @escaping @Sendable () async throws -> Void) {
    self.reason = reason
    self.check = check
  }
}

/// Whether a process may be given work.
public enum ReadinessReport: Hashable, Sendable {
  /// It may.
  case ready
  /// It may not: the reason in one word, and the error for people.
  case notReady(reason: String, error: String)

  /// Whether it may.
  public var isReady: Bool { self == .ready }
}
