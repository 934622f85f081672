@testable internal import DurableWorkflows

/// Random but repeatable values of everything that a record holds.
struct SeededValues: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
  mutating func bool() -> Bool { Bool.random(using: &self) }

  /// Small numbers, and now and then the extremes.
  mutating func int64() -> Int64 {
    switch below(6) {
    case 0: [.min, .max, 0, -1].randomElement(using: &self) ?? 0
    case 1: Int64.random(in: .min ... .max, using: &self)
    default: Int64(below(100_000))
    }
  }

  mutating func time() -> Timestamp { Timestamp(nanosecondsSinceEpoch: int64()) }
  mutating func duration() -> Duration { .nanoseconds(int64()) }

  mutating func text() -> String {
    let alphabet = Array("abc déß漢字\u{0}\n'\"\\ ")
    return String((0..<below(12)).map { _ in alphabet[below(alphabet.count)] })
  }

  mutating func bytes() -> [UInt8] { (0..<below(40)).map { _ in UInt8(below(256)) } }

  mutating func optional<Value>(_ value: (inout SeededValues) -> Value) -> Value? { bool() ? value(&self) : nil }

  mutating func payload() -> Payload {
    switch below(5) {
    case 0: Payload(encoding: Payload.jsonPlain, data: bytes())
    case 1: .null
    case 2: Payload(encoding: Payload.binaryPlain, data: bytes())
    case 3: Payload(metadata: [:], data: bytes())
    default: Payload(metadata: ["encoding": bytes(), text(): bytes()], data: bytes())
    }
  }

  mutating func payloads() -> [Payload] { (0..<below(3)).map { _ in payload() } }

  mutating func payloadMap() -> [String: Payload] {
    var map: [String: Payload] = [:]
    for _ in 0..<below(3) { map[text()] = payload() }
    return map
  }

  mutating func retryState() -> RetryState { RetryState(rawValue: below(8)) ?? .unspecified }
  mutating func timeoutType() -> TimeoutType { TimeoutType(rawValue: 1 + below(4)) ?? .heartbeat }

  mutating func failure(depth: Int = 0) -> Failure {
    let info: Failure.Info =
      switch below(7) {
      case 0:
        .application(
          type: text(), isNonRetryable: bool(), details: payloads(), nextRetryDelay: optional { $0.duration() })
      case 1: .timeout(timeoutType(), lastHeartbeatDetails: payloads())
      case 2: .canceled(details: payloads())
      case 3: .terminated(identity: text())
      case 4: .server(isNonRetryable: bool())
      case 5:
        .activity(
          scheduledEventID: int64(), startedEventID: int64(), identity: text(), activityType: text(),
          activityID: text(), retryState: retryState())
      default:
        .childWorkflow(
          namespace: text(), workflowID: text(), runID: text(), workflowType: text(), initiatedEventID: int64(),
          startedEventID: int64(), retryState: retryState())
      }
    return Failure(
      message: text(), info: info, cause: depth < 4 && bool() ? failure(depth: depth + 1) : nil, source: text(),
      stackTrace: text())
  }

  mutating func retryPolicy() -> RetryPolicy {
    RetryPolicy(
      initialInterval: duration(), backoffCoefficient: Double(below(400)) / 100, maximumInterval: duration(),
      maximumAttempts: below(1000), nonRetryableErrorTypes: (0..<below(3)).map { _ in text() })
  }

  mutating func started() -> WorkflowExecutionStartedAttributes {
    WorkflowExecutionStartedAttributes(
      workflowType: text(), workflowID: text(), runID: text(), taskQueue: text(), input: payloads(),
      executionTimeout: optional { $0.duration() }, runTimeout: optional { $0.duration() }, taskTimeout: duration(),
      identity: text(), memo: payloadMap(), searchAttributes: payloadMap(), header: payloadMap(), requestID: text(),
      attempt: below(100))
  }

  /// The number of kinds that ``attributes(_:)`` makes: one per event type.
  static let attributeKinds = 25

  mutating func attributes(_ kind: Int) -> EventAttributes {
    switch kind {
    case 0: .workflowExecutionStarted(started())
    case 1: .workflowExecutionCompleted(result: payloads(), workflowTaskCompletedEventID: int64())
    case 2:
      .workflowExecutionFailed(failure: failure(), retryState: retryState(), workflowTaskCompletedEventID: int64())
    case 3: .workflowExecutionTimedOut(retryState: retryState())
    case 4: .workflowTaskScheduled(taskQueue: text(), startToCloseTimeout: duration(), attempt: below(9))
    case 5: .workflowTaskStarted(scheduledEventID: int64(), identity: text(), historySizeBytes: int64())
    case 6: .workflowTaskCompleted(scheduledEventID: int64(), startedEventID: int64(), identity: text())
    case 7:
      .workflowTaskFailed(
        scheduledEventID: int64(), startedEventID: int64(),
        cause: bool() ? .nonDeterministicError : .workflowWorkerUnhandledFailure, failure: failure(), identity: text())
    case 8:
      .timerStarted(
        timerID: text(), startToFireTimeout: duration(), workflowTaskCompletedEventID: int64(),
        summary: optional { $0.text() })
    case 9: .timerFired(timerID: text(), startedEventID: int64())
    case 10:
      .timerCanceled(
        timerID: text(), startedEventID: int64(), workflowTaskCompletedEventID: int64(), identity: text())
    case 11: .workflowExecutionCancelRequested(cause: text(), identity: text())
    case 12: .workflowExecutionCanceled(details: payloads(), workflowTaskCompletedEventID: int64())
    case 13:
      .markerRecorded(
        markerName: text(), details: [text(): payloads(), "x": payloads()], workflowTaskCompletedEventID: int64(),
        failure: optional { $0.failure() })
    case 14:
      .workflowExecutionSignaled(
        signalName: text(), input: payloads(), identity: text(), header: payloadMap(), requestID: text())
    case 15: .workflowExecutionTerminated(reason: text(), details: payloads(), identity: text())
    case 23: .workflowExecutionPaused(reason: text(), identity: text(), requestID: text())
    case 24: .workflowExecutionUnpaused(reason: text(), identity: text(), requestID: text())
    default: activityAttributes(kind)
    }
  }

  private mutating func activityAttributes(_ kind: Int) -> EventAttributes {
    switch kind {
    case 16:
      .activityTaskScheduled(
        ActivityTaskScheduledAttributes(
          activityID: text(), activityType: text(), taskQueue: text(), input: payloads(),
          scheduleToCloseTimeout: optional { $0.duration() }, scheduleToStartTimeout: optional { $0.duration() },
          startToCloseTimeout: optional { $0.duration() }, heartbeatTimeout: optional { $0.duration() },
          retryPolicy: retryPolicy(), workflowTaskCompletedEventID: int64(), header: payloadMap(),
          summary: optional { $0.text() }))
    case 17:
      .activityTaskStarted(
        scheduledEventID: int64(), identity: text(), attempt: below(100), lastFailure: optional { $0.failure() })
    case 18:
      .activityTaskCompleted(
        scheduledEventID: int64(), startedEventID: int64(), identity: text(), result: payloads())
    case 19:
      .activityTaskFailed(
        scheduledEventID: int64(), startedEventID: int64(), identity: text(), failure: failure(),
        retryState: retryState())
    case 20:
      .activityTaskTimedOut(
        scheduledEventID: int64(), startedEventID: int64(), failure: failure(), retryState: retryState())
    case 21: .activityTaskCancelRequested(scheduledEventID: int64(), workflowTaskCompletedEventID: int64())
    default:
      .activityTaskCanceled(
        scheduledEventID: int64(), startedEventID: int64(), latestCancelRequestedEventID: int64(), identity: text(),
        details: payloads())
    }
  }
}
