internal import Synchronization

extension WorkflowInstance {
  /// Answers a query on the actor, between activations.
  ///
  /// - Throws: ``WorkflowServiceError`` with ``WorkflowServiceError/Code/queryFailed`` when the handler threw, does not
  ///   exist, suspended, or tried to do anything but read.
  func query(_ name: String, _ payloads: [Payload]) throws -> Payload {
    guard let workflow = state.withLock({ $0.workflow }) else {
      throw WorkflowServiceError(.queryFailed, "the workflow has not started yet; ask again")
    }
    let arguments = Arguments(payloads, converter: converter, subject: "query '\(name)'")
    let answer = QueryAnswer()
    let before = state.withLock { state in
      defer { state.isReplaying = true }
      return state
    }
    // What a query draws, no replay will draw.
    defer {
      state.withLock { state in
        state.isReplaying = before.isReplaying
        state.random = before.random
        state.patches = before.patches
        if state.machine.operationCount != before.machine.operationCount { state.isTainted = true }
      }
    }
    executor.withOwnership {
      _ = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
        Task(executorPreference: executor) {
          do {
            answer.set(.success(try await workflow.query(name, arguments)))
          } catch {
            answer.set(.failure(error))
          }
        }
      }
      executor.drain()
    }
    let commands = state.withLock { $0.machine.takeCommands() }
    guard commands.isEmpty else {
      state.withLock { $0.isTainted = true }
      throw WorkflowServiceError(
        .queryFailed, "query '\(name)' tried to \(commands[0].command.summary); queries only read")
    }
    switch answer.value {
    case .success(let payload)?:
      return payload
    case .failure(let error as WorkflowServiceError)?:
      throw error
    case .failure(let error)?:
      throw WorkflowServiceError(.queryFailed, "\(error)")
    case nil:
      throw WorkflowServiceError(.queryFailed, "query '\(name)' did not answer at once; queries are synchronous")
    }
  }

  /// Ends all tasks of the run without recording anything: its memory is wanted, or it failed to replay.
  ///
  /// Every wait throws; code that goes on waiting in a loop is left suspended after 1,000 more operations.
  func abandon() {
    executor.acceptForeignJobs()
    executor.withOwnership {
      state.withLock { state in
        state.isAbandoned = true
        state.isReplaying = true
        state.refusals = 0
      }
      // The waits end with WorkflowAbandonedError before cancellation could end them with CanceledError.
      while true {
        let continuations = state.withLock { $0.machine.abandon() }
        if continuations.isEmpty { break }
        for continuation in continuations { continuation.resume(throwing: WorkflowAbandonedError()) }
        executor.drain()
      }
      state.withLock { $0.root }?.cancel()
      executor.drain()
      state.withLock { state in
        state.workflow = nil
        state.root = nil
      }
    }
    executor.release()
  }
}

/// Thrown out of every wait of a run that is being unloaded. It never reaches history.
struct WorkflowAbandonedError: Error {}
