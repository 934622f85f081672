internal import Logging
internal import Synchronization

/// One run's live code: the actor, its tasks, its executor and its pending operations.
///
/// An engine calls ``activate(_:)`` and ``query(_:_:)`` from one thread at a time and, when the run is closed or its
/// memory is wanted, ``abandon()``. Workflow code calls the operations through ``WorkflowContext``.
final class WorkflowInstance: Sendable {
  typealias OperationID = WorkflowMachine.OperationID

  struct State: Sendable {
    var machine = WorkflowMachine()
    var random: WorkflowRandom
    var now: Timestamp
    var isReplaying = false
    var historyLength: Int64 = 0
    var patchesOfTask: [String: PatchMarker] = [:]
    var patches: [String: Bool] = [:]
    var workflow: (any RunningWorkflow)?
    var root: Task<Void, Never>?
    var outcome: Result<[Payload], any Error>?
    var activeHandlers = 0
    var cancelRequested = false
    var isClosed = false
    var isAbandoned = false
    /// Set when a query did more than read: the instance no longer stands for its history and must be replayed.
    var isTainted = false
    /// Operations refused in the current activation because of cancellation.
    var refusals = 0
    /// Whether code went on asking after too many refusals.
    var isRunaway = false
    var droppedSignals: [String] = []
  }

  let info: WorkflowInfo
  let executor: WorkflowExecutor
  let converter: any PayloadConverter
  let registration: WorkflowRegistration
  let logger: Logger
  let state: Mutex<State>

  init(
    info: WorkflowInfo, registration: WorkflowRegistration, converter: any PayloadConverter, logger: Logger,
    onForeignJob: @escaping @Sendable () -> Void
  ) {
    self.info = info
    self.registration = registration
    self.converter = converter
    self.logger = logger
    self.executor = WorkflowExecutor(onForeignJob: onForeignJob)
    self.state = Mutex(State(random: WorkflowRandom(seed: info.execution.runID), now: info.startTime))
  }

  /// Delivers what happened, runs the code until idle and takes its commands.
  ///
  /// - Throws: ``NonDeterminismError`` or ``WorkflowTaskError`` when the workflow task must fail.
  func activate(_ activation: Activation) throws -> [(command: Command, operation: OperationID?)] {
    try executor.withOwnership {
      state.withLock { state in
        state.now = activation.time
        state.isReplaying = activation.isReplaying
        state.historyLength = activation.historyLength
        state.refusals = 0
        state.patchesOfTask = Dictionary(activation.patches.map { ($0.id, $0) }) { first, _ in first }
      }
      for job in activation.jobs { try deliver(job) }
      // After the other jobs: what has fired or completed is not cancelled any more.
      if activation.jobs.contains(where: { if case .cancel = $0 { true } else { false } }) {
        state.withLock { $0.root }?.cancel()
      }
      runUntilIdle()
      try checkTripwire()
      return try finishTask()
    }
  }

  /// The commands of the last activation were accepted as these events.
  func bind(_ operations: [(OperationID, eventID: Int64)]) {
    state.withLock { state in
      for (operation, eventID) in operations { state.machine.bind(operation, to: eventID) }
    }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }
  var isTainted: Bool { state.withLock { $0.isTainted } }

  private func deliver(_ job: Activation.Job) throws {
    switch job {
    case .start(let input):
      try start(input)
    case .signal(let name, let input):
      startSignalHandler(name, input)
    case .cancel:
      state.withLock { $0.cancelRequested = true }
    case .resolve(let eventID, let outcome):
      resume(
        state.withLock { state in
          let activity = state.machine.activity(ofEvent: eventID)
          return state.machine.resolve(eventID: eventID, outcome.result(activity: activity))
        })
    }
  }

