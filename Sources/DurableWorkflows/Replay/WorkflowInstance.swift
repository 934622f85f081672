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
    var historySizeBytes: Int64 = 0
    var sideEffects: [Int: Activation.Outcome] = [:]
    var patchesOfTask: [String: PatchMarker] = [:]
    var patches: [String: Bool] = [:]
    var workflow: (any RunningWorkflow)?
    var root: Task<Void, Never>?
    var outcome: Result<[Payload], any Error>?
    /// Handlers that the run waits for before it closes.
    var activeHandlers = 0
    /// Handlers that a closing run leaves behind.
    var abandonableHandlers: [String] = []
    var signalHandlers: [String: RuntimeSignalHandler] = [:]
    var queryHandlers: [String: RuntimeQueryHandler] = [:]
    /// Signals without a handler, in order of arrival.
    var bufferedSignals: [CarriedSignal] = []
    var memo: [String: Payload]
    var searchAttributes: [String: Payload]
    var cancelRequested = false
    var isClosed = false
    var isAbandoned = false
    /// Set when a query did more than read: the instance no longer stands for its history and must be replayed.
    var isTainted = false
    /// Operations refused in the current activation because of cancellation.
    var refusals = 0
    /// Whether code went on asking after too many refusals.
    var isRunaway = false
  }

  let info: WorkflowInfo
  let executor: WorkflowExecutor
  let converter: any PayloadConverter
  let registration: WorkflowRegistration
  private let baseLogger: Logger
  /// Carries the workflow id, run id and type.
  var logger: Logger {
    var logger = baseLogger
    logger[metadataKey: "workflow_id"] = "\(info.execution.workflowID)"
    logger[metadataKey: "run_id"] = "\(info.execution.runID)"
    logger[metadataKey: "workflow_type"] = "\(info.workflowType)"
    return logger
  }
  /// `nil` if there is nothing to call.
  let interceptors: WorkflowInterceptors?
  let state: Mutex<State>
  /// The first error of a codec, which blocks the run whatever the code makes of it.
  private let codecError = CodecErrorBox()

  init(
    info: WorkflowInfo, registration: WorkflowRegistration, converter: any PayloadConverter, logger: Logger,
    interceptors: WorkflowInterceptors? = nil, onForeignJob: @escaping @Sendable () -> Void
  ) {
    self.info = info
    self.interceptors = interceptors
    self.registration = registration
    self.converter = converter.bound(
      to: PayloadContext(namespace: info.namespace, workflowID: info.execution.workflowID),
      onCodecError: { [codecError] in codecError.note($0) })
    self.baseLogger = logger
    self.executor = WorkflowExecutor(onForeignJob: onForeignJob)
    self.state = Mutex(
      State(
        random: WorkflowRandom(seed: info.originalRunID), now: info.startTime, memo: info.memo,
        searchAttributes: info.searchAttributes))
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
        state.historySizeBytes = activation.historySizeBytes
        state.sideEffects = activation.sideEffects
        state.refusals = 0
        state.patchesOfTask =
          activation.patches.isEmpty
          ? [:] : Dictionary(activation.patches.map { ($0.id, $0) }) { first, _ in first }
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
    case .signal(let signal):
      startSignalHandler(signal)
    case .cancel:
      state.withLock { $0.cancelRequested = true }
    case .resolve(let eventID, .succeeded(let result)):
      resume(state.withLock { $0.machine.resolve(eventID: eventID, .success(result)) })
    case .resolve(let eventID, let outcome):
      resume(
        state.withLock { state in
          let subject = state.machine.subject(ofEvent: eventID)
          return state.machine.resolve(eventID: eventID, outcome.result(of: subject, by: converter))
        })
    case .childStarted(let eventID, let execution):
      resume(state.withLock { $0.machine.childStarted(eventID: eventID, execution) })
    case .update(let request):
      try startUpdateHandler(request)
    case .resolveLocalActivity(let seq, let resolution):
      resume(try state.withLock { try $0.machine.resolveLocalActivity(seq, resolution, by: converter) })
    case .reseed(let runID):
      state.withLock { $0.random = WorkflowRandom(seed: runID) }
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
    let payloads = interceptors == nil ? [] : input
    let root = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
      Task(executorPreference: executor) { [self] in
        let outcome: Result<[Payload], any Error>
        do {
          outcome = .success(try await execute(workflow, payloads))
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

  /// Drains, then wakes the waiting conditions one at a time, oldest first, until none makes progress.
  private func runUntilIdle() {
    executor.drain()
    var progressed = true
    while progressed {
      progressed = false
      for condition in state.withLock({ $0.machine.waitingConditions }) {
        resume(state.withLock { $0.machine.wakeCondition(condition).map { [$0] } ?? [] })
        executor.drain()
        if !state.withLock({ $0.machine.waitingConditions.contains(condition) }) {
          progressed = true
          break
        }
      }
    }
  }

  private func checkTripwire() throws {
    if let error = codecError.first {
      throw WorkflowTaskError(message: "a payload of the run cannot be encoded or decoded: \(error)")
    }
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
        && state.workflow?.canBeWoken == false && state.signalHandlers.isEmpty
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
      let (unfinished, unhandled) = state.withLock { state in
        state.isClosed = true
        state.machine.emit(closing)
        return (state.abandonableHandlers, state.bufferedSignals)
      }
      if !unfinished.isEmpty {
        logUnlessReplaying("the run closes while handlers are unfinished: \(unfinished.joined(separator: ", "))")
      }
      if !unhandled.isEmpty, case .continueAsNew = closing {} else if !unhandled.isEmpty {
        logUnlessReplaying("the run closes with unhandled signals: \(unhandled.map(\.name).joined(separator: ", "))")
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
    case .failure(let error as ContinueAsNewError):
      return .continueAsNew(try command(error))
    case .failure(let error as CanceledError) where state.withLock({ $0.cancelRequested }):
      return .cancelWorkflow(details: try converter.encodedOnce(error.details))
    case .failure(is CancellationError) where state.withLock({ $0.cancelRequested }):
      return .cancelWorkflow(details: [])
    case .failure(let error as ChildWorkflowError) where state.withLock({ $0.cancelRequested }) && error.isCancellation:
      return .cancelWorkflow(details: [])
    case .failure(let error):
      return .failWorkflow(Failure(recording: error, converter: converter))
    }
  }

  /// How the run goes on as a new one; signals that nobody handled go with it.
  private func command(_ error: ContinueAsNewError) throws -> ContinueAsNewCommand {
    var command = ContinueAsNewCommand(input: error.input)
    command.workflowType = error.workflowType
    command.taskQueue = error.options.taskQueue
    command.runTimeout = error.options.runTimeout
    command.taskTimeout = error.options.taskTimeout
    command.retryPolicy = error.options.retryPolicy
    command.memo = try error.options.memo.map(converter.encodedOnce)
    command.searchAttributes = error.options.searchAttributes
    command.header = error.header
    command.signals = state.withLock { $0.bufferedSignals }
    return command
  }

  func resume(_ resumptions: [WorkflowMachine.Resumption]) {
    for resumption in resumptions { resumption.continuation.resume(with: resumption.result) }
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

/// Remembers the first error of a run's codecs.
private final class CodecErrorBox: Sendable {
  private let error = Mutex<PayloadCodecError?>(nil)

  var first: PayloadCodecError? { error.withLock { $0 } }

  func note(_ new: PayloadCodecError) { error.withLock { $0 = $0 ?? new } }
}

extension Activation.Outcome {
  /// What the waiting code gets: a result, or an error that names what it waited for. A failure that cannot be decoded
  /// stays as it is: the codec's error blocks the run.
  func result(
    of subject: WorkflowMachine.Subject, by converter: any PayloadConverter
  ) -> Result<[Payload], any Error> {
    switch self {
    case .failed(let failure, let retryState):
      Activation.Outcome.failed((try? converter.decoded(failure)) ?? failure, retryState).result(of: subject)
    case .canceled(let details):
      Activation.Outcome.canceled(details: converter.readable(details)).result(of: subject)
    default:
      result(of: subject)
    }
  }

  private func result(of subject: WorkflowMachine.Subject) -> Result<[Payload], any Error> {
    switch (self, subject) {
    case (.succeeded(let payloads), _):
      .success(payloads)
    case (.canceled(let details), .child(let execution, let type)):
      .failure(
        ChildWorkflowError(
          execution: execution, workflowType: type, retryState: .unspecified,
          cause: Failure(message: "canceled", info: .canceled(details: details))))
    case (.canceled(let details), .activity(let id, let type)):
      .failure(CanceledError("activity '\(type)' (id \(id)) was canceled", details: details))
    case (.canceled(let details), _):
      .failure(CanceledError("canceled", details: details))
    case (.failed(let failure, let retryState), .activity(let id, let type)):
      .failure(ActivityError(activityType: type, activityID: id, retryState: retryState, cause: failure))
    case (.failed(let failure, let retryState), .child(let execution, let type)):
      .failure(
        ChildWorkflowError(execution: execution, workflowType: type, retryState: retryState, cause: failure))
    case (.failed(let failure, _), .external(let execution)):
      .failure(ExternalWorkflowError(execution: execution, message: failure.message))
    case (.failed(let failure, let retryState), .other):
      .failure(ActivityError(activityType: "", activityID: "", retryState: retryState, cause: failure))
    }
  }
}
