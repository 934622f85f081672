internal import DurableWorkflows

extension [HistoryEvent] {
  /// The events with the run's own id in the first one.
  ///
  /// The wire carries the id of the run that wrote the first event, which is another one in a run that a reset made.
  ///
  /// - Parameter runID: the run's id, if it is known; otherwise the event that marks the newest reset tells it.
  func naming(runID: String? = nil) -> [HistoryEvent] {
    guard let first, case .workflowExecutionStarted(var started) = first.attributes else { return self }
    guard let runID = runID ?? newestReset?.newRunID, runID != started.runID else { return self }
    started.runID = runID
    return [HistoryEvent(id: first.id, time: first.time, attributes: .workflowExecutionStarted(started))] + dropFirst()
  }

  private var newestReset: WorkflowReset? {
    for event in reversed() {
      if case .workflowTaskFailed(_, _, _, _, _, let reset?) = event.attributes { return reset }
    }
    return nil
  }
}
