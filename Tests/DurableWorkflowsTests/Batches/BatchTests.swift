internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

@Suite struct BatchTests {
  private func withRuns(
    _ count: Int, _ body: (WorkflowTestEnvironment, [WorkflowHandle<Tally>]) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.searchAttributes = ["Team": .keyword] }
    ) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      var handles: [WorkflowHandle<Tally>] = []
      for number in 0..<count {
        let options = WorkflowClient.StartOptions(
          searchAttributes: ["Team": .searchAttribute(.keyword(number % 2 == 0 ? "red" : "blue"))])
        handles.append(try await env.client.start(Tally.self, id: "run-\(number)", input: number, options: options))
      }
      try await body(env, handles)
    }
  }

  private func count(_ env: WorkflowTestEnvironment, _ query: String) async throws -> Int {
    try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: query)
  }

  /// Lets time pass until the batch has ended.
  private func end(_ env: WorkflowTestEnvironment, _ job: String) async throws -> BatchOperationDescription {
    for _ in 0..<100 {
      let description = try await env.client.describeBatch(job)
      if description.state != .running { return description }
      try await env.sleep(for: .seconds(1))
    }
    return try await env.client.describeBatch(job)
  }

  @Test("long details of a termination are in a file that stays as long as a run names it")
  func longDetails() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.blobThreshold = 1024 }
    ) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let run = try await env.client.start(Tally.self, id: "run-0", input: 0)
      let details = [try JSONPayloadConverter().payload(for: String(repeating: "because ", count: 200))]
      let job = try await env.client.startBatch(
        .terminate(details: details), query: "WorkflowId = 'run-0'", jobID: "batch")
      #expect(try await end(env, job).completeOperationCount == 1)
      for _ in 0..<3 { try await env.engine.checkpoint() }
      guard case .workflowExecutionTerminated(_, let found, _) = try await run.fetchHistory().last?.attributes else {
        Issue.record("the run was not terminated")
        return
      }
      #expect(found == details)
    }
  }

  @Test("runs are terminated at the rate that was asked for; a restart goes on where the batch was")
  func terminate() async throws {
    try await withRuns(60) { env, _ in
      let job = try await env.client.startBatch(
        .terminate(), query: "Team = 'red' AND ExecutionStatus = 'Running'", reason: "over", maxOperationsPerSecond: 10)
      try await env.sleep(for: .seconds(1))
      let early = try await env.client.describeBatch(job)
      #expect(early.state == .running && early.totalOperationCount == 30)
      #expect((5...15).contains(early.completeOperationCount))
      #expect(try await count(env, "ExecutionStatus = 'Terminated'") == early.completeOperationCount)
      try await env.restart(.kill)
      try await env.engine.checkpoint()
      try await env.restart(.powerLoss())
      let done = try await end(env, job)
      #expect(done.state == .completed && done.completeOperationCount == 30 && done.failureOperationCount == 0)
      #expect(try await count(env, "ExecutionStatus = 'Terminated' AND Team = 'red'") == 30)
      #expect(try await count(env, "ExecutionStatus = 'Running' AND Team = 'blue'") == 30)
      #expect(try await env.client.listBatches().map(\.jobID) == [job])
      try await env.engine.checkpoint()
      try await env.restart(.kill)
      #expect(try await env.client.describeBatch(job) == done)
    }
  }

  @Test("a signal reaches each run once, whenever the process is killed")
  func once() async throws {
    try await withRuns(40) { env, handles in
      let job = try await env.client.startBatch(
        .signal(name: "add", input: [try JSONPayloadConverter().payload(for: 100)]), query: "WorkflowType = 'Tally'",
        maxOperationsPerSecond: 20)
      for _ in 0..<5 {
        try await env.sleep(for: .milliseconds(300))
        try await env.restart(.kill)
      }
      #expect(try await end(env, job).completeOperationCount == 40)
      for (number, handle) in handles.enumerated() {
        try await handle.signal(name: "finish")
        #expect(try await handle.result() == number + 100)
      }
    }
  }

  @Test("pause, unpause, cancel, reset and delete; runs that started later are left alone")
  func operations() async throws {
    try await withRuns(12) { env, _ in
      let red = "Team = 'red'"
      let paused = try await env.client.startBatch(.pause, query: red, reason: "audit")
      let later = try await env.client.start(
        Tally.self, id: "later", input: 0,
        options: .init(searchAttributes: ["Team": .searchAttribute(.keyword("red"))]))
      #expect(try await end(env, paused).completeOperationCount == 6)
      #expect(try await count(env, "ExecutionStatus = 'Paused'") == 6)
      #expect(try await later.describe().info.status == .running)
      _ = try await end(env, try await env.client.startBatch(.unpause, query: "ExecutionStatus = 'Paused'"))
      #expect(try await count(env, "ExecutionStatus = 'Running'") == 13)
      let reset = try await env.client.startBatch(.reset(to: .firstWorkflowTask), query: "Team = 'blue'")
      #expect(try await end(env, reset).completeOperationCount == 6)
      #expect(try await count(env, "Team = 'blue'") == 12)
      #expect(try await count(env, "Team = 'blue' AND ExecutionStatus = 'Running'") == 6)
      _ = try await end(env, try await env.client.startBatch(.cancel, query: red))
      #expect(try await count(env, "Team = 'red' AND ExecutionStatus = 'Canceled'") == 7)
      let failing = try await env.client.startBatch(.signal(name: "add"), query: red)
      let failed = try await end(env, failing)
      #expect(failed.failureOperationCount == 7 && failed.lastFailure.contains("already completed"))
      _ = try await end(env, try await env.client.startBatch(.delete, query: "Team IN ('red', 'blue')"))
      #expect(try await count(env, "") == 0)
      try await env.restart(.kill)
      #expect(try await count(env, "") == 0)
    }
  }

  @Test("a batch that is stopped stays stopped, and what it did stays")
  func stop() async throws {
    try await withRuns(20) { env, _ in
      let job = try await env.client.startBatch(.cancel, query: "Team IS NOT NULL", maxOperationsPerSecond: 5)
      try await env.sleep(for: .seconds(1))
      try await env.client.stopBatch(job, reason: "enough")
      let stopped = try await env.client.describeBatch(job)
      #expect(stopped.state == .failed && stopped.lastFailure.contains("enough"))
      #expect((1..<20).contains(stopped.completeOperationCount))
      try await env.restart(.kill)
      try await env.sleep(for: .seconds(60))
      #expect(try await env.client.describeBatch(job) == stopped)
    }
  }

  @Test(
    "a query that every run matches, or that cannot be read, is refused without effect",
    arguments: [
      "", "WorkflowId IS NOT NULL", "WorkflowType STARTS_WITH ''", "WorkflowId = 'a' OR WorkflowId != 'a'",
      "NOT (RunId IS NULL)", "StartTime > '1970-01-01T00:00:00Z'", "CloseTime IS NULL OR StartTime >= 0",
      "Team = ", "Colour = 'red'", "WorkflowId = 'a' ORDER BY StartTime", "GROUP BY Team",
    ])
  func refused(_ query: String) async throws {
    try await withRuns(2) { env, _ in
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await env.client.startBatch(.terminate(), query: query)
      }
      #expect(error?.code == .invalidArgument)
      try await env.sleep(for: .seconds(5))
      #expect(try await count(env, "ExecutionStatus = 'Running'") == 2)
      #expect(try await env.client.listBatches().isEmpty)
    }
  }

  @Test("what every run matches is done when it is asked for; ids are used once; rates are positive")
  func explicit() async throws {
    try await withRuns(3) { env, _ in
      let job = try await env.client.startBatch(.terminate(), query: "", jobID: "all", matchesEveryRun: true)
      #expect(try await end(env, job).completeOperationCount == 3)
      for (id, rate) in [("all", 1.0), ("x", 0), ("x", -1), ("x", .infinity), ("", 1)] as [(String, Double)] {
        await #expect(throws: WorkflowServiceError.self) {
          try await env.client.startBatch(.cancel, query: "Team = 'red'", jobID: id, maxOperationsPerSecond: rate)
        }
      }
      await #expect(throws: WorkflowServiceError.self) { try await env.client.describeBatch("nowhere") }
    }
  }
}
