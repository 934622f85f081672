/// The marker that records the result of a local activity or a side effect; name and details are those of Temporal's
/// core SDK, so that its tools show it and its replayers accept it.
struct LocalActivityMarker: Hashable, Sendable {
  var seq: Int
  var attempt: Int
  var activityID: String
  var activityType: String
  var completeTime: Timestamp
  var originalScheduleTime: Timestamp
  /// What it returned; `nil` if it failed.
  var result: [Payload]?
  /// How it failed; kept beside the details in the event.
  var failure: Failure?

  /// What identifies it in history.
  var identity: String { "\(seq) \(activityID) \(activityType)" }

  /// What replay delivers for it.
  var job: Activation.Job {
    .resolveLocalActivity(
      seq: seq, LocalActivityResolution(outcome: outcome, attempt: attempt, completeTime: completeTime))
  }

  /// How it ended.
  var outcome: Activation.Outcome {
    if let result { return .succeeded(result) }
    if let failure, case .canceled(let details) = failure.info { return .canceled(details: details) }
    if let failure, activityType != LocalActivityMarker.sideEffectType, let cause = failure.cause,
      case .activity(_, _, _, _, _, let retryState) = failure.info
    {
      return .failed(cause, retryState)
    }
    return .failed(failure ?? Failure(message: "failed", info: .server(isNonRetryable: true)), .unspecified)
  }

  static let name = "core_local_activity"
  /// The type under which side effects are recorded.
  static let sideEffectType = "SideEffect"
  private static let dataKey = "data"
  private static let resultKey = "result"

  /// Reads a marker; `nil` if it is of another kind.
  init?(_ name: String, _ details: [String: [Payload]], failure: Failure? = nil) {
    guard name == LocalActivityMarker.name, let payload = details[LocalActivityMarker.dataKey]?.first,
      let data = try? JSONPayloadConverter().value(of: payload, as: Data.self)
    else { return nil }
    seq = data.seq
    attempt = data.attempt
    activityID = data.activityID
    activityType = data.activityType
    completeTime = data.completeTime.timestamp
    originalScheduleTime = data.originalScheduleTime.timestamp
    result = failure == nil ? details[LocalActivityMarker.resultKey] : nil
    self.failure = failure
  }

  init(
    seq: Int, attempt: Int, activityID: String, activityType: String, completeTime: Timestamp,
    originalScheduleTime: Timestamp, result: [Payload]?
  ) {
    self.seq = seq
    self.attempt = attempt
    self.activityID = activityID
    self.activityType = activityType
    self.completeTime = completeTime
    self.originalScheduleTime = originalScheduleTime
    self.result = result
  }

  /// The failure that is recorded for a local activity's outcome: the cause with why it was not retried further, so
  /// that replay throws what was thrown.
  static func failure(of outcome: Activation.Outcome, activityID: String, activityType: String) -> Failure? {
    switch outcome {
    case .succeeded: nil
    case .failed(let cause, let retryState):
      Failure(
        message: "local activity '\(activityType)' failed",
        info: .activity(
          scheduledEventID: 0, startedEventID: 0, identity: "", activityType: activityType, activityID: activityID,
          retryState: retryState),
        cause: cause)
    case .canceled(let details): Failure(message: "canceled", info: .canceled(details: details))
    }
  }

  func details() throws -> [String: [Payload]] {
    let data = Data(
      seq: seq, attempt: attempt, activityID: activityID, activityType: activityType,
      completeTime: Data.Time(completeTime), backoff: nil, originalScheduleTime: Data.Time(originalScheduleTime))
    var details = [LocalActivityMarker.dataKey: [try JSONPayloadConverter().payload(for: data)]]
    // Core expects a payload wherever there is no failure.
    details[LocalActivityMarker.resultKey] = result.map { $0.isEmpty ? [.null] : $0 }
    return details
  }

  private struct Data: Codable {
    struct Time: Codable {
      var seconds: Int64
      var nanos: Int64

      init(_ time: Timestamp) {
        let (seconds, nanos) = time.nanosecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.seconds = seconds
        self.nanos = nanos
      }

      var timestamp: Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return Timestamp(nanosecondsSinceEpoch: overflow ? 0 : product &+ nanos)
      }
    }

    var seq: Int
    var attempt: Int
    var activityID: String
    var activityType: String
    var completeTime: Time
    var backoff: Time?
    var originalScheduleTime: Time

    enum CodingKeys: String, CodingKey {
      case seq, attempt, backoff
      case activityID = "activity_id"
      case activityType = "activity_type"
      case completeTime = "complete_time"
      case originalScheduleTime = "original_schedule_time"
    }

    /// Every key is written, also that of a missing backoff: core refuses markers without it.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(seq, forKey: .seq)
      try container.encode(attempt, forKey: .attempt)
      try container.encode(activityID, forKey: .activityID)
      try container.encode(activityType, forKey: .activityType)
      try container.encode(completeTime, forKey: .completeTime)
      try container.encode(backoff, forKey: .backoff)
      try container.encode(originalScheduleTime, forKey: .originalScheduleTime)
    }
  }
}
