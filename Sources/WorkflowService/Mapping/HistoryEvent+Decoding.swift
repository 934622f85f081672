internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.HistoryEvent {
  /// The event, if it is of a type that this library knows.
  func value() throws -> HistoryEvent {
    do {
      return HistoryEvent(
        id: eventID, time: try eventTime.timestamp("event_time"), attributes: try attributesValue())
    } catch let error as MappingError {
      throw MappingError("history.events[event_id \(eventID)].\(error.field)", error.reason)
    }
  }

  private func attributesValue() throws -> EventAttributes {
    switch attributes {
    case .workflowExecutionStartedEventAttributes(let started):
      return .workflowExecutionStarted(try started.value())
    case .workflowExecutionCompletedEventAttributes(let completed):
      return .workflowExecutionCompleted(
        result: completed.result.values, workflowTaskCompletedEventID: completed.workflowTaskCompletedEventID,
        newExecutionRunID: completed.newExecutionRunID)
    case .workflowExecutionFailedEventAttributes(let failed):
      return .workflowExecutionFailed(
        failure: try failed.failure.value("failure"), retryState: failed.retryState.value,
        workflowTaskCompletedEventID: failed.workflowTaskCompletedEventID,
        newExecutionRunID: failed.newExecutionRunID)
    case .workflowExecutionTimedOutEventAttributes(let timedOut):
      return .workflowExecutionTimedOut(
        retryState: timedOut.retryState.value, newExecutionRunID: timedOut.newExecutionRunID)
    case .workflowExecutionCancelRequestedEventAttributes(let requested):
      return .workflowExecutionCancelRequested(cause: requested.cause, identity: requested.identity)
    case .workflowExecutionCanceledEventAttributes(let canceled):
      return .workflowExecutionCanceled(
        details: canceled.details.values, workflowTaskCompletedEventID: canceled.workflowTaskCompletedEventID)
    case .workflowExecutionSignaledEventAttributes(let signaled):
      return .workflowExecutionSignaled(
        signalName: signaled.signalName, input: signaled.input.values, identity: signaled.identity,
        header: signaled.header.values, requestID: signaled.requestID)
    case .workflowExecutionTerminatedEventAttributes(let terminated):
      return .workflowExecutionTerminated(
        reason: terminated.reason, details: terminated.details.values, identity: terminated.identity)
    case .workflowTaskScheduledEventAttributes(let scheduled):
      return .workflowTaskScheduled(
        taskQueue: scheduled.taskQueue.name,
        startToCloseTimeout: try scheduled.startToCloseTimeout.duration("start_to_close_timeout"),
        attempt: Int(scheduled.attempt))
    case .workflowTaskStartedEventAttributes(let started):
      return .workflowTaskStarted(
        scheduledEventID: started.scheduledEventID, identity: started.identity,
        historySizeBytes: started.historySizeBytes)
    case .workflowTaskCompletedEventAttributes(let completed):
      return .workflowTaskCompleted(
        scheduledEventID: completed.scheduledEventID, startedEventID: completed.startedEventID,
        identity: completed.identity)
    case .workflowTaskFailedEventAttributes(let failed):
      return .workflowTaskFailed(
        scheduledEventID: failed.scheduledEventID, startedEventID: failed.startedEventID, cause: failed.cause.value,
        failure: try failed.failure.value("failure"), identity: failed.identity,
        reset: failed.newRunID.isEmpty ? nil : WorkflowReset(baseRunID: failed.baseRunID, newRunID: failed.newRunID))
    case .activityTaskScheduledEventAttributes(let scheduled):
      return .activityTaskScheduled(try scheduled.value(summary: userMetadata.summary.text))
    case .activityTaskStartedEventAttributes(let started):
      return .activityTaskStarted(
        scheduledEventID: started.scheduledEventID, identity: started.identity, attempt: Int(started.attempt),
        lastFailure: started.hasLastFailure ? try started.lastFailure.value("last_failure") : nil)
    case .activityTaskCompletedEventAttributes(let completed):
      return .activityTaskCompleted(
        scheduledEventID: completed.scheduledEventID, startedEventID: completed.startedEventID,
        identity: completed.identity, result: completed.result.values)
    case .activityTaskFailedEventAttributes(let failed):
      return .activityTaskFailed(
        scheduledEventID: failed.scheduledEventID, startedEventID: failed.startedEventID, identity: failed.identity,
        failure: try failed.failure.value("failure"), retryState: failed.retryState.value)
    case .activityTaskTimedOutEventAttributes(let timedOut):
      return .activityTaskTimedOut(
        scheduledEventID: timedOut.scheduledEventID, startedEventID: timedOut.startedEventID,
        failure: try timedOut.failure.value("failure"), retryState: timedOut.retryState.value)
    case .activityTaskCancelRequestedEventAttributes(let requested):
      return .activityTaskCancelRequested(
        scheduledEventID: requested.scheduledEventID,
        workflowTaskCompletedEventID: requested.workflowTaskCompletedEventID)
    case .activityTaskCanceledEventAttributes(let canceled):
      return .activityTaskCanceled(
        scheduledEventID: canceled.scheduledEventID, startedEventID: canceled.startedEventID,
        latestCancelRequestedEventID: canceled.latestCancelRequestedEventID, identity: canceled.identity,
        details: canceled.details.values)
    case .timerStartedEventAttributes(let started):
      return .timerStarted(
        timerID: started.timerID, startToFireTimeout: try started.startToFireTimeout.duration("start_to_fire_timeout"),
        workflowTaskCompletedEventID: started.workflowTaskCompletedEventID, summary: userMetadata.summary.text)
    case .timerFiredEventAttributes(let fired):
      return .timerFired(timerID: fired.timerID, startedEventID: fired.startedEventID)
    case .timerCanceledEventAttributes(let canceled):
      return .timerCanceled(
        timerID: canceled.timerID, startedEventID: canceled.startedEventID,
        workflowTaskCompletedEventID: canceled.workflowTaskCompletedEventID, identity: canceled.identity)
    case .markerRecordedEventAttributes(let marker):
      return .markerRecorded(
        markerName: marker.markerName, details: marker.details.mapValues(\.values),
        workflowTaskCompletedEventID: marker.workflowTaskCompletedEventID,
        failure: marker.hasFailure ? try marker.failure.value("failure") : nil)
    case .workflowExecutionContinuedAsNewEventAttributes(let continued):
      return .workflowExecutionContinuedAsNew(try continued.value())
    case .upsertWorkflowSearchAttributesEventAttributes(let upsert):
      return .upsertWorkflowSearchAttributes(
        searchAttributes: upsert.searchAttributes.values,
        workflowTaskCompletedEventID: upsert.workflowTaskCompletedEventID)
    case .workflowPropertiesModifiedEventAttributes(let modified):
      return .workflowPropertiesModified(
        upsertedMemo: modified.upsertedMemo.values, workflowTaskCompletedEventID: modified.workflowTaskCompletedEventID)
    case .workflowExecutionUpdateAcceptedEventAttributes(let accepted):
      return .workflowExecutionUpdateAccepted(accepted.value)
    case .workflowExecutionUpdateCompletedEventAttributes(let completed):
      guard let outcome = try completed.outcome.outcome("outcome") else {
        throw MappingError("outcome", "is not set")
      }
      return .workflowExecutionUpdateCompleted(
        updateID: completed.meta.updateID, identity: completed.meta.identity,
        acceptedEventID: completed.acceptedEventID, outcome: outcome)
    case .workflowExecutionUpdateAdmittedEventAttributes(let admitted):
      return .workflowExecutionUpdateAdmitted(admitted.request.value)
    case .workflowExecutionPausedEventAttributes(let paused):
      return .workflowExecutionPaused(reason: paused.reason, identity: paused.identity, requestID: paused.requestID)
    case .workflowExecutionUnpausedEventAttributes(let unpaused):
      return .workflowExecutionUnpaused(
        reason: unpaused.reason, identity: unpaused.identity, requestID: unpaused.requestID)
    default:
      if let value = try linkValue() { return value }
      // A history may tell a pause and its end by their types alone.
      if eventType == .workflowExecutionPaused {
        return .workflowExecutionPaused(reason: "", identity: "", requestID: "")
      }
      if eventType == .workflowExecutionUnpaused {
        return .workflowExecutionUnpaused(reason: "", identity: "", requestID: "")
      }
      throw MappingError("event_type", "is \(eventType) (\(eventType.rawValue)), which this library does not read")
    }
  }
}
