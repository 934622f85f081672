internal import DurableWorkflows

/// Does the steps of its input one after the other and tells what came of each.
///
/// - `act x`, `once x`: the activity `x`; `once` declares it not to be idempotent
/// - `sleep n`: seconds
/// - `draw`: a UUID
/// - `wait`: the next message that the signal `tell` or the update `ask` brought
/// - `listen`: a handler for the signal `later`, from now on
/// - `start x`, `adopt x`: the child `x`, which is terminated, or left alone, when this run closes
/// - `join`: the result of the last child
/// - `next`: the rest of the steps, as a new run
actor Itinerary: WorkflowDefinition {
  struct Plan: Codable, Sendable {
    var steps: [String]
    var told: [String] = []
  }

  static let ask = WorkflowUpdateReference<Itinerary, String, String>("ask")

  nonisolated let context = WorkflowContext.current
  private var messages: [String] = []
  private var child: ChildWorkflowHandle<Child>?

  static var handlers: WorkflowHandlers<Itinerary> {
    WorkflowHandlers()
      .signal("tell") { workflow, arguments in workflow.messages.append(try arguments.decode(0)) }
      .update("ask") { workflow, arguments in
        let question: String = try arguments.decode(0)
        workflow.messages.append("asked \(question)")
        return "answer to \(question)"
      }
  }

  func run(input plan: Plan) async throws -> [String] {
    var told = plan.told
    for (index, step) in plan.steps.enumerated() {
      if step == "next" {
        try context.continueAsNew(Plan(steps: Array(plan.steps[(index + 1)...]), told: told))
      }
      told.append(try await take(step))
    }
    return told
  }

  private func take(_ step: String) async throws -> String {
    let words = step.split(separator: " ").map(String.init)
    let object = words.count > 1 ? words[1] : ""
    switch words[0] {
    case "act": return try await context.executeActivity(object, options: minute)
    case "once":
      do {
        var options = minute
        options.isIdempotent = false
        return try await context.executeActivity(object, options: options)
      } catch let error as ActivityError where error.isOutcomeUnknown {
        return "unknown"
      }
    case "sleep":
      try await context.sleep(for: .seconds(Int(object) ?? 0))
      return "slept"
    case "draw": return "\(context.uuid())"
    case "wait":
      try await context.condition { !messages.isEmpty }
      return messages.removeFirst()
    case "listen":
      try context.setSignalHandler("later") { arguments in await self.add(try arguments.decode(0)) }
      return "listening"
    case "start", "adopt":
      child = try await context.startChildWorkflow(
        Child.self, input: .wait,
        options: ChildWorkflowOptions(
          workflowID: object, parentClosePolicy: words[0] == "adopt" ? .abandon : .terminate))
      return "started \(object)"
    case "join":
      do {
        return try await child?.result() ?? "no child"
      } catch let error as ChildWorkflowError {
        return error.cause.message
      }
    default: throw ApplicationError("unknown step \(step)")
    }
  }

  private func add(_ message: String) { messages.append(message) }
}

extension WorkflowHandle where W == Itinerary {
  func tell(_ message: String, signal: String = "tell") async throws {
    try await self.signal(name: signal, input: [try JSONPayloadConverter().payload(for: message)])
  }
}

extension WorkflowHandle {
  /// A handle to the very run, not to those that follow it.
  var pinned: WorkflowHandle<W> {
    client.handle(for: W.self, id: execution.workflowID, runID: execution.runID)
  }

  /// The ids of the run's WorkflowTaskCompleted events.
  func points() async throws -> [Int64] {
    try await fetchHistory().filter { $0.typeName == "WorkflowTaskCompleted" }.map(\.id)
  }
}
