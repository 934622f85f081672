internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// What a reset means for the activities, children and parents of a run.
@Suite("Reset: activities, children, parents", .timeLimit(.minutes(1)))
struct ResetRelationsTests {
  private func withItinerary(
    _ steps: [String], configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in },
    _ body: (WorkflowTestEnvironment, WorkflowHandle<Itinerary>, ActivityMock) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Itinerary.self, Child.self], configure: configure
    ) { env in
      let act = env.mock("a") { _ in "a" }
      act.hold()
      let handle = try await env.client.start(Itinerary.self, id: "trip", input: .init(steps: steps))
      try await env.settle()
      try await body(env, handle, act)
      try await env.replayAll([Itinerary.self, Child.self])
    }
  }

  // MARK: Activities

  @Test("an activity that was open at the point runs again; the former run's attempt is told to stop")
  func openActivity() async throws {
    try await withItinerary(["act a", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await handle.tell("go")
      try await env.settle()
      let reset = try await handle.reset(to: .lastWorkflowTask)
      try await act.waitForCalls(2)
      act.release()
      #expect(try await reset.result() == ["a", "go"])
      #expect(act.calls.map(\.info.workflowExecution.runID) == [handle.execution.runID, reset.execution.runID])
      #expect(act.calls.map(\.info.attempt) == [1, 1])
    }
  }

  @Test("an activity that must not be repeated keeps its outcome")
  func keptOutcome() async throws {
    try await withItinerary(["once a", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await handle.tell("go")
      try await env.settle()
      let point = try #require(try await handle.points().last)
      act.release()
      #expect(try await handle.result() == ["a", "go"])
      let reset = try await handle.reset(to: .event(point))
      try await env.restart(.kill)
      #expect(try await reset.result() == ["a", "go"])
      #expect(act.callCount == 1)
    }
  }

  @Test("an activity that must not be repeated and was in flight has an unknown outcome")
  func unknownOutcome() async throws {
    try await withItinerary(["once a", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await handle.tell("go")
      try await env.settle()
      let reset = try await handle.reset(to: .lastWorkflowTask)
      #expect(try await reset.result() == ["unknown", "go"])
      #expect(act.callCount == 1)
    }
  }

  @Test("an activity that must not be repeated and had not begun just runs")
  func notBegun() async throws {
    try await withItinerary(["act a"], configure: { $0.maxConcurrentActivities = 1 }) { env, _, act in
      try await act.waitForCalls(1)
      let waiting = try await env.client.start(Itinerary.self, id: "waiting", input: .init(steps: ["once b", "wait"]))
      let other = env.mock("b") { _ in "b" }
      try await waiting.tell("go")
      try await env.settle()
      let reset = try await waiting.reset(to: .lastWorkflowTask)
      act.release()
      #expect(try await reset.result() == ["b", "go"])
      #expect(other.callCount == 1)
    }
  }

  // MARK: Children

  private func runs(_ env: WorkflowTestEnvironment, of id: String) async throws -> Int {
    try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "WorkflowId = '\(id)'")
  }

  /// Waits until the run has completed so many workflow tasks.
  private func settle(_ env: WorkflowTestEnvironment, _ handle: WorkflowHandle<Itinerary>, tasks: Int) async throws {
    while try await handle.points().count < tasks { try await env.settle() }
  }

  private func poke(_ env: WorkflowTestEnvironment, _ id: String) async throws {
    try await env.client.handle(for: Child.self, id: id)
      .signal(name: "poke", input: [try JSONPayloadConverter().payload(for: "test")])
  }

  @Test("a child that is open becomes the new run's")
  func openChild() async throws {
    try await withItinerary(["start c", "act a", "join"]) { env, handle, act in
      act.release()
      try await settle(env, handle, tasks: 3)
      let reset = try await handle.reset(to: .lastWorkflowTask)
      #expect(try await env.client.handle(for: Child.self, id: "c").describe().info.status == .running)
      try await env.restart(.kill)
      #expect(try await reset.describe().pendingChildren.map(\.execution.workflowID) == ["c"])
      try await poke(env, "c")
      #expect(try await reset.result() == ["started c", "a", "signalled by test"])
      #expect(try await runs(env, of: "c") == 1)
    }
  }

  @Test("the outcome of a child that closed after the point is delivered again", arguments: [false, true])
  func closedChild(afterTermination: Bool) async throws {
    try await withItinerary(["adopt c", "act a", "join"]) { env, handle, act in
      act.release()
      try await settle(env, handle, tasks: 3)
      let point = try #require(try await handle.points().last)
      if afterTermination { try await handle.terminate() }
      try await poke(env, "c")
      if !afterTermination { _ = try await handle.result() }
      try await env.settle()
      let reset = try await handle.reset(to: .event(point))
      try await env.restart(.kill)
      #expect(try await reset.result() == ["started c", "a", "signalled by test"])
      #expect(try await runs(env, of: "c") == 1)
    }
  }

  @Test("a child that ended with the former run is seen as terminated")
  func terminatedChild() async throws {
    try await withItinerary(["start c", "act a", "join"]) { env, handle, act in
      act.release()
      try await settle(env, handle, tasks: 3)
      let point = try #require(try await handle.points().last)
      try await handle.terminate()
      #expect(try await handle.reset(to: .event(point)).result() == ["started c", "a", "the workflow was terminated"])
    }
  }

  @Test("a child that was asked for after the point ends, and is asked for again", arguments: ["start", "adopt"])
  func undoneChild(step: String) async throws {
    try await withItinerary(["act a", "\(step) c", "join"]) { env, handle, act in
      act.release()
      try await settle(env, handle, tasks: 3)
      let former = try await env.client.handle(for: Child.self, id: "c").describe().info.execution
      let points = try await handle.points()
      let reset = try await handle.reset(to: .event(points[1]))
      try await env.settle()
      let child = env.client.handle(for: Child.self, id: "c", runID: former.runID)
      #expect(try await child.describe().info.status == .terminated)
      try await env.restart(.kill)
      try await poke(env, "c")
      #expect(try await reset.result() == ["a", "started c", "signalled by test"])
      #expect(try await runs(env, of: "c") == 2)
    }
  }

  @Test("a child is reset: its parent waits on, and gets the new run's result")
  func resetChild() async throws {
    try await withItinerary(["start c", "join"]) { env, handle, _ in
      let child = env.client.handle(for: Child.self, id: "c")
      let reset = try await child.reset(to: .firstWorkflowTask)
      try await env.settle()
      #expect(try await handle.describe().info.status == .running)
      try await env.restart(.kill)
      try await poke(env, "c")
      #expect(try await handle.result() == ["started c", "signalled by test"])
      #expect(try await reset.describe().parent?.execution == handle.execution)
      #expect(
        try await handle.fetchHistory().typeNames.filter { $0.contains("Child") } == [
          "StartChildWorkflowExecutionInitiated", "ChildWorkflowExecutionStarted", "ChildWorkflowExecutionCompleted",
        ])
    }
  }
}
