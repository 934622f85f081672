internal import DurableWorkflows
internal import WorkflowServiceProtos

extension Temporal_Api_Common_V1_Priority {
  init(_ priority: Priority) {
    self.init()
    priorityKey = Int32(clamping: priority.priorityKey ?? 0)
    fairnessKey = priority.fairnessKey ?? ""
    fairnessWeight = priority.fairnessWeight ?? 0
  }

  /// Zero and empty mean unset, as in Temporal's API.
  var value: Priority {
    Priority(
      priorityKey: priorityKey == 0 ? nil : Int(priorityKey), fairnessKey: fairnessKey.isEmpty ? nil : fairnessKey,
      fairnessWeight: fairnessWeight == 0 ? nil : fairnessWeight)
  }
}
