internal import DurableWorkflows
internal import WorkflowTesting

/// Adds up what signals bring, each number checked by an activity, until `finish` has come and all are checked.
actor Tally: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var sum = 0
  private var unchecked = 0
  private var isFinished = false

  static var handlers: WorkflowHandlers<Tally> {
    WorkflowHandlers()
      .signal("add") { workflow, arguments in try await workflow.add(try arguments.decode(0)) }
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .query("sum") { workflow, _ in workflow.sum }
  }

  func run(input start: Int) async throws -> Int {
    sum = start
    try await context.condition { isFinished && unchecked == 0 }
    return sum
  }

  private func add(_ number: Int) async throws {
    unchecked += 1
    let checked: Int = try await context.executeActivity("check", number, options: minute)
    sum += checked
    unchecked -= 1
  }
}
