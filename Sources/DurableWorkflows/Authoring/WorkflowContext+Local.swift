internal import Synchronization

extension WorkflowContext {
  /// Runs `body` once and records what it returns; replays get the recorded value and do not run it.
  ///
  /// It is for what is quick and may differ from time to time: reading a setting, an id from outside. `body` must not
  /// use the context: replays do not run it. It runs again if the
  /// process dies before the value is recorded, which happens together with what follows.
  /// - Throws: what `body` throws, recorded too, as an ``ApplicationError``; ``NonDeterminismError`` when history holds
  ///   something else here.
  public func sideEffect<Value: Codable & Sendable>(_ body: () throws -> Value) throws -> Value {
    let instance = try require("context.sideEffect")
    let value = try instance.sideEffect { try instance.recorded(body) }
    return try instance.converter.value(of: value, as: Value.self)
  }

  /// The typed face of an activity container whose calls run as local activities: in this process, without queue or
  /// slot, recorded together with what follows.
  ///
  /// - Parameter options: timeouts and retries; unset timeouts are those of the activities' declarations.
  public func localActivities<Container: ActivityContainer>(
    _ type: Container.Type, options: LocalActivityOptions = LocalActivityOptions()
  ) -> Container.Proxy {
    Container.Proxy(ActivityInvoker(context: self, options: ActivityOptions(), localOptions: options))
  }

  /// Runs an activity by name as a local activity and waits for its result.
  ///
  /// - Throws: ``ActivityError`` when it failed for good, ``CanceledError`` when the task is cancelled,
  ///   ``ApplicationError`` of type `InvalidActivityOptions` when the options are invalid.
  public func executeLocalActivity<Output: Decodable & Sendable, each Argument: Encodable & Sendable>(
    _ name: String, _ arguments: repeat each Argument, options: LocalActivityOptions,
    returning type: Output.Type = Output.self
  ) async throws -> Output {
    let instance = try require("context.executeLocalActivity")
    try await instance.checkCancellation("local activity '\(name)'")
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try instance.converter.payload(for: argument)) }
    let result = try await instance.execute(
      ScheduleLocalActivityInput(context: self, name: name, options: options, arguments: input))
    guard let payload = result.first else {
      return try Arguments([], converter: instance.converter, subject: "the result of activity '\(name)'").decode(0)
    }
    return try instance.converter.value(of: payload, as: type)
  }
}

extension WorkflowInstance {
  /// - Throws: ``NonDeterminismError``, which also fails the workflow task, if a side effect did what replay will not.
  private func checkUntouched(since before: State) throws {
    try state.withLock { state in
      state.random = before.random
      guard state.machine.commands.count != before.machine.commands.count
        || state.machine.lastActivity != before.machine.lastActivity
        || state.machine.operationCount != before.machine.operationCount
      else { return }
      let error = NonDeterminismError(
        code: .historyMismatch, expected: "a side effect that only computes", actual: "operations of the context",
        message: "a side effect used the workflow's context, which replay would not repeat; move that out of its body")
      if state.outcome == nil { state.outcome = .failure(error) }
      throw error
    }
  }

  /// Runs a side effect and records it, or takes its recorded value.
  fileprivate func recorded<Value: Encodable>(_ body: () throws -> Value) throws -> Payload {
    let (seq, now, isReplaying, recorded) = state.withLock { state in
      let seq = state.machine.nextLocalSeq()
      return (seq, state.now, state.isReplaying, state.sideEffects[seq])
    }
    let outcome: Activation.Outcome
    if isReplaying {
      guard let recorded else {
        throw NonDeterminismError(
          code: .historyMismatch, expected: "no side effect", actual: "side effect number \(seq)",
          message: "the workflow's code records a side effect that its history does not hold; guard the change with a patch")
      }
      outcome = recorded
    } else {
      let before = state.withLock { $0 }
      do {
        outcome = .succeeded([try converter.payload(for: try body())])
      } catch {
        outcome = .failed(Failure(recording: error, converter: converter), .unspecified)
      }
      try checkUntouched(since: before)
    }
    return try record(outcome, seq: seq, at: now)
  }

  /// Records a side effect and gives its value.
  private func record(_ outcome: Activation.Outcome, seq: Int, at now: Timestamp) throws -> Payload {
    var result: [Payload]?
    var failure: Failure?
    switch outcome {
    case .succeeded(let payloads): result = payloads
    case .failed(let reason, _): failure = reason
    case .canceled(let details): failure = Failure(message: "canceled", info: .canceled(details: details))
    }
    let marker = LocalActivityMarker(
      seq: seq, attempt: 1, activityID: String(seq), activityType: LocalActivityMarker.sideEffectType,
      completeTime: now, originalScheduleTime: now, result: result)
    let details = try marker.details()
    state.withLock {
      $0.machine.emit(.recordMarker(name: LocalActivityMarker.name, details: details, failure: failure))
    }
    if let failure { throw ApplicationError(recorded: try converter.decoded(failure)) }
    return result?.first ?? .null
  }
}

extension ApplicationError {
  /// The error that a recorded failure stands for.
  init(recorded failure: Failure) {
    var type = "ApplicationError"
    var isNonRetryable = false
    var details: [Payload] = []
    if case .application(let name, let flag, let values, _) = failure.info {
      (type, isNonRetryable, details) = (name, flag, values)
    }
    self.init(failure.message, type: type, isNonRetryable: isNonRetryable, details: details, cause: failure.cause)
  }
}
