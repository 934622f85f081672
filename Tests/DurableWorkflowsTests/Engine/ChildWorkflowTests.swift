internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Children: outcomes, cancellation types, parent-close policies; and requests to other runs.
@Suite("Children and other runs", .timeLimit(.minutes(1)))
struct ChildWorkflowTests {
  @Test("a parent gets its child's result, also when it is killed between the two")
  func result() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Parent.self, Child.self]) { env in
      let handle = try await env.client.start(Parent.self, id: "p", input: Parent.Plan(child: .sleep))
      try await env.settle()
      try await env.restart(.kill)
      #expect(try await handle.result() == "child slept")
      #expect(
        try await handle.fetchHistory().typeNames.filter { $0.contains("Child") } == [
          "StartChildWorkflowExecutionInitiated", "ChildWorkflowExecutionStarted", "ChildWorkflowExecutionCompleted",
        ])
    }
  }

  @Test("a child's failure is a ChildWorkflowError with the cause; its retry policy is its own")
  func failure() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Parent.self, Child.self]) { env in
      var plan = Parent.Plan(child: .fail)
      plan.attempts = 3
      let result = try await env.execute(Parent.self, id: "p", input: plan)
      #expect(result == "failed: attempt 3")
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 4)
    }
  }

  @Test("an id that is taken, and a type that is not registered, are errors of the start")
  func refused() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Parent.self, Child.self]) { env in
      _ = try await env.client.start(Child.self, id: "child", input: .wait)
      #expect(try await env.execute(Parent.self, id: "p", input: Parent.Plan(child: .wait)) == "already started")
    }
  }

  @Test("cancellation reaches the child by the caller's type", arguments: [
    (ChildWorkflowCancellationType.abandon, "Running"), (.tryCancel, "Canceled"),
    (.waitCancellationCompleted, "Canceled"), (.waitCancellationRequested, "Canceled"),
  ])
  func cancellation(type: ChildWorkflowCancellationType, childStatus: String) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Parent.self, Child.self]) { env in
      var plan = Parent.Plan(child: .wait)
      plan.cancellationType = type.rawValue
      plan.closePolicy = ParentClosePolicy.abandon.rawValue
      let handle = try await env.client.start(Parent.self, id: "p", input: plan)
      try await env.settle()
      try await handle.cancel()
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      try await env.settle()
      let child: WorkflowHandle<Child> = env.client.handle(id: "child")
      #expect(try await child.describe().info.status.description == childStatus)
      try await env.replayAll([Parent.self, Child.self, Messenger.self, Looper.self])
    }
  }

  @Test("a closing parent terminates, cancels or leaves its child", arguments: [
    (ParentClosePolicy.terminate, "Terminated"), (.requestCancel, "Canceled"), (.abandon, "Running"),
  ])
  func parentClose(policy: ParentClosePolicy, childStatus: String) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Parent.self, Child.self]) { env in
      var plan = Parent.Plan(child: .wait)
      plan.closePolicy = policy.rawValue
      plan.leaves = true
      #expect(try await env.execute(Parent.self, id: "p", input: plan) == "left")
      try await env.settle()
      let child: WorkflowHandle<Child> = env.client.handle(id: "child")
      #expect(try await child.describe().info.status.description == childStatus)
    }
  }

  @Test("a workflow signals and cancels other runs, and learns when there is none")
  func external() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Messenger.self, Child.self]) { env in
      let child = try await env.client.start(Child.self, id: "other", input: .wait)
      #expect(try await env.execute(Messenger.self, id: "m", input: "other") == "signalled")
      #expect(try await child.result() == "signalled by m")
      #expect(try await env.execute(Messenger.self, id: "n", input: "nobody") == "workflow 'nobody' has no open run to receive it")
      try await env.replayAll([Parent.self, Child.self, Messenger.self, Looper.self])
    }
  }

  @Test("continue-as-new starts afresh under the same id; no signal is lost, and the client follows the chain")
  func continueAsNew() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Looper.self]) { env in
      let handle = try await env.client.start(Looper.self, id: "l", input: Looper.State(rounds: 3, total: 0))
      for number in 1...30 {
        try await handle.signal(name: "add", input: [try JSONPayloadConverter().payload(for: number)])
        if number == 15 { try await env.restart(.kill) }
      }
      #expect(try await handle.result() == 465)
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 4)
      try await env.replayAll([Parent.self, Child.self, Messenger.self, Looper.self])
    }
  }

  @Test("a failed run is retried by its policy, with backoff, and says so in its history")
  func workflowRetry() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Child.self]) { env in
      var options = WorkflowClient.StartOptions()
      options.retryPolicy = RetryPolicy(initialInterval: .seconds(10), maximumAttempts: 3)
      let start = env.clock.now()
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.client.execute(Child.self, id: "c", input: .fail, options: options)
      }
      #expect(error?.cause.message == "attempt 3")
      #expect(env.clock.now() - start == .seconds(30))
    }
  }

  @Test("a start delay holds the first task back; a signal ends it")
  func startDelay() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Child.self, Tally.self]) { env in
      let start = env.clock.now()
      let options = WorkflowClient.StartOptions(startDelay: .seconds(600))
      _ = try await env.client.execute(Child.self, id: "c", input: .sleep, options: options)
      #expect(env.clock.now() - start == .seconds(4200))
      let tally = try await env.client.start(Tally.self, id: "t", input: 1, options: options)
      try await tally.signal(name: "finish")
      #expect(try await tally.result() == 1)
      #expect(env.clock.now() - start == .seconds(4200))
    }
  }
}

