internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Code that no longer matches a run's history blocks the run, says where, and lets it go on when the code matches
/// again.
@Suite("Code that does not match its history", .timeLimit(.minutes(1)))
struct HistoryMismatchTests {
  @Test("the error holds the event's id, what history expects and what the code did")
  func otherActivity() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Shipping.self]) { env in
      env.mock("pack") { _ in "packed" }
      env.mock("wrap") { _ in "wrapped" }
      let handle = try await env.client.start(Shipping.self, id: "s")
      try await env.settle()
      try await env.restart(workflows: [WrappedShipping.self])
      let error = try #require(await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() })
      #expect(error.code == .historyMismatch)
      #expect(error.eventID == 5)
      #expect(error.expected == "ActivityTaskScheduled of 'pack' (id 1)")
      #expect(error.actual == "schedule activity 'wrap' (id 1)")

      let description = try await handle.describe()
      #expect(description.info.status == .running)
      #expect(description.pendingWorkflowTask?.nonDeterminismError == error)
      let failure = try #require(await handle.fetchHistory().last)
      #expect(failure.typeName == "WorkflowTaskFailed")
      guard case .workflowTaskFailed(_, _, let cause, _, _, _) = failure.attributes else { return }
      #expect(cause == .nonDeterministicError)
    }
  }

  @Test("a blocked run goes on when matching code opens the journal; a fix that does not match blocks it again")
  func goesOn() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Shipping.self]) { env in
      let pack = env.mock("pack") { _ in "packed" }
      env.mock("wrap") { _ in "wrapped" }
      let handle = try await env.client.start(Shipping.self, id: "s")
      try await pack.waitForCalls(1)
      try await env.restart(workflows: [WrappedShipping.self])
      await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      try await env.restart(workflows: [HastyShipping.self])
      let error = await #expect(throws: NonDeterminismError.self) { _ = try await handle.result() }
      #expect(error?.expected == "TimerStarted of timer 1 for 3600.0 seconds")
      #expect(error?.actual == "no command" || error?.actual == "complete the workflow")
      try await env.restart(workflows: [Shipping.self])
      #expect(try await handle.result() == "packed")
      #expect(try await handle.describe().pendingWorkflowTask == nil)
      #expect(pack.callCount == 1)
    }
  }

  @Test("a command too many names the last event of the task")
  func additionalCommand() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Shipping.self]) { env in
      env.mock("pack") { _ in "packed" }
      #expect(try await env.execute(Shipping.self, id: "s") == "packed")
      let history = try await env.client.handle(for: Shipping.self, id: "s").fetchHistory()
      let error = try #require(
        await #expect(throws: NonDeterminismError.self) {
          try await WorkflowReplayer(workflows: [EagerShipping.self]).replay(history)
        })
      #expect(error.code == .historyMismatch)
      #expect(error.eventID == 5)
      #expect(error.expected == "no further command")
      #expect(error.actual == "start timer 1 for 1.0 seconds")
    }
  }

  @Test("an unregistered type blocks the run and is named; with the type it goes on")
  func unregistered() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Shipping.self, Other.self]) { env in
      env.mock("pack") { _ in "packed" }
      let handle = try await env.client.start(Shipping.self, id: "s")
      try await env.restart(workflows: [Other.self])
      let error = await #expect(throws: WorkflowBlockedError.self) { _ = try await handle.result() }
      #expect(error?.reason == "workflow type 'Shipping' is not registered; registered: [Other]")
      try await env.restart(workflows: [Shipping.self])
      #expect(try await handle.result() == "packed")
    }
  }

  @Test("an input that the present type cannot decode blocks the run; the other code takes it")
  func undecodable() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [TextInput.self]) { env in
      let handle = try await env.client.start(TextInput.self, id: "t", input: "text")
      try await env.restart(workflows: [NumberInput.self])
      let error = await #expect(throws: WorkflowBlockedError.self) { _ = try await handle.result() }
      #expect(error?.reason.contains("argument 1 of workflow 'Input' as Int") == true, "\(String(describing: error))")
      try await env.restart(workflows: [TextInput.self])
      #expect(try await handle.result() == "text")
    }
  }
}

actor Shipping: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    let packed: String = try await context.executeActivity("pack", options: minute)
    try await context.sleep(for: .hours(1))
    return packed
  }
}

actor WrappedShipping: WorkflowDefinition {
  static var name: String { "Shipping" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.executeActivity("wrap", options: minute)
  }
}

actor HastyShipping: WorkflowDefinition {
  static var name: String { "Shipping" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.executeActivity("pack", options: minute)
  }
}

actor EagerShipping: WorkflowDefinition {
  static var name: String { "Shipping" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    async let pause: Void = context.sleep(for: .seconds(1))
    let packed: String = try await context.executeActivity("pack", options: minute)
    try await pause
    return packed
  }
}

actor Other: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String { "" }
}

actor TextInput: WorkflowDefinition {
  static var name: String { "Input" }
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    try await context.sleep(for: .seconds(1))
    return input
  }
}

actor NumberInput: WorkflowDefinition {
  static var name: String { "Input" }
  nonisolated let context = WorkflowContext.current
  func run(input: Int) async throws -> String { "\(input)" }
}
