/// A local activity that workflow code asked for and that has no outcome yet.
struct LocalActivityRequest: Sendable {
  var seq: Int
  var activityID: String
  var activityType: String
  var input: [Payload]
  var options: LocalActivityOptions
  var header: [String: Payload]
  var scheduledTime: Timestamp
}

extension WorkflowMachine {
  mutating func scheduleLocalActivity(
    _ type: String, input: [Payload], options: LocalActivityOptions, header: [String: Payload], at now: Timestamp
  ) -> OperationID {
    let seq = nextLocalSeq()
    let request = LocalActivityRequest(
      seq: seq, activityID: String(seq), activityType: type, input: input, options: options, header: header,
      scheduledTime: now)
    let operation = add(Operation(kind: .localActivity(request)))
    localActivityOfSeq[seq] = operation
    return operation
  }

  /// The local activities without an outcome, in the order in which they were asked for.
  var openLocalActivities: [LocalActivityRequest] {
    localActivityOfSeq.sorted { $0.key < $1.key }.compactMap { _, id in
      if case .localActivity(let request)? = operations[id]?.kind { request } else { nil }
    }
  }

  /// Whether a local activity still wants its outcome.
  func isOpenLocalActivity(_ seq: Int) -> Bool { localActivityOfSeq[seq] != nil }

  /// A local activity ended: its marker is recorded and whoever waits is resumed.
  mutating func resolveLocalActivity(
    _ seq: Int, _ resolution: LocalActivityResolution, by converter: any PayloadConverter
  ) throws -> [Resumption] {
    guard let id = localActivityOfSeq.removeValue(forKey: seq), case .localActivity(let request)? = operations[id]?.kind
    else { return [] }
    let marker = LocalActivityMarker(
      seq: seq, attempt: resolution.attempt, activityID: request.activityID, activityType: request.activityType,
      completeTime: resolution.completeTime, originalScheduleTime: request.scheduledTime, result: resolution.result)
    let failure = LocalActivityMarker.failure(
      of: resolution.outcome, activityID: request.activityID, activityType: request.activityType)
    emit(.recordMarker(name: LocalActivityMarker.name, details: try marker.details(), failure: failure))
    return settle(
      id,
      resolution.outcome.result(of: .activity(id: request.activityID, type: request.activityType), by: converter))
  }

  /// Whoever waits for a local activity was cancelled. The code is told to stop; its outcome is not recorded.
  mutating func cancelLocalActivity(_ id: OperationID, _ request: LocalActivityRequest) -> [Resumption] {
    if request.options.cancellationType == .waitCancellationCompleted {
      canceledLocalActivities.append(request.seq)
      return []
    }
    localActivityOfSeq[request.seq] = nil
    return settle(
      id,
      .failure(CanceledError("local activity '\(request.activityType)' (id \(request.activityID)) was canceled")))
  }
}
