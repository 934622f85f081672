internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

@Suite("The test environment", .timeLimit(.minutes(1)))
struct WorkflowTestEnvironmentTests {
  @Test("time stands still unless somebody waits")
  func standsStill() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Napping.self]) { env in
      #expect(env.now == VirtualClock.defaultStart)
      let handle = try await env.client.start(Napping.self, id: "n", input: 3600)
      for _ in 0..<20 { try await env.settle() }
      #expect(env.now == VirtualClock.defaultStart)
      #expect(try await handle.result() == 3600)
      #expect(env.now == VirtualClock.defaultStart + .hours(1))
      for _ in 0..<20 { try await env.settle() }
      #expect(env.now == VirtualClock.defaultStart + .hours(1), "the wait is over, so time stands still again")
    }
  }

  @Test("sleep goes from deadline to deadline, advance jumps")
  func moving() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Napping.self]) { env in
      let slept = try await env.client.start(Napping.self, id: "slept", input: 10)
      try await env.sleep(for: .seconds(9))
      #expect(try await slept.describe().info.status == .running)
      try await env.sleep(for: .seconds(11))
      let description = try await slept.describe()
      #expect(description.info.closeTime == VirtualClock.defaultStart + .seconds(10))
      let jumped = try await env.client.start(Napping.self, id: "jumped", input: 10)
      try await env.advance(by: .minutes(1))
      #expect(try await jumped.describe().info.closeTime == env.now)
    }
  }

  @Test("an environment over the journal of another one knows its runs, and gives others ids of their own")
  func secondEnvironment() async throws {
    let fileSystem = InMemoryFileSystem()
    var runIDs: [String: String] = [:]
    for name in ["first", "second", "third"] {
      let env = try await WorkflowTestEnvironment.open(workflows: [Napping.self], fileSystem: fileSystem)
      for (runID, earlier) in runIDs {
        let handle = env.client.handle(for: Napping.self, id: earlier, runID: runID)
        #expect(try await handle.result() == 1)
      }
      let handle = try await env.client.start(Napping.self, id: name, input: 1)
      _ = try await handle.result()
      let runID = try await handle.describe().info.execution.runID
      #expect(runIDs.updateValue(name, forKey: runID) == nil)
      await env.close()
    }
  }

  @Test("a cancelled sleep and a cancelled wait for a result end, and time stands still again")
  func cancellation() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Waiting.self]) { env in
      let handle = try await env.client.start(Waiting.self, id: "w")
      let mock = env.mock("never") { _ in 1 }
      let waits: [Task<Void, any Error>] = [
        Task { try await env.sleep(for: .days(1)) }, Task { _ = try await handle.result() },
        Task { try await mock.waitForCalls(1) },
      ]
      for wait in waits { wait.cancel() }
      for wait in waits { await #expect(throws: CancellationError.self) { try await wait.value } }
      let time = env.now
      let napping = try await env.client.start(Waiting.self, id: "other")
      for _ in 0..<20 { try await env.settle() }
      #expect(env.now == time)
      try await napping.terminate()
    }
  }

  @Test("whoever waits for a result waits on while engines come and go")
  func waitsOn() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Waiting.self]) { env in
      let handle = try await env.client.start(Waiting.self, id: "w")
      let result = Task { try await handle.result() }
      try await env.restart()
      try await env.restart(.kill)
      try await env.restart(.powerLoss())
      try await handle.signal(name: "go")
      #expect(try await result.value == "gone")
    }
  }

  @Test("mocks record calls and arguments, hold and release, and take the place of real activities")
  func mocks() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Adding.self], activities: [Calculator()]) { env in
      let real = try await env.execute(Adding.self, id: "real", input: [1, 2])
      #expect(real == 3)
      let mock = env.mock("add") { try $0.decode(0, as: Int.self) * 100 }
      mock.hold()
      let first = try await env.client.start(Adding.self, id: "first", input: [1, 2])
      let second = try await env.client.start(Adding.self, id: "second", input: [3, 4])
      try await mock.waitForCalls(2)
      #expect(try mock.calls.map { try $0.arguments.decode(0, as: Int.self) } == [1, 3])
      #expect(mock.calls.map(\.info.workflowExecution.workflowID) == ["first", "second"])
      mock.releaseOne()
      #expect(try await first.result() == 100)
      #expect(try await second.describe().info.status == .running)
      mock.release()
      #expect(try await second.result() == 300)
    }
  }

  @Test("what an environment held is freed when it is closed")
  func isFreed() async throws {
    weak var clock: VirtualClock?
    do {
      let env = try await WorkflowTestEnvironment.open(workflows: [Napping.self])
      clock = env.clock
      #expect(try await env.execute(Napping.self, id: "n", input: 1) == 1)
      await env.close()
    }
    // The engine's thread lets go of it at its end.
    while clock != nil {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  @Test("run ids, and with them random numbers, are the same in every execution of a test")
  func reproducible() async throws {
    var ids: [[String]] = []
    for _ in 0..<2 {
      try await WorkflowTestEnvironment.withEnvironment(workflows: [Waiting.self]) { env in
        var round: [String] = []
        for index in 0..<3 {
          round.append(try await env.client.start(Waiting.self, id: "\(index)").execution.runID)
          try await env.restart()
        }
        ids.append(round)
      }
    }
    #expect(ids[0] == ids[1])
    #expect(Set(ids[0]).count == 3)
  }
}

@Suite("Activities by themselves", .timeLimit(.minutes(1)))
struct ActivityTestEnvironmentTests {
  @Test("the code sees its info, its heartbeats are collected")
  func heartbeats() async throws {
    let converter = JSONPayloadConverter()
    let info = ActivityInfo(
      workflowExecution: WorkflowExecution(workflowID: "w", runID: "r"), workflowType: "T", activityID: "7",
      activityType: "copy", attempt: 3, scheduledTime: .epoch, startedTime: .epoch,
      heartbeatDetails: [try converter.payload(for: 2)])
    let env = ActivityTestEnvironment(info: info)
    let key = try await env.run {
      let context = try #require(ActivityExecutionContext.current)
      let first = try context.heartbeatDetail(as: Int.self) ?? 0
      for row in first..<5 { try context.heartbeat(row) }
      return context.info.idempotencyKey
    }
    #expect(key == "w/r/7")
    #expect(try env.heartbeatDetails(as: Int.self) == [2, 3, 4])
  }

  @Test("cancellation reaches the code with its reason, before and while it runs")
  func cancel() async throws {
    let begun = AsyncStream.makeStream(of: Void.self)
    let env = ActivityTestEnvironment()
    async let reason = env.run {
      begun.continuation.yield()
      while !Task.isCancelled { await Task.yield() }
      return ActivityExecutionContext.current?.cancellationReason
    }
    for await _ in begun.stream { break }
    env.cancel(.timedOut)
    #expect(try await reason == .timedOut)
    let isCancelled = try await env.run { Task.isCancelled }
    #expect(isCancelled)
  }

  @Test("a definition is run with arguments as an engine would run it")
  func definition() async throws {
    let add = try #require(Calculator().activities.first)
    let env = ActivityTestEnvironment()
    let sum: Int = try await env.run(add, 2, 3)
    #expect(sum == 5)
    await #expect(throws: PayloadConversionError.self) { let _: Int = try await env.run(add, "two", 3) }
  }
}

@Suite("The replayer", .timeLimit(.minutes(1)))
struct WorkflowReplayerTests {
  @Test("a history that does not begin with its start, or is of another type, is refused")
  func refused() async throws {
    let replayer = WorkflowReplayer(workflows: [Waiting.self])
    await #expect(throws: WorkflowServiceError.self) { try await replayer.replay([]) }
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Napping.self]) { env in
      _ = try await env.execute(Napping.self, id: "n", input: 1)
      let history = try await env.client.handle(for: Napping.self, id: "n").fetchHistory()
      await #expect(throws: WorkflowServiceError.self) { try await replayer.replay(history) }
      let outcome = try await WorkflowReplayer(workflows: [Napping.self]).replay(history)
      #expect(outcome.isClosed)
      #expect(outcome.workflowTasks == 2)
    }
  }
}

actor Napping: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input seconds: Int) async throws -> Int {
    try await context.sleep(for: .seconds(seconds))
    return seconds
  }
}

actor Waiting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isGo = false
  static var handlers: WorkflowHandlers<Waiting> {
    WorkflowHandlers().signal("go") { workflow, _ in workflow.isGo = true }
  }
  func run(input: Empty) async throws -> String {
    async let _ = context.sleep(for: .days(1000))
    try await context.condition { isGo }
    return "gone"
  }
}

actor Adding: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: [Int]) async throws -> Int {
    try await context.executeActivity(
      "add", input[0], input[1], options: ActivityOptions(startToCloseTimeout: .seconds(60)))
  }
}

struct Calculator: ActivityContainer {
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }
  var activities: [ActivityDefinition] {
    [ActivityDefinition("add") { try $0.decode(0, as: Int.self) + $0.decode(1, as: Int.self) }]
  }
}
