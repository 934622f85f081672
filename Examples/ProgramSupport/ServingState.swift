public import DurableWorkflows
internal import Synchronization

/// Whether a worker serves, as a part of its health: it is ready neither before everything is open nor from the first
/// signal to end on, whatever its engine does.
public final class ServingState: Sendable {
  private enum Phase { case starting, serving, draining }

  private let phase = Mutex(Phase.starting)

  /// The state of a worker that starts.
  public init() {}

  /// Has the state in every report, as `front_door`.
  public func register(in health: WorkflowHealth) {
    health.registerComponents("front_door") { [self] in [component] }
  }

  /// Everything is open. Without effect after ``drain()``.
  public func serve() { phase.withLock { if $0 == .starting { $0 = .serving } } }

  /// The worker is never ready again.
  public func drain() { phase.withLock { $0 = .draining } }

  private var component: HealthComponent {
    let name = "front_door"
    switch phase.withLock({ $0 }) {
    case .serving: return HealthComponent(name)
    case .starting:
      return HealthComponent(name, .unavailable, reason: "starting", message: "the worker is starting")
    case .draining:
      return HealthComponent(name, .unavailable, reason: "shutting_down", message: "the worker is shutting down")
    }
  }
}
