internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.WorkflowExecutionInfo {
  init(_ info: WorkflowExecutionInfo) {
    self.init()
    execution = .init(info.execution)
    type = .init(named: info.workflowType)
    startTime = .init(info.startTime)
    executionTime = .init(info.startTime)
    if let close = info.closeTime {
      closeTime = .init(close)
      executionDuration = .init(close - info.startTime)
    }
    status = .init(info.status)
    historyLength = info.historyLength
    historySizeBytes = info.historySizeBytes
    memo = .init(info.memo)
    searchAttributes = .init(info.searchAttributes)
    taskQueue = info.taskQueue
    rootExecution = .init(info.execution)
    firstRunID = info.execution.runID
  }

  func value(_ field: String) throws -> WorkflowExecutionInfo {
    WorkflowExecutionInfo(
      execution: execution.value,
      workflowType: type.name,
      taskQueue: taskQueue,
      startTime: try startTime.timestamp("\(field).start_time"),
      closeTime: hasCloseTime ? try closeTime.timestamp("\(field).close_time") : nil,
      status: try status.value("\(field).status"),
      historyLength: historyLength,
      historySizeBytes: historySizeBytes,
      memo: memo.values,
      searchAttributes: searchAttributes.values)
  }
}
