internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.Schedule {
  init(_ schedule: Schedule) {
    self.init()
    spec = .init(schedule.spec)
    action = .with {
      switch schedule.action {
      case .startWorkflow(let start): $0.startWorkflow = .init(start)
      }
    }
    policies = .with {
      $0.overlapPolicy = .init(schedule.policy.overlap)
      $0.catchupWindow = .init(schedule.policy.catchupWindow)
      $0.pauseOnFailure = schedule.policy.pauseOnFailure
    }
    state = .with {
      $0.notes = schedule.state.note
      $0.paused = schedule.state.isPaused
      $0.limitedActions = schedule.state.limitedActions
      $0.remainingActions = Int64(schedule.state.remainingActions)
    }
  }

  /// The schedule. What is not set has Temporal's defaults.
  func value(_ field: String) throws -> Schedule {
    guard case .startWorkflow(let start) = action.action else {
      throw MappingError("\(field).action.start_workflow", "is not set on the request")
    }
    return Schedule(
      action: .startWorkflow(try start.value("\(field).action.start_workflow")),
      spec: try spec.value("\(field).spec"),
      policy: try policies.value("\(field).policies"),
      state: ScheduleState(
        note: state.notes, isPaused: state.paused, limitedActions: state.limitedActions,
        remainingActions: Int(clamping: state.remainingActions)))
  }
}

extension Temporal_Api_Schedule_V1_SchedulePolicies {
  fileprivate func value(_ field: String) throws -> SchedulePolicy {
    var policy = SchedulePolicy()
    policy.overlap = try overlapPolicy.value("\(field).overlap_policy") ?? policy.overlap
    policy.catchupWindow = try catchupWindow.timeout("\(field).catchup_window") ?? policy.catchupWindow
    policy.pauseOnFailure = pauseOnFailure
    if keepOriginalWorkflowID {
      throw WorkflowServiceError(
        .unimplemented, "\(field).keep_original_workflow_id is not offered by this service: every run gets its own id.")
    }
    return policy
  }
}

extension Wire.NewWorkflow {
  init(_ start: ScheduleAction.StartWorkflow) {
    self.init()
    workflowID = start.workflowID
    workflowType = .init(named: start.workflowType)
    taskQueue = .init(named: start.taskQueue)
    if !start.input.isEmpty { input = .init(start.input) }
    if let timeout = start.executionTimeout { workflowExecutionTimeout = .init(timeout) }
    if let timeout = start.runTimeout { workflowRunTimeout = .init(timeout) }
    if let timeout = start.taskTimeout { workflowTaskTimeout = .init(timeout) }
    if let policy = start.retryPolicy { retryPolicy = .init(policy) }
    if !start.memo.isEmpty { memo = .init(start.memo) }
    if !start.searchAttributes.isEmpty { searchAttributes = .init(start.searchAttributes) }
    if !start.header.isEmpty { header = .init(start.header) }
    if !start.priority.isUnset { priority = .init(start.priority) }
  }

  /// The action. Its texts for people are dropped.
  fileprivate func value(_ field: String) throws -> ScheduleAction.StartWorkflow {
    guard cronSchedule.isEmpty else {
      throw MappingError("\(field).cron_schedule", "is set: a schedule's runs have none")
    }
    guard [.unspecified, .allowDuplicate].contains(workflowIDReusePolicy) else {
      throw MappingError("\(field).workflow_id_reuse_policy", "is set: every run of a schedule has an id of its own")
    }
    return ScheduleAction.StartWorkflow(
      workflowType: workflowType.name,
      workflowID: workflowID,
      taskQueue: taskQueue.name,
      input: input.values,
      executionTimeout: try workflowExecutionTimeout.timeout("\(field).workflow_execution_timeout"),
      runTimeout: try workflowRunTimeout.timeout("\(field).workflow_run_timeout"),
      taskTimeout: try workflowTaskTimeout.timeout("\(field).workflow_task_timeout"),
      retryPolicy: hasRetryPolicy ? try retryPolicy.value("\(field).retry_policy") : nil,
      memo: memo.values,
      searchAttributes: searchAttributes.values,
      header: header.values,
      priority: priority.value)
  }
}

extension Wire.OverlapPolicy {
  init(_ policy: ScheduleOverlapPolicy?) {
    self = policy.flatMap { Self(rawValue: $0.rawValue) } ?? .unspecified
  }

  /// The policy; `nil` if none is set.
  func value(_ field: String) throws -> ScheduleOverlapPolicy? {
    if self == .unspecified { return nil }
    guard let policy = ScheduleOverlapPolicy(rawValue: rawValue) else {
      throw MappingError(field, "is \(rawValue), which is no known policy")
    }
    return policy
  }
}

extension Wire.SchedulePatch {
  init(_ patch: SchedulePatch) {
    self.init()
    if let trigger = patch.triggerImmediately {
      triggerImmediately = .with { $0.overlapPolicy = .init(trigger.overlap) }
    }
    backfillRequest = patch.backfills.map { backfill in
      .with {
        $0.startTime = .init(backfill.startAt)
        $0.endTime = .init(backfill.endAt)
        $0.overlapPolicy = .init(backfill.overlap)
      }
    }
    // An empty text would change nothing.
    if let note = patch.pause { pause = note.isEmpty ? "Paused" : note }
    if let note = patch.unpause { unpause = note.isEmpty ? "Unpaused" : note }
  }

  /// The patch. A trigger's own time, by which Temporal's server names the run, is dropped: the run has the time at
  /// which it is started.
  func value(_ field: String) throws -> SchedulePatch {
    var patch = SchedulePatch(pause: pause.isEmpty ? nil : pause, unpause: unpause.isEmpty ? nil : unpause)
    if hasTriggerImmediately {
      patch.triggerImmediately = SchedulePatch.TriggerImmediately(
        overlap: try triggerImmediately.overlapPolicy.value("\(field).trigger_immediately.overlap_policy"))
    }
    patch.backfills = try backfillRequest.enumerated().map { index, backfill in
      let field = "\(field).backfill_request[\(index)]"
      return ScheduleBackfill(
        startAt: try backfill.startTime.timestamp("\(field).start_time"),
        endAt: try backfill.endTime.timestamp("\(field).end_time"),
        overlap: try backfill.overlapPolicy.value("\(field).overlap_policy"))
    }
    return patch
  }
}
