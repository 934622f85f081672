internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The workflows of the suites about operations, killed at every durable write.
@Suite("Crashes at every write: operations", .timeLimit(.minutes(5)))
struct OperationsSimulationTests {
  /// A life that comes later finds done what an earlier one asked for.
  private static func unlessDone(_ request: () async throws -> Void) async throws {
    do {
      try await request()
    } catch let error as WorkflowServiceError
      where [.failedPrecondition, .notFound, .alreadyStarted].contains(error.code)
    {}
  }

  @Test("a run is paused and unpaused")
  func pause() async throws {
    try await simulate(
      [Stages.self], activities: ["check": { try $0.decode(0, as: Int.self) }], options: comparingOutcomes
    ) { life in
      let run = try await life.client.start(Stages.self, id: "p", input: 5)
      try await Self.unlessDone { try await run.pause(reason: "a look") }
      try await Self.unlessDone { try await run.signal(name: "word", input: [argument("one")]) }
      try await Self.unlessDone { try await run.unpause() }
      return try await run.result()
    }
  }

  @Test("a batch goes on where it was, and signals no run twice")
  func batch() async throws {
    try await simulate([Searched.self], options: comparingOutcomes) { life in
      var runs: [WorkflowHandle<Searched>] = []
      for number in 0..<3 { runs.append(try await life.client.start(Searched.self, id: "s\(number)", input: number)) }
      for run in runs {
        try await Self.unlessDone { try await run.signal(name: "set", input: [argument("packed")]) }
      }
      try await Self.unlessDone {
        try await life.client.startBatch(
          .signal(name: "finish"), query: "WorkflowType = 'Searched'", jobID: "finish", maxOperationsPerSecond: 10)
      }
      var results: [Int] = []
      for run in runs { results.append(try await run.result()) }
      for run in runs {
        let finishes = try await run.fetchHistory().filter {
          if case .workflowExecutionSignaled("finish", _, _, _, _) = $0.attributes { true } else { false }
        }
        #expect(finishes.count == 1)
      }
      return results
    }
  }
}
