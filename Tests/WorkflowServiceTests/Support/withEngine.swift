import DurableWorkflows
import WorkflowJournal

/// A workflow with everything that clients can reach: an activity, a signal, queries, cancellation and failure.
actor Checkout: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var approvals: [String] = []

  func run(input order: String) async throws -> String {
    let receipt: String = try await context.executeActivity(
      "charge", order, options: ActivityOptions(startToCloseTimeout: .seconds(10)))
    try await context.condition { !self.approvals.isEmpty }
    if approvals.contains("nobody") {
      throw ApplicationError("nobody approved", type: "ApprovalError", isNonRetryable: true)
    }
    return "\(receipt) approved by \(approvals.joined(separator: ", "))"
  }

  static var handlers: WorkflowHandlers<Checkout> {
    WorkflowHandlers()
      .signal("approve") { workflow, arguments in workflow.approvals.append(try arguments.decode(0)) }
      .query("approvals") { workflow, _ in workflow.approvals.joined(separator: ", ") }
      .query("broken") { _, _ in throw ApplicationError("the query is broken") }
  }
}

/// A workflow that ends at once.
actor Echo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String { "echo \(input)" }
}

/// Opens an engine in memory while `body` runs.
func withEngine<Result: Sendable>(
  workflows: [any WorkflowDefinition.Type] = [Checkout.self, Echo.self], activities: [ActivityDefinition] = [],
  _ body: @Sendable (WorkflowEngine) async throws -> Result
) async throws -> Result {
  var options = WorkflowEngineOptions()
  options.fileSystem = InMemoryFileSystem()
  options.gracefulShutdownPeriod = .zero
  let charge = ActivityDefinition("charge") { "charged \(try $0.decode(0, as: String.self))" }
  let engine = try await WorkflowEngine.open(
    directory: "/journal", workflows: workflows, activities: [], extra: [charge] + activities, options: options)
  do {
    let result = try await body(engine)
    try await engine.shutdown()
    return result
  } catch {
    try await engine.shutdown()
    throw error
  }
}
