internal import Synchronization

extension WorkflowInstance {
  /// The most operations that are refused in one activation before the calling task is taken for a runaway.
  private static let mostRefusals = 1000

  /// Throws if the calling task is already cancelled or the run is being unloaded.
  ///
  /// Code that answers every refusal with another operation would hold the engine's thread for ever: it is suspended
  /// for good, and a live workflow task fails.
  func checkCancellation(_ operation: String) async throws {
    let isCancelled = Task.isCancelled
    let (isAbandoned, isRunaway) = state.withLock { state in
      guard state.isAbandoned || isCancelled else { return (false, false) }
      state.refusals += 1
      if state.refusals > WorkflowInstance.mostRefusals { state.isRunaway = true }
      return (state.isAbandoned, state.refusals > WorkflowInstance.mostRefusals)
    }
    if isRunaway {
      await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }
    if isAbandoned { throw WorkflowAbandonedError() }
    if isCancelled { throw CanceledError("\(operation) was canceled") }
  }

  /// A cancelled task asks for something that is known already: as often as it likes, but not for ever.
  func noteKnownAnswer() async {
    let isRunaway = state.withLock { state in
      state.refusals += 1
      if state.refusals > WorkflowInstance.mostRefusals { state.isRunaway = true }
      return state.isRunaway
    }
    if isRunaway { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
  }

  /// Suspends the calling task until an operation is resolved or the task is cancelled.
  func wait(for operation: OperationID) async throws -> [Payload] {
    if state.withLock({ $0.isAbandoned }) { try await checkCancellation("a wait") }
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        let resumption = state.withLock { state -> WorkflowMachine.Resumption? in
          if state.isAbandoned {
            return WorkflowMachine.Resumption(continuation: continuation, result: .failure(WorkflowAbandonedError()))
          }
          return state.machine.wait(for: operation, continuation)
        }
        resume(resumption.map { [$0] } ?? [])
      }
    } onCancel: {
      resume(state.withLock { $0.machine.cancel(operation) })
    }
  }

  func scheduleActivity(
    _ name: String, input: [Payload], options: ActivityOptions, header: [String: Payload]
  ) throws -> OperationID {
    try state.withLock { state in
      if let id = options.activityID {
        state.machine.noteChosenID()
        if state.machine.isOpenActivity(id) {
          throw ApplicationError(
            "activity '\(name)' cannot be scheduled: the id '\(id)' belongs to an open activity of this run",
            type: "InvalidActivityOptions", isNonRetryable: true)
        }
      }
      let number = state.machine.nextActivityID()
      return state.machine.scheduleActivity(
        ScheduleActivityCommand(
          activityID: options.activityID ?? number, activityType: name, taskQueue: options.taskQueue, input: input,
          scheduleToCloseTimeout: options.scheduleToCloseTimeout,
          scheduleToStartTimeout: options.scheduleToStartTimeout, startToCloseTimeout: options.startToCloseTimeout,
          heartbeatTimeout: options.heartbeatTimeout, retryPolicy: options.retryPolicy ?? .standard,
          summary: options.summary, isIdempotent: options.isIdempotent ?? true,
          priority: options.priority ?? Priority(), header: header),
        cancellationType: options.cancellationType ?? .tryCancel)
    }
  }

  /// Answers a patch and records its marker where that is due.
  ///
  /// Live code records the marker and takes the new branch. Replayed code takes it only if history holds the marker in
  /// this very task. The first answer holds for the rest of the run.
  func patch(_ id: String, isDeprecated: Bool) -> Bool {
    state.withLock { state in
      if let answer = state.patches[id] { return answer }
      let answer = !state.isReplaying || state.patchesOfTask[id] != nil
      state.patches[id] = answer
      if answer, let details = try? PatchMarker(id: id, isDeprecated: isDeprecated).details() {
        state.machine.emit(.recordMarker(name: PatchMarker.name, details: details))
      }
      return answer
    }
  }
}
