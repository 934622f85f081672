import DurableWorkflows
import Synchronization

/// Workflows that between them write every type of event. `equivalents.py` has them again for Temporal's Python SDK:
/// the same commands in the same order.
enum Exported {
  static let workflows: [any WorkflowDefinition.Type] = [
    ActivityZoo.self, MarkerZoo.self, ChildZoo.self, ExternalZoo.self, Messages.self, Countdown.self, Failing.self,
    Waiting.self, Stumbling.self, Parallel.self,
  ]

  /// Activities of every fate.
  static let activities: [ActivityDefinition] = [
    ActivityDefinition("flaky") { arguments in
      if ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("not yet") }
      return "second \(try arguments.decode(0, as: String.self))"
    },
    ActivityDefinition("broken") { _ -> String in
      throw ApplicationError("broken", type: "Broken", isNonRetryable: true)
    },
    ActivityDefinition("patient") { _ -> String in
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
      throw CanceledError("stopped")
    },
    ActivityDefinition("quick") { "quick \(try $0.decode(0, as: String.self))" },
  ]
}

/// What came of something, in a word; the same words as in `equivalents.py`.
func outcome(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return "ok"
  } catch is ActivityError {
    return "activity failed"
  } catch is ChildWorkflowError {
    return "child failed"
  } catch is ExternalWorkflowError {
    return "external failed"
  } catch is CanceledError {
    return "canceled"
  } catch {
    return "\(error)"
  }
}

/// Activities that complete, fail, time out and are cancelled; timers that fire and are cancelled.
actor ActivityZoo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isUnderWay = false

  func run(input: String) async throws -> [String] {
    var outcomes: [String] = []
    let once = RetryPolicy(maximumAttempts: 1)
    let quick = ActivityOptions(
      startToCloseTimeout: .seconds(10), retryPolicy: RetryPolicy(initialInterval: .milliseconds(1)), summary: "flaky")
    outcomes.append(await outcome { let _: String = try await context.executeActivity("flaky", input, options: quick) })
    outcomes.append(await outcome { let _: String = try await context.executeActivity("broken", options: quick) })
    let short = ActivityOptions(startToCloseTimeout: .milliseconds(20), retryPolicy: once)
    outcomes.append(await outcome { let _: String = try await context.executeActivity("patient", options: short) })

    let patient = Task(executorPreference: context.taskExecutor) { try await self.bePatient() }
    try await context.condition { isUnderWay }
    try await context.sleep(for: .milliseconds(5), summary: "then cancel")
    patient.cancel()
    outcomes.append(await outcome { try await patient.value })

    isUnderWay = false
    let timer = Task(executorPreference: context.taskExecutor) { try await self.sleepLong() }
    try await context.condition { isUnderWay }
    try await context.sleep(for: .milliseconds(5))
    timer.cancel()
    outcomes.append(await outcome { try await timer.value })
    return outcomes
  }

  private func bePatient() async throws {
    isUnderWay = true
    let options = ActivityOptions(
      startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy(maximumAttempts: 1),
      cancellationType: .waitCancellationCompleted)
    let _: String = try await context.executeActivity("patient", options: options)
  }

  private func sleepLong() async throws {
    isUnderWay = true
    try await context.sleep(for: .hours(1))
  }
}

