/// A worker whose code and limits have been checked.
struct RegisteredWorker: Sendable {
  /// The queue that it serves; `nil` for the one worker of an engine that serves every queue.
  var taskQueue: String?
  var registry: EngineRegistry
  var options: WorkerOptions

  /// The worker of an engine without task queues of its own: it serves whatever queue there is.
  init(serving registry: EngineRegistry, _ engine: WorkflowEngineOptions) {
    self.taskQueue = nil
    self.registry = registry
    self.options = WorkerOptions(
      maxConcurrentWorkflowTaskExecutions: .max, maxConcurrentActivityExecutions: engine.maxConcurrentActivities,
      maxConcurrentLocalActivityExecutions: .max)
  }

  /// - Throws: ``WorkflowEngineError`` for invalid names, types and limits, and for a queue that the engine refuses.
  init(_ worker: Worker, in engine: WorkflowEngineOptions) throws {
    func invalid(_ message: String) -> WorkflowEngineError {
      WorkflowEngineError(.invalidConfiguration, "the worker of task queue '\(worker.taskQueue)': \(message)")
    }
    if let problem = RegisteredWorker.problem(ofQueue: worker.taskQueue) { throw invalid(problem) }
    if engine.refusedTaskQueues.contains(worker.taskQueue) {
      throw WorkflowEngineError(
        .taskQueueRefused,
        "task queue '\(worker.taskQueue)' belongs to others and is refused here; take its worker out, or the queue out "
          + "of refusedTaskQueues")
    }
    if let problem = worker.options.problem { throw invalid(problem) }
    do {
      registry = try EngineRegistry(
        workflows: worker.workflows, activities: worker.activities, extra: worker.extraActivities)
    } catch let error as WorkflowEngineError {
      throw invalid(error.message)
    }
    if registry.isEmpty { throw invalid("it has neither workflows nor activities") }
    taskQueue = worker.taskQueue
    options = worker.options
  }

  /// - Throws: ``WorkflowEngineError``, also if there is no worker, or two serve one queue.
  static func all(_ workers: [Worker], in engine: WorkflowEngineOptions) throws -> [RegisteredWorker] {
    if workers.isEmpty {
      throw WorkflowEngineError(.invalidConfiguration, "there is no worker; nothing would ever run")
    }
    var queues: Set<String> = []
    for worker in workers where !queues.insert(worker.taskQueue).inserted {
      throw WorkflowEngineError(
        .invalidConfiguration, "two workers serve task queue '\(worker.taskQueue)'; put their code into one")
    }
    return try workers.map { try RegisteredWorker($0, in: engine) }
  }

  /// What is wrong with a queue's name, or `nil`.
  static func problem(ofQueue name: String) -> String? {
    if name.isEmpty || name.utf8.count > 1000 { return "its name is empty or longer than 1,000 bytes" }
    if name.hasPrefix("__") { return "its name is reserved: names must not begin with two underscores" }
    return nil
  }
}
