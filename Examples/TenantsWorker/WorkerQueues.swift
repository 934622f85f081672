internal import DurableWorkflows
internal import Logging
internal import Tenants

/// How the worker's task queues become an engine: the only place that knows that there is one engine for all of them.
enum WorkerQueues {
  /// The options of an engine that serves all queues of the configuration. A run's queue is a label then, and the
  /// limits of the queues are added up.
  static func options(_ configuration: TenantConfiguration) -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.namespace = configuration.namespace
    options.taskQueue = configuration.taskQueue
    options.maxConcurrentActivities = configuration.maxConcurrentActivities * configuration.taskQueues.count
    options.maxCachedWorkflows = configuration.maxConcurrentWorkflows * configuration.taskQueues.count
    options.gracefulShutdownPeriod = TenantConfiguration.shutdownTimeout
    // As long as a deletion may wait after its confirmation.
    options.retention = .days(90)
    options.logger = Logger(label: "durable-workflows")
    return options
  }
}
