package import Logging
internal import Synchronization

/// Replays a history outside any engine, without recording or starting anything.
package enum DryReplay {
  /// What was found.
  package struct Replayed: Sendable {
    /// How many completed workflow tasks were compared.
    package var workflowTasks: Int
    /// What `run` returned or threw; `nil` while it has not.
    package var outcome: Result<[Payload], any Error>?
  }

  /// Replays a history that begins with the start of the run, on a thread of its own.
  ///
  /// Events that no completed task has seen are delivered too, and the commands they cause are dropped: the code that
  /// blocked a run shows here as it did there.
  ///
  /// - Throws: ``NonDeterminismError``; ``WorkflowEngineError`` if there is no thread.
  package static func replay(
    _ history: [HistoryEvent], of type: any WorkflowDefinition.Type, converter: any PayloadConverter, logger: Logger
  ) async throws -> Replayed {
    let registration = registration(type)
    return try await withCheckedThrowingContinuation { continuation in
      do {
        try EngineThread.start {
          continuation.resume(with: Result { try replay(history, registration, converter, logger) })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  private static func registration<W: WorkflowDefinition>(_ type: W.Type) -> WorkflowRegistration {
    WorkflowRegistration(type)
  }

  private static func replay(
    _ history: [HistoryEvent], _ registration: WorkflowRegistration, _ converter: any PayloadConverter, _ logger: Logger
  ) throws -> Replayed {
    guard let first = history.first, case .workflowExecutionStarted(let started) = first.attributes else {
      throw WorkflowServiceError(.invalidArgument, "the history does not begin with a WorkflowExecutionStarted event")
    }
    let instance = WorkflowInstance(
      info: WorkflowInfo(started, namespace: "default", startTime: first.time),
      registration: registration, converter: converter, logger: logger, onForeignJob: {})
    defer { instance.abandon() }
    let unseen = try HistoryReplay.replay(history, into: instance)
    let jobs = unseen.compactMap(Activation.job(for:))
    if !jobs.isEmpty, history.last?.attributes.isClosing == false {
      _ = try instance.activate(
        Activation(
          time: unseen.last?.time ?? first.time, jobs: jobs, isReplaying: false, historyLength: Int64(history.count) + 2))
    }
    return Replayed(
      workflowTasks: history.count { if case .workflowTaskCompleted = $0.attributes { true } else { false } },
      outcome: instance.state.withLock { $0.outcome })
  }
}
