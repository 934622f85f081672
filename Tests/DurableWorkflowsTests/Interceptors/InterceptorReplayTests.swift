internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Interceptors of workflows are replayed with them.
@Suite("Replayed interceptors", .timeLimit(.minutes(1)))
struct InterceptorReplayTests {
  @Test("a replay makes the same calls in the same order, and says that it is one")
  func sameCalls() async throws {
    let notes = Notes()
    let hooks = Hooks(
      run: { input, next in
        notes.add("run \(input.context.isReplaying)")
        return try await next(input)
      },
      signal: { input, next in
        notes.add("signal \(input.context.isReplaying)")
        try await next(input)
      },
      update: { input, next in
        notes.add("update \(input.context.isReplaying)")
        return try await next(input)
      },
      schedule: { input, next in
        notes.add("schedule \(input.context.isReplaying)")
        let result = try await next(input)
        notes.add("scheduled \(input.context.isReplaying)")
        return result
      })
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Counting.self], configure: { $0.interceptors = [hooks] }
    ) { env in
      env.mock("one") { _ in 1 }
      let handle = try await env.client.start(Counting.self, id: "w", input: 3)
      // Waiting for its result would skip time.
      _ = try await handle.startUpdate(Counting.add)
      try await handle.signal(name: "add")
      try await env.sleep(for: .seconds(15))
      let live = notes.take()
      #expect(live.sorted() == [
        "run false", "schedule false", "schedule false", "scheduled false", "scheduled false", "signal false",
        "update false",
      ])
      try await env.restart(.kill)
      #expect(notes.take() == [], "there is nothing to do before the timer")
      #expect(try await handle.result() == 5)
      let replayed = notes.all
      #expect(replayed.prefix(live.count) == live.map { $0.replacing("false", with: "true") }[...])
      #expect(replayed.dropFirst(live.count) == ["schedule false", "scheduled false"])
    }
  }

  @Test("what an interceptor asks for is history, too: killed anywhere, the outcome is the same")
  func ownCommands() async throws {
    let patient = Hooks(schedule: { input, next in
      try await input.context.sleep(for: .seconds(5))
      return try await next(input)
    })
    for killTime in stride(from: 0, through: 45, by: 4) {
      try await WorkflowTestEnvironment.withEnvironment(
        workflows: [Counting.self], configure: { $0.interceptors = [patient] }
      ) { env in
        env.mock("one") { _ in 1 }
        let start = env.now
        let handle = try await env.client.start(Counting.self, id: "w", input: 3)
        if killTime > 0 { try await env.sleep(for: .seconds(killTime)) }
        try await env.restart(.kill)
        #expect(try await handle.result() == 3)
        #expect(env.now - start == .seconds(45), "three times 10 s of the workflow and 5 s of the interceptor")
        let history = try await handle.fetchHistory()
        #expect(history.typeNames.count { $0 == "TimerStarted" } == 6)
        try await WorkflowReplayer(workflows: [Counting.self], interceptors: [patient]).replay(history)
        await #expect(throws: NonDeterminismError.self) {
          try await WorkflowReplayer(workflows: [Counting.self]).replay(history)
        }
      }
    }
  }

  @Test("headers may differ between runs of the code: a run goes on when an interceptor comes or goes")
  func comesAndGoes() async throws {
    let headers = Hooks(schedule: { input, next in
      var input = input
      input.header["x"] = payload("1")
      return try await next(input)
    })
    let notes = Notes()
    for isInstalled in [true, false] {
      let options = Toggle(isInstalled)
      try await WorkflowTestEnvironment.withEnvironment(
        workflows: [Counting.self], configure: { $0.interceptors = options.next() ? [headers] : [] }
      ) { env in
        env.mock("one") { _ in
          notes.add(ActivityExecutionContext.current?.info.header["x"]?.text ?? "none")
          return 1
        }
        let handle = try await env.client.start(Counting.self, id: "w", input: 2)
        try await env.sleep(for: .seconds(5))
        try await env.restart()
        #expect(try await handle.result() == 2)
      }
      #expect(notes.take() == (isInstalled ? ["1", "none"] : ["none", "1"]))
    }
  }

  @Test("a query to a closed run passes the interceptors of the query only as a query")
  func closed() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self], configure: { $0.interceptors = [Marking("a", notes)] }
    ) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      try await handle.signal(Gathering.note, "end")
      _ = try await handle.result()
      _ = notes.take()
      #expect(try await handle.query(Gathering.words, "") == ["end"])
      #expect(notes.all.contains("a> handle query words"))
      #expect(notes.all.count { $0 == "a> run w" } == 1, "the replay that the answer needs")
    }
  }
}

/// Answers first with a value, then with its opposite, and so on.
private final class Toggle: Sendable {
  private let notes = Notes()
  private let first: Bool

  init(_ first: Bool) { self.first = first }

  func next() -> Bool {
    notes.add("")
    return notes.all.count % 2 == 1 ? first : !first
  }
}

/// Adds up what an activity returns, ten seconds after each other.
actor Counting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var extra = 0

  static let add = WorkflowUpdateReference<Counting, Int>("add")

  static var handlers: WorkflowHandlers<Counting> {
    WorkflowHandlers()
      .signal("add") { workflow, _ in workflow.extra += 1 }
      .update("add") { workflow, _ in
        workflow.extra += 1
        return workflow.extra
      }
  }

  func run(input times: Int) async throws -> Int {
    var sum = 0
    for _ in 0..<times {
      let one: Int = try await context.executeActivity("one", options: minute)
      sum += one
      try await context.sleep(for: .seconds(10))
    }
    return sum + extra
  }
}
