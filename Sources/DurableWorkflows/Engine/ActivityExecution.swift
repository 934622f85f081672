internal import Logging

/// One attempt of an activity, run on Swift's own pool.
struct ActivityExecution: Sendable {
  let definition: ActivityDefinition?
  let registeredNames: [String]
  let info: ActivityInfo
  let input: [Payload]
  let converter: any PayloadConverter
  let payloads: PayloadStore
  let channel: ActivityChannel
  let logger: Logger

  /// Runs the code; every way in which it can end is an outcome.
  func run() async -> ActivityOutcome {
    guard let definition else {
      return .failed(
        Failure(
          message: "activity '\(info.activityType)' is not registered; registered: "
            + "[\(registeredNames.joined(separator: ", "))]",
          info: .application(type: "NotFoundError", isNonRetryable: false, details: [], nextRetryDelay: nil)))
    }
    do {
      let arguments = Arguments(
        try payloads.resolved(input), converter: converter, subject: "activity '\(info.activityType)'")
      let output = try await ActivityExecutionContext.$current.withValue(context) {
        try await definition.body(arguments)
      }
      if output is Empty { return .completed([]) }
      return .completed(try payloads.externalized([try converter.payload(for: output)]))
    } catch is CompleteAsyncError {
      if info.isLocal {
        return .failed(
          Failure(
            message: "a local activity cannot complete asynchronously; run it as an ordinary activity",
            info: .application(type: "InvalidActivity", isNonRetryable: true, details: [], nextRetryDelay: nil)))
      }
      return .completesAsynchronously
    } catch {
      if channel.cancellationReason != nil {
        if let error = error as? CanceledError { return .canceled(details: error.details) }
        if error is CancellationError { return .canceled(details: []) }
      }
      return .failed(Failure(recording: error, converter: converter))
    }
  }

  private var context: ActivityExecutionContext {
    var logger = logger
    logger[metadataKey: "workflow_id"] = "\(info.workflowExecution.workflowID)"
    logger[metadataKey: "run_id"] = "\(info.workflowExecution.runID)"
    logger[metadataKey: "activity_id"] = "\(info.activityID)"
    logger[metadataKey: "activity_type"] = "\(info.activityType)"
    logger[metadataKey: "attempt"] = "\(info.attempt)"
    return ActivityExecutionContext(info: info, logger: logger, channel: channel, converter: converter)
  }
}
