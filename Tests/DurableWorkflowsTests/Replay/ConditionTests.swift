internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Conditions, deadlines and signals that come together.
@Suite("Conditions", .timeLimit(.minutes(1)))
struct ConditionTests {
  @Test("without a signal the deadline passes at its time")
  func deadline() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [ApprovalCondition.self]) { env in
      let start = env.now
      let result = try await env.execute(ApprovalCondition.self, id: "a")
      #expect(result == "too late")
      #expect(env.now - start == .hours(1))
    }
  }

  @Test("a condition that holds in time cancels its timer")
  func inTime() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [ApprovalCondition.self]) { env in
      let handle = try await env.client.start(ApprovalCondition.self, id: "a")
      try await env.sleep(for: .minutes(59))
      try await handle.signal(name: "approve")
      #expect(try await handle.result() == "approved")
      let types = try await handle.fetchHistory().typeNames
      #expect(types.contains("TimerCanceled"))
      #expect(!types.contains("TimerFired"))
    }
  }

  @Test("a deadline and a signal that arrive together count in the order of history")
  func together() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [ApprovalCondition.self]) { env in
      let signalled = try await env.client.start(ApprovalCondition.self, id: "signalled")
      try await env.settle()
      let history = try await signalled.fetchHistory()
      let timer = try #require(history.last { $0.typeName == "TimerStarted" })
      let at = timer.time + .hours(1)
      func event(_ id: Int64, _ attributes: EventAttributes) -> HistoryEvent {
        HistoryEvent(id: id, time: at, attributes: attributes)
      }
      let next = history.count
      let signal = EventAttributes.workflowExecutionSignaled(
        signalName: "approve", input: [], identity: "", header: [:], requestID: "")
      let fired = EventAttributes.timerFired(timerID: "1", startedEventID: timer.id)
      let replayer = WorkflowReplayer(workflows: [ApprovalCondition.self])
      let signalFirst = history + [event(Int64(next + 1), signal), event(Int64(next + 2), fired)]
      let timerFirst = history + [event(Int64(next + 1), fired), event(Int64(next + 2), signal)]
      let approved = [try JSONPayloadConverter().payload(for: "approved")]
      let tooLate = [try JSONPayloadConverter().payload(for: "too late")]
      #expect(try await replayer.replay(signalFirst).result == approved)
      #expect(try await replayer.replay(timerFirst).result == tooLate)
    }
  }

  @Test("cancelling a run that waits for a condition cancels the condition's timer, and the run")
  func cancelled() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [ApprovalCondition.self]) { env in
      let handle = try await env.client.start(ApprovalCondition.self, id: "a")
      try await env.settle()
      try await handle.cancel(reason: "no longer needed")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      let types = try await handle.fetchHistory().typeNames
      #expect(types.suffix(2) == ["TimerCanceled", "WorkflowExecutionCanceled"])
    }
  }

  @Test("conditions that become true at once are woken in the order in which they were made")
  func order() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Queue.self]) { env in
      let handle = try await env.client.start(Queue.self, id: "q", input: 30)
      try await env.settle()
      try await handle.signal(name: "open")
      #expect(try await handle.result() == Array(0..<30))
      try await WorkflowReplayer(workflows: [Queue.self]).replay(handle.fetchHistory())
    }
  }
}

actor ApprovalCondition: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isApproved = false
  static var handlers: WorkflowHandlers<ApprovalCondition> {
    WorkflowHandlers().signal("approve") { workflow, _ in workflow.isApproved = true }
  }
  func run(input: Empty) async throws -> String {
    do {
      try await context.condition(timeout: .hours(1)) { isApproved }
      return "approved"
    } catch is TimeoutError {
      return "too late"
    }
  }
}

actor Queue: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isOpen = false
  private var served: [Int] = []
  static var handlers: WorkflowHandlers<Queue> {
    WorkflowHandlers().signal("open") { workflow, _ in workflow.isOpen = true }
  }
  func run(input count: Int) async throws -> [Int] {
    try await withThrowingTaskGroup { group in
      for index in 0..<count { group.addTask { try await self.wait(index) } }
      try await group.waitForAll()
    }
    return served
  }
  private func wait(_ index: Int) async throws {
    try await context.condition { isOpen }
    served.append(index)
  }
}
