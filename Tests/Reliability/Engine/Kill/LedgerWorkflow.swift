internal import DurableWorkflows

/// The workload of the kill loop: steps, timers, signals, updates, children, as its plan says.
actor LedgerWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var signals: [Int] = []
  private var updates: [Int] = []
  private var plan = LedgerPlan()

  static var handlers: WorkflowHandlers<LedgerWorkflow> {
    WorkflowHandlers()
      .signal("note") { workflow, arguments in workflow.signals.append(try arguments.decode(0)) }
      .update(
        "add",
        validator: { _, arguments in
          let number: Int = try arguments.decode(0)
          if number < 1 { throw ApplicationError("updates are numbered from 1") }
        }
      ) { workflow, arguments in
        let number: Int = try arguments.decode(0)
        try await workflow.step(number)
        workflow.updates.append(number)
        return number * 2
      }
  }

  func run(input: LedgerPlan) async throws -> LedgerOutcome {
    plan = input
    var steps = plan.stepsBefore
    for number in 0..<plan.steps {
      try await step(number)
      steps += 1
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<plan.parallel { group.addTask { try await self.step(number) } }
      try await group.waitForAll()
    }
    steps += plan.parallel
    if plan.timer > 0 { try await context.sleep(for: .milliseconds(plan.timer)) }
    steps += try await childSteps()
    var locals = 0
    for _ in 0..<plan.locals {
      locals += try await context.executeLocalActivity("one", options: LedgerWorkflow.local, returning: Int.self)
    }
    if plan.continues {
      var next = plan
      next.continues = false
      next.stepsBefore = steps
      try context.continueAsNew(next)
    }
    try await context.condition { signals.count >= plan.signals && updates.count >= plan.updates }
    return LedgerOutcome(
      steps: steps + updates.count, signals: signals.sorted(), updates: updates.sorted(), locals: locals)
  }

  private func childSteps() async throws -> Int {
    guard plan.childSteps > 0 else { return 0 }
    let outcome = try await context.executeChildWorkflow(
      LedgerWorkflow.self, input: LedgerPlan(parallel: plan.childSteps),
      options: ChildWorkflowOptions(workflowID: "\(context.info.execution.workflowID)-\(plan.continues ? 1 : 2)"))
    return outcome.steps
  }

  private func step(_ number: Int) async throws {
    let padding = String(repeating: "x", count: plan.padding)
    let _: UInt64 = try await context.executeActivity(
      "effect", number % 13 == 5, padding, options: LedgerWorkflow.options)
  }

  private static let options = ActivityOptions(
    startToCloseTimeout: .hours(1), retryPolicy: RetryPolicy(initialInterval: .milliseconds(1)))
  private static let local = LocalActivityOptions(startToCloseTimeout: .hours(1))
}

/// The steps: each is written down in the ledger.
struct LedgerActivities: ActivityContainer {
  /// Nothing to call: the workflow names the activities itself.
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  let activities: [ActivityDefinition]

  init(_ ledger: LedgerClient) {
    activities = [
      ActivityDefinition("effect") { arguments in
        guard let info = ActivityExecutionContext.current?.info else {
          throw ApplicationError("a step ran outside an activity", isNonRetryable: true)
        }
        let isFlaky: Bool = try arguments.decode(0)
        let receipt = try await ledger.record(
          key: info.idempotencyKey, attempt: info.attempt, mustFail: isFlaky && info.attempt == 1)
        guard let receipt else { throw ApplicationError("the first attempt of this step fails") }
        return receipt
      },
      ActivityDefinition("one") { _ in 1 },
    ]
  }
}
