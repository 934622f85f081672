internal import Logging
internal import Synchronization

extension WorkflowInstance {
  /// Throws if the calling task is already cancelled or the run is being unloaded.
  func checkCancellation(_ operation: String) throws {
    if state.withLock({ $0.isAbandoned }) { throw WorkflowAbandonedError() }
    if Task.isCancelled { throw CanceledError("\(operation) was canceled") }
  }

  /// Suspends the calling task until an operation is resolved or the task is cancelled.
  func wait(for operation: OperationID) async throws -> [Payload] {
    try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        let (resumption, isRunaway) = state.withLock { state -> (WorkflowMachine.Resumption?, Bool) in
          if state.isAbandoned {
            state.operationsWhileAbandoned += 1
            let resumption = WorkflowMachine.Resumption(
              continuation: continuation, result: .failure(WorkflowAbandonedError()))
            return (resumption, state.operationsWhileAbandoned > 1000)
          }
          return (state.machine.wait(for: operation, continuation), false)
        }
        if isRunaway {
          logger.error("the run is unloaded but its code goes on waiting; its tasks are left suspended")
        } else {
          resume(resumption)
        }
      }
    } onCancel: {
      resume(state.withLock { $0.machine.cancel(operation) })
    }
  }

  func scheduleActivity(_ name: String, input: [Payload], options: ActivityOptions) -> OperationID {
    state.withLock { state in
      let number = state.machine.nextActivityID()
      return state.machine.scheduleActivity(
        ScheduleActivityCommand(
          activityID: options.activityID ?? number, activityType: name, taskQueue: options.taskQueue, input: input,
          scheduleToCloseTimeout: options.scheduleToCloseTimeout,
          scheduleToStartTimeout: options.scheduleToStartTimeout, startToCloseTimeout: options.startToCloseTimeout,
          heartbeatTimeout: options.heartbeatTimeout, retryPolicy: options.retryPolicy ?? .standard,
          summary: options.summary),
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
        state.machine.recordMarker(name: PatchMarker.name, details: details)
      }
      return answer
    }
  }
}