/// Patches, local activities, side effects, notes and indexed values.
actor MarkerZoo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: String) async throws -> [String] {
    var outcomes: [String] = []
    let options = LocalActivityOptions(
      startToCloseTimeout: .seconds(10), retryPolicy: RetryPolicy(maximumAttempts: 1))
    if context.patch("new-order") { outcomes.append("patched") }
    outcomes.append(try await context.executeLocalActivity("quick", input, options: options))
    outcomes.append(try context.sideEffect { "noted" })
    try context.upsertMemo(["note": Payload(encoding: Payload.jsonPlain, data: Array(#""half""#.utf8)), "gone": .null])
    outcomes.append(
      await outcome { let _: String = try await context.executeLocalActivity("broken", options: options) })
    try context.upsertSearchAttributes([
      "CustomerId": Payload(
        metadata: ["encoding": Array("json/plain".utf8), "type": Array("Keyword".utf8)], data: Array(#""c1""#.utf8))
    ])
    context.deprecatePatch("old-order")
    try await context.sleep(for: .milliseconds(1))
    outcomes.append(try await context.executeLocalActivity("quick", "again", options: options))
    return outcomes
  }
}

/// Signals and updates that overlap, then several things at once, of every kind, in rounds.
///
/// A task of this library and one of another SDK need different numbers of turns of their loop to go on after an activity,
/// a timer or a gathering of both. No workflow task may wake two kinds of them when a command follows one: the order of
/// the commands would be the loop's affair. So the rounds come after the handlers, an update's handler waits for
/// activities only, and no command follows a signal handler's timer.
actor Parallel: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var notes: [String] = []

  func run(input rounds: Int) async throws -> Int {
    try await context.condition { notes.contains("last") && context.allHandlersFinished }
    let parent = context.info.execution.workflowID
    let options = ActivityOptions(startToCloseTimeout: .seconds(10))
    let localOptions = LocalActivityOptions(startToCloseTimeout: .seconds(10))
    for round in 1...rounds {
      async let first: String = context.executeActivity("quick", "first", options: options)
      async let second: String = context.executeActivity("quick", "second", options: options)
      async let pause: Void = context.sleep(for: .milliseconds(2))
      async let local: String = context.executeLocalActivity("quick", "local", options: localOptions)
      async let child: String = context.executeChildWorkflow(
        Countdown.self, input: 0, options: ChildWorkflowOptions(workflowID: "\(parent)-\(round)"))
      notes += [try await first, try await second, try await local, try await child]
      try await pause
    }
    return notes.count
  }

  private func note(_ text: String) async throws {
    notes.append(text)
    try await quick(text)
  }

  private func noteTwice(_ text: String) async throws -> Int {
    try await note(text)
    try await quick(text)
    return notes.count
  }

  private func quick(_ text: String) async throws {
    let _: String = try await context.executeActivity(
      "quick", text, options: ActivityOptions(startToCloseTimeout: .seconds(10)))
  }

  private func noteSlowly(_ text: String) async throws {
    try await note(text)
    try await context.sleep(for: .milliseconds(1))
  }

  static var handlers: WorkflowHandlers<Parallel> {
    WorkflowHandlers()
      .signal("signal") { workflow, arguments in try await workflow.noteSlowly(try arguments.decode(0)) }
      .update("update") { workflow, arguments in try await workflow.noteTwice(try arguments.decode(0)) }
  }

  static let signal = WorkflowSignalReference<Parallel, String>("signal")
  static let update = WorkflowUpdateReference<Parallel, Int, String>("update")
}

/// Children of every fate. The workflow's id is taken: that is the child that cannot start.
actor ChildZoo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isUnderWay = false

  func run(input: String) async throws -> [String] {
    var outcomes: [String] = []
    let parent = context.info.execution.workflowID
    func options(_ name: String, runTimeout: Duration? = nil) -> ChildWorkflowOptions {
      ChildWorkflowOptions(workflowID: "\(parent)-\(name)", runTimeout: runTimeout)
    }
    outcomes.append(
      await outcome { _ = try await context.executeChildWorkflow(Countdown.self, input: 0, options: options("done")) })
    outcomes.append(
      await outcome { _ = try await context.executeChildWorkflow(Countdown.self, input: 1, options: options("chain")) })
    outcomes.append(
      await outcome { _ = try await context.executeChildWorkflow(Failing.self, options: options("failed")) })
    outcomes.append(
      await outcome {
        _ = try await context.executeChildWorkflow(
          Waiting.self, options: options("timed-out", runTimeout: .milliseconds(20)))
      })
    outcomes.append(
      await outcome {
        _ = try await context.executeChildWorkflow(Waiting.self, options: ChildWorkflowOptions(workflowID: parent))
      })
    outcomes.append(
      await outcome { _ = try await context.executeChildWorkflow(Waiting.self, options: options("terminated")) })

    let signaled = try await context.startChildWorkflow(Waiting.self, options: options("signaled"))
    try await signaled.signal(Waiting.finish)
    outcomes.append(await outcome { _ = try await signaled.result() })

    let canceled = try await context.startChildWorkflow(Waiting.self, options: options("canceled"))
    let waiting = Task(executorPreference: context.taskExecutor) { try await self.wait(for: canceled) }
    try await context.condition { isUnderWay }
    waiting.cancel()
    outcomes.append(await outcome { try await waiting.value })
    return outcomes
  }

  private func wait(for child: ChildWorkflowHandle<Waiting>) async throws {
    isUnderWay = true
    _ = try await child.result()
  }
}

/// Signals and cancellation requests to runs that are there and to one that is not.
actor ExternalZoo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: [String]) async throws -> [String] {
    var outcomes: [String] = []
    for id in input {
      let other = context.externalWorkflow(Waiting.self, id: id)
      outcomes.append(await outcome { try await other.signal(Waiting.poke, "hello") })
      outcomes.append(await outcome { try await other.cancel() })
    }
    return outcomes
  }
}

/// Updates that are accepted, refused, and whose handler throws; a signal ends the run.
actor Messages: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var values: [String] = []
  private var isFinished = false

  func run(input: Empty) async throws -> [String] {
    try await context.condition { isFinished }
    return values
  }

  private func add(_ value: String) async throws -> Int {
    values.append(value)
    try await context.sleep(for: .milliseconds(1))
    if value == "broken" { throw ApplicationError("cannot add \(value)", type: "Broken") }
    return values.count
  }

  static var handlers: WorkflowHandlers<Messages> {
    WorkflowHandlers()
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .query("values") { workflow, _ in workflow.values }
      .update(
        "add",
        validator: { _, arguments in
          if try arguments.decode(0, as: String.self).isEmpty { throw ApplicationError("empty", type: "Refused") }
        }
      ) { workflow, arguments in try await workflow.add(try arguments.decode(0)) }
  }

  static let add = WorkflowUpdateReference<Messages, Int, String>("add")
  static let finish = WorkflowSignalReference<Messages>("finish")
}

