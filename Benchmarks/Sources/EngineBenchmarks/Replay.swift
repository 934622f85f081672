internal import DurableWorkflows
internal import Measuring

/// One open run with a history of some length, in a process that does not know its code's state yet.
enum Replay {
  struct Result: Encodable {
    var events: Int
    /// From the call to the engine being ready.
    var openMilliseconds: Double
    /// The first query: the history is read from the journal and the code is run over it.
    var replayMilliseconds: [Double]
    /// A query of code that is in memory.
    var warmMicroseconds: Double
  }

  /// A step is an activity scheduled, started and completed, and the three events of a workflow task.
  private static let eventsPerStep = 6

  static func measure(_ directory: String, events: Int) async throws -> Result {
    let steps = max(1, events / eventsPerStep)
    let first = try await openEngine("\(directory)/journal")
    let handle = try await first.client.start(LongHistory.self, id: "long", input: steps)
    while try await first.statistics().workflowTasks < steps + 1 { try await Task.sleep(for: .milliseconds(1)) }
    try await first.shutdown()
    let id = handle.execution.workflowID

    var opens: [Double] = []
    var replays: [Double] = []
    var warm: [Double] = []
    for _ in 0..<5 {
      let start = ContinuousClock.now
      let engine = try await openEngine("\(directory)/journal")
      opens.append((ContinuousClock.now - start).milliseconds)
      let handle: WorkflowHandle<LongHistory> = engine.client.handle(id: id)
      replays.append(try await ask(handle, expecting: steps) / 1000)
      for _ in 0..<100 { warm.append(try await ask(handle, expecting: steps)) }
      try await engine.shutdown()
    }
    return Result(
      events: steps * eventsPerStep, openMilliseconds: median(opens), replayMilliseconds: replays,
      warmMicroseconds: median(warm))
  }

  /// The time of a query in microseconds.
  private static func ask(_ handle: WorkflowHandle<LongHistory>, expecting steps: Int) async throws -> Double {
    let start = ContinuousClock.now
    let payload = try await handle.query(name: "steps")
    let elapsed = (ContinuousClock.now - start).microseconds
    let done: Int = try JSONPayloadConverter().value(of: payload, as: Int.self)
    guard done == steps else { throw BenchmarkError("the run says \(done) steps; it made \(steps)") }
    return elapsed
  }
}
