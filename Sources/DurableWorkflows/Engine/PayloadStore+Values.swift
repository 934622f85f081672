extension PayloadStore {
  /// The command with its large payloads in files.
  ///
  /// - Throws: ``WorkflowLimitError`` for a memo or search attributes that are too large.
  func externalized(_ command: Command) throws -> Command {
    switch command {
    case .scheduleActivity(var scheduled):
      let input = try externalized(scheduled.input)
      // The usual case costs no copy.
      if input == scheduled.input { return command }
      scheduled.input = input
      return .scheduleActivity(scheduled)
    case .completeWorkflow(let result):
      return .completeWorkflow(result: try externalized(result))
    case .recordMarker(let name, let details, let failure):
      return .recordMarker(name: name, details: try details.mapValues(externalized), failure: failure)
    case .startChildWorkflow(var child):
      child.input = try externalized(child.input)
      try limits.check(
        memo: child.memo, searchAttributes: child.searchAttributes, otherwise: .badStartChildExecutionAttributes)
      return .startChildWorkflow(child)
    case .signalExternalWorkflow(var request):
      request.input = try externalized(request.input)
      return .signalExternalWorkflow(request)
    case .acceptUpdate(var accepted):
      accepted.request.input = try externalized(accepted.request.input)
      return .acceptUpdate(accepted)
    case .completeUpdate(let updateID, .success(let result)):
      return .completeUpdate(updateID: updateID, outcome: .success(try externalized(result)))
    case .upsertSearchAttributes(let attributes):
      try limits.check(memo: nil, searchAttributes: attributes, otherwise: .badSearchAttributes)
      return command
    case .modifyProperties(let memo):
      try limits.check(memo: memo, searchAttributes: nil, otherwise: .badModifyWorkflowPropertiesAttributes)
      return command
    case .continueAsNew(var command):
      try limits.check(
        memo: command.memo, searchAttributes: command.searchAttributes, otherwise: .badContinueAsNewAttributes)
      command.input = try externalized(command.input)
      command.signals = try command.signals.map { signal in
        var signal = signal
        signal.input = try externalized(signal.input)
        return signal
      }
      return .continueAsNew(command)
    default:
      return command
    }
  }

  /// The job with its payloads in place.
  func resolved(_ job: Activation.Job) throws -> Activation.Job {
    switch job {
    case .start(let input):
      return .start(input: try resolved(input))
    case .signal(var signal):
      signal.input = try resolved(signal.input)
      return .signal(signal)
    case .resolve(let eventID, .succeeded(let result)):
      return .resolve(eventID: eventID, .succeeded(try resolved(result)))
    case .update(var request):
      request.input = try resolved(request.input)
      return .update(request)
    case .resolveLocalActivity(let seq, var resolution):
      if let result = resolution.result { resolution.outcome = .succeeded(try resolved(result)) }
      return .resolveLocalActivity(seq: seq, resolution)
    case .cancel, .resolve, .childStarted, .reseed:
      return job
    }
  }

  /// The event with its payloads in place, as clients see it.
  func resolved(_ event: HistoryEvent) throws -> HistoryEvent {
    var event = event
    switch event.attributes {
    case .workflowExecutionStarted(var attributes):
      attributes.input = try resolved(attributes.input)
      attributes.lastCompletionResult = try resolved(attributes.lastCompletionResult)
      event.attributes = .workflowExecutionStarted(attributes)
    case .workflowExecutionCompleted(let result, let task, let newRunID):
      event.attributes = .workflowExecutionCompleted(
        result: try resolved(result), workflowTaskCompletedEventID: task, newExecutionRunID: newRunID)
    case .workflowExecutionTerminated(let reason, let details, let identity):
      event.attributes = .workflowExecutionTerminated(
        reason: reason, details: try resolved(details), identity: identity)
    case .activityTaskScheduled(var attributes):
      attributes.input = try resolved(attributes.input)
      event.attributes = .activityTaskScheduled(attributes)
    case .activityTaskCompleted(let scheduled, let started, let identity, let result):
      event.attributes = .activityTaskCompleted(
        scheduledEventID: scheduled, startedEventID: started, identity: identity, result: try resolved(result))
    case .workflowExecutionSignaled(let name, let input, let identity, let header, let requestID):
      event.attributes = .workflowExecutionSignaled(
        signalName: name, input: try resolved(input), identity: identity, header: header, requestID: requestID)
    case .markerRecorded(let name, let details, let task, let failure):
      event.attributes = .markerRecorded(
        markerName: name, details: try details.mapValues(resolved), workflowTaskCompletedEventID: task,
        failure: failure)
    default:
      event.attributes = try resolvedLink(event.attributes)
    }
    return event
  }

  private func resolvedLink(_ attributes: EventAttributes) throws -> EventAttributes {
    switch attributes {
    case .startChildWorkflowExecutionInitiated(var child):
      child.input = try resolved(child.input)
      return .startChildWorkflowExecutionInitiated(child)
    case .childWorkflowExecutionCompleted(let child, let result):
      return .childWorkflowExecutionCompleted(child, result: try resolved(result))
    case .signalExternalWorkflowExecutionInitiated(var request):
      request.input = try resolved(request.input)
      return .signalExternalWorkflowExecutionInitiated(request)
    case .workflowExecutionContinuedAsNew(var continued):
      continued.input = try resolved(continued.input)
      return .workflowExecutionContinuedAsNew(continued)
    case .workflowExecutionUpdateAccepted(var accepted):
      accepted.request.input = try resolved(accepted.request.input)
      return .workflowExecutionUpdateAccepted(accepted)
    case .workflowExecutionUpdateAdmitted(var request):
      request.input = try resolved(request.input)
      return .workflowExecutionUpdateAdmitted(request)
    case .workflowExecutionUpdateCompleted(let updateID, let identity, let accepted, .success(let result)):
      return .workflowExecutionUpdateCompleted(
        updateID: updateID, identity: identity, acceptedEventID: accepted, outcome: .success(try resolved(result)))
    default:
      return attributes
    }
  }
}