/// Continues as new until it reaches zero.
actor Countdown: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Int) async throws -> String {
    if input > 0 { try context.continueAsNew(input - 1) }
    return "done"
  }
}

/// Fails.
actor Failing: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> Empty {
    throw ApplicationError("as always", type: "Failing")
  }
}

/// Waits for a signal.
actor Waiting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isFinished = false
  private var pokes = 0

  func run(input: Empty) async throws -> Empty {
    try await context.condition { isFinished }
    return Empty()
  }

  static var handlers: WorkflowHandlers<Waiting> {
    WorkflowHandlers()
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .signal("poke") { workflow, _ in workflow.pokes += 1 }
  }

  static let finish = WorkflowSignalReference<Waiting>("finish")
  static let poke = WorkflowSignalReference<Waiting, String>("poke")
}

/// Its first workflow task fails, as if the wrong code had been deployed; the next one that something causes does not.
actor Stumbling: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static let stumbles = Mutex(Set<String>())

  func run(input: Empty) async throws -> Empty {
    let id = context.info.execution.workflowID
    if Stumbling.stumbles.withLock({ $0.insert(id).inserted }) {
      throw NonDeterminismError(code: .historyMismatch, message: "stumbled")
    }
    try await context.sleep(for: .milliseconds(1))
    return Empty()
  }

  static var handlers: WorkflowHandlers<Stumbling> { WorkflowHandlers().signal("again") { _, _ in } }
}
