internal import Synchronization

/// A signal handler that workflow code registered while it ran.
typealias RuntimeSignalHandler = @Sendable (Arguments) async throws -> Void
/// A query handler that workflow code registered while it ran.
typealias RuntimeQueryHandler = @Sendable (Arguments) throws -> any Encodable & Sendable

extension WorkflowInstance {
  /// Runs a signal's handler in a task of its own. A signal without one waits until there is one.
  func startSignalHandler(_ signal: CarriedSignal) {
    let (workflow, handler) = state.withLock { ($0.workflow, $0.signalHandlers[signal.name]) }
    if let handler {
      startHandler("signal '\(signal.name)'", policy: .finish) { [self] in try await handle(signal, handler) }
    } else if let workflow, let policy = workflow.signalPolicy(signal.name) {
      startHandler("signal '\(signal.name)'", policy: policy) { [self] in
        try await handle(signal) { try await workflow.signal(signal.name, $0) }
      }
    } else {
      state.withLock { $0.bufferedSignals.append(signal) }
      logUnlessReplaying("signal '\(signal.name)' has no handler; it is kept until there is one")
    }
  }

  /// A handler's error fails the run; arguments that do not fit only drop the signal.
  private func startHandler(
    _ name: String, policy: HandlerUnfinishedPolicy, _ body: @escaping @Sendable () async throws -> Void
  ) {
    begin(name, policy)
    _ = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
      Task(executorPreference: executor) { [self] in
        var failure: (any Error)?
        do {
          try await body()
        } catch let error as PayloadConversionError {
          logUnlessReplaying("\(name) is dropped: \(error)")
        } catch {
          failure = error
        }
        end(name, policy)
        if let failure { state.withLock { if $0.outcome == nil { $0.outcome = .failure(failure) } } }
      }
    }
  }

  private func begin(_ name: String, _ policy: HandlerUnfinishedPolicy) {
    state.withLock { state in
      switch policy {
      case .finish: state.activeHandlers += 1
      case .warnAndAbandon: state.abandonableHandlers.append(name)
      case .abandon: break
      }
    }
  }

  private func end(_ name: String, _ policy: HandlerUnfinishedPolicy) {
    state.withLock { state in
      switch policy {
      case .finish:
        state.activeHandlers -= 1
      case .warnAndAbandon:
        if let index = state.abandonableHandlers.firstIndex(of: name) { state.abandonableHandlers.remove(at: index) }
      case .abandon:
        break
      }
    }
  }

  /// Registers a handler; the signals that waited for it run in their order.
  func setSignalHandler(_ name: String, _ handler: RuntimeSignalHandler?) {
    let waiting = state.withLock { state -> [CarriedSignal] in
      state.signalHandlers[name] = handler
      guard handler != nil else { return [] }
      defer { state.bufferedSignals.removeAll { $0.name == name } }
      return state.bufferedSignals.filter { $0.name == name }
    }
    for signal in waiting { startSignalHandler(signal) }
  }

  // MARK: Updates

  /// Accepts an update and runs its handler in a task of its own. The handler's error is the update's outcome.
  func startUpdateHandler(_ request: UpdateRequest) throws {
    guard let workflow = state.withLock({ $0.workflow }), let policy = workflow.updatePolicy(request.name) else {
      throw WorkflowTaskError(
        message: "update '\(request.name)' was accepted, but the workflow has no handler for it any more")
    }
    let name = "update '\(request.name)' (id \(request.updateID))"
    begin(name, policy)
    _ = WorkflowContext.$taskCurrent.withValue(WorkflowContext(instance: self)) {
      Task(executorPreference: executor) { [self] in
        // Right before the handler, as in Temporal's SDKs: what several updates of one task do is not mixed up.
        state.withLock { state in
          state.machine.emit(
            .acceptUpdate(
              UpdateAcceptedAttributes(request: request, sequencingEventID: max(0, state.historyLength - 1))))
        }
        let outcome: UpdateOutcome
        do {
          outcome = .success(try await handle(request, by: workflow))
        } catch let error as NonDeterminismError {
          state.withLock { if $0.outcome == nil { $0.outcome = .failure(error) } }
          end(name, policy)
          return
        } catch {
          outcome = .failure(Failure(recording: error, converter: converter))
        }
        state.withLock { state in
          if !state.isAbandoned { state.machine.emit(.completeUpdate(updateID: request.updateID, outcome: outcome)) }
        }
        end(name, policy)
      }
    }
  }

  /// Asks an update's validator, between activations; nothing it does leaves a trace.
  ///
  /// - Throws: what the validator threw; ``WorkflowServiceError`` when it did more than look.
  func validate(_ request: UpdateRequest) throws {
    guard let workflow = state.withLock({ $0.workflow }) else {
      throw WorkflowServiceError(.failedPrecondition, "the workflow has not started yet; ask again")
    }
    let arguments = Arguments(request.input, converter: converter, subject: "update '\(request.name)'")
    let interception = interception(ofValidator: request, arguments)
    _ = try inspect("the validator of update '\(request.name)'") {
      try await workflow.validate(request.name, arguments, interception)
      return .null
    }
  }
}

extension WorkflowInstance {
  /// The local activities without an outcome, and those that are to stop.
  func takeLocalActivities() -> (open: [LocalActivityRequest], canceled: [Int]) {
    state.withLock { state in
      defer { state.machine.canceledLocalActivities = [] }
      return (state.machine.openLocalActivities, state.machine.canceledLocalActivities)
    }
  }
}
