internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// A checkpoint stands for all that lies before it: whoever opens the journal finds the same runs.
@Suite("Checkpoints of the engine", .timeLimit(.minutes(3)))
struct CheckpointTests {
  /// Waits for a time, or for a word, whichever is first.
  actor Sleeper: WorkflowDefinition {
    nonisolated let context = WorkflowContext.current
    private var word: String?

    static var handlers: WorkflowHandlers<Sleeper> {
      WorkflowHandlers()
        .signal("wake") { workflow, arguments in workflow.word = try arguments.decode(0) }
        .query("word") { workflow, _ in workflow.word ?? "none" }
    }

    func run(input seconds: Int) async throws -> String {
      do {
        try await context.condition(timeout: .seconds(seconds)) { word != nil }
        return "woken by \(word ?? "")"
      } catch is TimeoutError {
        return "slept \(seconds)"
      }
    }
  }

  private func small(_ options: inout WorkflowEngineOptions) {
    options.maxCachedWorkflows = 1
    options.retention = .seconds(3600)
  }

  private func describe(_ env: WorkflowTestEnvironment) async throws -> [String] {
    var descriptions: [String] = []
    for try await info in env.client.list() {
      let handle = env.client.handle(for: Sleeper.self, id: info.execution.workflowID, runID: info.execution.runID)
      descriptions.append("\(info) \(try await handle.fetchHistory().map { "\($0)" }.joined(separator: "\n"))")
    }
    return descriptions
  }

