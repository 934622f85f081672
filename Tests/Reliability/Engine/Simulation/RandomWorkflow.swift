internal import DurableWorkflows

/// Does what a ``RandomPlan`` says.
actor RandomWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var plan = RandomPlan()
  private var signals: [Int] = []
  private var updates: [Int] = []

  static var handlers: WorkflowHandlers<RandomWorkflow> {
    WorkflowHandlers()
      .signal("note") { workflow, arguments in
        let number: Int = try arguments.decode(0)
        // Signals from other workflows carry numbers that nobody waits for.
        if number >= 0 { workflow.signals.append(number) }
      }
      .update(
        "add",
        validator: { _, arguments in
          let number: Int = try arguments.decode(0)
          if number < 0 { throw ApplicationError("the number is negative", type: "refused") }
        }
      ) { workflow, arguments in
        let number: Int = try arguments.decode(0)
        let value: Int = try await workflow.context.executeActivity(
          "add", RandomPlan.value(ofUpdate: number), options: RandomWorkflow.patient)
        workflow.updates.append(number)
        return value
      }
      .query("sum") { workflow, _ in workflow.signals.count }
  }

  static let patient = ActivityOptions(
    startToCloseTimeout: .hours(10), retryPolicy: RetryPolicy(initialInterval: .seconds(2)))
  static let fragile = ActivityOptions(startToCloseTimeout: .hours(10), retryPolicy: RetryPolicy.none)
  static let beating = ActivityOptions(startToCloseTimeout: .hours(10), heartbeatTimeout: .hours(5))
  private static let local = LocalActivityOptions(startToCloseTimeout: .hours(10))

  func run(input: RandomPlan) async throws -> Int {
    plan = input
    var sum = plan.sumBefore
    for entry in plan.entries { sum += try await take(entry) }
    switch plan.ending {
    case .continues:
      var next = plan
      next.sumBefore = sum
      next.ending = .returns
      try context.continueAsNew(next)
    case .cancelled: return try await waitForCancellation(sum)
    case .terminated, .timesOut: try await context.condition { false }
    case .returns, .fails: break
    }
    try await context.condition { signals.count >= plan.signals && updates.count >= plan.updates }
    sum += signals.reduce(0) { $0 + RandomPlan.value(ofSignal: $1) }
    sum += updates.reduce(0) { $0 + RandomPlan.value(ofUpdate: $1) }
    if plan.ending == .fails { throw ApplicationError("\(sum)", type: "planned") }
    return sum
  }

  private func waitForCancellation(_ sum: Int) async throws -> Int {
    do {
      try await context.sleep(for: .days(400))
      return -1
    } catch is CanceledError {
      let context = context
      return try await context.withCancellationShield {
        try await context.executeActivity("add", sum, options: RandomWorkflow.patient)
      }
    }
  }

  // MARK: Steps

  private func take(_ entry: RandomPlan.Entry) async throws -> Int {
    let value = entry.value
    switch entry.step {
    case .activity: return try await context.executeActivity("add", value, options: RandomWorkflow.patient)
    case .flaky: return try await context.executeActivity("flaky", value, options: RandomWorkflow.patient)
    case .heartbeat: return try await context.executeActivity("beat", value, options: RandomWorkflow.beating)
    case .fragile: return try await takingFailures(value) {
      try await $0.executeActivity("add", value, options: RandomWorkflow.fragile)
    }
    case .failing: return try await takingFailures(0) {
      try await $0.executeActivity("fail", value, options: RandomWorkflow.patient)
    }
    case .parallel: return try await parallel(value)
    case .blob:
      let text = String(repeating: "b", count: 1500 + value)
      return try await context.executeActivity("measure", text, value, options: RandomWorkflow.patient)
    case .local: return try await context.executeLocalActivity("add", value, options: RandomWorkflow.local)
    case .sideEffect: return try context.sideEffect { value }
    case .memo:
      try context.upsertMemo(["value": Payload(encoding: Payload.jsonPlain, data: Array("\(value)".utf8))])
      return 0
    default: return try await takeTime(entry)
    }
  }

  private func takeTime(_ entry: RandomPlan.Entry) async throws -> Int {
    let context = context
    let value = entry.value
    switch entry.step {
    case .sleep: try await context.sleep(for: .minutes(value))
    case .conditionTimeout:
      do {
        try await context.condition(timeout: .minutes(value)) { false }
      } catch is TimeoutError {}
    case .raceTimer:
      try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask { try await context.executeActivity("slow", value, options: RandomWorkflow.patient) }
        group.addTask {
          try await context.sleep(for: .minutes(value))
          return 0
        }
        _ = try await group.next()
        group.cancelAll()
      }
    case .child: return try await child(RandomPlan(entries: [.init(step: .parallel, value: value)]))
    case .cancelledChild:
      let task = Task(executorPreference: context.taskExecutor) {
        try await self.child(RandomPlan(ending: .cancelled))
      }
      try await context.sleep(for: .minutes(1))
      task.cancel()
      // Whether it had begun or not: it is over.
      _ = await task.result
    case .external:
      do {
        try await context.signalExternalWorkflow(
          WorkflowExecution(workflowID: "w\(value % 4)"), signal: "note", -1)
      } catch is ExternalWorkflowError {}
    default: break
    }
    return 0
  }

  private func child(_ plan: RandomPlan) async throws -> Int {
    try await context.executeChildWorkflow(
      RandomWorkflow.self, input: plan, options: ChildWorkflowOptions(cancellationType: .waitCancellationCompleted))
  }

  private func takingFailures(
    _ value: Int, _ body: (WorkflowContext) async throws -> Int
  ) async throws -> Int {
    do {
      return try await body(context)
    } catch is ActivityError {
      return value
    }
  }

  /// Splits the value over up to five activities.
  private func parallel(_ value: Int) async throws -> Int {
    let context = context
    let parts = 1 + value % 5
    return try await withThrowingTaskGroup(of: Int.self) { group in
      for part in 0..<parts {
        let share = part == 0 ? value - (parts - 1) : 1
        group.addTask { try await context.executeActivity("add", share, options: RandomWorkflow.patient) }
      }
      return try await group.reduce(0, +)
    }
  }
}

/// The activities of a random world; each yields now and then, so that they interleave.
struct RandomActivities: ActivityContainer {
  /// Nothing to call: the workflow names the activities itself.
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  let activities: [ActivityDefinition] = [
    ActivityDefinition("add") { arguments in
      await Task.yield()
      return try arguments.decode(0, as: Int.self)
    },
    ActivityDefinition("flaky") { arguments in
      let value: Int = try arguments.decode(0)
      guard let info = ActivityExecutionContext.current?.info, info.attempt > value % 3 else {
        throw ApplicationError("not yet")
      }
      return value
    },
    ActivityDefinition("fail") { _ in throw ApplicationError("never", type: "planned", isNonRetryable: true) },
    ActivityDefinition("beat") { arguments in
      let context = ActivityExecutionContext.current
      for beat in 0..<3 {
        try context?.heartbeat(beat)
        await Task.yield()
      }
      return try arguments.decode(0, as: Int.self)
    },
    ActivityDefinition("slow") { arguments in
      for _ in 0..<5 { await Task.yield() }
      return try arguments.decode(0, as: Int.self)
    },
    ActivityDefinition("measure") { arguments in
      let text: String = try arguments.decode(0)
      let value: Int = try arguments.decode(1)
      guard text.utf8.count == 1500 + value else { throw ApplicationError("the text was cut", isNonRetryable: true) }
      return value
    },
  ]
}
