internal import Metrics

/// The engine's metrics, under the names of Temporal's SDKs where one exists.
struct EngineMetrics {
  private let namespace: String
  private let activityLatency: Timer
  private let syncLatency: Timer

  init(namespace: String) {
    self.namespace = namespace
    activityLatency = Timer(
      label: "temporal_activity_execution_latency", dimensions: [("namespace", namespace)],
      preferredDisplayUnit: .seconds)
    syncLatency = Timer(
      label: "durable_workflows_journal_commit_latency", dimensions: [("namespace", namespace)],
      preferredDisplayUnit: .milliseconds)
  }

  func started(_ state: RunState) {
    count("temporal_workflow_started", type: state.started.workflowType)
  }

  func closed(_ state: RunState) {
    let name =
      switch state.status {
      case .completed: "temporal_workflow_completed"
      case .canceled: "temporal_workflow_canceled"
      case .continuedAsNew: "temporal_workflow_continue_as_new"
      default: "temporal_workflow_failed"
      }
    count(name, type: state.started.workflowType)
    Timer(
      label: "temporal_workflow_endtoend_latency",
      dimensions: [("namespace", namespace), ("workflow_type", state.started.workflowType)],
      preferredDisplayUnit: .seconds
    ).recordNanoseconds(((state.closeTime ?? state.startTime) - state.startTime).inNanoseconds)
  }

  func workflowTaskFailed(_ state: RunState, cause: WorkflowTaskFailedCause) {
    count("temporal_workflow_task_execution_failed", type: state.started.workflowType)
  }

  func activityFinished(_ type: String, failed: Bool, startedTime: Timestamp, now: Timestamp) {
    activityLatency.recordNanoseconds((now - startedTime).inNanoseconds)
    if failed {
      Counter(
        label: "temporal_activity_execution_failed", dimensions: [("namespace", namespace), ("activity_type", type)]
      ).increment()
    }
  }

  private func count(_ name: String, type: String) {
    Counter(label: name, dimensions: [("namespace", namespace), ("workflow_type", type)]).increment()
  }
}
