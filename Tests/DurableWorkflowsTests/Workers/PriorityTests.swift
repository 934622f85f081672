internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Priorities and fairness keys, from the call to the queue and back from the journal.
@Suite("Priorities of activities", .timeLimit(.minutes(1)))
struct PriorityTests {
  @Test("urgent activities overtake those that wait; a restart keeps the order")
  func levels() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Errands.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(
        Errands.self, id: "e",
        input: Errands.Errand.some(1, "first", level: 1) + Errands.Errand.some(2, "low", level: 5)
          + Errands.Errand.some(2, "usual") + Errands.Errand.some(2, "high", level: 2))
      try await mock.waitForCalls(1)
      #expect(try await env.client.describeTaskQueue().backlogByPriority == [0, 2, 2, 0, 2])
      try await env.restart(.kill)
      try await mock.waitForCalls(2)
      #expect(try await env.client.describeTaskQueue().backlogByPriority == [0, 2, 2, 0, 2])
      mock.release()
      _ = try await handle.result()
      #expect(mock.errands == ["first0", "first0", "high0", "high1", "usual0", "usual1", "low0", "low1"])
    }
  }

  @Test("a key with many activities delays another key's by less than twice their own time")
  func fairness() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Errands.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      let noisy = try await env.client.start(
        Errands.self, id: "noisy", input: Errands.Errand.some(300, "n"),
        options: .init(priority: Priority(fairnessKey: "noisy")))
      try await mock.waitForCalls(1)
      let quiet = try await env.client.start(
        Errands.self, id: "quiet", input: Errands.Errand.some(10, "q"),
        options: .init(priority: Priority(fairnessKey: "quiet")))
      try await env.settle()
      mock.release()
      _ = try await quiet.result()
      _ = try await noisy.result()
      let last = mock.errands.lastIndex { $0.hasPrefix("q") } ?? 0
      #expect(last <= 20)
    }
  }

  @Test("children, new runs of a chain and activities inherit what is unset; histories tell what was set")
  func inheritance() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Errands.self, Delegation.self], configure: { $0.maxConcurrentActivities = 1 }
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      let priority = Priority(priorityKey: 4, fairnessKey: "tenant", fairnessWeight: 2)
      let handle = try await env.client.start(Delegation.self, id: "d", input: 0, options: .init(priority: priority))
      try await mock.waitForCalls(1)
      let first = try await env.client.history(of: handle.pinned.execution)
      guard case .workflowExecutionStarted(let started)? = first.first?.attributes else { throw Missing() }
      #expect(started.priority == priority)
      let child = try await env.client.history(of: WorkflowExecution(workflowID: "child"))
      guard case .workflowExecutionStarted(let childStarted)? = child.first?.attributes else { throw Missing() }
      #expect(childStarted.priority == Priority(priorityKey: 5, fairnessKey: "tenant", fairnessWeight: 2))
      try await env.restart(.kill)
      mock.release()
      #expect(try await handle.result() == ["own", "urgent"])
      let last = try await env.client.history(of: WorkflowExecution(workflowID: "d"))
      guard case .workflowExecutionStarted(let continued)? = last.first?.attributes else { throw Missing() }
      #expect(continued.priority == priority)
      let scheduled = last.compactMap { event in
        if case .activityTaskScheduled(let attributes) = event.attributes { attributes.priority } else { nil }
      }
      #expect(scheduled == [Priority(), Priority(priorityKey: 1)])
      try await env.replayAll([Errands.self, Delegation.self])
    }
  }

  private struct Missing: Error {}

  @Test("invalid priorities are refused, at the start and in the workflow")
  func invalid() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Errands.self]) { env in
      env.mockErrands()
      for priority in [
        Priority(priorityKey: 6), Priority(priorityKey: -1), Priority(fairnessWeight: 1001),
        Priority(fairnessWeight: -1), Priority(fairnessKey: String(repeating: "k", count: 65)),
      ] {
        let error = await #expect(throws: WorkflowServiceError.self) {
          _ = try await env.client.start(Errands.self, id: "e", input: [], options: .init(priority: priority))
        }
        #expect(error?.code == .invalidArgument)
      }
      let failed = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Errands.self, input: Errands.Errand.some(1, "x", level: 9))
      }
      #expect(failed?.cause.root.message.contains("priority key is 9") == true)
    }
  }
}
