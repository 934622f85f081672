internal import DurableWorkflows
internal import Logging
internal import Synchronization

/// The peers' workload: a workflow of trivial steps, one after the other.
actor Steps: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input count: Int) async throws -> Int {
    let options = ActivityOptions(startToCloseTimeout: .seconds(60))
    var sum = 0
    for step in 0..<count {
      sum += try await context.executeActivity("step", step, options: options, returning: Int.self)
    }
    return sum
  }

  /// What `run` returns.
  static func sum(_ count: Int) -> Int { count * (count - 1) / 2 }
}

/// Steps, and then a wait: an open run with a history of any length.
actor LongHistory: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var stepsDone = 0

  func run(input count: Int) async throws -> Empty {
    let options = ActivityOptions(startToCloseTimeout: .seconds(60))
    for step in 0..<count {
      _ = try await context.executeActivity("step", step, options: options, returning: Int.self)
      stepsDone += 1
    }
    try await context.condition { false }
    return Empty()
  }

  static var handlers: WorkflowHandlers<LongHistory> {
    WorkflowHandlers().query("steps") { workflow, _ in workflow.stepsDone }
  }
}

/// Waits for an approval, at most for some days: one timer, one signal.
actor Parked: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isApproved = false

  func run(input days: Int) async throws -> Bool {
    do {
      try await context.condition(timeout: .days(days)) { isApproved }
      return true
    } catch is TimeoutError {
      return false
    }
  }

  static var handlers: WorkflowHandlers<Parked> {
    WorkflowHandlers().signal("approve") { workflow, _ in workflow.isApproved = true }
  }
}

/// Steps that return bytes.
actor Bulk: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: BulkInput) async throws -> Int {
    let options = ActivityOptions(startToCloseTimeout: .seconds(60))
    var total = 0
    for _ in 0..<input.steps {
      total += try await context.executeActivity("bytes", input.bytes, options: options, returning: [UInt8].self).count
    }
    return total
  }
}

/// How many steps, and how long their results are.
struct BulkInput: Codable, Sendable {
  var steps: Int
  var bytes: Int
}

/// Trivial steps that note when they ran, and that can be held back at one index.
final class StepActivities: Sendable {
  private let times = Mutex<[ContinuousClock.Instant]>([])
  private let held = Mutex<Int>(0)
  private let holdAt: Int?

  init(holdAt: Int? = nil) { self.holdAt = holdAt }

  var definitions: [ActivityDefinition] {
    let step = ActivityDefinition("step") { [self] arguments in
      let step: Int = try arguments.decode(0)
      times.withLock { $0.append(.now) }
      if step == holdAt {
        held.withLock { $0 += 1 }
        try await Task.sleep(for: .seconds(3600))
      }
      return step
    }
    let bytes = ActivityDefinition("bytes") { [self] arguments in
      let count: Int = try arguments.decode(0)
      times.withLock { $0.append(.now) }
      // No two results are the same: equal ones would be stored once.
      var generator = SystemRandomNumberGenerator()
      var bytes = [UInt8](repeating: 0x5A, count: count)
      for index in bytes.indices.prefix(16) { bytes[index] = .random(in: 0...255, using: &generator) }
      return bytes
    }
    return [step, bytes]
  }

  var heldCount: Int { held.withLock { $0 } }

  /// The times at which steps ran since the last call.
  func takeTimes() -> [ContinuousClock.Instant] {
    times.withLock { times in
      defer { times = [] }
      return times
    }
  }
}

/// The options of all measurements.
func benchmarkOptions() -> WorkflowEngineOptions {
  var options = WorkflowEngineOptions()
  options.logger.logLevel = .error
  options.maxConcurrentActivities = 1000
  options.gracefulShutdownPeriod = .zero
  // The curves go further than a run may by default.
  options.limits.historyCountError = .max
  options.limits.historySizeError = .max
  return options
}

/// Opens an engine with all workloads.
func openEngine(
  _ directory: String, _ steps: StepActivities = StepActivities(), clock: any EngineClock = SystemClock()
) async throws -> WorkflowEngine {
  var options = benchmarkOptions()
  options.clock = clock
  return try await WorkflowEngine.open(
    directory: directory, workflows: [Steps.self, LongHistory.self, Parked.self, Bulk.self], activities: [],
    extra: steps.definitions, options: options)
}
