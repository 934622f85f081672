public import DurableWorkflows
public import ServiceLifecycle

/// Lets a `ServiceGroup` run an engine beside other services.
///
/// It is a target of its own so that a program that needs only the engine builds and links only the engine.
extension WorkflowEngine: Service {
  /// Runs until graceful shutdown is triggered or the task is cancelled, then drains and seals the journal.
  ///
  /// Graceful shutdown takes at most ``DurableWorkflows/WorkflowEngineOptions/gracefulShutdownPeriod``, or the longest
  /// of the workers' own periods; cancelling the task meanwhile ends it at once.
  /// - Throws: what ended the engine, if its journal failed: the group then ends its other services.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await withTaskCancellationHandler {
        try await waitUntilEnded()
      } onCancel: {
        if isReady { beginShutdown() } else { forceShutdown() }
      }
    } onGracefulShutdown: {
      self.beginShutdown()
    }
  }
}
