internal import DurableWorkflows
internal import WorkflowTesting

let attempt = ActivityOptions(startToCloseTimeout: .seconds(60))

/// Waits for approval, pays in parts, sleeps, ships.
actor Purchase: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var approvals: [String] = []

  static var handlers: WorkflowHandlers<Purchase> {
    WorkflowHandlers()
      .signal("approve") { workflow, arguments in workflow.approvals.append(try arguments.decode(0)) }
      .query("approvals") { workflow, _ in workflow.approvals }
  }

  func run(input amounts: [Int]) async throws -> String {
    try await context.condition(timeout: .days(30)) { approvals.count == 2 }
    let context = context
    let paid = try await withThrowingTaskGroup(of: Int.self) { group in
      for amount in amounts {
        group.addTask { try await context.executeActivity("pay", amount, options: attempt) }
      }
      return try await group.reduce(0, +)
    }
    try await context.sleep(for: .hours(2))
    let tracking: String = try await context.executeActivity("ship", paid, options: attempt)
    return "\(tracking) approved by \(approvals.joined(separator: " and "))"
  }
}

/// Starts something long, is cancelled, cleans up.
actor Rental: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> String {
    let _: String = try await context.executeActivity("reserve", options: attempt)
    do {
      try await context.sleep(for: .days(100))
      return "kept"
    } catch is CanceledError {
      let context = context
      let cleanUp = Task(executorPreference: context.taskExecutor) {
        let answer: String = try await context.executeActivity("release", options: attempt)
        return answer
      }
      return try await cleanUp.value
    }
  }
}

/// Fails for good after its retries.
actor Doomed: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> Int {
    try await context.executeActivity(
      "fail",
      options: ActivityOptions(startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy(maximumAttempts: 3)))
  }
}

/// Runs one activity after the other and returns the last result.
actor Steps: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input names: [String]) async throws -> Int {
    var last = 0
    for name in names { last = try await context.executeActivity(name, last, options: attempt) }
    return last
  }
}

/// Waits for the end of an activity that is cancelled, and answers updates meanwhile.
actor Patient: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  static var handlers: WorkflowHandlers<Patient> {
    WorkflowHandlers().update("ask") { _, _ in 42 }
  }

  func run(input: Empty) async throws -> String {
    do {
      let _: Int = try await context.executeActivity(
        "later",
        options: ActivityOptions(
          startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy(initialInterval: .hours(1)),
          cancellationType: .waitCancellationCompleted))
      return "done"
    } catch {
      // The request may have come while an attempt ran.
      return error is CanceledError || error is ActivityError ? "over" : "\(error)"
    }
  }
}
