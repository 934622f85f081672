/// What an engine's readiness, metrics and alerts are made of: a phase, and what it depends on, each with a reason.
public struct HealthReport: Hashable, Sendable {
  /// Where the engine is in its life.
  public var phase: HealthPhase
  /// The engine and everything that it depends on; the engine itself comes first.
  public var components: [HealthComponent]

  /// A report of the given parts.
  public init(phase: HealthPhase, components: [HealthComponent]) {
    self.phase = phase
    self.components = components
  }

  /// Whether the engine may be given work: it serves, and nothing that it needs is unavailable.
  public var isReady: Bool { phase == .serving && problem == nil }

  /// Whether the process is of use: false once its engine has failed, which only a new process mends.
  public var isAlive: Bool { phase != .failed }

  /// The first component that is unavailable.
  public var problem: HealthComponent? { components.first { $0.status == .unavailable } }

  /// The component with a name.
  public subscript(name: String) -> HealthComponent? { components.first { $0.name == name } }
}

/// Where an engine is in its life. More phases may be added.
public struct HealthPhase: Hashable, Sendable, CustomStringConvertible {
  private enum Value: String { case starting, standby, opening, serving, draining, ended, failed }
  private let value: Value

  /// The engine has not been opened yet.
  public static let starting = HealthPhase(value: .starting)
  /// Another process owns the directory; this one waits for it (``StandbyOptions``).
  public static let standby = HealthPhase(value: .standby)
  /// The engine owns the directory and reads its journal.
  public static let opening = HealthPhase(value: .opening)
  /// The engine takes work.
  public static let serving = HealthPhase(value: .serving)
  /// The engine finishes what it has begun and takes nothing more.
  public static let draining = HealthPhase(value: .draining)
  /// The engine has shut down.
  public static let ended = HealthPhase(value: .ended)
  /// The engine could not be opened, or its journal failed.
  public static let failed = HealthPhase(value: .failed)

  /// The phase's name.
  public var description: String { value.rawValue }
}

/// How something is on which work depends.
public struct HealthStatus: Hashable, Sendable, CustomStringConvertible {
  private enum Value: String { case healthy, degraded, unavailable }
  private let value: Value

  /// It works.
  public static let healthy = HealthStatus(value: .healthy)
  /// It works, but not as it should.
  public static let degraded = HealthStatus(value: .degraded)
  /// It does not work; what needs it is not ready.
  public static let unavailable = HealthStatus(value: .unavailable)

  /// The status' name.
  public var description: String { value.rawValue }
}

/// One thing on which work depends: the engine's own parts, and what the application has registered.
public struct HealthComponent: Hashable, Sendable {
  /// Its name, for example `store`.
  public var name: String
  /// How it is.
  public var status: HealthStatus
  /// Why, in one word that does not change, for alerts: `disk_full`. `ok` when it is healthy.
  public var reason: String
  /// Why, for people; empty when there is nothing to say.
  public var message: String
  /// What was counted or measured, by name, for metrics.
  public var values: [String: Double]

  /// A component of the given parts.
  public init(
    _ name: String, _ status: HealthStatus = .healthy, reason: String = "ok", message: String = "",
    values: [String: Double] = [:]
  ) {
    self.name = name
    self.status = status
    self.reason = reason
    self.message = message
    self.values = values
  }
}
