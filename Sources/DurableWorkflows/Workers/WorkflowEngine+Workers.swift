extension WorkflowEngine {
  /// Opens a directory with workers, each of which serves one task queue with code and limits of its own.
  ///
  /// What is sent to other queues is accepted and waits. ``WorkflowEngineOptions/maxConcurrentActivities`` plays no
  /// part.
  ///
  /// - Throws: ``WorkflowEngineError``: `invalidConfiguration` for invalid types, names and limits, two workers of one
  ///   queue, or none at all; `taskQueueRefused` for a queue among ``WorkflowEngineOptions/refusedTaskQueues``;
  ///   `journal` and `cannotStart` as ``open(directory:workflows:activities:options:)``.
  public static func open(
    directory: String, workers: [Worker], options: WorkflowEngineOptions = WorkflowEngineOptions()
  ) async throws -> WorkflowEngine {
    if let problem = options.problem { throw WorkflowEngineError(.invalidConfiguration, problem) }
    return try await open(directory: directory, workers: RegisteredWorker.all(workers, in: options), options: options)
  }

  /// Lets one more worker serve its queue: what waits there goes on.
  ///
  /// - Throws: ``WorkflowEngineError`` for an invalid worker; ``WorkflowServiceError``, code `failedPrecondition`, if
  ///   the queue has a worker, or the engine was opened without workers.
  public func addWorker(_ worker: Worker) async throws {
    let registered = try RegisteredWorker(worker, in: options)
    try await request { .addWorker(registered, $0) } as Void
  }

  /// What a task queue holds, and who serves it.
  public func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    try await self.request { .describeTaskQueue(request, $0) }
  }
}
