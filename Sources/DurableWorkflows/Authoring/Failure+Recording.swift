extension Failure {
  /// Records an error that workflow or activity code threw, with its cause chain, as the converter encodes it.
  init(recording error: any Error, converter: any PayloadConverter) {
    let plain = Failure(of: error, converter: (converter as? DataConverter)?.payloadConverter ?? converter)
    do {
      self = try converter.encoded(plain)
    } catch {
      // What was to be encoded must not be recorded as it is.
      self.init(
        message: "a failure of type '\(plain.applicationType ?? "unknown")' cannot be encoded: \(error)",
        info: .application(
          type: "PayloadCodecError", isNonRetryable: false, details: [], nextRetryDelay: nil))
    }
  }

  private init(of error: any Error, converter: any PayloadConverter) {
    switch error {
    case let error as ApplicationError:
      self.init(
        message: error.message,
        info: .application(
          type: error.type, isNonRetryable: error.isNonRetryable, details: error.details,
          nextRetryDelay: error.nextRetryDelay),
        cause: error.cause)
    case let error as ActivityError:
      self.init(
        message: "activity '\(error.activityType)' failed",
        info: .activity(
          scheduledEventID: 0, startedEventID: 0, identity: "", activityType: error.activityType,
          activityID: error.activityID, retryState: error.retryState),
        cause: error.cause)
    case let error as ChildWorkflowError:
      self.init(
        message: "child workflow '\(error.workflowType)' failed",
        info: .childWorkflow(
          namespace: "default", workflowID: error.execution.workflowID, runID: error.execution.runID,
          workflowType: error.workflowType, initiatedEventID: 0, startedEventID: 0, retryState: error.retryState),
        cause: error.cause)
    case let error as CanceledError:
      self.init(message: error.message, info: .canceled(details: error.details))
    case is CancellationError:
      self.init(message: "canceled", info: .canceled(details: []))
    case let error as TimeoutError:
      self.init(message: error.message, info: .timeout(error.type, lastHeartbeatDetails: []))
    default:
      var details: [Payload] = []
      if let value = error as? any Error & Encodable, let payload = try? converter.payload(for: value) {
        details = [payload]
      }
      self.init(
        message: "\(error)",
        info: .application(
          type: errorTypeName(Swift.type(of: error)), isNonRetryable: false, details: details, nextRetryDelay: nil))
    }
  }
}
