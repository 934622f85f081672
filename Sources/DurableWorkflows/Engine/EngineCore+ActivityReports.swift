/// Names one attempt of an activity to whoever reports its outcome.
struct ActivityToken: Hashable, Sendable {
  var run: RunKey
  var scheduledEventID: Int64
  var attempt: Int
  var runID: String

  /// The numbers and the run's id in decimal, with spaces between them. Every attempt has one: they are made fast.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + runID.utf8.count)
    for number in [Int64(bitPattern: run.rawValue), scheduledEventID, Int64(attempt)] {
      bytes.append(contentsOf: String(number).utf8)
      bytes.append(UInt8(ascii: " "))
    }
    bytes.append(contentsOf: runID.utf8)
    return bytes
  }

  init(run: RunKey, scheduledEventID: Int64, attempt: Int, runID: String) {
    self.run = run
    self.scheduledEventID = scheduledEventID
    self.attempt = attempt
    self.runID = runID
  }

  init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let parts = text.split(separator: " ", maxSplits: 3)
    guard parts.count == 4, let key = UInt64(parts[0]), let eventID = Int64(parts[1]), let attempt = Int(parts[2])
    else { return nil }
    self.init(run: RunKey(rawValue: key), scheduledEventID: eventID, attempt: attempt, runID: String(parts[3]))
  }
}

extension EngineCore {
  /// The outcome of an activity, reported from outside its code.
  func respondActivity(_ request: RespondActivityTaskRequest, at now: Timestamp) throws {
    let (run, pending) = try openActivity(request.activity, namespace: request.namespace)
    let outcome: ActivityOutcome =
      switch request.outcome {
      case .completed(let result): .completed(result)
      case .failed(let failure): .failed(failure)
      case .canceled(let details): .canceled(details: details)
      }
    absorb(
      run.state.finishAttempt(
        pending.scheduledEventID, attempt: pending.attempt, outcome: outcome, identity: request.identity, at: now),
      into: run)
  }

  /// - Returns: whether the activity is to stop.
  func recordActivityHeartbeat(_ request: RecordActivityTaskHeartbeatRequest, at now: Timestamp) throws -> Bool {
    let (run, pending) = try openActivity(request.activity, namespace: request.namespace)
    absorb(
      run.state.heartbeat(pending.scheduledEventID, attempt: pending.attempt, details: request.details, at: now),
      into: run)
    return pending.cancelRequestedEventID != nil
  }

  /// The running attempt that a reference names.
  private func openActivity(_ reference: ActivityReference, namespace: String) throws -> (Run, PendingActivity) {
    let gone = WorkflowServiceError(
      .notFound, "the activity is not running: it has ended, its attempt has timed out, or its run is closed")
    switch reference {
    case .token(let bytes):
      let namespace = try self.namespace(namespace)
      guard let token = ActivityToken(bytes) else {
        throw WorkflowServiceError(.invalidArgument, "the task token is not one of this service")
      }
      guard let run = runs[token.run], run.state.started.runID == token.runID, run.state.started.namespace == namespace,
        run.isOpen,
        let pending = run.activity(token.scheduledEventID), pending.attempt == token.attempt,
        case .started = pending.stage
      else { throw gone }
      return (run, pending)
    case .id(let execution, let activityID):
      let run = try run(namespace, execution)
      guard run.isOpen,
        let pending = run.state.activities.first(where: { $0.attributes.activityID == activityID }),
        case .started = pending.stage
      else { throw gone }
      return (run, pending)
    }
  }
}
