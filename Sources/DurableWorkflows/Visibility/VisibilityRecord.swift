/// What the index knows of a run: a snapshot that the engine makes when a run starts, closes, or changes what can be
/// searched.
struct VisibilityRecord: Sendable {
  var key: RunKey
  var namespace = NamespaceKey.own
  var workflowID: String
  var runID: String
  var workflowType: String
  var taskQueue: String
  var startTime: Timestamp
  /// When the first workflow task was due: the start, or later with a delay, a retry or cron.
  var executionTime: Timestamp
  var closeTime: Timestamp?
  var status: WorkflowExecutionStatus
  /// The number of events; 0 while the run is open.
  var historyLength: Int64
  /// The size of the history in bytes; 0 while the run is open.
  var historySizeBytes: Int64
  var memo: [String: Payload]
  var searchAttributes: [String: Payload]
  var parent: WorkflowExecution?
  /// `nil` for a run without a parent.
  var root: WorkflowExecution?
}

extension VisibilityRecord {
  init(of state: RunState) {
    let started = state.started
    self.init(
      key: state.key, namespace: started.namespace, workflowID: started.workflowID, runID: started.runID,
      workflowType: started.workflowType, taskQueue: started.taskQueue, startTime: state.startTime,
      executionTime: state.startTime + (started.firstWorkflowTaskBackoff ?? .zero), closeTime: state.closeTime,
      status: state.visibleStatus, historyLength: state.isOpen ? 0 : state.nextEventID - 1,
      historySizeBytes: state.isOpen ? 0 : state.historySizeBytes, memo: state.memo,
      searchAttributes: state.searchAttributes, parent: started.parent?.execution, root: started.root)
  }
}

/// What the engine tells the index.
enum VisibilityChange: Sendable {
  /// The run is as the record says.
  indirect case put(VisibilityRecord)
  /// The run is gone.
  case forget(RunKey, namespace: NamespaceKey = .own)
}
