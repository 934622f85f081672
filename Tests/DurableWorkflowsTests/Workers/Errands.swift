internal import DurableWorkflows
internal import WorkflowTesting

/// Does all errands of its input at once, each by the activity `errand`, and tells them in the order of the input.
actor Errands: WorkflowDefinition {
  struct Errand: Codable, Sendable {
    var name: String
    var queue: String?
    var level: Int?
    var key: String?
    var weight: Float?
    var isLocal = false
  }

  nonisolated let context = WorkflowContext.current

  func run(input errands: [Errand]) async throws -> [String] {
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, errand) in errands.enumerated() {
        group.addTask { (index, try await self.run(errand)) }
      }
      var results = Array(repeating: "", count: errands.count)
      for try await (index, result) in group { results[index] = result }
      return results
    }
  }

  private func run(_ errand: Errand) async throws -> String {
    if errand.isLocal {
      return try await context.executeLocalActivity(
        "errand", errand.name, options: LocalActivityOptions(startToCloseTimeout: .seconds(60)))
    }
    let priority = Priority(priorityKey: errand.level, fairnessKey: errand.key, fairnessWeight: errand.weight)
    return try await context.executeActivity(
      "errand", errand.name,
      options: ActivityOptions(startToCloseTimeout: .seconds(600), taskQueue: errand.queue, priority: priority))
  }
}

/// Starts a child with other errands, then goes on as a new run that does its own.
actor Delegation: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input round: Int) async throws -> [String] {
    if round == 0 {
      let _: [String] = try await context.executeChildWorkflow(
        Errands.self, input: [Errands.Errand(name: "child")],
        options: ChildWorkflowOptions(workflowID: "child", priority: Priority(priorityKey: 5)))
      try context.continueAsNew(1)
    }
    return [
      try await context.executeActivity("errand", "own", options: minute),
      try await context.executeActivity(
        "errand", "urgent",
        options: ActivityOptions(startToCloseTimeout: .seconds(60), priority: Priority(priorityKey: 1))),
    ]
  }
}

extension WorkflowTestEnvironment {
  /// What errands are answered with: their name.
  @discardableResult
  func mockErrands() -> ActivityMock {
    mock("errand") { arguments in try arguments.decode(0, as: String.self) }
  }
}

extension ActivityMock {
  /// The names of the errands, in the order of their starts.
  var errands: [String] { calls.compactMap { try? $0.arguments.decode(0, as: String.self) } }
}

extension Errands.Errand {
  /// `count` errands of one kind, numbered.
  static func some(
    _ count: Int, _ name: String, queue: String? = nil, level: Int? = nil, key: String? = nil, weight: Float? = nil
  ) -> [Errands.Errand] {
    (0..<count).map {
      Errands.Errand(name: "\(name)\($0)", queue: queue, level: level, key: key, weight: weight)
    }
  }
}
