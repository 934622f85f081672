public import DurableWorkflows
internal import FoundationEssentials

/// Does the steps of its input one after the other; its result tells what came of each.
///
/// Its journals are kept for good, so it never changes: a later version of the engine has to replay them with it.
public actor GoldenWorkflow: WorkflowDefinition {
  /// What the workflow can do.
  public enum Step: String, Codable, CaseIterable, Sendable {
    case sleep, race, activity, flaky, failing, local, sideEffect, values, patch, child, failingChild, abandonedChild
    case external, parallel, signal, update, timeout, upsert, shield, long, continueAsNew, fail, handler
  }

  /// The input: the steps, and what a run before this one has told.
  public struct Plan: Codable, Sendable {
    /// What to do.
    public var steps: [Step]
    /// What a run before this one has told.
    public var told: [String]

    /// A plan.
    public init(_ steps: [Step], told: [String] = []) {
      self.steps = steps
      self.told = told
    }
  }

  /// The update that brings a word.
  public static let ask = WorkflowUpdateReference<GoldenWorkflow, Int, String>("ask")

  /// The run's context.
  public nonisolated let context = WorkflowContext.current
  private var told: [String] = []
  private var words: [String] = []

  /// The signal `say`, the query `told` and the update `ask`.
  public static var handlers: WorkflowHandlers<GoldenWorkflow> {
    WorkflowHandlers()
      .signal("say") { workflow, arguments in workflow.words.append(try arguments.decode(0)) }
      .query("told") { workflow, _ in workflow.told }
      .update(
        "ask",
        validator: { workflow, arguments in
          let word: String = try arguments.decode(0)
          if word == "no" { throw ApplicationError("the word is no") }
        }
      ) { workflow, arguments in
        let word: String = try arguments.decode(0)
        workflow.words.append(word)
        return workflow.words.count
      }
  }

  private static let minute = ActivityOptions(startToCloseTimeout: .seconds(60))
  private static let once = ActivityOptions(startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy.none)
  private static let local = LocalActivityOptions(startToCloseTimeout: .seconds(60))

  /// A workflow that has told nothing.
  public init() {}

  /// Does the steps.
  public func run(input plan: Plan) async throws -> [String] {
    told = plan.told
    for (index, step) in plan.steps.enumerated() {
      if step == .continueAsNew {
        try context.continueAsNew(Plan(Array(plan.steps[(index + 1)...]), told: told + ["continued"]))
      }
      told.append("\(step.rawValue): \(try await take(step, index))")
    }
    return told
  }

  private func take(_ step: Step, _ index: Int) async throws -> String {
    switch step {
    case .sleep:
      try await context.sleep(for: .seconds(30 + index), summary: "a pause")
      return "slept"
    case .race: return try await race()
    case .activity: return try await context.executeActivity("echo", "word \(index)", options: Self.minute)
    case .flaky: return try await context.executeActivity("flaky", "try \(index)", options: Self.minute)
    case .failing: return try await failing()
    case .local: return try await context.executeLocalActivity("echo", "local \(index)", options: Self.local)
    case .sideEffect: return try context.sideEffect { "drawn \(index)" }
    case .values: return "\(context.random(in: 0...99_999)) \(context.uuid()) \(context.now.timeIntervalSince1970)"
    case .patch: return context.patch("golden-\(index)") ? "patched" : "unpatched"
    case .parallel: return try await parallel(index)
    case .signal, .update: return try await hear()
    case .timeout: return try await timeout()
    case .upsert: return try upsert(index)
    case .shield: return try await shield()
    case .long: return try await long(index)
    case .handler: return try await handler()
    case .fail: throw ApplicationError("the plan says so", type: "Planned")
    case .continueAsNew: return ""
    case .child, .failingChild, .abandonedChild, .external: return try await relate(step, index)
    }
  }

  private func relate(_ step: Step, _ index: Int) async throws -> String {
    let id = "\(context.info.execution.workflowID)/\(index)"
    switch step {
    case .child:
      let result = try await context.executeChildWorkflow(
        GoldenWorkflow.self, input: Plan([.activity, .sleep]), options: ChildWorkflowOptions(workflowID: id))
      return result.joined(separator: "; ")
    case .failingChild:
      do {
        let result = try await context.executeChildWorkflow(
          GoldenWorkflow.self, input: Plan([.fail]), options: ChildWorkflowOptions(workflowID: id))
        return result.joined()
      } catch is ChildWorkflowError {
        return "the child failed"
      }
    case .external:
      let child = try await context.startChildWorkflow(
        GoldenWorkflow.self, input: Plan([.signal]), options: ChildWorkflowOptions(workflowID: id))
      try await context.signalExternalWorkflow(child.execution, signal: "say", "from outside")
      return try await child.result().joined()
    default:
      var options = ChildWorkflowOptions(workflowID: id)
      options.parentClosePolicy = .abandon
      _ = try await context.startChildWorkflow(GoldenWorkflow.self, input: Plan([.sleep, .sleep]), options: options)
      return "left alone"
    }
  }

  private func race() async throws -> String {
    let context = context
    return try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask { try await context.executeActivity("echo", "racer", options: Self.minute) }
      group.addTask {
        try await context.sleep(for: .days(1))
        return "timer"
      }
      let winner = try await group.next() ?? "nobody"
      group.cancelAll()
      return winner
    }
  }

  private func parallel(_ index: Int) async throws -> String {
    let context = context
    return try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<3 {
        group.addTask { try await context.executeActivity("echo", "part \(index).\(number)", options: Self.minute) }
      }
      var parts: [String] = []
      for try await part in group { parts.append(part) }
      return parts.joined(separator: " ")
    }
  }

  private func failing() async throws -> String {
    do {
      return try await context.executeActivity("failing", "hopeless", options: Self.once)
    } catch let error as ActivityError {
      return "failed, \(error.retryState)"
    }
  }

  private func hear() async throws -> String {
    try await context.condition { !words.isEmpty }
    return words.removeFirst()
  }

  private func timeout() async throws -> String {
    do {
      try await context.condition(timeout: .seconds(45)) { words.count > 100 }
      return "reached"
    } catch is TimeoutError {
      return "timed out"
    }
  }

  private func upsert(_ index: Int) throws -> String {
    let payload = try JSONPayloadConverter().payload(for: "note \(index)")
    try context.upsertMemo(["note": payload])
    try context.upsertSearchAttributes(["Place": payload])
    return "noted"
  }

  private func shield() async throws -> String {
    let context = context
    return try await context.withCancellationShield {
      try await context.executeActivity("echo", "shielded", options: Self.minute)
    }
  }

  private func long(_ index: Int) async throws -> String {
    let text = String(repeating: "long \(index) ", count: 400)
    let echo: String = try await context.executeActivity("echo", text, options: Self.minute)
    return "\(echo.count) characters"
  }

  private func handler() async throws -> String {
    try context.setSignalHandler("late") { arguments in await self.add(try arguments.decode(0)) }
    return "listening"
  }

  private func add(_ word: String) { words.append(word) }
}
