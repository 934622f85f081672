internal import Synchronization
public import Logging

/// What an activity knows of its own execution, and its way to the engine: ``current`` inside activity code.
public struct ActivityExecutionContext: Sendable {
  /// The running activity's context; `nil` outside activities.
  @TaskLocal public static var current: ActivityExecutionContext?

  /// All that the context holds. It is large and never changes: copies of the context share it.
  private final class Content: Sendable {
    let info: ActivityInfo
    let logger: Logger
    let channel: ActivityChannel
    let converter: any PayloadConverter
    let interceptors: [any ActivityOutboundInterceptor]

    init(
      info: ActivityInfo, logger: Logger, channel: ActivityChannel, converter: any PayloadConverter,
      interceptors: [any ActivityOutboundInterceptor]
    ) {
      self.info = info
      self.logger = logger
      self.channel = channel
      self.converter = converter
      self.interceptors = interceptors
    }
  }

  private let content: Content

  /// What is being executed.
  public var info: ActivityInfo { content.info }
  /// A logger that carries the workflow id, run id, activity id, type and attempt.
  ///
  /// Made anew at every call: whoever logs often keeps it.
  public var logger: Logger {
    var logger = content.logger
    logger[metadataKey: "workflow_id"] = "\(info.workflowExecution.workflowID)"
    logger[metadataKey: "run_id"] = "\(info.workflowExecution.runID)"
    logger[metadataKey: "activity_id"] = "\(info.activityID)"
    logger[metadataKey: "activity_type"] = "\(info.activityType)"
    logger[metadataKey: "attempt"] = "\(info.attempt)"
    return logger
  }

  /// Why the activity is being cancelled; `nil` while it is not. `Task.isCancelled` is true with any reason.
  public var cancellationReason: ActivityCancellationReason? { channel.cancellationReason }

  var channel: ActivityChannel { content.channel }
  var converter: any PayloadConverter { content.converter }
  var interceptors: [any ActivityOutboundInterceptor] { content.interceptors }

  package init(
    info: ActivityInfo, logger: Logger, channel: ActivityChannel, converter: any PayloadConverter,
    interceptors: [any ActivityOutboundInterceptor] = []
  ) {
    content = Content(
      info: info, logger: logger, channel: channel, converter: converter, interceptors: interceptors)
  }

  /// Records that the activity is alive, with details that the next attempt can read.
  ///
  /// The newest details of a batch are recorded with the next append; they survive a crash once that is durable.
  /// Heartbeats more frequent than a fifth of the heartbeat timeout are merged.
  public func heartbeat<each Detail: Encodable & Sendable>(_ details: repeat each Detail) throws {
    var payloads: [Payload] = []
    for detail in repeat each details {
      payloads.append(try converter.payload(for: detail))
    }
    if interceptors.isEmpty { return channel.heartbeat(payloads) }
    interceptSurely(interceptors[...], HeartbeatInput(info: info, details: payloads)) {
      $0.heartbeat(input: $1, next: $2)
    } operation: { channel.heartbeat($0.details) }
  }

  /// Decodes the heartbeat detail at `index` that an earlier attempt recorded; `nil` if there is none.
  public func heartbeatDetail<Value: Decodable>(_ index: Int = 0, as type: Value.Type = Value.self) throws -> Value? {
    guard index < info.heartbeatDetails.count else { return nil }
    return try converter.value(of: info.heartbeatDetails[index], as: type)
  }
}

/// Why an activity is being cancelled.
public enum ActivityCancellationReason: String, Hashable, Sendable {
  /// The workflow requested it.
  case cancelRequested
  /// A timeout of the activity passed.
  case timedOut
  /// The run is closed.
  case workflowClosed
  /// The engine is shutting down; the attempt is repeated by the next process.
  case shutdown
}

