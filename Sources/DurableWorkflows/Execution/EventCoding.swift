extension ByteWriter {
  /// The record body of consecutive events of one run: key, first id, base time, then the events.
  ///
  /// A workflow task's Scheduled, Started and Completed events with equal times and usual values take one byte.
  mutating func events(_ events: [HistoryEvent], of key: RunKey, state: RunState) {
    self.events(events[...], of: key, tasks: state.started.usualTask)
  }

  /// As ``events(_:of:state:)``; `usual` are the values of workflow tasks that are left out.
  mutating func events(_ slice: ArraySlice<HistoryEvent>, of key: RunKey, tasks usual: UsualTask) {
    unsigned(key.rawValue)
    // Events are large: they are looked at in place.
    let events = slice.span
    guard !events.isEmpty else { return }
    var previous = events[0].time.nanosecondsSinceEpoch
    signed(events[0].id)
    signed(previous)
    var index = 0
    while index < events.count {
      let time = events[index].time.nanosecondsSinceEpoch
      let delta = time &- previous
      if let task = CompactTask(events, at: index, usual) {
        byte(task.identity.isEmpty ? 250 : 251)
        signed(delta)
        signed(task.historySizeBytes)
        if !task.identity.isEmpty { text(task.identity) }
        index += 3
      } else {
        byte(events[index].attributes.recordKind)
        signed(delta)
        attributes(events[index].attributes)
        index += 1
      }
      previous = time
    }
  }

  private mutating func attributes(_ attributes: EventAttributes) {
    switch attributes {
    case .workflowExecutionStarted(let started):
      startedAttributes(started)
      if !started.namespace.isOwn {
        startedExtension(started)
        priority(started.priority)
        text(started.namespace.name)
      } else if !started.priority.isUnset {
        startedExtension(started)
        priority(started.priority)
      } else if started.isExtended {
        startedExtension(started)
      }
    case .workflowExecutionCompleted(let result, let task, let newRunID):
      payloads(result)
      signed(task)
      if !newRunID.isEmpty { text(newRunID) }
    case .workflowExecutionFailed(let reason, let retryState, let task, let newRunID):
      failure(reason)
      count(retryState.rawValue)
      signed(task)
      if !newRunID.isEmpty { text(newRunID) }
    case .workflowExecutionTimedOut(let retryState, let newRunID):
      count(retryState.rawValue)
      if !newRunID.isEmpty { text(newRunID) }
    case .workflowTaskScheduled(let taskQueue, let timeout, let attempt):
      text(taskQueue)
      duration(timeout)
      count(attempt)
    case .workflowTaskStarted(let scheduled, let identity, let size):
      signed(scheduled)
      text(identity)
      signed(size)
    case .workflowTaskCompleted(let scheduled, let started, let identity):
      signed(scheduled)
      signed(started)
      text(identity)
    case .workflowTaskFailed(let scheduled, let started, let cause, let reason, let identity, let reset):
      signed(scheduled)
      signed(started)
      count(cause.rawValue)
      failure(reason)
      text(identity)
      if let reset {
        text(reset.baseRunID)
        text(reset.newRunID)
      }
    case .timerStarted(let id, let timeout, let task, let summary):
      text(id)
      duration(timeout)
      signed(task)
      optional(summary) { $0.text($1) }
    case .timerFired(let id, let started):
      text(id)
      signed(started)
    case .timerCanceled(let id, let started, let task, let identity):
      text(id)
      signed(started)
      signed(task)
      text(identity)
    case .workflowExecutionCancelRequested(let cause, let identity):
      text(cause)
      text(identity)
    case .workflowExecutionCanceled(let details, let task):
      payloads(details)
      signed(task)
    case .markerRecorded(let name, let details, let task, let reason):
      text(name)
      array(details.sorted { $0.key < $1.key }) { writer, entry in
        writer.text(entry.key)
        writer.payloads(entry.value)
      }
      signed(task)
      optional(reason) { $0.failure($1) }
    case .workflowExecutionSignaled(let name, let input, let identity, let header, let requestID):
      text(name)
      payloads(input)
      text(identity)
      payloadMap(header)
      text(requestID)
    case .workflowExecutionTerminated(let reason, let details, let identity):
      text(reason)
      payloads(details)
      text(identity)
    case .activityTaskScheduled(let scheduled):
      scheduledAttributes(scheduled)
      if !scheduled.priority.isUnset {
        byte(scheduled.isIdempotent ? 1 : 0)
        priority(scheduled.priority)
      } else if !scheduled.isIdempotent {
        byte(0)
      }
    case .activityTaskStarted(let scheduled, let identity, let attempt, let lastFailure):
      signed(scheduled)
      text(identity)
      count(attempt)
      optional(lastFailure) { $0.failure($1) }
    case .activityTaskCompleted(let scheduled, let started, let identity, let result):
      signed(scheduled)
      signed(started)
      text(identity)
      payloads(result)
    case .activityTaskFailed(let scheduled, let started, let identity, let reason, let retryState):
      signed(scheduled)
      signed(started)
      text(identity)
      failure(reason)
      count(retryState.rawValue)
    case .activityTaskTimedOut(let scheduled, let started, let reason, let retryState):
      signed(scheduled)
      signed(started)
      failure(reason)
      count(retryState.rawValue)
    case .activityTaskCancelRequested(let scheduled, let task):
      signed(scheduled)
      signed(task)
    case .activityTaskCanceled(let scheduled, let started, let requested, let identity, let details):
      signed(scheduled)
      signed(started)
      signed(requested)
      text(identity)
      payloads(details)
    case .requestCancelExternalWorkflowExecutionInitiated(let request),
      .signalExternalWorkflowExecutionInitiated(let request):
      externalRequest(request)
    case .requestCancelExternalWorkflowExecutionFailed(let failed),
      .signalExternalWorkflowExecutionFailed(let failed):
      count(failed.cause.rawValue)
      signed(failed.initiatedEventID)
      execution(failed.execution)
      signed(failed.workflowTaskCompletedEventID)
    case .externalWorkflowExecutionCancelRequested(let initiated, let other),
      .externalWorkflowExecutionSignaled(let initiated, let other):
      signed(initiated)
      execution(other)
    case .workflowExecutionContinuedAsNew(let continued):
      continuedAsNew(continued)
    case .startChildWorkflowExecutionInitiated(let child):
      startChild(child)
    case .startChildWorkflowExecutionFailed(let id, let type, let cause, let initiated, let task):
      text(id)
      text(type)
      count(cause.rawValue)
      signed(initiated)
      signed(task)
    case .childWorkflowExecutionStarted(let initiated, let child, let type):
      signed(initiated)
      execution(child)
      text(type)
    case .childWorkflowExecutionCompleted(let child, let result):
      reference(child)
      payloads(result)
    case .childWorkflowExecutionFailed(let child, let reason, let retryState):
      reference(child)
      failure(reason)
      count(retryState.rawValue)
    case .childWorkflowExecutionCanceled(let child, let details):
      reference(child)
      payloads(details)
    case .childWorkflowExecutionTimedOut(let child, let retryState):
      reference(child)
      count(retryState.rawValue)
    case .childWorkflowExecutionTerminated(let child):
      reference(child)
    case .upsertWorkflowSearchAttributes(let map, let task), .workflowPropertiesModified(let map, let task):
      payloadMap(map)
      signed(task)
    case .workflowExecutionUpdateAccepted(let accepted):
      updateRequest(accepted.request)
      signed(accepted.sequencingEventID)
    case .workflowExecutionUpdateCompleted(let updateID, let identity, let accepted, let outcome):
      text(updateID)
      text(identity)
      signed(accepted)
      updateOutcome(outcome)
    case .workflowExecutionUpdateAdmitted(let request):
      updateRequest(request)
    case .workflowExecutionPaused(let reason, let identity, let requestID),
      .workflowExecutionUnpaused(let reason, let identity, let requestID):
      text(reason)
      text(identity)
      text(requestID)
    }
  }

  private mutating func startedAttributes(_ started: WorkflowExecutionStartedAttributes) {
    text(started.workflowType)
    text(started.workflowID)
    text(started.runID)
    text(started.taskQueue)
    payloads(started.input)
    optional(started.executionTimeout) { $0.duration($1) }
    optional(started.runTimeout) { $0.duration($1) }
    duration(started.taskTimeout)
    text(started.identity)
    payloadMap(started.memo)
    payloadMap(started.searchAttributes)
    payloadMap(started.header)
    text(started.requestID)
    count(started.attempt)
  }

  private mutating func scheduledAttributes(_ scheduled: ActivityTaskScheduledAttributes) {
    text(scheduled.activityID)
    text(scheduled.activityType)
    text(scheduled.taskQueue)
    payloads(scheduled.input)
    optional(scheduled.scheduleToCloseTimeout) { $0.duration($1) }
    optional(scheduled.scheduleToStartTimeout) { $0.duration($1) }
    optional(scheduled.startToCloseTimeout) { $0.duration($1) }
    optional(scheduled.heartbeatTimeout) { $0.duration($1) }
    retryPolicy(scheduled.retryPolicy)
    signed(scheduled.workflowTaskCompletedEventID)
    payloadMap(scheduled.header)
    optional(scheduled.summary) { $0.text($1) }
  }
}

/// What the workflow tasks of a run usually have in common, so that records leave it out.
struct UsualTask: Sendable {
  var taskQueue: String
  var timeout: Duration
}

extension WorkflowExecutionStartedAttributes {
  var usualTask: UsualTask { UsualTask(taskQueue: taskQueue, timeout: taskTimeout) }
}

/// A workflow task's three events, when they hold nothing but usual values.
private struct CompactTask {
  var identity: String
  var historySizeBytes: Int64

  init?(_ events: Span<HistoryEvent>, at index: Int, _ usual: UsualTask) {
    guard events.count - index >= 3,
      case .workflowTaskScheduled(usual.taskQueue, usual.timeout, 1) = events[index].attributes
    else { return nil }
    let (first, second) = (events[index].id, events[index + 1].id)
    guard case .workflowTaskStarted(first, let identity, let size) = events[index + 1].attributes,
      case .workflowTaskCompleted(first, second, identity) = events[index + 2].attributes,
      events[index].time == events[index + 1].time, events[index + 1].time == events[index + 2].time
    else { return nil }
    self.identity = identity
    self.historySizeBytes = size
  }
}
