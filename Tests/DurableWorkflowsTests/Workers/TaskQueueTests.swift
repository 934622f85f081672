internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Workers with queues and slots of their own.
@Suite("Task queues", .timeLimit(.minutes(1)))
struct TaskQueueTests {
  private func worker(_ queue: String, slots: Int = 200, _ change: (inout WorkerOptions) -> Void = { _ in }) -> Worker {
    var options = WorkerOptions(maxConcurrentActivityExecutions: slots)
    change(&options)
    return Worker(taskQueue: queue, workflows: [Errands.self], options: options)
  }

  private func activities(_ env: WorkflowTestEnvironment, _ queue: String) async throws
    -> TaskQueueDescription.Statistics
  {
    try await env.client.describeTaskQueue(queue).activities
  }

  @Test("every queue has slots of its own")
  func ownSlots() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [worker("default", slots: 1), worker("b", slots: 3)]
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(
        Errands.self, id: "e", input: Errands.Errand.some(10, "a") + Errands.Errand.some(10, "b", queue: "b"))
      try await mock.waitForCalls(4)
      try await env.settle()
      #expect(mock.calls.map(\.info.taskQueue).sorted() == ["b", "b", "b", "default"])
      #expect(try await activities(env, "default") == .init(backlogCount: 9, runningCount: 1, slots: 1))
      #expect(try await activities(env, "b") == .init(backlogCount: 7, runningCount: 3, slots: 3))
      #expect(try await env.engine.statistics().queuedActivities == 16)
      mock.release()
      #expect(try await handle.result().count == 20)
      #expect(try await activities(env, "b") == .init(slots: 3))
    }
  }

  @Test("what is sent to a queue that no worker serves waits, is told, and goes on with a worker")
  func unserved() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workers: [worker("default")]) { env in
      let mock = env.mockErrands()
      let handle = try await env.client.start(
        Errands.self, id: "e", input: Errands.Errand.some(3, "x", queue: "elsewhere") + Errands.Errand.some(1, "here"))
      try await mock.waitForCalls(1)
      try await env.advance(by: .seconds(90))
      let waiting = try await env.client.describeTaskQueue("elsewhere")
      #expect(waiting.pollers == [])
      #expect(waiting.activities == .init(backlogCount: 3, backlogAge: .seconds(90), slots: 0))
      #expect(waiting.backlogByPriority == [0, 0, 3, 0, 0])
      #expect(try await env.client.describeTaskQueue().pollers == ["test"])
      #expect(mock.errands == ["here0"])
      // Also after a restart: what waits is derived from the runs.
      try await env.restart(.kill)
      #expect(try await activities(env, "elsewhere").backlogCount == 3)
      try await env.engine.addWorker(worker("elsewhere", slots: 2))
      #expect(try await handle.result() == ["x0", "x1", "x2", "here0"])
      let twice = await #expect(throws: WorkflowServiceError.self) {
        try await env.engine.addWorker(worker("elsewhere"))
      }
      #expect(twice?.code == .failedPrecondition)
    }
  }

  @Test("a run of a queue that no worker serves is accepted, waits, and is told")
  func unservedRun() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workers: [worker("default")]) { env in
      env.mockErrands()
      let handle = try await env.client.start(
        Errands.self, id: "e", input: Errands.Errand.some(1, "x"), options: .init(taskQueue: "elsewhere"))
      try await env.advance(by: .seconds(30))
      let waiting = try await env.client.describeTaskQueue("elsewhere").workflows
      #expect(waiting == .init(backlogCount: 1, backlogAge: .seconds(30)))
      #expect(try await handle.describe().pendingWorkflowTask == nil, "it waits, it has not failed")
      let refused = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: "any") }
      #expect(refused?.message.contains("no worker serves task queue 'elsewhere'") == true)
      try await env.restart(.kill)
      #expect(try await env.client.describeTaskQueue("elsewhere").workflows.backlogCount == 1)
      try await env.restart(workers: [worker("default"), worker("elsewhere")])
      #expect(try await handle.result() == ["x0"])
    }
  }

  @Test("an engine without workers of its own serves every queue")
  func everyQueue() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Errands.self], configure: { $0.maxConcurrentActivities = 2 }
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(
        Errands.self, id: "e", input: Errands.Errand.some(3, "a", queue: "a") + Errands.Errand.some(3, "b", queue: "b"),
        options: .init(taskQueue: "c"))
      try await mock.waitForCalls(2)
      try await env.settle()
      #expect(mock.errands.sorted() == ["a0", "a1"])
      #expect(try await activities(env, "a").backlogCount == 1)
      #expect(try await activities(env, "b").backlogCount == 3)
      #expect(try await activities(env, "c").backlogCount == 0)
      mock.release()
      #expect(try await handle.result().count == 6)
      let error = await #expect(throws: WorkflowServiceError.self) { try await env.engine.addWorker(worker("d")) }
      #expect(error?.code == .failedPrecondition)
    }
  }

  @Test("workers that cannot be are refused with the remedy")
  func refusals() async throws {
    func error(
      _ workers: [Worker], refused: Set<String> = []
    ) async -> WorkflowEngineError? {
      await #expect(throws: WorkflowEngineError.self) {
        // An empty list would mean the other form of an environment.
        var options = WorkflowEngineOptions()
        options.refusedTaskQueues = refused
        _ = try await WorkflowEngine.open(directory: "/nonexistent/directory", workers: workers, options: options)
      }
    }
    #expect(await error([])?.message.contains("no worker") == true)
    #expect(await error([worker("a", slots: 0)])?.message.contains("maxConcurrentActivityExecutions is 0") == true)
    #expect(await error([worker("a") { $0.maxConcurrentWorkflowTaskExecutions = 0 }])?.code == .invalidConfiguration)
    #expect(await error([worker("a") { $0.maxConcurrentLocalActivityExecutions = -1 }])?.code == .invalidConfiguration)
    let rate = await error([worker("a") { $0.maxWorkerActivitiesPerSecond = 0 }])
    #expect(rate?.message.contains("positive rate") == true)
    let slots = await error([worker("a") { $0.activitySlots = FixedSizeSlotSupplier(slots: 0) }])
    #expect(slots?.message.contains("0 slots") == true)
    #expect(await error([worker("")])?.message.contains("empty") == true)
    #expect(await error([worker("__a")])?.message.contains("reserved") == true)
    #expect(await error([worker("a"), worker("a")])?.message.contains("two workers serve task queue 'a'") == true)
    #expect(await error([Worker(taskQueue: "a")])?.message.contains("neither workflows nor activities") == true)
    let refused = await error([worker("a"), worker("workflow-runtime-v2")], refused: ["workflow-runtime-v2"])
    #expect(refused?.code == .taskQueueRefused)
    #expect(refused?.message.contains("'workflow-runtime-v2' belongs to others") == true)
  }

  @Test("a start in a refused queue is refused")
  func refusedStart() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [worker("default")], configure: { $0.refusedTaskQueues = ["theirs"] }
    ) { env in
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.start(Errands.self, id: "e", input: [], options: .init(taskQueue: "theirs"))
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("rates hold in the engine's time, by a timer")
  func rates() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [
        worker("default") {
          $0.maxWorkerActivitiesPerSecond = 5
          $0.maxTaskQueueActivitiesPerSecond = 2
        }
      ]
    ) { env in
      let start = env.now
      let mock = env.mockErrands()
      _ = try await env.execute(Errands.self, input: Errands.Errand.some(9, "x"))
      #expect(env.now - start == .seconds(4))
      #expect(mock.calls.map { $0.info.startedTime - start } == (0..<9).map { .milliseconds(500 * $0) })
      #expect(try await env.client.describeTaskQueue().activitiesPerSecond == 2)
    }
  }

  @Test("workflow tasks beyond a queue's share of a turn wait for the next one")
  func workflowTasks() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [worker("default") { $0.maxConcurrentWorkflowTaskExecutions = 1 }, worker("b")]
    ) { env in
      env.mockErrands()
      let results = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<20 {
          group.addTask {
            try await env.client.execute(
              Errands.self, id: "\(number)", input: Errands.Errand.some(2, "x"),
              options: .init(taskQueue: number % 4 == 0 ? "b" : "default")
            ).count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(results == 40)
    }
  }

  @Test("local activities have slots of their own")
  func locals() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [worker("default") { $0.maxConcurrentLocalActivityExecutions = 2 }]
    ) { env in
      let mock = env.mockErrands()
      mock.hold()
      var errands = Errands.Errand.some(6, "x")
      for index in errands.indices { errands[index].isLocal = true }
      let handle = try await env.client.start(Errands.self, id: "e", input: errands)
      try await mock.waitForCalls(2)
      try await env.settle()
      #expect(mock.callCount == 2)
      mock.releaseOne()
      try await mock.waitForCalls(3)
      try await env.settle()
      #expect(mock.callCount == 3)
      mock.release()
      #expect(try await handle.result().count == 6)
      #expect(mock.callCount == 6)
    }
  }
}
