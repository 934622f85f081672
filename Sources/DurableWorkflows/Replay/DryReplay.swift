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

  /// Replays a history that begins with the start of the run, on a thread of its own, against the version of its type
  /// that it is pinned to. A history without a version is replayed against the type without one, or else the newest.
  ///
  /// Events that no completed task has seen are delivered too, and the commands they cause are dropped: the code that
  /// blocked a run shows here as it did there.
  ///
  /// - Throws: ``NonDeterminismError``; ``WorkflowServiceError`` with `invalidArgument` if the history has no start or
  ///   its type or version is not among `workflows`; ``WorkflowEngineError`` if `workflows` could not be registered
  ///   together or there is no thread.
  package static func replay(
    _ history: [HistoryEvent], of workflows: [any WorkflowDefinition.Type], converter: any PayloadConverter,
    logger: Logger, interceptors: [any WorkerInterceptor] = []
  ) async throws -> Replayed {
    let registry = try EngineRegistry(workflows: workflows, activities: [])
    guard case .workflowExecutionStarted(let started)? = history.first?.attributes else {
      throw WorkflowServiceError(.invalidArgument, "the history does not begin with a WorkflowExecutionStarted event")
    }
    let registration: WorkflowRegistration
    do {
      registration = try registry.registration(of: started)
    } catch {
      guard started.version == 0, let newest = registry.newest(started.workflowType) else {
        throw WorkflowServiceError(.invalidArgument, "\(error)")
      }
      registration = newest
    }
    let chain = WorkflowInterceptors(interceptors)
    return try await EngineThread.perform {
      try replay(history, registration, namespace: "default", converter, logger, chain)
    }
  }

  /// Replays a history on the calling thread.
  ///
  /// - Parameter resolve: fetches payloads that are kept outside the journal.
  static func replay(
    _ history: [HistoryEvent], _ registration: WorkflowRegistration, namespace: String,
    _ converter: any PayloadConverter, _ logger: Logger, _ interceptors: WorkflowInterceptors? = nil,
    resolve: (Activation.Job) throws -> Activation.Job = { $0 }
  ) throws -> Replayed {
    guard let first = history.first, case .workflowExecutionStarted(let started) = first.attributes else {
      throw WorkflowServiceError(.invalidArgument, "the history does not begin with a WorkflowExecutionStarted event")
    }
    let instance = WorkflowInstance(
      info: WorkflowInfo(
        started, namespace: started.namespace.isOwn ? namespace : started.namespace.name, startTime: first.time),
      registration: registration, converter: converter, logger: logger, interceptors: interceptors, onForeignJob: {})
    defer { instance.abandon() }
    let unseen = try HistoryReplay.replay(history, into: instance, resolve: resolve)
    let jobs = try unseen.compactMap(Activation.job(for:)).map(resolve)
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
