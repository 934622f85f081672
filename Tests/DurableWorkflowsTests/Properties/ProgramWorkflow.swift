internal import DurableWorkflows

/// Runs programs, with everything that Swift has for it.
actor ProgramWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var entry: ProgramTable.Entry?
  private var input = ProgramInput(number: 0)
  private var program = Program(root: .value(0))
  private var counts = [Int](repeating: 0, count: Program.channels)

  static var handlers: WorkflowHandlers<ProgramWorkflow> {
    WorkflowHandlers()
      .signal("signal") { workflow, arguments in
        try await workflow.handleSignal(
          channel: arguments.decode(0), activity: arguments.decode(1), isPoison: arguments.decode(2))
      }
      .update(
        "update",
        validator: { workflow, arguments in
          let channel: Int = try arguments.decode(0)
          if try workflow.counts[channel] >= arguments.decode(2) { throw ApplicationError("too many") }
        }
      ) { workflow, arguments in
        try await workflow.handleUpdate(channel: arguments.decode(0), activity: arguments.decode(1))
      }
  }

  /// - Parameter text: a ``ProgramInput``.
  func run(input text: String) async throws -> String {
    guard let input = ProgramInput(text), let entry = ProgramTable.shared.entry(input.number) else {
      throw ApplicationError("there is no program '\(text)'", type: "missing")
    }
    self.input = input
    self.entry = entry
    program = entry.program.descendant(input.path)
    return try await evaluate(program.root(input.root))
  }

  // MARK: Messages

  private func handleSignal(channel: Int, activity: Int, isPoison: Int) async throws {
    if isPoison == 1 { throw ApplicationError("poison", type: "poison") }
    if activity >= 0 {
      do {
        _ = try await execute(activity)
      } catch {
        return
      }
    }
    counts[channel] += 1
  }

  private func handleUpdate(channel: Int, activity: Int) async throws -> String {
    let result = activity >= 0 ? try await execute(activity) : "done"
    counts[channel] += 1
    return result
  }

  // MARK: Steps

  private func evaluate(_ step: Program.Step) async throws -> String {
    switch step {
    case .value(let value): return "\(value)"
    case .fail(let type): throw ApplicationError("failed", type: "\(type)")
    case .sleep(let time):
      try await context.sleep(for: .nanoseconds(time))
      return "slept"
    case .activity(let number): return try await execute(number)
    case .localActivity(let number): return try await executeLocally(number)
    case .sideEffect(let value):
      let runID = context.info.execution.runID
      let drawn: Int = try context.sideEffect { entry?.draw(value, runID: runID) ?? value }
      return "drew \(drawn)"
    case .child(let number): return try await child(number)
    case .continueAsNew(let root):
      var next = input
      next.root = root + 1
      try context.continueAsNew(next.text)
    case .messages(let channel, let count, let timeout?):
      try await context.condition(timeout: .nanoseconds(timeout)) { counts[channel] >= count }
      return "\(count) messages"
    case .messages(let channel, let count, nil):
      try await context.condition { counts[channel] >= count }
      return "\(count) messages"
    default: return try await evaluateStructure(step)
    }
  }

  private func evaluateStructure(_ step: Program.Step) async throws -> String {
    switch step {
    case .sequence(let steps):
      var results: [String] = []
      for step in steps { results.append(try await evaluate(step)) }
      return "[\(results.joined(separator: " "))]"
    case .parallel(let steps): return try await parallel(steps)
    case .race(let steps): return try await race(steps)
    case .pair(let first, let second):
      async let left = evaluate(first)
      async let right = evaluate(second)
      let result = try await left
      return "<\(result) \(try await right)>"
    case .timeout(let time, let step): return try await within(time, step)
    case .catching(let step):
      do {
        return try await evaluate(step)
      } catch {
        return "caught \(kind(of: error))"
      }
    case .cancelled(let time, let step):
      let task = Task(executorPreference: context.taskExecutor) { try await self.evaluate(step) }
      // Cancelled or not, the wait is over.
      try? await context.sleep(for: .nanoseconds(time))
      task.cancel()
      return try await task.value
    case .shielded(let step):
      return try await context.withCancellationShield { try await self.evaluate(step) }
    default: return ""
    }
  }

  private func execute(_ number: Int) async throws -> String {
    let result: Int = try await context.executeActivity(
      "activity", input.text, number, options: program.activities[number].options)
    return "\(result)"
  }

  private func executeLocally(_ number: Int) async throws -> String {
    let result: Int = try await context.executeLocalActivity(
      "activity", input.text, number, options: program.activities[number].localOptions)
    return "\(result)"
  }

  private func child(_ number: Int) async throws -> String {
    let child = program.children[number]
    let info = context.info
    var options = ChildWorkflowOptions(
      workflowID: Program.childID(
        number, of: info.execution.workflowID, root: input.root, attempt: info.attempt),
      runTimeout: child.program.runTimeout.map { .nanoseconds($0) }, parentClosePolicy: child.closePolicy,
      cancellationType: child.cancellation)
    options.retryPolicy = child.program.retry?.policy
    return try await context.executeChildWorkflow(
      ProgramWorkflow.self, input: ProgramInput(number: input.number, path: input.path + [number]).text,
      options: options)
  }

  private func parallel(_ steps: [Program.Step]) async throws -> String {
    let results = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, step) in steps.enumerated() { group.addTask { (index, try await self.evaluate(step)) } }
      var results = [String](repeating: "", count: steps.count)
      for try await (index, result) in group { results[index] = result }
      return results
    }
    return "{\(results.joined(separator: " "))}"
  }

  private func race(_ steps: [Program.Step]) async throws -> String {
    try await withThrowingTaskGroup(of: String.self) { group in
      for step in steps { group.addTask { try await self.evaluate(step) } }
      defer { group.cancelAll() }
      return try await group.next() ?? ""
    }
  }

  private func within(_ time: Int64, _ step: Program.Step) async throws -> String {
    let context = context
    return try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask { try await self.evaluate(step) }
      group.addTask {
        try await context.sleep(for: .nanoseconds(time))
        throw TimeoutError("too late")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? ""
    }
  }
}

