internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

@Suite struct DeleteTests {
  private func withTally(_ body: (WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self]) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      try await body(env)
    }
  }

  private func finished(
    _ env: WorkflowTestEnvironment, id: String, _ input: Int = 0
  ) async throws -> WorkflowHandle<Tally> {
    let handle = try await env.client.start(Tally.self, id: id, input: input)
    try await handle.signal(name: "finish")
    _ = try await handle.result()
    return handle
  }

  private func ids(_ env: WorkflowTestEnvironment) async throws -> [String] {
    var ids: [String] = []
    for try await info in env.client.list() { ids.append(info.execution.workflowID) }
    return ids.sorted()
  }

  @Test("whoever waits for a run while it is deleted gets an answer", .timeLimit(.minutes(1)))
  func waiting() async throws {
    try await withTally { env in
      for number in 0..<100 {
        let handle = try await finished(env, id: "run-\(number)")
        // Together in one turn, now and then.
        async let deletion: Void = handle.delete()
        async let result = handle.result()
        do {
          #expect(try await result == 0)
        } catch let error as WorkflowServiceError {
          #expect(error.code == .notFound)
        }
        try await deletion
      }
    }
  }

  @Test("a deleted run is gone, before and after restarts and checkpoints", arguments: [false, true])
  func gone(isInCheckpoint: Bool) async throws {
    try await withTally { env in
      let closed = try await finished(env, id: "closed")
      let open = try await env.client.start(Tally.self, id: "open", input: 1)
      let kept = try await env.client.start(Tally.self, id: "kept", input: 2)
      if isInCheckpoint {
        try await env.engine.checkpoint()
        try await env.restart(.kill)
      }
      try await closed.delete()
      try await open.delete()
      for _ in 0..<3 {
        for handle in [closed, open] {
          let error = await #expect(throws: WorkflowServiceError.self) { try await handle.describe() }
          #expect(error?.code == .notFound)
          await #expect(throws: WorkflowServiceError.self) { try await handle.delete() }
        }
        #expect(try await ids(env) == ["kept"])
        try await env.engine.checkpoint()
        try await env.restart(.kill)
      }
      #expect(try await env.engine.statistics().runs == 1)
      try await kept.signal(name: "finish")
      #expect(try await kept.result() == 2)
      let again = try await env.client.start(Tally.self, id: "open", input: 3)
      #expect(again.execution.runID != open.execution.runID)
    }
  }

  @Test("the newest run that is left is then the id's current one")
  func current() async throws {
    try await withTally { env in
      let first = try await finished(env, id: "t", 1)
      let second = try await finished(env, id: "t", 2)
      let third = try await finished(env, id: "t", 3)
      func current() async throws -> String {
        try await env.client.handle(for: Tally.self, id: "t").describe().info.execution.runID
      }
      try await second.delete()
      #expect(try await current() == third.execution.runID)
      try await third.delete()
      #expect(try await current() == first.execution.runID)
      try await env.restart(.kill)
      #expect(try await current() == first.execution.runID)
      try await first.delete()
      await #expect(throws: WorkflowServiceError.self) { _ = try await current() }
    }
  }
}

extension DeleteTests {
  @Test("a run is deleted after a checkpoint has left it out: its deletion stands alone in the journal")
  func leftOut() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.retention = .seconds(60) }
    ) { env in
      let handle = try await env.client.start(Tally.self, id: "t", input: 1)
      try await handle.terminate()
      try await env.engine.checkpoint()
      try await env.sleep(for: .seconds(100))
      // The checkpoint leaves the run out; its tables may still have it when the deletion comes.
      async let checkpoint = env.engine.checkpoint()
      try? await handle.delete()
      _ = try await checkpoint
      for _ in 0..<2 {
        try await env.restart(.kill)
        #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 0)
        try await env.engine.checkpoint()
      }
    }
  }
}
