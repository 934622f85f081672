internal import DurableWorkflows
internal import Metrics
internal import MetricsTestKit
internal import Testing
internal import WorkflowTesting

/// The engine's metrics, under Temporal's names.
@Suite("Metrics", .timeLimit(.minutes(1)))
struct MetricsTests {
  private func withMetrics(
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in },
    _ body: (WorkflowTestEnvironment, TestMetrics) async throws -> Void
  ) async throws {
    let metrics = TestMetrics()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Ending.self, Tally.self, Local.self],
      configure: { options in
        options.metricsFactory = metrics
        configure(&options)
      }
    ) { env in try await body(env, metrics) }
  }

  private func workflow(_ type: String) -> [(String, String)] {
    [("namespace", "default"), ("task_queue", "default"), ("workflow_type", type)]
  }

  private func activity(_ type: String) -> [(String, String)] {
    [("namespace", "default"), ("task_queue", "default"), ("activity_type", type)]
  }

  private let engine = [("namespace", "default"), ("task_queue", "default")]

  @Test("runs by how they end, with their time from start to end")
  func runs() async throws {
    try await withMetrics { env, metrics in
      for (index, end) in ["complete", "complete", "fail", "continue", "wait", "wait", "late"].enumerated() {
        let handle = try await env.client.start(
          Ending.self, id: "\(index)", input: end,
          options: .init(runTimeout: end == "late" ? .seconds(50) : nil))
        if index == 4 { try await handle.cancel() }
        if index == 5 { try await handle.terminate() }
        _ = try? await handle.result()
      }
      let dimensions = workflow("Ending")
      for (name, count) in [
        ("durable_workflows_workflow_started", 8), ("temporal_workflow_completed", 3), ("temporal_workflow_failed", 1),
        ("temporal_workflow_continue_as_new", 1), ("temporal_workflow_canceled", 1),
        ("durable_workflows_workflow_terminated", 1), ("durable_workflows_workflow_timed_out", 1),
      ] {
        #expect(metrics.counterTotal(label: name, dimensions: dimensions) == count, "\(name)")
      }
      let latency = try metrics.expectTimer("temporal_workflow_endtoend_latency", dimensions)
      #expect(latency.values.count == 8)
      #expect(latency.values.max() == 50_000_000_000, "the one that timed out")
      let tasks = try metrics.expectTimer("temporal_workflow_task_execution_latency", dimensions).values
      #expect(tasks.count == 9, "one per task: the cancelled run has two; the terminated and the late one have one")
      #expect(tasks.allSatisfy { $0 > 0 })
      #expect(try metrics.expectTimer("temporal_workflow_task_schedule_to_start_latency", dimensions).values.count >= 9)
      #expect(try metrics.expectTimer("durable_workflows_journal_commit_latency", engine).values.isEmpty == false)
    }
  }

  @Test("activity attempts: waiting, running, failing, succeeding")
  func activities() async throws {
    try await withMetrics(configure: { $0.maxConcurrentActivities = 1 }) { env, metrics in
      let mock = env.mock("check") { arguments in
        if ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("once more") }
        return try arguments.decode(0, as: Int.self)
      }
      mock.hold()
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      try await handle.signal(name: "add", input: [JSONPayloadConverter().payload(for: 3)])
      try await mock.waitForCalls(1)
      try await env.advance(by: .seconds(7))
      let worker = engine + [("worker_type", "ActivityWorker")]
      let used = try metrics.expectGauge("temporal_worker_task_slots_used", worker)
      let available = try metrics.expectGauge("temporal_worker_task_slots_available", worker)
      #expect(used.lastValue == 1)
      #expect(available.lastValue == 0)
      mock.release()
      try await handle.signal(name: "finish")
      #expect(try await handle.result() == 3)
      let dimensions = activity("check")
      #expect(metrics.counterTotal(label: "temporal_activity_execution_failed", dimensions: dimensions) == 1)
      let latency = try metrics.expectTimer("temporal_activity_execution_latency", dimensions).values
      #expect(latency == [7_000_000_000, 0])
      #expect(try metrics.expectTimer("temporal_activity_schedule_to_start_latency", dimensions).values == [0, 0])
      #expect(
        try metrics.expectTimer("temporal_activity_succeed_endtoend_latency", dimensions).values == [8_000_000_000],
        "7 s of the first attempt and 1 s of backoff")
      try await env.settle()
      #expect(used.lastValue == 0)
      #expect(available.lastValue == 1)
    }
  }

  @Test("an unregistered activity is counted")
  func unregistered() async throws {
    try await withMetrics { env, metrics in
      _ = try? await env.execute(Local.self, id: "w", input: "ordinary")
      #expect(
        metrics.counterTotal(
          label: "temporal_unregistered_activity_invocation", dimensions: activity("nowhere")) == 1)
    }
  }

  @Test("local activities")
  func local() async throws {
    try await withMetrics { env, metrics in
      env.mock("step") { _ in
        if ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("once more") }
        return 1
      }
      let result = try await env.execute(Local.self, id: "w", input: "local")
      #expect(result == 1)
      let dimensions = activity("step")
      #expect(metrics.counterTotal(label: "temporal_local_activity_total", dimensions: dimensions) == 1)
      #expect(metrics.counterTotal(label: "temporal_local_activity_execution_failed", dimensions: dimensions) == 1)
      #expect(try metrics.expectTimer("temporal_local_activity_execution_latency", dimensions).values.count == 2)
      #expect(
        try metrics.expectTimer("temporal_local_activity_succeed_endtoend_latency", dimensions).values
          == [1_000_000_000])
    }
  }

  @Test("the cache: hits, misses, evictions, size")
  func cache() async throws {
    try await withMetrics(configure: { $0.maxCachedWorkflows = 2 }) { env, metrics in
      var handles: [WorkflowHandle<Tally>] = []
      for index in 0..<5 {
        handles.append(try await env.client.start(Tally.self, id: "\(index)", input: 0))
        try await env.settle()
      }
      #expect(metrics.counterTotal(label: "temporal_sticky_cache_total_forced_eviction", dimensions: engine) == 3)
      #expect(metrics.counterTotal(label: "temporal_sticky_cache_miss", dimensions: engine) == 0)
      #expect(try metrics.expectGauge("temporal_sticky_cache_size", engine).lastValue == 2)
      try await handles[0].signal(name: "finish")
      _ = try await handles[0].result()
      #expect(metrics.counterTotal(label: "temporal_sticky_cache_miss", dimensions: engine) == 1)
      #expect(
        try metrics.expectTimer("temporal_workflow_task_replay_latency", workflow("Tally")).values.count == 1)
      #expect(metrics.counterTotal(label: "temporal_sticky_cache_hit", dimensions: engine) == 0)
      try await handles[4].signal(name: "finish")
      _ = try await handles[4].result()
      #expect(metrics.counterTotal(label: "temporal_sticky_cache_hit", dimensions: engine) == 1)
    }
  }

  @Test("failed workflow tasks, by reason")
  func failedTasks() async throws {
    try await withMetrics { env, metrics in
      let handle = try await env.client.start(Ending.self, id: "w", input: "sleep")
      try await env.settle()
      _ = try? await handle.result()
      let name = "temporal_workflow_task_execution_failed"
      #expect(
        metrics.counterTotal(
          label: name, dimensions: workflow("Ending") + [("failure_reason", "NonDeterminismError")]) == 1)
      #expect(
        metrics.counterTotal(label: name, dimensions: workflow("Ending") + [("failure_reason", "WorkflowError")]) == 0)
    }
  }

  @Test("a client's requests: count, latency, failures by code, long polls apart")
  func requests() async throws {
    let metrics = TestMetrics()
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Ending.self]) { env in
      let client = WorkflowClient(
        frontend: env.client.frontend, interceptors: [ClientMetricsInterceptor(factory: metrics)])
      let handle = try await client.start(Ending.self, id: "w", input: "complete")
      _ = try await handle.result()
      await #expect(throws: WorkflowServiceError.self) {
        try await client.handle(for: Ending.self, id: "nobody").terminate()
      }
      func dimensions(_ operation: String) -> [(String, String)] {
        [("namespace", "default"), ("operation", operation)]
      }
      #expect(
        metrics.counterTotal(label: "temporal_request", dimensions: dimensions("StartWorkflowExecution")) == 1)
      #expect(
        try metrics.expectTimer("temporal_request_latency", dimensions("StartWorkflowExecution")).values.count == 1)
      #expect(
        metrics.counterTotal(
          label: "temporal_long_request", dimensions: dimensions("GetWorkflowExecutionHistory")) == 1)
      #expect(
        metrics.counterTotal(
          label: "temporal_request_failure",
          dimensions: dimensions("TerminateWorkflowExecution") + [("status_code", "NOT_FOUND")]) == 1)
    }
  }

  @Test("options take the backend of the task in which they are made")
  func taskLocal() {
    let metrics = TestMetrics()
    let options = withMetricsFactory(metrics) { WorkflowEngineOptions() }
    #expect(options.metricsFactory as AnyObject === metrics)
  }
}

actor Ending: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    switch input {
    case "fail": throw ApplicationError("failed")
    case "continue": try context.continueAsNew("complete")
    case "wait", "late": try await context.condition { false }
    case "sleep": try await Task.sleep(for: .milliseconds(1))
    default: break
    }
    return input
  }
}

actor Local: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> Int {
    if input == "ordinary" { return try await context.executeActivity("nowhere", options: once) }
    return try await context.executeLocalActivity(
      "step", options: LocalActivityOptions(startToCloseTimeout: .seconds(5)))
  }
}
