internal import DurableWorkflows
internal import Foundation
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Changes its search attributes and memo when it is told, and ends when it is told.
actor Searched: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isFinished = false

  static var handlers: WorkflowHandlers<Searched> {
    WorkflowHandlers()
      .signal("set") { workflow, arguments in
        try workflow.context.upsertSearchAttributes([
          "Stage": .searchAttribute(.keyword(try arguments.decode(0, as: String.self)))
        ])
        try workflow.context.upsertMemo(["note": try JSONPayloadConverter().payload(for: "m")])
      }
      .signal("clear") { workflow, _ in try workflow.context.upsertSearchAttributes(["Stage": .null]) }
      .signal("finish") { workflow, _ in workflow.isFinished = true }
  }

  func run(input: Int) async throws -> Int {
    try await context.condition { self.isFinished }
    return input
  }
}

@Suite struct VisibilityEngineTests {
  private func count(_ client: WorkflowClient, _ query: String) async throws -> Int {
    try await client.frontend.countWorkflowExecutions(namespace: "default", query: query)
  }

  @Test("upserts are found, in the journal's index made anew as well")
  func upserts() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Searched.self]) { env in
      let handle = try await env.client.start(
        Searched.self, id: "s", input: 1,
        options: .init(memo: ["a": .null], searchAttributes: ["Amount": .searchAttribute(.int(5))]))
      try await handle.signal(name: "set", input: [try JSONPayloadConverter().payload(for: "packed")])
      try await env.settle()
      for step in 0..<4 {
        #expect(try await count(env.client, "Stage = 'packed' AND Amount > 4") == 1, "step \(step)")
        #expect(try await count(env.client, "Stage IS NULL") == 0)
        for try await info in env.client.list() {
          let note = try JSONPayloadConverter().payload(for: "m")
          #expect(info.memo["note"] == note)
          #expect(info.searchAttributes["Amount"] == .searchAttribute(.int(5)))
        }
        if step % 2 == 0 { try await env.engine.checkpoint() }
        try await env.restart(step == 3 ? .powerLoss() : .kill)
      }
      try await handle.signal(name: "clear")
      try await env.settle()
      #expect(try await count(env.client, "Stage IS NULL") == 1)
      try await handle.signal(name: "finish")
      _ = try await handle.result()
      #expect(try await count(env.client, "HistoryLength > 3 AND CloseTime IS NOT NULL") == 1)
    }
  }

  @Test("declared attributes: wrong types are refused at the start and in queries")
  func declared() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Searched.self], configure: { $0.searchAttributes = ["Amount": .int, "Due": .datetime] }
    ) { env in
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await env.client.start(
          Searched.self, id: "s", input: 1,
          options: .init(searchAttributes: ["Amount": .searchAttribute(.keyword("x"))]))
      }
      #expect(error?.message.contains("'Amount' is declared as Int") == true)
      let matching = try await count(env.client, "Amount = 1 OR Due > '2025-01-01T00:00:00Z'")
      #expect(matching == 0)
      await #expect(throws: WorkflowServiceError.self) { _ = try await count(env.client, "Amount = '1'") }
      await #expect(throws: WorkflowServiceError.self) { _ = try await count(env.client, "Unknown = 1") }
    }
  }

  @Test("without an index, lists, counts and batches are refused")
  func withoutIndex() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Searched.self], configure: { $0.indexesRuns = false }
    ) { env in
      let run = try await env.client.start(Searched.self, id: "s", input: 1)
      for request in [
        { _ = try await count(env.client, "") }, { for try await _ in env.client.list() {} },
        { try await env.client.startBatch(.terminate(), query: "WorkflowId = 's'") },
      ] as [() async throws -> Void] {
        let error = await #expect(throws: WorkflowServiceError.self) { try await request() }
        #expect(error?.code == .failedPrecondition)
      }
      try await run.signal(name: "finish")
      #expect(try await run.result() == 1)
    }
  }

  @Test("counts by group")
  func groups() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Searched.self]) { env in
      for number in 0..<5 {
        let handle = try await env.client.start(Searched.self, id: "s\(number)", input: 1)
        if number < 2 { try await handle.terminate() }
      }
      let response = try await env.client.frontend.countWorkflowExecutions(
        CountWorkflowExecutionsRequest(query: "GROUP BY ExecutionStatus"))
      #expect(response.count == 5)
      #expect(response.groups.map(\.count) == [3, 2])
      #expect(response.groups.map(\.values) == [
        [.searchAttribute(.keyword("Running"))], [.searchAttribute(.keyword("Terminated"))],
      ])
      await #expect(throws: WorkflowServiceError.self) {
        for try await _ in env.client.list(query: "GROUP BY ExecutionStatus") {}
      }
    }
  }

  /// On a disk, where the index has a thread of its own.
  @Test("a list that begins after a start was acknowledged has the run in it, before and after restarts")
  func readsOwnWrites() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "visibility-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    for life in 0..<3 {
      let engine = try await WorkflowEngine.open(directory: directory, workflows: [Searched.self])
      #expect(try await count(engine.client, "") == 40 * life)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<4 {
          group.addTask {
            for number in 0..<10 {
              let id = "\(life)-\(lane)-\(number)"
              let handle = try await engine.client.start(Searched.self, id: id, input: 1)
              #expect(try await count(engine.client, "WorkflowId = '\(id)'") == 1)
              guard number % 2 == 0 else { continue }
              try await handle.signal(name: "finish")
              _ = try await handle.result()
              #expect(try await count(engine.client, "WorkflowId = '\(id)' AND ExecutionStatus = 'Completed'") == 1)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await count(engine.client, "ExecutionStatus = 'Running'") == 20 * (life + 1))
      if life == 1 { try await engine.checkpoint() }
      try await engine.shutdown()
      await #expect(throws: WorkflowServiceError.self) { _ = try await count(engine.client, "") }
    }
  }
}
