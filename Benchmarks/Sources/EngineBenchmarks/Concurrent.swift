internal import DurableWorkflows
internal import Measuring

/// All workflows at once, from the first start to the last result.
enum Concurrent {
  struct Result: Encodable {
    var workflows: Int
    var steps: Int
    var stepsPerSecond: Double
    var syncsPerStep: Double
    /// From a workflow's start to its result, divided by its steps.
    var stepP50Microseconds: Double
    var stepP99Microseconds: Double
  }

  /// - Parameter onReady: called when the engine is open and warm.
  static func measure(
    _ directory: String, workflows: Int, steps: Int, onReady: () -> Void = {}
  ) async throws -> Result {
    let activities = StepActivities()
    let engine = try await openEngine(directory, activities)
    _ = try await engine.client.execute(Steps.self, id: "warm-up", input: steps)
    onReady()
    let before = try await engine.statistics()
    let start = ContinuousClock.now
    var latencies: [Double] = []
    try await withThrowingTaskGroup(of: Double.self) { group in
      for number in 0..<workflows {
        group.addTask {
          let begin = ContinuousClock.now
          let sum = try await engine.client.execute(Steps.self, id: "concurrent-\(number)", input: steps)
          guard sum == Steps.sum(steps) else { throw BenchmarkError("wrong result \(sum)") }
          return (ContinuousClock.now - begin).microseconds / Double(steps)
        }
      }
      for try await latency in group { latencies.append(latency) }
    }
    let elapsed = ContinuousClock.now - start
    let after = try await engine.statistics()
    try await engine.shutdown()
    let total = Double(workflows * steps)
    return Result(
      workflows: workflows, steps: steps, stepsPerSecond: total / elapsed.seconds,
      syncsPerStep: Double(after.syncs - before.syncs) / total, stepP50Microseconds: median(latencies),
      stepP99Microseconds: percentile(latencies, 0.99))
  }
}