/// What is being executed.
public struct ActivityInfo: Hashable, Sendable {
  /// The run.
  public let workflowExecution: WorkflowExecution
  /// The workflow's type.
  public let workflowType: String
  /// The namespace.
  public let namespace: String
  /// The activity's id within the run.
  public let activityID: String
  /// The activity's type.
  public let activityType: String
  /// The task queue.
  public let taskQueue: String
  /// The attempt, from 1.
  public let attempt: Int
  /// When the activity was scheduled.
  public let scheduledTime: Timestamp
  /// When this attempt began.
  public let startedTime: Timestamp
  /// The start-to-close timeout.
  public let startToCloseTimeout: Duration?
  /// The heartbeat timeout.
  public let heartbeatTimeout: Duration?
  /// The details of the last heartbeat of an earlier attempt.
  public let heartbeatDetails: [Payload]
  /// Names this attempt to whoever reports its outcome after the code threw ``CompleteAsyncError``.
  public let taskToken: [UInt8]
  /// Context handed through by interceptors.
  public let header: [String: Payload]
  /// Whether it runs as a local activity.
  public let isLocal: Bool

  /// Creates an info; engines make their own, tests of activity code make it up.
  public init(
    workflowExecution: WorkflowExecution, workflowType: String, namespace: String = "default", activityID: String,
    activityType: String, taskQueue: String = "default", attempt: Int = 1, scheduledTime: Timestamp,
    startedTime: Timestamp, startToCloseTimeout: Duration? = nil, heartbeatTimeout: Duration? = nil,
    heartbeatDetails: [Payload] = [], taskToken: [UInt8] = [], header: [String: Payload] = [:], isLocal: Bool = false
  ) {
    self.workflowExecution = workflowExecution
    self.workflowType = workflowType
    self.namespace = namespace
    self.activityID = activityID
    self.activityType = activityType
    self.taskQueue = taskQueue
    self.attempt = attempt
    self.scheduledTime = scheduledTime
    self.startedTime = startedTime
    self.startToCloseTimeout = startToCloseTimeout
    self.heartbeatTimeout = heartbeatTimeout
    self.heartbeatDetails = heartbeatDetails
    self.taskToken = taskToken
    self.header = header
    self.isLocal = isLocal
  }

  /// A key that is the same for every attempt: give it to services that dedupe requests.
  public var idempotencyKey: String {
    "\(workflowExecution.workflowID)/\(workflowExecution.runID)/\(activityID)"
  }
}

/// The line between a running activity and the engine.
package final class ActivityChannel: Sendable {
  private let reason = Mutex<ActivityCancellationReason?>(nil)
  /// A heartbeat that came too soon after a recorded one to be recorded itself.
  struct MergedHeartbeat: Sendable {
    var time: Timestamp
    var details: [Payload]
  }

  private let heartbeats: Mutex<(last: Timestamp?, merged: MergedHeartbeat?)>
  private let interval: Duration
  private let now: @Sendable () -> Timestamp
  private let onHeartbeat: @Sendable ([Payload]) -> Void

  /// - Parameters:
  ///   - interval: heartbeats within this time after one that was recorded are merged.
  ///   - now: the engine's time.
  package init(
    interval: Duration = .zero, now: @escaping @Sendable () -> Timestamp = { .epoch },
    onHeartbeat: @escaping @Sendable ([Payload]) -> Void
  ) {
    self.interval = interval
    self.now = now
    self.onHeartbeat = onHeartbeat
    self.heartbeats = Mutex((nil, nil))
  }

  package var cancellationReason: ActivityCancellationReason? { reason.withLock { $0 } }

  package func cancel(_ newReason: ActivityCancellationReason) {
    reason.withLock { if $0 == nil { $0 = newReason } }
  }

  func heartbeat(_ details: [Payload]) {
    let now = now()
    let isDue = heartbeats.withLock { state in
      if let last = state.last, now - last < interval {
        state.merged = MergedHeartbeat(time: now, details: details)
        return false
      }
      state = (now, nil)
      return true
    }
    if isDue { onHeartbeat(details) }
  }

  /// Takes the newest heartbeat that was merged: before a timeout is believed, and when the attempt ends.
  func takeMergedHeartbeat() -> MergedHeartbeat? {
    heartbeats.withLock { state in
      defer { state.merged = nil }
      return state.merged
    }
  }
}
