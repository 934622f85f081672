internal import Synchronization

/// The state of an engine, from before it is opened until after it has ended.
///
/// ```swift
/// let health = WorkflowHealth()
/// health.register("database") { try await database.ping() }
/// options.health = health
/// let engine = try await WorkflowEngine.open(directory: "journal", workflows: [Checkout.self], options: options)
/// let report = await health.report()   // or engine.health()
/// ```
///
/// It belongs to one engine. Nothing is measured unless somebody asks, and asking costs the engine one message.
public final class WorkflowHealth: Sendable {
  typealias Check = @Sendable () async throws -> [HealthComponent]

  private struct Dependency {
    var name: String
    var isCritical: Bool
    var check: Check
  }

  private struct State {
    var phase = HealthPhase.starting
    /// Why the phase is what it is, for people.
    var message = "the engine has not been opened"
    var standby = StandbyState()
    /// Asks the engine for the state of its parts.
    var engine: Check?
    var dependencies: [Dependency] = []
    /// The names of checks that have begun and not answered: they are not asked again meanwhile.
    var unanswered: Set<String> = []
  }

  /// How long all checks of a report may take together.
  public let budget: Duration
  private let state = Mutex(State())

  /// The state of an engine that has not been opened.
  ///
  /// - Parameter budget: how long all checks of a report may take together. Default 2 s.
  public init(budget: Duration = .seconds(2)) { self.budget = budget }

  /// Has something looked at in every report on which the application depends: a database, a service.
  ///
  /// - Parameters:
  ///   - name: its name in reports. Registering a name again replaces the check.
  ///   - isCritical: whether the application is not ready without it; else it is only degraded. Default true.
  ///   - check: throws if it does not work. It should end when its task is cancelled.
  public func register(
    _ name: String, isCritical: Bool = true, check: @escaping @Sendable () async throws -> Void
  ) {
    registerComponents(name, isCritical: isCritical) {
      try await check()
      return [HealthComponent(name)]
    }
  }

  /// Has components of the caller's own making in every report, with values and reasons.
  ///
  /// - Parameters:
  ///   - name: what stands for them if the check throws or does not answer.
  ///   - isCritical: whether the application is not ready then. Default true.
  ///   - components: makes them.
  public func registerComponents(
    _ name: String, isCritical: Bool = true,
    _ components: @escaping @Sendable () async throws -> [HealthComponent]
  ) {
    state.withLock { state in
      state.dependencies.removeAll { $0.name == name }
      state.dependencies.append(Dependency(name: name, isCritical: isCritical, check: components))
    }
  }

  /// Where the engine is in its life.
  public var phase: HealthPhase { state.withLock { $0.phase } }

  /// The state of the engine and of everything that it depends on, after at most ``budget``.
  public func report() async -> HealthReport {
    let (phase, first, engine, dependencies) = state.withLock { state in
      (state.phase, Self.component(state), state.engine, state.dependencies)
    }
    let deadline = ContinuousClock.now + budget
    var parts: [[HealthComponent]] = Array(repeating: [], count: dependencies.count + 1)
    await withTaskGroup(of: (Int, [HealthComponent]).self) { group in
      if let engine, phase == .serving || phase == .draining {
        group.addTask { (0, await self.ask("store", isCritical: true, by: deadline, engine)) }
      }
      for (index, dependency) in dependencies.enumerated() {
        group.addTask {
          let (name, isCritical) = (dependency.name, dependency.isCritical)
          return (index + 1, await self.ask(name, isCritical: isCritical, by: deadline, dependency.check))
        }
      }
      for await (index, components) in group { parts[index] = components }
    }
    return HealthReport(phase: phase, components: [first] + parts.joined())
  }

  /// The engine as a component.
  private static func component(_ state: borrowing State) -> HealthComponent {
    let name = "engine"
    switch state.phase {
    case .serving: return HealthComponent(name)
    case .standby: return state.standby.component(name)
    case .draining:
      return HealthComponent(name, .unavailable, reason: "shutting_down", message: state.message)
    default:
      return HealthComponent(name, .unavailable, reason: state.phase.description, message: state.message)
    }
  }

  /// Makes a check; one that throws or does not answer in time becomes a component with the reason.
  private func ask(
    _ name: String, isCritical: Bool, by deadline: ContinuousClock.Instant, _ check: @escaping Check
  ) async -> [HealthComponent] {
    let status: HealthStatus = isCritical ? .unavailable : .degraded
    func failed(_ reason: String, _ message: String) -> [HealthComponent] {
      [HealthComponent(name, status, reason: reason, message: message)]
    }
    guard state.withLock({ $0.unanswered.insert(name).inserted }) else {
      return failed("no_answer", "an earlier check has not answered yet")
    }
    let (answers, continuation) = AsyncStream.makeStream(
      of: Result<[HealthComponent], any Error>?.self, bufferingPolicy: .bufferingOldest(1))
    let work = Task {
      let answer: Result<[HealthComponent], any Error>
      do {
        answer = .success(try await check())
      } catch {
        answer = .failure(error)
      }
      // Before anybody learns of the answer, and asks again.
      self.state.withLock { _ = $0.unanswered.remove(name) }
      continuation.yield(answer)
    }
    let alarm = Task {
      // Cancelled: the check has answered.
      guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
      continuation.yield(nil)
    }
    defer {
      work.cancel()
      alarm.cancel()
    }
    for await answer in answers {
      switch answer {
      case .success(let components): return components
      case .failure(let error): return failed("failed", "\(error)")
      case nil: return failed("no_answer", "no answer within \(budget)")
      }
    }
    return failed("cancelled", "the report was cancelled")
  }

  // MARK: What the engine says

  func enter(_ phase: HealthPhase, _ message: String = "") {
    state.withLock { state in
      state.phase = phase
      state.message = message
      if phase == .ended || phase == .failed { state.engine = nil }
    }
  }

  /// The engine drains, unless it has ended already.
  func beginDraining() {
    state.withLock { state in
      guard state.phase == .serving else { return }
      state.phase = .draining
      state.message = "the engine is shutting down"
    }
  }

  /// The engine serves, and answers for its parts.
  func serve(_ engine: @escaping Check) {
    state.withLock { state in
      state.phase = .serving
      state.message = ""
      state.engine = engine
    }
  }

  /// What a standby knows.
  var standby: StandbyState { state.withLock { $0.standby } }

  func changeStandby(_ change: (inout StandbyState) -> Void) {
    state.withLock { change(&$0.standby) }
  }
}
