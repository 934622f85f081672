internal import Metrics

/// The metrics of the task queues: what waits and what runs. They are the signals to scale by.
///
/// Confined to the engine's thread. A value is recorded when it has changed.
final class TaskQueueMetrics {
  private struct Meters {
    var name: String
    let backlog: Gauge
    let parked: Gauge
    let oldest: Gauge
    let used: Gauge
    let available: Gauge
    var lastBacklog = -1
    var lastParked = -1
    var lastOldest = -1.0
    var lastUsed = -1
    /// When the oldest is looked for again.
    var nextSearch = Timestamp.epoch
  }

  private let factory: any MetricsFactory
  private let namespace: String
  private let taskQueue: String
  private var meters: [Int: Meters] = [:]

  /// How often the oldest attempt of a backlog is looked for.
  private static let searchInterval = Duration.seconds(1)

  /// `nil` if nobody would see them.
  init?(_ options: WorkflowEngineOptions) {
    if options.metricsFactory is NOOPMetricsHandler { return nil }
    factory = options.metricsFactory
    namespace = options.namespace
    taskQueue = options.taskQueue
  }

  private func make(_ name: String) -> Meters {
    let maker = MetricMaker(
      factory: factory, dimensions: [("namespace", namespace), ("task_queue", name.isEmpty ? taskQueue : name)])
    let activities = maker.with("task_type", "Activity")
    let worker = maker.with("worker_type", "ActivityWorker")
    return Meters(
      name: name, backlog: activities.gauge("durable_workflows_task_queue_backlog"),
      parked: maker.with("task_type", "Workflow").gauge("durable_workflows_task_queue_backlog"),
      oldest: activities.gauge("durable_workflows_task_queue_oldest_task_timestamp_seconds"),
      used: worker.gauge("temporal_worker_task_slots_used"),
      available: worker.gauge("temporal_worker_task_slots_available"))
  }

  /// What the queues hold at the end of a turn.
  func observe(_ queues: TaskQueues, _ runs: RunTable, at now: Timestamp) {
    for index in queues.indices {
      if meters[index]?.name != queues[index].name { meters[index] = make(queues[index].name) }
      guard var meter = meters[index] else { continue }
      observe(queues[index], &meter, runs, at: now, hasOwnSlots: !queues.servesEveryQueue)
      meters[index] = meter
    }
  }

  private func observe(
    _ queue: TaskQueueState, _ meter: inout Meters, _ runs: RunTable, at now: Timestamp, hasOwnSlots: Bool
  ) {
    let count = queue.backlog.count
    if count != meter.lastBacklog {
      if count == 0 || meter.lastBacklog <= 0 { meter.nextSearch = now }
      meter.lastBacklog = count
      meter.backlog.record(count)
    }
    if queue.parked.count != meter.lastParked {
      meter.lastParked = queue.parked.count
      meter.parked.record(queue.parked.count)
    }
    if hasOwnSlots, queue.usedSlots != meter.lastUsed {
      meter.lastUsed = queue.usedSlots
      meter.used.record(queue.usedSlots)
      if let slots = queue.slots { meter.available.record(max(0, slots - queue.usedSlots)) }
    }
    guard now >= meter.nextSearch else { return }
    meter.nextSearch = count == 0 ? .distantFuture : now + TaskQueueMetrics.searchInterval
    let ready = queue.backlog.heads.compactMap { task in
      runs.residents[task.run]?.state.activity(task.scheduledEventID)?.readyTime
    }
    let oldest = ready.min().map { Double($0.nanosecondsSinceEpoch) / 1e9 } ?? 0
    if oldest != meter.lastOldest {
      meter.lastOldest = oldest
      meter.oldest.record(oldest)
    }
  }
}
