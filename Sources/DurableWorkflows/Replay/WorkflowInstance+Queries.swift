internal import Synchronization

extension WorkflowInstance {
  /// Answers a query on the actor, between activations.
  ///
  /// - Throws: ``WorkflowServiceError`` with ``WorkflowServiceError/Code/queryFailed`` when the handler threw, does not
  ///   exist, suspended, or tried to do anything but read.
  func query(_ name: String, _ payloads: [Payload], header: [String: Payload] = [:]) throws -> Payload {
    guard let workflow = state.withLock({ $0.workflow }) else {
      throw WorkflowServiceError(.queryFailed, "the workflow has not started yet; ask again")
    }
    let arguments = Arguments(payloads, converter: converter, subject: "query '\(name)'")
    let handler = state.withLock { $0.queryHandlers[name] }
    let interception = interception(ofQuery: name, arguments, header: header)
    do {
      return try inspect("query '\(name)'") { [converter] in
        guard let handler else { return try await workflow.query(name, arguments, interception) }
        let answer = { try converter.payload(for: try handler($0)) }
        return try interception?(answer) ?? answer(arguments)
      }
    } catch let error as WorkflowServiceError {
      throw error
    } catch {
      throw WorkflowServiceError(.queryFailed, "\(error)")
    }
  }

  /// Runs code that may only look: it must answer at once, emit no commands and leave the actor's state as it was.
  /// What it draws and patches is forgotten.
  func inspect(_ what: String, _ body: @escaping @Sendable () async throws -> Payload) throws -> Payload {
    let answer = QueryAnswer()
    let workflow = state.withLock { $0.workflow }
    let before = state.withLock { state in
      defer { state.isReplaying = true }
      return state
    }
    defer {
      state.withLock { state in
        state.isReplaying = before.isReplaying
        state.random = before.random
        state.patches = before.patches
        state.signalHandlers = before.signalHandlers
        state.queryHandlers = before.queryHandlers
        state.memo = before.memo
        state.searchAttributes = before.searchAttributes
        if state.machine.operationCount != before.machine.operationCount
          || state.machine.lastActivity != before.machine.lastActivity
        {
          state.isTainted = true
        }
      }
    }
    executor.withOwnership {
      _ = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
        Task(executorPreference: executor) {
          let fingerprint = await workflow?.fingerprint()
          let result: Result<Payload, any Error>
          do {
            result = .success(try await body())
          } catch {
            result = .failure(error)
          }
          answer.set(result, hasChangedState: await workflow?.fingerprint() != fingerprint)
        }
      }
      executor.drain()
    }
    let commands = state.withLock { $0.machine.takeCommands() }
    guard commands.isEmpty else {
      state.withLock { $0.isTainted = true }
      throw WorkflowServiceError(
        .queryFailed, "\(what) tried to \(commands[0].command.summary); queries and validators only look")
    }
    guard let (result, hasChangedState) = answer.value else {
      state.withLock { $0.isTainted = true }
      throw WorkflowServiceError(.queryFailed, "\(what) did not answer at once; queries and validators are synchronous")
    }
    if hasChangedState {
      state.withLock { $0.isTainted = true }
      throw WorkflowServiceError(
        .queryFailed, "\(what) changed the workflow's state; queries and validators only look")
    }
    return try result.get()
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
      // Handlers that the code has set hold its actor, which holds this instance. They are let go outside the lock: what
      // they capture may be deinitialized with them.
      let handlers = state.withLock { state in
        defer {
          state.workflow = nil
          state.root = nil
          state.signalHandlers = [:]
          state.queryHandlers = [:]
        }
        return (state.workflow, state.signalHandlers, state.queryHandlers)
      }
      withExtendedLifetime(handlers) {}
    }
    executor.release()
  }
}

/// Thrown out of every wait of a run that is being unloaded. It never reaches history.
struct WorkflowAbandonedError: Error {}