  @Test("what is listed, described and replayed is the same before it, after it, and after a restart")
  func same() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Sleeper.self], configure: small) { env in
      for number in 0..<20 {
        _ = try await env.client.start(Sleeper.self, id: "s\(number)", input: 60 * (number + 1))
      }
      try await env.sleep(for: .seconds(330))
      let before = try await describe(env)
      #expect(before.count == 20)
      let first = try await env.engine.checkpoint()
      #expect(first.runs == 20 && first.forgottenRuns == 0)
      #expect(try await describe(env) == before)
      try await env.restart(.kill)
      let statistics = try await env.engine.statistics()
      #expect(statistics.openRuns == 15 && statistics.runs == 20 && statistics.lyingRuns == 20)
      #expect(try await describe(env) == before)
      // Once more, over the first: most runs are copied as they are.
      try await env.client.handle(for: Sleeper.self, id: "s19").signal(
        name: "wake", input: [JSONPayloadConverter().payload(for: "bell")])
      let second = try await env.engine.checkpoint()
      #expect(second.number == 2 && second.runs == 20)
      try await env.restart(.powerLoss())
      #expect(try await env.client.handle(for: Sleeper.self, id: "s19").result() == "woken by bell")
      for number in 0..<19 {
        #expect(
          try await env.client.handle(for: Sleeper.self, id: "s\(number)").result() == "slept \(60 * (number + 1))")
      }
    }
  }

  @Test("closed runs are forgotten when their retention is over, and their ids are free")
  func retention() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Sleeper.self], configure: small) { env in
      #expect(try await env.execute(Sleeper.self, id: "short", input: 1) == "slept 1")
      let long = try await env.client.start(Sleeper.self, id: "long", input: 100_000)
      #expect(try await env.engine.checkpoint().forgottenRuns == 0)
      try await env.sleep(for: .seconds(3700))
      let checkpoint = try await env.engine.checkpoint()
      #expect(checkpoint.forgottenRuns == 1 && checkpoint.runs == 1)
      await #expect(throws: WorkflowServiceError.self) {
        try await env.client.handle(for: Sleeper.self, id: "short").describe()
      }
      var options = WorkflowClient.StartOptions()
      options.idReusePolicy = .rejectDuplicate
      let again = try await env.client.start(Sleeper.self, id: "short", input: 2, options: options)
      #expect(try await again.result() == "slept 2")
      try await env.restart(.kill)
      #expect(try await env.engine.statistics().runs == 2)
      #expect(try await JSONPayloadConverter().value(of: long.query(name: "word"), as: String.self) == "none")
    }
  }

  @Test("a run's number is never given again, although the runs before are forgotten")
  func numbers() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Sleeper.self], configure: small) { env in
      let open = try await env.client.start(Sleeper.self, id: "open", input: 1_000_000)
      #expect(try await env.execute(Sleeper.self, id: "a", input: 1) == "slept 1")
      try await env.sleep(for: .seconds(4000))
      #expect(try await env.engine.checkpoint().forgottenRuns == 1)
      try await env.restart(.kill)
      #expect(try await env.execute(Sleeper.self, id: "b", input: 1) == "slept 1")
      try await env.engine.checkpoint()
      try await env.restart(.kill)
      let status = try await open.describe().info.status
      #expect(status == .running)
    }
  }

  @Test("the directory does not grow with what ever ran")
  func bounded() async throws {
    var journal = JournalOptions()
    journal.segmentSize = 64 << 10
    journal.initialSegmentSize = 64 << 10
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Sleeper.self],
      configure: { [journal] options in
        options.journal = journal
        options.retention = .seconds(10)
        options.checkpointThreshold = 128 << 10
        options.maxCachedWorkflows = 1
      }
    ) { env in
      var sizes: [Int] = []
      for round in 0..<6 {
        for number in 0..<100 { #expect(try await env.execute(Sleeper.self, id: "\(round) \(number)", input: 1) == "slept 1") }
        try await env.engine.checkpoint()
        sizes.append(try directorySize(env))
        let statistics = try await env.engine.statistics()
        #expect(statistics.runs < 150)
      }
      #expect(sizes[5] <= sizes[1] + (256 << 10), "\(sizes)")
    }
  }

  private func directorySize(_ env: WorkflowTestEnvironment) throws -> Int {
    let directory = WorkflowTestEnvironment.directory
    return try env.fileSystem.list(directory).reduce(0) { sum, name in
      let file = try? env.fileSystem.open("\(directory)/\(name)", .read)
      defer { file?.close() }
      return sum + ((try? file?.size()) ?? 0)
    }
  }

  @Test("a history that is too long for its image follows it")
  func longHistory() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: small) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let tally = try await env.client.start(Tally.self, id: "t", input: 0)
      let filler = String(repeating: "x", count: 20_000)
      for number in 1...40 {
        try await tally.signal(
          name: "add",
          input: [JSONPayloadConverter().payload(for: number), JSONPayloadConverter().payload(for: filler)])
      }
      while try await tally.sum != 820 { try await env.settle() }
      let history = try await tally.fetchHistory()
      for _ in 0..<2 {
        let checkpoint = try await env.engine.checkpoint()
        #expect(checkpoint.bytes > 800_000)
        try await env.restart(.kill)
        let again = try await tally.fetchHistory()
        #expect(again.count == history.count)
        for (one, other) in zip(again, history) where one != other { Issue.record("\(one) was \(other)"); break }
      }
      try await tally.signal(name: "finish")
      #expect(try await tally.result() == 820)
      try await env.engine.checkpoint()
      try await env.restart(.kill)
      #expect(try await tally.result() == 820)
    }
  }

  @Test("attempts, backoff and failures of activities survive it")
  func activities() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: small) { env in
      let check = env.mock("check") { arguments in
        if ActivityExecutionContext.current?.info.attempt ?? 0 < 4 { throw ApplicationError("not yet") }
        return try arguments.decode(0, as: Int.self)
      }
      let tally = try await env.client.start(Tally.self, id: "t", input: 1)
      try await tally.signal(name: "add", input: [JSONPayloadConverter().payload(for: 5)])
      for _ in 0..<3 {
        // The attempt runs on a real thread: until it has failed and the next one is set for later.
        while try await tally.describe().pendingActivities.first?.nextAttemptTime.map({ $0 > env.now }) != true {
          await Task.yield()
        }
        try await env.engine.checkpoint()
        let before = try await tally.describe().pendingActivities
        #expect(before.count == 1 && before.first?.lastFailure != nil)
        try await env.restart(.kill)
        let after = try await tally.describe().pendingActivities
        #expect(after.map(\.attempt) == before.map(\.attempt))
        #expect(after.map(\.nextAttemptTime) == before.map(\.nextAttemptTime))
        #expect(after.map(\.lastFailure) == before.map(\.lastFailure))
        if let next = after.first?.nextAttemptTime { try await env.sleep(for: next - env.now + .milliseconds(1)) }
      }
      try await tally.signal(name: "finish")
      #expect(try await tally.result() == 6)
      #expect(check.callCount == 4)
    }
  }

  @Test("files of payloads go when nothing refers to them any more")
  func blobs() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: small) { env in
      let filler = String(repeating: "y", count: 200_000)
      for id in ["closed", "open"] {
        let tally = try await env.client.start(Tally.self, id: id, input: 0)
        try await tally.signal(name: "finish-\(id)", input: [JSONPayloadConverter().payload(for: filler + id)])
        if id == "closed" { try await tally.terminate() }
      }
      func files() throws -> Int { try env.fileSystem.list("\(WorkflowTestEnvironment.directory)/blobs").count }
      #expect(try files() == 2)
      try await env.sleep(for: .seconds(4000))
      // Two: what was stored just before a checkpoint may still be on its way into the journal.
      for _ in 0..<3 { try await env.engine.checkpoint() }
      #expect(try files() == 1)
      try await env.restart(.kill)
      #expect(try await env.client.handle(for: Tally.self, id: "open").fetchHistory().count > 1)
    }
  }
}
