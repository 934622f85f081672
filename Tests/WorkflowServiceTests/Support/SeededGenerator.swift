import DurableWorkflows

/// Random values that a seed reproduces.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func number(_ range: ClosedRange<Int> = 0...1_000_000) -> Int { Int.random(in: range, using: &self) }

  mutating func text() -> String {
    let alphabet: [Character] = ["a", "Z", "0", " ", "\"", "\\", "\n", "\u{0}", "é", "漢", "\u{1F600}"]
    return String((0..<number(0...12)).map { _ in alphabet.randomElement(using: &self) ?? "a" })
  }

  mutating func payload() -> Payload {
    var metadata: [String: [UInt8]] = ["encoding": Array("json/plain".utf8)]
    for _ in 0..<number(0...2) { metadata[text()] = bytes() }
    return Payload(metadata: metadata, data: bytes())
  }

  mutating func bytes() -> [UInt8] { (0..<number(0...40)).map { _ in UInt8(truncatingIfNeeded: next()) } }

  mutating func payloads() -> [Payload] { (0..<number(0...3)).map { _ in payload() } }

  mutating func payloadMap() -> [String: Payload] {
    Dictionary((0..<number(0...3)).map { _ in (text(), payload()) }) { first, _ in first }
  }

  mutating func duration() -> Duration { .nanoseconds(Int64.random(in: 1...1 << 60, using: &self)) }

  mutating func optionalDuration() -> Duration? { Bool.random(using: &self) ? duration() : nil }

  mutating func optionalText() -> String? { Bool.random(using: &self) ? text() : nil }

  mutating func failure(depth: Int = 4) -> Failure {
    let cause = depth > 0 && Bool.random(using: &self) ? failure(depth: depth - 1) : nil
    let info: Failure.Info =
      switch number(0...4) {
      case 0:
        .application(
          type: text(), isNonRetryable: Bool.random(using: &self), details: payloads(),
          nextRetryDelay: optionalDuration())
      case 1:
        .timeout(TimeoutType(rawValue: number(1...4)) ?? .heartbeat, lastHeartbeatDetails: payloads())
      case 2: .canceled(details: payloads())
      case 3: .server(isNonRetryable: Bool.random(using: &self))
      default:
        .activity(
          scheduledEventID: Int64(number()), startedEventID: Int64(number()), identity: text(), activityType: text(),
          activityID: text(), retryState: RetryState(rawValue: number(0...7)) ?? .unspecified)
      }
    return Failure(message: text(), info: info, cause: cause, source: text(), stackTrace: text())
  }

  mutating func attributes() -> EventAttributes {
    switch number(0...15) {
    case 0:
      .workflowExecutionStarted(
        WorkflowExecutionStartedAttributes(
          workflowType: text(), workflowID: text(), runID: text(), taskQueue: text(), input: payloads(),
          executionTimeout: optionalDuration(), runTimeout: optionalDuration(), taskTimeout: duration(),
          identity: text(), memo: payloadMap(), searchAttributes: payloadMap(), header: payloadMap(),
          attempt: number()))
    case 1:
      .activityTaskScheduled(
        ActivityTaskScheduledAttributes(
          activityID: text(), activityType: text(), taskQueue: text(), input: payloads(),
          scheduleToCloseTimeout: optionalDuration(), scheduleToStartTimeout: optionalDuration(),
          startToCloseTimeout: optionalDuration(), heartbeatTimeout: optionalDuration(),
          retryPolicy: RetryPolicy(
            initialInterval: .milliseconds(number(0...1000)), backoffCoefficient: Double(number(4...40)) / 4,
            maximumInterval: .milliseconds(number(1000...9000)), maximumAttempts: number(),
            nonRetryableErrorTypes: [text()]),
          workflowTaskCompletedEventID: Int64(number()), header: payloadMap(), summary: optionalText()))
    case 2:
      .workflowExecutionFailed(
        failure: failure(), retryState: RetryState(rawValue: number(0...7)) ?? .unspecified,
        workflowTaskCompletedEventID: Int64(number()))
    case 3:
      .workflowExecutionSignaled(
        signalName: text(), input: payloads(), identity: text(), header: payloadMap(), requestID: text())
    case 4:
      .markerRecorded(
        markerName: text(), details: [text(): payloads()], workflowTaskCompletedEventID: Int64(number()),
        failure: Bool.random(using: &self) ? failure() : nil)
    case 5:
      .timerStarted(
        timerID: text(), startToFireTimeout: duration(), workflowTaskCompletedEventID: Int64(number()),
        summary: optionalText())
    case 6: .activityTaskCompleted(scheduledEventID: 1, startedEventID: 2, identity: text(), result: payloads())
    case 7:
      .activityTaskStarted(
        scheduledEventID: Int64(number()), identity: text(), attempt: number(),
        lastFailure: Bool.random(using: &self) ? failure() : nil)
    case 8: .workflowExecutionTerminated(reason: text(), details: payloads(), identity: text())
    case 9:
      .startChildWorkflowExecutionInitiated(
        StartChildWorkflowAttributes(
          workflowID: text(), workflowType: text(), taskQueue: text(), input: payloads(),
          executionTimeout: optionalDuration(), runTimeout: optionalDuration(), taskTimeout: optionalDuration(),
          parentClosePolicy: ParentClosePolicy(rawValue: number(1...3)) ?? .terminate,
          cronSchedule: text(), memo: payloadMap(), searchAttributes: payloadMap(), header: payloadMap(),
          workflowTaskCompletedEventID: Int64(number()), summary: optionalText()))
    case 10: .childWorkflowExecutionFailed(child(), failure: failure(), retryState: .maximumAttemptsReached)
    case 11:
      .signalExternalWorkflowExecutionInitiated(
        ExternalWorkflowRequestAttributes(
          execution: execution(), isChildOnly: Bool.random(using: &self), signalName: text(), input: payloads(),
          header: payloadMap(), workflowTaskCompletedEventID: Int64(number())))
    case 12:
      .workflowExecutionContinuedAsNew(
        ContinuedAsNewAttributes(
          newExecutionRunID: text(), workflowType: text(), taskQueue: text(), input: payloads(),
          runTimeout: optionalDuration(), taskTimeout: duration(), backoffStartInterval: optionalDuration(),
          initiator: ContinueAsNewInitiator(rawValue: number(1...3)) ?? .workflow, memo: payloadMap(),
          searchAttributes: payloadMap(), header: payloadMap(), workflowTaskCompletedEventID: Int64(number())))
    case 13:
      .workflowExecutionUpdateAccepted(
        UpdateAcceptedAttributes(
          request: UpdateRequest(
            updateID: "u" + text(), name: text(), input: payloads(), header: payloadMap(), identity: text()),
          sequencingEventID: Int64(number())))
    case 14: .workflowExecutionPaused(reason: text(), identity: text(), requestID: text())
    default:
      .workflowExecutionUpdateCompleted(
        updateID: text(), identity: text(), acceptedEventID: Int64(number()),
        outcome: Bool.random(using: &self) ? .success(payloads()) : .failure(failure()))
    }
  }

  mutating func execution() -> WorkflowExecution { WorkflowExecution(workflowID: text(), runID: text()) }

  mutating func child() -> ChildWorkflowReference {
    ChildWorkflowReference(
      initiatedEventID: Int64(number()), startedEventID: Int64(number()), execution: execution(), workflowType: text())
  }

  mutating func events(count: Int) -> [HistoryEvent] {
    (1...count).map {
      HistoryEvent(
        id: Int64($0), time: Timestamp(nanosecondsSinceEpoch: Int64.random(in: 0...(.max), using: &self)),
        attributes: attributes())
    }
  }
}
