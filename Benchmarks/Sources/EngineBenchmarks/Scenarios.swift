import DurableWorkflows

struct SequentialResult {
  var stepMicroseconds: [Double]
  var syncsPerStep: Double
}

struct ConcurrentResult {
  var stepsPerSecond: Double
  var syncsPerStep: Double
}

enum Scenarios {
  /// One workflow at a time; a step's time is from the start of one activity to the start of the next.
  static func sequential(directory: String, workflows: Int, steps: Int) async throws -> SequentialResult {
    let activities = StepActivities()
    let engine = try await openEngine(directory, activities)
    _ = try await engine.client.execute(Steps.self, id: "warm-up", input: steps)
    _ = activities.takeTimes()
    let before = try await engine.statistics()
    var samples: [Double] = []
    for number in 0..<workflows {
      _ = try await engine.client.execute(Steps.self, id: "sequential-\(number)", input: steps)
      let times = activities.takeTimes()
      for index in times.indices.dropFirst() { samples.append((times[index] - times[index - 1]).microseconds) }
    }
    let after = try await engine.statistics()
    try await engine.shutdown()
    return SequentialResult(
      stepMicroseconds: samples, syncsPerStep: Double(after.syncs - before.syncs) / Double(workflows * steps))
  }

  /// All workflows at once, from the first start to the last result.
  static func concurrent(directory: String, workflows: Int, steps: Int) async throws -> ConcurrentResult {
    let activities = StepActivities()
    let engine = try await openEngine(directory, activities)
    _ = try await engine.client.execute(Steps.self, id: "warm-up", input: steps)
    let before = try await engine.statistics()
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<workflows {
        group.addTask {
          let sum = try await engine.client.execute(Steps.self, id: "concurrent-\(number)", input: steps)
          guard sum == steps * (steps - 1) / 2 else { throw BenchmarkError("wrong result \(sum)") }
        }
      }
      try await group.waitForAll()
    }
    let elapsed = ContinuousClock.now - start
    let after = try await engine.statistics()
    try await engine.shutdown()
    let total = Double(workflows * steps)
    return ConcurrentResult(
      stepsPerSecond: total / elapsed.seconds, syncsPerStep: Double(after.syncs - before.syncs) / total)
  }
}
