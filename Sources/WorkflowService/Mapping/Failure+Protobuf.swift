internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.Failure {
  /// Decoders refuse messages that are nested more than 100 deep, and a failure in a page of history starts at 5.
  static let maximumCauses = 64

  init(_ failure: Failure) {
    self.init(failure, causesLeft: Self.maximumCauses)
  }

  private init(_ failure: Failure, causesLeft: Int) {
    self.init()
    message = failure.message
    source = failure.source
    stackTrace = failure.stackTrace
    failureInfo = .init(failure.info)
    if let encoded = failure.encodedAttributes { encodedAttributes = .init(encoded) }
    guard let next = failure.cause else { return }
    if causesLeft > 0 {
      cause = Wire.Failure(next, causesLeft: causesLeft - 1)
    } else {
      message += " (caused by more than \(Self.maximumCauses) further failures; the innermost: \(next.root.message))"
    }
  }

  func value(_ field: String) throws -> Failure {
    var failure = Failure(
      message: message,
      info: try info(field),
      cause: hasCause ? try cause.value("\(field).cause") : nil,
      source: source,
      stackTrace: stackTrace)
    if hasEncodedAttributes { failure.encodedAttributes = encodedAttributes.value }
    return failure
  }

  private func info(_ field: String) throws -> Failure.Info {
    switch failureInfo {
    case .applicationFailureInfo(let info):
      let delay = try info.nextRetryDelay.timeout("\(field).next_retry_delay")
      return .application(
        type: info.type, isNonRetryable: info.nonRetryable, details: info.details.values,
        nextRetryDelay: info.hasNextRetryDelay ? delay ?? .zero : nil)
    case .timeoutFailureInfo(let info):
      return .timeout(
        try info.timeoutType.value("\(field).timeout_type"), lastHeartbeatDetails: info.lastHeartbeatDetails.values)
    case .canceledFailureInfo(let info):
      return .canceled(details: info.details.values)
    case .terminatedFailureInfo(let info):
      return .terminated(identity: info.identity)
    case .serverFailureInfo(let info):
      return .server(isNonRetryable: info.nonRetryable)
    case .resetWorkflowFailureInfo(let info):
      // What Temporal's SDKs without a type of their own for it make of a reset.
      return .application(
        type: "ResetWorkflow", isNonRetryable: false, details: info.lastHeartbeatDetails.values, nextRetryDelay: nil)
    case .activityFailureInfo(let info):
      return .activity(
        scheduledEventID: info.scheduledEventID, startedEventID: info.startedEventID, identity: info.identity,
        activityType: info.activityType.name, activityID: info.activityID, retryState: info.retryState.value)
    case .childWorkflowExecutionFailureInfo(let info):
      return .childWorkflow(
        namespace: info.namespace, workflowID: info.workflowExecution.workflowID, runID: info.workflowExecution.runID,
        workflowType: info.workflowType.name, initiatedEventID: info.initiatedEventID,
        startedEventID: info.startedEventID, retryState: info.retryState.value)
    case nil:
      return .server(isNonRetryable: false)
    }
  }
}

extension Wire.Failure.OneOf_FailureInfo {
  init(_ info: Failure.Info) {
    self =
      switch info {
      case .application(let type, let isNonRetryable, let details, let nextRetryDelay):
        .applicationFailureInfo(
          .with {
            $0.type = type
            $0.nonRetryable = isNonRetryable
            if !details.isEmpty { $0.details = .init(details) }
            if let nextRetryDelay { $0.nextRetryDelay = .init(nextRetryDelay) }
          })
      case .timeout(let type, let details):
        .timeoutFailureInfo(
          .with {
            $0.timeoutType = .init(type)
            if !details.isEmpty { $0.lastHeartbeatDetails = .init(details) }
          })
      case .canceled(let details):
        .canceledFailureInfo(.with { if !details.isEmpty { $0.details = .init(details) } })
      case .terminated(let identity):
        .terminatedFailureInfo(.with { $0.identity = identity })
      case .server(let isNonRetryable):
        .serverFailureInfo(.with { $0.nonRetryable = isNonRetryable })
      case .activity(
        let scheduledEventID, let startedEventID, let identity, let activityType, let activityID, let retryState):
        .activityFailureInfo(
          .with {
            $0.scheduledEventID = scheduledEventID
            $0.startedEventID = startedEventID
            $0.identity = identity
            $0.activityType = .init(named: activityType)
            $0.activityID = activityID
            $0.retryState = .init(retryState)
          })
      case .childWorkflow(
        let namespace, let workflowID, let runID, let workflowType, let initiatedEventID, let startedEventID,
        let retryState):
        .childWorkflowExecutionFailureInfo(
          .with {
            $0.namespace = namespace
            $0.workflowExecution = .init(WorkflowExecution(workflowID: workflowID, runID: runID))
            $0.workflowType = .init(named: workflowType)
            $0.initiatedEventID = initiatedEventID
            $0.startedEventID = startedEventID
            $0.retryState = .init(retryState)
          })
      }
  }
}
