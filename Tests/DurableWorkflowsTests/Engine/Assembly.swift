internal import DurableWorkflows
internal import WorkflowTesting

/// Uses everything that a run can do to itself and to others, one after the other.
actor Assembly: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var parts: [String] = []

  static var handlers: WorkflowHandlers<Assembly> {
    WorkflowHandlers()
      .update(
        "add",
        validator: { workflow, arguments in
          let part: String = try arguments.decode(0)
          if workflow.parts.contains(part) { throw ApplicationError("there is one already") }
        }
      ) { workflow, arguments in
        let part: String = try arguments.decode(0)
        let checked: String = try await workflow.context.executeLocalActivity("check", part, options: local)
        workflow.parts.append(checked)
        return workflow.parts.count
      }
  }

  private static let local = LocalActivityOptions(startToCloseTimeout: .seconds(60))

  func run(input round: Int) async throws -> String {
    try await context.condition { parts.count == 2 }
    let label = try context.sideEffect { "label \(round)" }
    let child = try await context.executeChildWorkflow(
      Tally.self, input: round, options: ChildWorkflowOptions(workflowID: "tally-\(round)"))
    let checked: String = try await context.executeLocalActivity("check", "\(child)", options: Assembly.local)
    try await context.sleep(for: .minutes(10))
    if round < 2 { try context.continueAsNew(round + 1) }
    return try await Saga.run(context, [label, checked] + parts)
  }
}

private enum Saga {
  /// Does something, fails, and takes it back where cancellation does not reach.
  static func run(_ context: WorkflowContext, _ notes: [String]) async throws -> String {
    do {
      let _: Int = try await context.executeActivity("book", options: minute)
      let _: Int = try await context.executeActivity("fail", options: once)
      return "booked"
    } catch is ActivityError {
      return try await context.withCancellationShield {
        let _: Int = try await context.executeActivity("unbook", options: minute)
        return notes.joined(separator: ", ")
      }
    }
  }
}
