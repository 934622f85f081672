internal import DurableWorkflows

/// Asks for one of everything that interceptors of workflows see.
actor Gathering: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var words: [String] = []

  static let add = WorkflowUpdateReference<Gathering, Int, String>("add")
  static let words = WorkflowQueryReference<Gathering, [String], String>("words")
  static let note = WorkflowSignalReference<Gathering, String>("note")

  static var handlers: WorkflowHandlers<Gathering> {
    WorkflowHandlers()
      .signal("note") { workflow, arguments in workflow.words.append(try arguments.decode(0)) }
      .query("words") { workflow, arguments in
        let prefix: String = try arguments.decode(0)
        return workflow.words.filter { $0.hasPrefix(prefix) }
      }
      .update("add", validator: { _, arguments in
        if try arguments.decode(0, as: String.self).isEmpty { throw ApplicationError("the word is empty") }
      }) { workflow, arguments in
        workflow.words.append(try arguments.decode(0))
        return workflow.words.count
      }
  }

  /// Goes through everything, or only waits for `end` if the input is empty.
  func run(input: String) async throws -> [String] {
    if !input.isEmpty {
      try await context.sleep(for: .seconds(1), summary: "first")
      words.append(try await context.executeActivity("shout", input, options: minute))
      words.append(
        try await context.executeLocalActivity(
          "whisper", input, options: LocalActivityOptions(startToCloseTimeout: .seconds(5))))
      words.append(try context.sideEffect { "aside" })
      let child = try await context.startChildWorkflow(
        Gathering.self, input: "", options: ChildWorkflowOptions(workflowID: "child"))
      try await child.signal(Gathering.note, "to child")
      try await child.signal(Gathering.note, "end")
      words += try await child.result()
      if input == "twice" {
        let other = context.externalWorkflow(Gathering.self, id: "other")
        try await other.signal(Gathering.note, "to other")
        try await other.cancel()
        try context.continueAsNew("once")
      }
    } else {
      try await context.condition { words.contains("end") }
    }
    return words
  }
}
