internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// A run begins again from a point of its history: what came before is kept, what came after is undone, and the
/// messages that came after are delivered again.
@Suite("Reset", .timeLimit(.minutes(1)))
struct ResetTests {
  private func withItinerary(
    _ steps: [String], options: WorkflowClient.StartOptions = .init(),
    _ body: (WorkflowTestEnvironment, WorkflowHandle<Itinerary>, ActivityMock) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Itinerary.self, Child.self]) { env in
      let act = env.mock("a") { _ in "a" }
      env.mock("b") { _ in "b" }
      let handle = try await env.client.start(Itinerary.self, id: "trip", input: .init(steps: steps), options: options)
      try await env.settle()
      try await body(env, handle, act)
      try await env.replayAll([Itinerary.self, Child.self])
    }
  }

  @Test("a closed run can be reset to every workflow task; the result is the same, what was recorded is not done again")
  func everyPoint() async throws {
    try await withItinerary(["act a", "sleep 60", "act b", "wait", "act a"]) { env, handle, act in
      try await handle.tell("hello")
      let result = try await handle.result()
      #expect(result == ["a", "slept", "b", "hello", "a"])
      let history = try await handle.fetchHistory()
      let points = try await handle.points()
      // The counted ones first: an attempt of a killed engine may still be on its way.
      for point in points.filter({ !$0.isMultiple(of: 2) }) + points.filter({ $0.isMultiple(of: 2) }) {
        let calls = act.callCount
        let reset = try await handle.reset(to: .event(point), reason: "try again")
        if point.isMultiple(of: 2) { try await env.restart(.kill) }
        #expect(try await reset.result() == result)
        let copy = try await reset.fetchHistory()
        #expect(copy[1..<Int(point - 1)] == history[1..<Int(point - 1)])
        guard case .workflowTaskFailed(_, _, let cause, let failure, _, let note) = copy[Int(point) - 1].attributes
        else {
          Issue.record("event \(point) is a \(copy[Int(point) - 1].typeName)")
          continue
        }
        #expect(cause == .resetWorkflow)
        #expect(failure.message == "try again")
        #expect(note == WorkflowReset(baseRunID: handle.execution.runID, newRunID: reset.execution.runID))
        // What had not ended at the point runs again, whether it had begun or not: the signal may come before or after.
        let repeated = history[(Int(point) - 1)...].count {
          guard case .activityTaskCompleted(let scheduledEventID, _, _, _) = $0.attributes,
            case .activityTaskScheduled(let activity) = history[Int(scheduledEventID) - 1].attributes
          else { return false }
          return activity.activityType == "a"
        }
        if !point.isMultiple(of: 2) { #expect(act.callCount - calls == repeated) }
      }
      #expect(try await handle.fetchHistory() == history, "the former run is as it was")
    }
  }

  @Test("a workflow task is named by its completed event, its started event, or the event after its start", arguments: [
    0, -1,
  ])
  func names(offset: Int64) async throws {
    try await withItinerary(["act a", "sleep 60", "draw"]) { env, handle, act in
      let result = try await handle.result()
      let point = try #require(try await handle.points().last)
      let reset = try await handle.reset(to: .event(point + offset))
      let other = try await reset.result()
      #expect(other.prefix(2) == result.prefix(2))
      #expect(other != result)
      let types = try await reset.fetchHistory().typeNames
      #expect(types[(Int(point) - 3)..<Int(point)] == ["WorkflowTaskScheduled", "WorkflowTaskStarted", "WorkflowTaskFailed"])
      #expect(act.callCount == 1)
    }
  }

  @Test("an open run is terminated; signals and updates that came later arrive again, in their order")
  func reapplies() async throws {
    try await withItinerary(["act a", "wait", "wait", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await env.settle()
      #expect(try await handle.executeUpdate(Itinerary.ask, "one", updateID: "u1") == "answer to one")
      try await handle.tell("two")
      let point = try #require(try await handle.points().dropFirst().first)
      let reset = try await handle.reset(to: .event(point), reason: "wrong turn")
      let description = try await handle.pinned.describe()
      #expect(description.info.status == .terminated)
      let last = try await handle.fetchHistory().last?.attributes
      guard case .workflowExecutionTerminated(let reason, _, _)? = last else {
        Issue.record("not terminated")
        return
      }
      #expect(reason == "Terminated due to reset to event \(point): wrong turn")
      #expect(try await env.client.handle(for: Itinerary.self, id: "trip").describe().info.execution == reset.execution)
      try await env.restart(.kill)
      let answer = try await reset.executeUpdate(Itinerary.ask, "other", updateID: "u1")
      #expect(answer == "answer to one", "the id dedupes")
      try await reset.tell("three")
      #expect(try await reset.result() == ["a", "two", "asked one", "three"])
      #expect(act.callCount == 1)
      let types = try await reset.fetchHistory().typeNames
      #expect(types.filter { $0.contains("Update") || $0.contains("Signaled") } == [
        "WorkflowExecutionUpdateAdmitted", "WorkflowExecutionSignaled", "WorkflowExecutionUpdateAccepted",
        "WorkflowExecutionUpdateCompleted", "WorkflowExecutionSignaled",
      ])
    }
  }

  @Test("messages are delivered again as wanted", arguments: [
    (ResetWorkflowExecutionRequest.Reapply.signals, "two"), (.updates, "asked one"),
    (ResetWorkflowExecutionRequest.Reapply(), "later"),
  ])
  func chooses(reapply: ResetWorkflowExecutionRequest.Reapply, first: String) async throws {
    try await withItinerary(["wait", "wait"]) { env, handle, _ in
      _ = try await handle.executeUpdate(Itinerary.ask, "one")
      try await handle.tell("two")
      #expect(try await handle.result() == ["asked one", "two"])
      let reset = try await handle.reset(to: .firstWorkflowTask, reapply: reapply)
      try await reset.tell("later")
      try await env.settle()
      if try await reset.describe().info.status == .running { try await reset.tell("latest") }
      #expect(try await reset.result().first == first)
    }
  }

  @Test("the numbers before the point are the same, those after it are others")
  func reseeds() async throws {
    try await withItinerary(["draw", "sleep 10", "draw", "wait"]) { env, handle, _ in
      try await handle.tell("go")
      let base = try await handle.result()
      let second = try await handle.reset(to: .lastWorkflowTask)
      try await env.restart(.kill)
      let other = try await second.result()
      #expect(other[0] == base[0])
      #expect(other[2] != base[2])
      let third = try await second.reset(to: .lastWorkflowTask).result()
      #expect(third[0] == base[0])
      #expect(Set([base[2], other[2], third[2]]).count == 3)
      let first = try await handle.reset(to: .firstWorkflowTask).result()
      #expect(first[0] != base[0])
    }
  }

  @Test("a request id has one effect, also after a kill and another reset")
  func dedupes() async throws {
    try await withItinerary(["act a", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await env.settle()
      var request = ResetWorkflowExecutionRequest(
        execution: handle.execution, workflowTaskFinishEventID: try await handle.points()[0], requestID: "reset-1")
      let first = try await env.client.frontend.resetWorkflowExecution(request)
      try await env.restart(.kill)
      #expect(try await env.client.frontend.resetWorkflowExecution(request) == first)
      request.requestID = "reset-2"
      let second = try await env.client.frontend.resetWorkflowExecution(request)
      #expect(second != first)
      request.requestID = "reset-1"
      #expect(try await env.client.frontend.resetWorkflowExecution(request) == first)
      let current = env.client.handle(for: Itinerary.self, id: "trip")
      #expect(try await current.describe().info.execution.runID == second.runID)
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 3)
      try await current.tell("done")
      #expect(try await current.result() == ["a", "done"])
    }
  }

  @Test("points that are none are refused, and those there are named; an unknown run is not found")
  func refuses() async throws {
    try await withItinerary(["act a", "wait"]) { env, handle, act in
      try await act.waitForCalls(1)
      try await env.settle()
      let points = try await handle.points()
      let history = try await handle.fetchHistory()
      for event in [-1, 0, 1, 5, Int64(history.count) + 2, .max] where !points.contains(event) {
        let error = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.reset(to: .event(event)) }
        #expect(error?.code == .invalidArgument)
        let listed = points.map { "\($0)" }.joined(separator: ", ")
        #expect(error?.message.hasSuffix(": \(listed)") == true, "\(error?.message ?? "")")
      }
      #expect(try await handle.describe().info.status == .running, "nothing has changed")
      let unknown: WorkflowHandle<Itinerary> = env.client.handle(id: "nobody", runID: "none")
      let missing = await #expect(throws: WorkflowServiceError.self) { _ = try await unknown.reset(to: .event(4)) }
      #expect(missing?.code == .notFound)
      let delayed = try await env.client.start(
        Itinerary.self, id: "delayed", input: .init(steps: []), options: .init(startDelay: .hours(1)))
      for point in [WorkflowResetPoint.event(2), .firstWorkflowTask, .lastWorkflowTask] {
        let error = await #expect(throws: WorkflowServiceError.self) { _ = try await delayed.reset(to: point) }
        #expect(error?.message == "the run cannot be reset: no workflow task of it has completed")
      }
      try await delayed.terminate()
    }
  }

  @Test("timers keep their deadlines, and one that has passed fires at once")
  func timers() async throws {
    try await withItinerary(["sleep 3600", "wait"]) { env, handle, _ in
      let start = env.now
      try await handle.tell("one")
      try await env.settle()
      let point = try #require(try await handle.points().last)
      try await env.advance(by: .seconds(600))
      let reset = try await handle.reset(to: .event(point))
      try await env.restart(.kill)
      #expect(try await reset.result() == ["slept", "one"])
      #expect(env.now - start == .seconds(3600))
      try await env.advance(by: .hours(10))
      #expect(try await reset.reset(to: .event(point)).result() == ["slept", "one"])
      #expect(env.now - start == .seconds(39_600))
    }
  }

  @Test("timeouts count from the reset")
  func timeouts() async throws {
    let options = WorkflowClient.StartOptions(executionTimeout: .hours(2), runTimeout: .hours(1))
    try await withItinerary(["act a", "wait"], options: options) { env, handle, _ in
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .timedOut)
      try await env.advance(by: .hours(10))
      let time = env.now
      let reset = try await handle.reset(to: .lastWorkflowTask)
      try await env.advance(by: .minutes(30))
      try await env.restart(.kill)
      #expect(try await reset.describe().info.status == .running)
      #expect(try await reset.describe().deadline == time + .hours(1))
      let second = await #expect(throws: WorkflowFailedError.self) { _ = try await reset.result() }
      #expect(second?.status == .timedOut)
      #expect(env.now - time == .hours(1))
    }
  }

  @Test("a run that is blocked by other code goes on from before the change")
  func unblocks() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Pack.self]) { env in
      env.mock("pack") { _ in "packed" }
      env.mock("wrap") { _ in "wrapped" }
      let handle = try await env.client.start(Pack.self, id: "p")
      try await env.settle()
      try await env.restart(workflows: [Wrap.self])
      await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      let reset = try await handle.reset(to: .firstWorkflowTask)
      #expect(try await reset.result() == "wrapped")
      #expect(try await handle.pinned.describe().info.status == .terminated)
    }
  }

  @Test("an update that the former run could not take reaches the new one, and whoever waits for it")
  func waitingUpdate() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Pack.self]) { env in
      env.mock("pack") { _ in "packed" }
      env.mock("wrap") { _ in "wrapped" }
      let handle = try await env.client.start(Pack.self, id: "p")
      try await env.settle()
      try await env.restart(workflows: [Wrap.self])
      await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      let ribbon = WorkflowUpdateReference<Pack, String>("ribbon")
      async let update = handle.startUpdate(ribbon, updateID: "r")
      var poll = PollWorkflowExecutionUpdateRequest(execution: handle.execution, updateID: "r")
      poll.longPollTimeout = .zero
      while (try? await env.engine.pollWorkflowExecutionUpdate(poll)) == nil { try await env.settle() }
      let reset = try await handle.reset(to: .firstWorkflowTask)
      #expect(try await update.result() == "red ribbon")
      #expect(try await reset.result() == "wrapped")
    }
  }

  @Test("a link of a chain is reset: the id's open run ends, and the signals of later runs arrive, none of them twice")
  func chain() async throws {
    try await withItinerary(["act a", "next", "listen", "wait", "wait", "wait"]) { env, handle, act in
      act.hold()
      try await act.waitForCalls(1)
      try await handle.tell("x", signal: "later")
      act.release()
      let current = env.client.handle(for: Itinerary.self, id: "trip")
      while try await current.describe().info.execution == handle.execution { try await env.settle() }
      try await current.tell("y", signal: "later")
      let reset = try await handle.reset(to: .firstWorkflowTask)
      try await env.restart(.kill)
      let last = env.client.handle(for: Itinerary.self, id: "trip")
      while try await last.describe().info.execution == reset.execution { try await env.settle() }
      try await last.tell("z")
      #expect(try await reset.result() == ["a", "listening", "x", "y", "z"])
      #expect(try await current.describe().firstRunID == handle.execution.runID)
      let terminated = try await env.client.frontend.countWorkflowExecutions(
        namespace: "default", query: "ExecutionStatus = 'Terminated'")
      #expect(terminated == 1)
    }
  }

  @Test("whatever call to the file system fails, the reset has happened as a whole or not at all")
  func atomic() async throws {
    func run(failing call: Int?) async throws -> (calls: Int, isReset: Bool?) {
      try await WorkflowTestEnvironment.withEnvironment(workflows: [Itinerary.self, Child.self]) { env in
        env.mock("a") { _ in "a" }
        let handle = try await env.client.start(Itinerary.self, id: "trip", input: .init(steps: ["start c", "wait"]))
        try await handle.tell("one")
        _ = try await handle.result()
        let open = try await env.client.start(Itinerary.self, id: "open", input: .init(steps: ["wait", "wait"]))
        try await open.tell("one")
        try await env.settle()
        let fileSystem = env.fileSystem
        let first = fileSystem.callCount
        if let call { fileSystem.failCall(first + call, errno: 5, sticky: false) }
        let reset = try? await open.reset(to: .firstWorkflowTask)
        let calls = fileSystem.callCount - first
        try await env.restart(.powerLoss())
        let current = env.client.handle(for: Itinerary.self, id: "open")
        let status = try await open.pinned.describe().info.status
        let isReset = try await current.describe().info.execution != open.execution
        #expect(status == (isReset ? .terminated : .running))
        if reset != nil { #expect(isReset, "what was acknowledged is there") }
        try await current.tell("two")
        #expect(try await current.result() == ["one", "two"])
        return (calls, isReset)
      }
    }
    let calls = try await run(failing: nil).calls
    #expect(calls > 1)
    for call in 1...calls { _ = try await run(failing: call) }
  }
}

actor Pack: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    let packed: String = try await context.executeActivity("pack", options: minute)
    try await context.sleep(for: .hours(1))
    return packed
  }
}

actor Wrap: WorkflowDefinition {
  static var name: String { "Pack" }
  nonisolated let context = WorkflowContext.current

  static var handlers: WorkflowHandlers<Wrap> { WorkflowHandlers().update("ribbon") { _, _ in "red ribbon" } }

  func run(input: Empty) async throws -> String { try await context.executeActivity("wrap", options: minute) }
}
