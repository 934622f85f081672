public import DurableWorkflows
public import Logging
internal import Synchronization

/// Runs the code of an activity without a workflow: gives it a context, collects its heartbeats, cancels it.
public final class ActivityTestEnvironment: Sendable {
  private struct State {
    var cancellation: ActivityCancellationReason?
    var running: [UInt64: @Sendable () -> Void] = [:]
    var last: UInt64 = 0
  }

  /// What the activity is told about its execution.
  public let info: ActivityInfo
  private let converter: any PayloadConverter
  private let logger: Logger
  private let recorder: HeartbeatRecorder
  private let state = Mutex(State())
  private let channel: ActivityChannel

  /// Creates an environment.
  ///
  /// - Parameters:
  ///   - info: what the activity is told about its execution.
  ///   - payloadConverter: encodes heartbeat details.
  ///   - logger: the context's logger.
  ///   - onHeartbeat: called with every heartbeat's details.
  public init(
    info: ActivityInfo = ActivityTestEnvironment.defaultInfo,
    payloadConverter: any PayloadConverter = JSONPayloadConverter(),
    logger: Logger = Logger(label: "activity-test"), onHeartbeat: @escaping @Sendable ([Payload]) -> Void = { _ in }
  ) {
    self.info = info
    self.converter = payloadConverter
    self.logger = logger
    let recorder = HeartbeatRecorder(onHeartbeat: onHeartbeat)
    self.recorder = recorder
    self.channel = ActivityChannel { recorder.record($0) }
  }

  /// The first attempt of an activity `test` of a workflow `test`, started at ``VirtualClock/defaultStart``.
  public static let defaultInfo = ActivityInfo(
    workflowExecution: WorkflowExecution(workflowID: "test", runID: "test-run"), workflowType: "test",
    activityID: "1", activityType: "test", scheduledTime: VirtualClock.defaultStart,
    startedTime: VirtualClock.defaultStart, startToCloseTimeout: .seconds(60))

  /// The details of the heartbeats so far, in order.
  public var heartbeats: [[Payload]] { recorder.heartbeats.withLock { $0 } }

  /// The heartbeats' details at `index`, decoded.
  /// - Throws: ``PayloadConversionError`` if one does not fit.
  public func heartbeatDetails<Value: Decodable>(_ index: Int = 0, as type: Value.Type = Value.self) throws -> [Value] {
    try heartbeats.filter { index < $0.count }.map { try converter.value(of: $0[index], as: type) }
  }

  /// Runs code as the activity.
  /// - Throws: what `body` throws.
  public func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    let context = ActivityExecutionContext(info: info, logger: logger, channel: channel, converter: converter)
    let task = Task { try await ActivityExecutionContext.$current.withValue(context) { try await body() } }
    let (id, isCancelled) = state.withLock { state in
      state.last += 1
      state.running[state.last] = { task.cancel() }
      return (state.last, state.cancellation != nil)
    }
    if isCancelled { task.cancel() }
    defer { state.withLock { _ = $0.running.removeValue(forKey: id) } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Runs an activity's definition with arguments, as an engine would.
  /// - Throws: what the activity throws, ``PayloadConversionError`` if arguments or result do not fit.
  public func run<Output: Decodable & Sendable, each Argument: Encodable & Sendable>(
    _ definition: ActivityDefinition, _ arguments: repeat each Argument, returning type: Output.Type = Output.self
  ) async throws -> Output {
    var input: [Payload] = []
    for argument in repeat each arguments { input.append(try converter.payload(for: argument)) }
    let decoded = Arguments(input, converter: converter, subject: "activity '\(definition.name)'")
    let converter = converter
    let payload = try await run { try converter.payload(for: try await definition.body(decoded)) }
    return try converter.value(of: payload, as: type)
  }

  /// Cancels what runs and what will be run.
  public func cancel(_ reason: ActivityCancellationReason = .cancelRequested) {
    channel.cancel(reason)
    let running = state.withLock { state in
      state.cancellation = state.cancellation ?? reason
      return Array(state.running.values)
    }
    for cancel in running { cancel() }
  }
}

private final class HeartbeatRecorder: Sendable {
  let heartbeats = Mutex<[[Payload]]>([])
  private let onHeartbeat: @Sendable ([Payload]) -> Void

  init(onHeartbeat: @escaping @Sendable ([Payload]) -> Void) { self.onHeartbeat = onHeartbeat }

  func record(_ details: [Payload]) {
    heartbeats.withLock { $0.append(details) }
    onHeartbeat(details)
  }
}
