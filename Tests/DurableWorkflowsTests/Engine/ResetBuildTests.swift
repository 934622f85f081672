internal import Synchronization
internal import Testing
internal import WorkflowTesting

@testable internal import DurableWorkflows

/// A run notes where the part of a build begins, and is reset to there.
///
/// Would fail if points were lost with a crash, a checkpoint, the end of a run or a reset, or named another task.
@Suite("Reset by build", .timeLimit(.minutes(1)))
struct ResetBuildTests {
  /// The build of the next process.
  private final class Build: Sendable {
    private let id = Mutex<String?>("a")

    var current: String? {
      get { id.withLock { $0 } }
      set { id.withLock { $0 = newValue } }
    }
  }

  private func withBuilds(_ body: (WorkflowTestEnvironment, Build) async throws -> Void) async throws {
    let build = Build()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Itinerary.self, Child.self], configure: { $0.buildID = build.current }
    ) { env in
      env.mock("a") { _ in "a" }
      env.mock("b") { _ in "b" }
      try await body(env, build)
    }
  }

  @Test("every build's first task is known, through crashes, checkpoints and the run's end; the run can go back to it")
  func goesBack() async throws {
    try await withBuilds { env, build in
      let handle = try await env.client.start(
        Itinerary.self, id: "trip", input: .init(steps: ["wait", "act b", "wait", "act a"]))
      try await env.settle()
      let first = try #require(try await handle.points().first)
      #expect(try await handle.describe().resetPoints.map(\.firstWorkflowTaskCompletedID) == [first])
      build.current = "b"
      try await env.restart(.kill)
      let before = try await handle.fetchHistory().count
      try await handle.tell("one")
      try await env.settle()
      let points = try await handle.describe().resetPoints
      #expect(points.map(\.buildID) == ["a", "b"])
      // The signal, then the scheduled, the started and the completed event of the task that saw it.
      #expect(points.last?.firstWorkflowTaskCompletedID == Int64(before) + 4)
      // What is under way when a process ends is done by the next build.
      while try await !handle.fetchHistory().typeNames.contains("ActivityTaskCompleted") { try await env.settle() }
      build.current = "c"
      try await env.engine.checkpoint()
      try await env.restart(.powerLoss())
      #expect(try await handle.describe().resetPoints == points)
      try await handle.tell("two")
      #expect(try await handle.result() == ["one", "b", "two", "a"])
      for _ in 0..<2 {
        #expect(try await handle.pinned.describe().resetPoints.map(\.buildID) == ["a", "b", "c"])
        try await env.engine.checkpoint()
        try await env.restart(.kill)
      }

      let history = try await handle.fetchHistory()
      let reset = try await handle.pinned.reset(to: .buildID("b"), reason: "b was bad", reapply: [])
      try await reset.tell("three")
      #expect(try await reset.result() == ["one", "b", "three", "a"])
      let copy = try await reset.fetchHistory()
      #expect(copy[1..<(before + 3)] == history[1..<(before + 3)])
      #expect(copy[before + 3].typeName == "WorkflowTaskFailed")
      #expect(try await reset.describe().resetPoints.map(\.buildID) == ["a", "c"])
      try await env.restart(.kill)
      #expect(try await reset.pinned.describe().resetPoints.map(\.buildID) == ["a", "c"])
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await handle.pinned.reset(to: .buildID("x"))
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("'a', 'b', 'c'") == true)
    }
  }

  @Test("the points of a run that is put down on disk are kept, with and without a checkpoint")
  func putDown() async throws {
    let build = Build()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Itinerary.self],
      configure: {
        $0.buildID = build.current
        $0.maxCachedWorkflows = 1
      }
    ) { env in
      func run(_ id: String) async throws -> WorkflowHandle<Itinerary> {
        let handle = try await env.client.start(Itinerary.self, id: id, input: .init(steps: ["wait"]))
        try await handle.tell("one")
        _ = try await handle.result()
        return handle
      }
      let handle = try await run("trip")
      let points = try await handle.describe().resetPoints
      #expect(points.map(\.buildID) == ["a"])
      for round in 0..<2 {
        for number in 0..<5 { _ = try await run("other-\(round)-\(number)") }
        #expect(try await env.engine.statistics().lyingRuns > 3)
        #expect(try await handle.pinned.describe().resetPoints == points)
        try await env.engine.checkpoint()
      }
    }
  }

  @Test("a batch resets the runs that a build has touched, and counts the others as failures")
  func batch() async throws {
    try await withBuilds { env, build in
      for id in ["one", "two"] {
        _ = try await env.client.start(Itinerary.self, id: id, input: .init(steps: ["wait"]))
      }
      try await env.settle()
      build.current = "bad"
      try await env.restart(.kill)
      let one = env.client.handle(for: Itinerary.self, id: "one")
      try await one.tell("undone")
      #expect(try await one.result() == ["undone"])
      let former = try await one.describe().info.execution
      let job = try await env.client.startBatch(
        .reset(to: .buildID("bad"), reapply: []), query: "WorkflowType = 'Itinerary'")
      try await env.restart(.kill)
      var description = try await env.client.describeBatch(job)
      for _ in 0..<60 where description.state == .running {
        try await env.sleep(for: .seconds(1))
        description = try await env.client.describeBatch(job)
      }
      #expect(description.completeOperationCount == 1 && description.failureOperationCount == 1)
      #expect(description.lastFailure.contains("build 'bad'"))
      // The signal came before the task that the reset undid.
      #expect(try await one.result() == ["undone"])
      let execution = try await one.describe().info.execution
      #expect(execution != former && execution.workflowID == "one")
    }
  }

  @Test("without a build nothing is noted, and such runs cannot be reset by build")
  func none() async throws {
    try await withBuilds { env, build in
      build.current = nil
      try await env.restart(.kill)
      let handle = try await env.client.start(Itinerary.self, id: "trip", input: .init(steps: ["act a"]))
      #expect(try await handle.result() == ["a"])
      #expect(try await handle.describe().resetPoints == [])
      let error = await #expect(throws: WorkflowServiceError.self) { _ = try await handle.reset(to: .buildID("a")) }
      #expect(error?.message.contains("no build of it is known") == true)
    }
  }

  @Test("a build that comes back has its first point; the last twenty are kept")
  func many() throws {
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "W", workflowID: "w", runID: "r", taskQueue: "q", input: [])
    var (state, _) = RunState.start(key: RunKey(rawValue: 1), attributes: started, at: .epoch)
    func task(_ build: String) -> [StateRecord] {
      state.completeWorkflowTask(commands: [], identity: "", buildID: build, at: .epoch).transition.records
    }
    #expect(task("a").count == 1 && task("a").isEmpty && task("b").count == 1 && task("a").isEmpty)
    #expect(state.resetPoints.map(\.buildID) == ["a", "b"])
    for number in 0..<25 { _ = task("build \(number)") }
    #expect(state.resetPoints.map(\.buildID) == (5..<25).map { "build \($0)" })
    #expect(Array(state.residualRecords.prefix(20)) == state.resetPoints.map(StateRecord.resetPoint))
  }

  @Test("an empty build id is refused")
  func options() async throws {
    var wrong = WorkflowEngineOptions()
    wrong.buildID = ""
    let options = wrong
    let error = await #expect(throws: WorkflowEngineError.self) {
      _ = try await WorkflowEngine.open(directory: "/never", workflows: [Tally.self], options: options)
    }
    #expect(error?.message.contains("buildID") == true)
  }
}