extension Program.Activity {
  var policy: RetryPolicy {
    RetryPolicy(
      initialInterval: .nanoseconds(initialInterval), backoffCoefficient: doublesInterval ? 2 : 1,
      maximumInterval: .nanoseconds(maximumInterval), maximumAttempts: maximumAttempts)
  }

  var options: ActivityOptions {
    ActivityOptions(
      startToCloseTimeout: .nanoseconds(startToClose),
      scheduleToCloseTimeout: scheduleToClose.map { .nanoseconds($0) }, retryPolicy: policy,
      cancellationType: cancellation)
  }

  var localOptions: LocalActivityOptions {
    LocalActivityOptions(
      startToCloseTimeout: .nanoseconds(startToClose),
      scheduleToCloseTimeout: scheduleToClose.map { .nanoseconds($0) }, retryPolicy: policy,
      cancellationType: cancellation)
  }
}

extension Program.Retry {
  var policy: RetryPolicy {
    RetryPolicy(
      initialInterval: .nanoseconds(delay), backoffCoefficient: 1, maximumInterval: .nanoseconds(delay),
      maximumAttempts: maximumAttempts)
  }
}

/// What kind of error it is, in a word that does not depend on ids.
func kind(of error: any Error) -> String {
  switch error {
  case let error as ApplicationError: "error \(error.type)"
  case is TimeoutError: "timeout"
  case is CanceledError, is CancellationError: "canceled"
  case is ContinueAsNewError: "continue"
  case let error as ActivityError: "activity \(kind(of: error.cause)) \(error.retryState)"
  case let error as ChildWorkflowError: "child \(kind(of: error.cause)) \(error.retryState)"
  default: "\(error)"
  }
}

/// The same of a recorded failure.
func kind(of failure: Failure) -> String {
  switch failure.info {
  case .application(let type, _, _, _): "error \(type)"
  case .timeout(let type, _): failure.message.hasPrefix("activity") ? "\(type)" : "timeout"
  case .canceled: "canceled"
  case .terminated: "terminated"
  case .activity(_, _, _, _, _, let state): "activity \(failure.cause.map(kind(of:)) ?? "") \(state)"
  case .childWorkflow(_, _, _, _, _, _, let state): "child \(failure.cause.map(kind(of:)) ?? "") \(state)"
  default: failure.message
  }
}