actor Child: WorkflowDefinition {
  enum Task: String, Codable, Sendable { case sleep, fail, wait }
  nonisolated let context = WorkflowContext.current
  private var sender: String?

  static var handlers: WorkflowHandlers<Child> {
    WorkflowHandlers().signal("poke") { workflow, arguments in workflow.sender = try arguments.decode(0) }
  }

  func run(input: Task) async throws -> String {
    switch input {
    case .sleep:
      try await context.sleep(for: .seconds(3600))
      return "slept"
    case .fail:
      throw ApplicationError("attempt \(context.info.attempt)")
    case .wait:
      try await context.condition { sender != nil }
      return "signalled by \(sender ?? "")"
    }
  }
}

actor Parent: WorkflowDefinition {
  struct Plan: Codable, Sendable {
    var child: Child.Task
    var attempts = 0
    var cancellationType = ChildWorkflowCancellationType.waitCancellationCompleted.rawValue
    var closePolicy = ParentClosePolicy.terminate.rawValue
    var leaves = false
  }
  nonisolated let context = WorkflowContext.current

  func run(input plan: Plan) async throws -> String {
    var options = ChildWorkflowOptions(workflowID: "child")
    if plan.attempts > 0 { options.retryPolicy = RetryPolicy(maximumAttempts: plan.attempts) }
    options.cancellationType = ChildWorkflowCancellationType(rawValue: plan.cancellationType) ?? .tryCancel
    options.parentClosePolicy = ParentClosePolicy(rawValue: plan.closePolicy) ?? .terminate
    do {
      let child = try await context.startChildWorkflow(Child.self, input: plan.child, options: options)
      if plan.leaves { return "left" }
      return "child " + (try await child.result())
    } catch let error as ChildWorkflowError {
      if error.isAlreadyStarted { return "already started" }
      if case .canceled = error.cause.info { throw error }
      return "failed: \(error.cause.message)"
    }
  }
}

actor Messenger: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input target: String) async throws -> String {
    do {
      let other: ExternalWorkflowHandle<Child> = context.externalWorkflow(id: target)
      try await other.signal(WorkflowSignalReference<Child, String>("poke"), context.info.execution.workflowID)
      return "signalled"
    } catch let error as ExternalWorkflowError {
      return error.message
    }
  }
}

actor Looper: WorkflowDefinition {
  struct State: Codable, Sendable {
    var rounds: Int
    var total: Int
  }
  nonisolated let context = WorkflowContext.current
  private var total = 0
  private var seen = 0

  static var handlers: WorkflowHandlers<Looper> {
    WorkflowHandlers().signal("add") { workflow, arguments in
      workflow.total += try arguments.decode(0)
      workflow.seen += 1
    }
  }

  func run(input: State) async throws -> Int {
    total += input.total
    try await context.condition { seen >= (input.rounds == 0 ? 3 : 9) }
    if input.rounds == 0 { return total }
    try context.continueAsNew(State(rounds: input.rounds - 1, total: total))
  }
}
