internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.DescribeScheduleResponse {
  /// What failed with the schedule's last action has no field in the response.
  init(_ description: ScheduleDescription) {
    self.init()
    schedule = .init(description.schedule)
    info = .init(description.info)
    memo = .init(description.memo)
    searchAttributes = .init(description.searchAttributes)
    conflictToken = .init(description.conflictToken)
  }

  func value(id: String) throws -> ScheduleDescription {
    ScheduleDescription(
      id: id,
      schedule: try schedule.value("schedule"),
      info: try info.value("info"),
      memo: memo.values,
      searchAttributes: searchAttributes.values,
      conflictToken: Array(conflictToken))
  }
}

extension Wire.ScheduleInfo {
  init(_ info: ScheduleInfo) {
    self.init()
    actionCount = info.actionCount
    missedCatchupWindow = info.missedCatchupWindow
    overlapSkipped = info.overlapSkipped
    bufferDropped = info.bufferDropped
    bufferSize = info.bufferSize
    runningWorkflows = info.runningWorkflows.map(Wire.WorkflowExecution.init)
    recentActions = info.recentActions.map(Wire.ScheduleActionResult.init)
    futureActionTimes = info.futureActionTimes.map(Google_Protobuf_Timestamp.init)
    createTime = .init(info.createTime)
    if let time = info.updateTime { updateTime = .init(time) }
    if let error = info.invalidScheduleError { invalidScheduleError = error }
  }

  fileprivate func value(_ field: String) throws -> ScheduleInfo {
    ScheduleInfo(
      actionCount: actionCount,
      missedCatchupWindow: missedCatchupWindow,
      overlapSkipped: overlapSkipped,
      bufferDropped: bufferDropped,
      bufferSize: bufferSize,
      runningWorkflows: runningWorkflows.map(\.value),
      recentActions: try recentActions.map { try $0.value("\(field).recent_actions") },
      futureActionTimes: try futureActionTimes.map { try $0.timestamp("\(field).future_action_times") },
      createTime: try createTime.timestamp("\(field).create_time"),
      updateTime: hasUpdateTime ? try updateTime.timestamp("\(field).update_time") : nil,
      invalidScheduleError: invalidScheduleError.isEmpty ? nil : invalidScheduleError)
  }
}

extension Wire.ScheduleActionResult {
  init(_ result: ScheduleActionResult) {
    self.init()
    scheduleTime = .init(result.scheduleTime)
    actualTime = .init(result.actualTime)
    startWorkflowResult = .init(result.startWorkflowResult)
    startWorkflowStatus = .init(result.startWorkflowStatus)
  }

  func value(_ field: String) throws -> ScheduleActionResult {
    ScheduleActionResult(
      scheduleTime: try scheduleTime.timestamp("\(field).schedule_time"),
      actualTime: try actualTime.timestamp("\(field).actual_time"),
      startWorkflowResult: startWorkflowResult.value,
      startWorkflowStatus: startWorkflowStatus == .unspecified
        ? .running : try startWorkflowStatus.value("\(field).start_workflow_status"))
  }
}

extension Wire.ScheduleListEntry {
  init(_ entry: ScheduleListEntry) {
    self.init()
    scheduleID = entry.id
    memo = .init(entry.memo)
    searchAttributes = .init(entry.searchAttributes)
    info = .with {
      $0.spec = .init(entry.spec)
      $0.workflowType = .init(named: entry.workflowType)
      $0.notes = entry.note
      $0.paused = entry.isPaused
      $0.recentActions = entry.recentActions.map(Wire.ScheduleActionResult.init)
      $0.futureActionTimes = entry.futureActionTimes.map(Google_Protobuf_Timestamp.init)
    }
  }

  func value(_ field: String) throws -> ScheduleListEntry {
    ScheduleListEntry(
      id: scheduleID,
      spec: try info.spec.value("\(field).info.spec"),
      workflowType: info.workflowType.name,
      note: info.notes,
      isPaused: info.paused,
      recentActions: try info.recentActions.map { try $0.value("\(field).info.recent_actions") },
      futureActionTimes: try info.futureActionTimes.map { try $0.timestamp("\(field).info.future_action_times") },
      memo: memo.values,
      searchAttributes: searchAttributes.values)
  }
}
