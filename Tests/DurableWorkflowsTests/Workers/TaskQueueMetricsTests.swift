internal import DurableWorkflows
internal import MetricsTestKit
internal import Testing
internal import WorkflowTesting

/// What is told of the queues: the signals to scale by.
@Suite("Metrics of task queues", .timeLimit(.minutes(1)))
struct TaskQueueMetricsTests {
  @Test("backlog, oldest task, slots and waiting runs of every queue")
  func queues() async throws {
    let metrics = TestMetrics()
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [
        Worker(
          taskQueue: "default", workflows: [Errands.self], options: WorkerOptions(maxConcurrentActivityExecutions: 2))
      ],
      configure: { $0.metricsFactory = metrics }
    ) { env in
      let start = Double(env.now.nanosecondsSinceEpoch) / 1e9
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(Errands.self, id: "e", input: Errands.Errand.some(7, "x"))
      _ = try await env.client.start(Errands.self, id: "f", input: [], options: .init(taskQueue: "nobody's"))
      try await mock.waitForCalls(2)
      try await env.settle()
      let queue = [("namespace", "default"), ("task_queue", "default")]
      let activities = queue + [("task_type", "Activity")]
      let worker = queue + [("worker_type", "ActivityWorker")]
      let backlog = try metrics.expectGauge("durable_workflows_task_queue_backlog", activities)
      let oldest = try metrics.expectGauge("durable_workflows_task_queue_oldest_task_timestamp_seconds", activities)
      #expect(backlog.lastValue == 5)
      #expect(oldest.lastValue == start)
      #expect(try metrics.expectGauge("temporal_worker_task_slots_used", worker).lastValue == 2)
      #expect(try metrics.expectGauge("temporal_worker_task_slots_available", worker).lastValue == 0)
      let waiting = try metrics.expectGauge(
        "durable_workflows_task_queue_backlog",
        [("namespace", "default"), ("task_queue", "nobody's"), ("task_type", "Workflow")])
      #expect(waiting.lastValue == 1)
      mock.release()
      _ = try await handle.result()
      try await env.settle()
      #expect(backlog.lastValue == 0)
      #expect(oldest.lastValue == 0)
      #expect(try metrics.expectGauge("temporal_worker_task_slots_available", worker).lastValue == 2)
      let latency = try metrics.expectTimer(
        "temporal_activity_schedule_to_start_latency", queue + [("activity_type", "errand")])
      #expect(latency.values.count == 7)
    }
  }
}