  private func start(_ input: [Payload]) throws {
    let workflow: any RunningWorkflow
    do {
      workflow = try WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
        try registration.make(input, converter)
      }
    } catch {
      throw WorkflowTaskError(message: "workflow '\(registration.name)' cannot start: \(error)")
    }
    let root = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
      Task(executorPreference: executor) { [self] in
        let outcome: Result<[Payload], any Error>
        do {
          outcome = .success(try await workflow.run())
        } catch {
          outcome = .failure(error)
        }
        state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
      }
    }
    state.withLock { state in
      state.workflow = workflow
      state.root = root
    }
  }

  private func startSignalHandler(_ name: String, _ input: [Payload]) {
    let workflow = state.withLock { state -> (any RunningWorkflow)? in
      guard let workflow = state.workflow, workflow.hasSignal(name) else {
        state.droppedSignals.append(name)
        return nil
      }
      state.activeHandlers += 1
      return workflow
    }
    guard let workflow else {
      logUnlessReplaying("signal '\(name)' has no handler and is dropped")
      return
    }
    let arguments = Arguments(input, converter: converter, subject: "signal '\(name)'")
    _ = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
      Task(executorPreference: executor) { [self] in
        var failure: (any Error)?
        do {
          try await workflow.signal(name, arguments)
        } catch let error as PayloadConversionError {
          logUnlessReplaying("signal '\(name)' is dropped: \(error)")
        } catch {
          failure = error
        }
        state.withLock { state in
          state.activeHandlers -= 1
          if let failure, state.outcome == nil { state.outcome = .failure(failure) }
        }
      }
    }
  }

  /// Drains, then wakes the waiting conditions one at a time, oldest first, until none makes progress.
  private func runUntilIdle() {
    executor.drain()
    var progressed = true
    while progressed {
      progressed = false
      for condition in state.withLock({ $0.machine.waitingConditions }) {
        resume(state.withLock { $0.machine.wakeCondition(condition) })
        executor.drain()
        if !state.withLock({ $0.machine.waitingConditions.contains(condition) }) {
          progressed = true
          break
        }
      }
    }
  }

  private func checkTripwire() throws {
    if state.withLock({ $0.isRunaway }) {
      throw WorkflowTaskError(
        message: "the workflow answered its cancellation with more than 1,000 further operations without waiting; "
          + "let CanceledError end the loop")
    }
    if executor.hasTripped {
      throw NonDeterminismError(code: .foreignThread, message: NonDeterminismError.foreignThreadAdvice)
    }
    let isStuck = state.withLock { state in
      state.outcome == nil && state.activeHandlers == 0 && !state.machine.hasPendingOperations
        && state.workflow?.hasSignals == false
    }
    if isStuck {
      throw NonDeterminismError(
        code: .stuck,
        message: "the workflow waits for something that is not in its history, so nothing can wake it; "
          + "use context.sleep, context.condition or an activity instead of Task.sleep, detached tasks and callbacks")
    }
  }

  /// Takes the commands; when `run` is over and no handler is left, the closing command is among them.
  private func finishTask() throws -> [(command: Command, operation: OperationID?)] {
    let outcome = state.withLock { state in
      state.activeHandlers == 0 && !state.isClosed ? state.outcome : nil
    }
    if let outcome {
      let closing = try closingCommand(outcome)
      state.withLock { state in
        state.isClosed = true
        state.machine.close(closing)
      }
    }
    return state.withLock { $0.machine.takeCommands() }
  }

  private func closingCommand(_ outcome: Result<[Payload], any Error>) throws -> Command {
    switch outcome {
    case .success(let result):
      return .completeWorkflow(result: result)
    case .failure(let error as NonDeterminismError):
      throw error
    case .failure(let error as CanceledError) where state.withLock({ $0.cancelRequested }):
      return .cancelWorkflow(details: error.details)
    case .failure(is CancellationError) where state.withLock({ $0.cancelRequested }):
      return .cancelWorkflow(details: [])
    case .failure(let error):
      return .failWorkflow(Failure(recording: error, converter: converter))
    }
  }

  func resume(_ resumption: WorkflowMachine.Resumption?) {
    guard let resumption else { return }
    resumption.continuation.resume(with: resumption.result)
  }

  func logUnlessReplaying(_ message: String) {
    if !state.withLock({ $0.isReplaying }) {
      logger.warning("\(message)")
    }
  }
}

/// A workflow task cannot complete for a reason other than non-determinism.
struct WorkflowTaskError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}

extension Activation.Outcome {
  func result(activity: (id: String, type: String)?) -> Result<[Payload], any Error> {
    switch self {
    case .succeeded(let payloads):
      .success(payloads)
    case .canceled(let details):
      .failure(CanceledError("activity '\(activity?.type ?? "")' (id \(activity?.id ?? "")) was canceled", details: details))
    case .failed(let failure, let retryState):
      .failure(
        ActivityError(
          activityType: activity?.type ?? "", activityID: activity?.id ?? "", retryState: retryState, cause: failure))
    }
  }
}
