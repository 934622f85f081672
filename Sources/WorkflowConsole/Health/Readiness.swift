/// Decides whether a process is ready: not while it starts, not while it shuts down, and in between only if every check
/// succeeds within the budget.
///
/// Reports that are asked for at the same time are one. A check that does not answer is left alone until it does, and
/// counts as failed meanwhile: probes never pile up.
public actor Readiness {
  private enum Phase {
    case starting
    case serving([ReadinessCheck])
    case draining
  }

  /// How long all checks of a report may take together.
  public nonisolated let budget: Duration
  private var phase = Phase.starting
  private var current: Task<ReadinessReport, Never>?
  /// The reasons of checks that have begun and not answered.
  private var unanswered: Set<String> = []

  /// Creates the readiness of a process that is starting.
  public init(budget: Duration = .seconds(2)) { self.budget = budget }

  /// The process serves from now on, as long as the checks succeed. They are made in this order. Without effect once
  /// ``drain()`` was called.
  public func serve(_ checks: [ReadinessCheck]) {
    if case .draining = phase { return }
    phase = .serving(checks)
  }

  /// The process is shutting down: it is never ready again.
  public func drain() { phase = .draining }

  /// Whether the process is ready, after at most ``budget``.
  public func report() async -> ReadinessReport {
    switch phase {
    case .starting: return .notReady(reason: "starting", error: "the process is starting")
    case .draining: return .notReady(reason: "shutting_down", error: "the process is shutting down")
    case .serving(let checks):
      let task = current ?? Task { await evaluate(checks) }
      current = task
      let report = await task.value
      if current == task { current = nil }
      if case .draining = phase { return await self.report() }
      return report
    }
  }

  private func evaluate(_ checks: [ReadinessCheck]) async -> ReadinessReport {
    let deadline = ContinuousClock.now + budget
    for check in checks {
      if let error = await failure(of: check, deadline: deadline) {
        return .notReady(reason: check.reason, error: error)
      }
    }
    return .ready
  }

  /// Why the check failed, or `nil`.
  private func failure(of check: ReadinessCheck, deadline: ContinuousClock.Instant) async -> String? {
    guard unanswered.insert(check.reason).inserted else { return "an earlier check has not answered yet" }
    let (answers, continuation) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingOldest(1))
    let work = Task {
      do {
        try await check.check()
        continuation.yield(nil)
      } catch {
        continuation.yield("\(error)")
      }
      unanswered.remove(check.reason)
    }
    let alarm = Task {
      // Cancelled: the check has answered.
      guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
      continuation.yield("no answer within \(budget)")
    }
    defer {
      work.cancel()
      alarm.cancel()
    }
    for await answer in answers { return answer }
    return "the check was cancelled"
  }
}
