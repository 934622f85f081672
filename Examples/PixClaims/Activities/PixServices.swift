internal import DurableWorkflows
internal import ExampleSupport
internal import Logging

/// What the activities work with: the store, the way to Bacen, the way to people.
public struct PixServices: Sendable {
  /// The store.
  public let store: PixStore
  /// The way to Bacen.
  public let bridge: any Bridge
  /// The way to people.
  public let alerts: any AlertSink
  /// Counts what runs.
  public let tracker: TaskTracker

  /// Creates services.
  public init(
    store: PixStore, bridge: any Bridge, alerts: any AlertSink = LogAlertSink(), tracker: TaskTracker = TaskTracker()
  ) {
    self.store = store
    self.bridge = bridge
    self.alerts = alerts
    self.tracker = tracker
  }

  /// Runs an activity's work: counts it, logs its end, and turns errors into those of activities.
  ///
  /// - Parameters:
  ///   - fields: what the log line carries besides the ids of the run, such as `claim_id`.
  ///   - body: the work; its argument says when and for whom the store is changed.
  @discardableResult
  func perform<Result>(
    _ fields: Logger.Metadata, _ body: (ChangeOrigin) async throws -> Result
  ) async throws -> Result {
    guard let context = ActivityExecutionContext.current else {
      throw ApplicationError("an activity was called outside an engine", isNonRetryable: true)
    }
    let info = context.info
    let origin = ChangeOrigin(
      now: Moment(info.startedTime), actor: info.workflowExecution.workflowID, idempotencyKey: info.idempotencyKey)
    let clock = ContinuousClock()
    let begin = clock.now
    tracker.begin(info.workflowExecution.runID)
    defer { tracker.end(info.workflowExecution.runID) }
    var metadata = fields
    do {
      try Task.checkCancellation()
      let result = try await body(origin)
      let duration = clock.now - begin
      PixMetrics.taskEnded(info.activityType, succeeded: true, duration: duration)
      metadata["duration_ms"] = "\(Int(duration / .milliseconds(1)))"
      context.logger.info("activity completed", metadata: metadata)
      return result
    } catch {
      let duration = clock.now - begin
      PixMetrics.taskEnded(info.activityType, succeeded: false, duration: duration)
      metadata["duration_ms"] = "\(Int(duration / .milliseconds(1)))"
      metadata["reason"] = "\(error)"
      context.logger.warning("activity failed", metadata: metadata)
      throw PixServices.failure(of: error)
    }
  }

  /// Heartbeats while `body` runs.
  func heartbeating<Result>(_ body: () async throws -> Result) async throws -> Result {
    guard let context = ActivityExecutionContext.current else { return try await body() }
    let ticker = Task {
      // Cancelled: the work has ended.
      while (try? await Task.sleep(for: .seconds(3))) != nil { try context.heartbeat() }
    }
    defer { ticker.cancel() }
    try context.heartbeat()
    return try await body()
  }

  /// What an activity throws instead of an error of the domain, of Bacen or of the database.
  static func failure(of error: any Error) -> any Error {
    switch error {
    case BridgeError.rejected(let code, let message):
      ApplicationError(
        "Bacen refused with code \(code): \(message)", type: FailureType.bacenRejected, isNonRetryable: true)
    case let error as BridgeError: ApplicationError("\(error)", type: FailureType.unavailable)
    default: activityFailure(of: error)
    }
  }
}

extension ActivityError {
  /// The error of the domain that the activity ended with, if it was one.
  var pixError: PixError? {
    guard case .application(_, _, let details, _) = cause.info, let payload = details.first else { return nil }
    return try? JSONPayloadConverter().value(of: payload, as: PixError.self)
  }
}
