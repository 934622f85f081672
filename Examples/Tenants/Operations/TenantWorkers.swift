public import DurableWorkflows
internal import Logging

extension TenantRegistration {
  /// The workers, one for each queue of the configuration. Each has all workflows and activities, and limits of its
  /// own: what is busy in one queue keeps nothing in another one from its turn.
  public func workers(_ configuration: TenantConfiguration) -> [Worker] {
    let limits = WorkerOptions(
      maxConcurrentWorkflowTaskExecutions: configuration.maxConcurrentWorkflows,
      maxConcurrentActivityExecutions: configuration.maxConcurrentActivities,
      maxConcurrentLocalActivityExecutions: configuration.maxConcurrentActivities)
    return configuration.taskQueues.map { queue in
      Worker(taskQueue: queue, workflows: Self.workflows, activities: activities, options: limits)
    }
  }
}

extension TenantConfiguration {
  /// The options of the engine. Queues of other programs are refused; what histories hold is encrypted.
  public var engineOptions: WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.namespace = namespace
    options.taskQueue = taskQueue
    options.refusedTaskQueues = TaskQueue.foreign
    options.payloadConverter = payloadConverter
    options.gracefulShutdownPeriod = Self.shutdownTimeout
    // As long as a deletion may wait after its confirmation.
    options.retention = .days(90)
    options.logger = Logger(label: "durable-workflows")
    return options
  }
}
