internal import DurableWorkflows
internal import WorkflowTesting

/// Tells where it runs, and where its children and its activities do. The last child waits for a word.
actor Resident: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var word: String?

  static var handlers: WorkflowHandlers<Resident> {
    WorkflowHandlers().signal("tell") { workflow, arguments in workflow.word = try arguments.decode(0) }
  }

  func run(input children: Int) async throws -> String {
    let here = context.info.namespace
    guard children > 0 else {
      try await context.condition { self.word != nil }
      return "\(here) heard \(word ?? "") under \(context.info.parent?.namespace ?? "nobody")"
    }
    let child = try await context.executeChildWorkflow(
      Resident.self, input: children - 1, options: ChildWorkflowOptions(workflowID: "resident-\(children - 1)"))
    let place: String = try await context.executeActivity("place", options: minute)
    return "\(here), \(place), \(child)"
  }

  /// What the activity `place` returns.
  static var place: String { ActivityExecutionContext.current?.info.namespace ?? "outside" }
}

/// An engine of the namespaces `default`, `north` and `south`, of which `north` keeps closed runs for a minute.
func withNamespaces(
  _ workflows: [any WorkflowDefinition.Type],
  _ body: nonisolated(nonsending) (WorkflowTestEnvironment) async throws -> Void
) async throws {
  try await WorkflowTestEnvironment.withEnvironment(
    workflows: workflows,
    configure: { options in
      options.namespaces = [
        WorkflowNamespace("north", retention: .seconds(60), description: "cold"), WorkflowNamespace("south"),
      ]
      options.maxCachedWorkflows = 2
    }, body)
}

extension WorkflowClient {
  /// The workflow ids of the runs that match, in order.
  func ids(_ query: String = "") async throws -> [String] {
    var ids: [String] = []
    for try await info in list(query: query) { ids.append(info.execution.workflowID) }
    return ids.sorted()
  }

  func count(_ query: String = "") async throws -> Int {
    try await frontend.countWorkflowExecutions(namespace: namespace, query: query)
  }
}
