import DurableWorkflows
import Synchronization

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
}

/// Trivial steps that note when they ran, and that can be held back at one index.
final class StepActivities: Sendable {
  private let times = Mutex<[ContinuousClock.Instant]>([])
  private let held = Mutex<Int>(0)
  private let holdAt: Int?

  init(holdAt: Int? = nil) { self.holdAt = holdAt }

  var definition: ActivityDefinition {
    ActivityDefinition("step") { [self] arguments in
      let step: Int = try arguments.decode(0)
      times.withLock { $0.append(.now) }
      if step == holdAt {
        held.withLock { $0 += 1 }
        try await Task.sleep(for: .seconds(3600))
      }
      return step
    }
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

func openEngine(_ directory: String, _ steps: StepActivities, maxConcurrentActivities: Int = 1000) async throws
  -> WorkflowEngine
{
  var options = WorkflowEngineOptions()
  options.logger.logLevel = .error
  options.maxConcurrentActivities = maxConcurrentActivities
  options.gracefulShutdownPeriod = .zero
  return try await WorkflowEngine.open(
    directory: directory, workflows: [Steps.self], activities: [], extra: [steps.definition], options: options)
}
