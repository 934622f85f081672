internal import DurableWorkflows
internal import Measuring

/// One workflow at a time; a step's time is from the start of one activity to the start of the next.
enum Sequential {
  struct Result {
    var stepMicroseconds: [Double] = []
    var syncsPerStep: Double

    var summary: Summary {
      Summary(
        p50Microseconds: median(stepMicroseconds), p99Microseconds: percentile(stepMicroseconds, 0.99),
        steps: stepMicroseconds.count, syncsPerStep: syncsPerStep)
    }
  }

  struct Summary: Encodable {
    var p50Microseconds: Double
    var p99Microseconds: Double
    var steps: Int
    var syncsPerStep: Double
  }

  /// - Parameter onReady: called when the engine is open and warm.
  static func measure(
    _ directory: String, workflows: Int, steps: Int, onReady: () -> Void = {}
  ) async throws -> Result {
    let activities = StepActivities()
    let engine = try await openEngine(directory, activities)
    _ = try await engine.client.execute(Steps.self, id: "warm-up", input: steps)
    _ = activities.takeTimes()
    onReady()
    let before = try await engine.statistics()
    var samples: [Double] = []
    for number in 0..<workflows {
      let sum = try await engine.client.execute(Steps.self, id: "sequential-\(number)", input: steps)
      guard sum == Steps.sum(steps) else { throw BenchmarkError("wrong result \(sum)") }
      let times = activities.takeTimes()
      for index in times.indices.dropFirst() { samples.append((times[index] - times[index - 1]).microseconds) }
    }
    let after = try await engine.statistics()
    try await engine.shutdown()
    return Result(
      stepMicroseconds: samples, syncsPerStep: Double(after.syncs - before.syncs) / Double(workflows * steps))
  }
}
