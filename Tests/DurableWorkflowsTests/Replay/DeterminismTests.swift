internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The promise that plain Swift concurrency replays. In release: `swift test -c release -Xswiftc -enable-testing
/// --filter DeterminismTests`.
@Suite("Plain Swift concurrency replays", .timeLimit(.minutes(2)))
struct DeterminismTests {
  /// Runs the medley with activities that end in random order.
  private func record(
    _ parts: [Medley.Part] = Medley.Part.allCases, maxCachedWorkflows: Int = 1000
  ) async throws -> (history: [HistoryEvent], result: [String]) {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Medley.self], configure: { $0.maxCachedWorkflows = maxCachedWorkflows }
    ) { env in
      env.mock("echo") { arguments in
        await shuffle()
        return try arguments.decode(0, as: String.self)
      }
      let handle = try await env.client.start(Medley.self, id: "medley", input: parts)
      // A second run keeps the cache busy, so that with one slot each evicts the other.
      let other = try await env.client.start(Medley.self, id: "other", input: parts)
      for number in 1...3 where parts.contains(.signals) {
        for handle in [handle, other] {
          try await handle.signal(name: "poke", input: [JSONPayloadConverter().payload(for: number)])
          await shuffle()
        }
      }
      let result = try await handle.result()
      _ = try await other.result()
      return (try await handle.fetchHistory(), result)
    }
  }

  @Test("each kind of concurrency replays", arguments: Medley.Part.allCases)
  func parts(part: Medley.Part) async throws {
    for _ in 0..<5 {
      let (history, result) = try await record([part])
      let expected = [try JSONPayloadConverter().payload(for: result)]
      for _ in 0..<10 {
        #expect(try await WorkflowReplayer(workflows: [Medley.self]).replay(history).result == expected)
      }
    }
  }

  @Test("a thousand replays of recorded runs give the recorded order of events", arguments: 0..<20)
  func thousandReplays(recording: Int) async throws {
    let (history, result) = try await record()
    let expected = [try JSONPayloadConverter().payload(for: result)]
    #expect(result.count > 40)
    let replayer = WorkflowReplayer(workflows: [Medley.self])
    for _ in 0..<50 {
      let outcome = try await replayer.replay(history)
      guard outcome.result == expected else {
        Issue.record("the replay returned \(String(describing: outcome.result)) instead of \(result)")
        return
      }
    }
  }

  @Test("every prefix of a history that ends with a completed task replays")
  func prefixes() async throws {
    let (history, _) = try await record()
    let replayer = WorkflowReplayer(workflows: [Medley.self])
    var tasks = 0
    for (index, event) in history.enumerated() {
      guard case .workflowTaskScheduled = event.attributes, index > 1 else { continue }
      let prefix = Array(history[..<index])
      try await replayer.replay(prefix)
      tasks += 1
    }
    #expect(tasks > 10)
  }

  @Test("each kind of concurrency survives eviction", arguments: Medley.Part.allCases)
  func evictedParts(part: Medley.Part) async throws {
    let (history, result) = try await record([part], maxCachedWorkflows: 1)
    let outcome = try await WorkflowReplayer(workflows: [Medley.self]).replay(history)
    #expect(outcome.result == [try JSONPayloadConverter().payload(for: result)])
  }

  @Test("runs that are evicted from memory after every task come to the same end", arguments: 0..<5)
  func eviction(recording: Int) async throws {
    let (history, result) = try await record(maxCachedWorkflows: 1)
    let outcome = try await WorkflowReplayer(workflows: [Medley.self]).replay(history)
    #expect(outcome.result == [try JSONPayloadConverter().payload(for: result)])
  }
}
