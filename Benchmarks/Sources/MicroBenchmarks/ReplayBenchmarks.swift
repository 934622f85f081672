@testable internal import EngineInternals
internal import Logging
internal import Measuring

enum ReplayBenchmarks {
  static let all = [
    Benchmark(name: "activation", unit: "activity's result in, next command out", units: 10_000, countedUnits: 1_000) {
      .init { try activate(steps: $0) }
    },
    Benchmark(name: "replay", unit: "step of a run of 4,000 steps", units: 4_000, countedUnits: 2_000) {
      let history = SampleHistory.closed(steps: longest)
      return .init { steps in
        let instance = try makeInstance(steps: longest)
        defer { instance.abandon() }
        // Up to the schedule of the step after the last one.
        let unseen = try HistoryReplay.replay(Array(history.prefix(5 + 6 * steps)), into: instance)
        guard unseen.isEmpty else { throw BenchmarkError("\(unseen.count) events were not replayed") }
      }
    },
  ]

  private static let longest = 8_000

  private static func makeInstance(steps: Int) throws -> WorkflowInstance {
    var started = SampleHistory.started
    started.input = [SampleHistory.json("\(steps)")]
    return WorkflowInstance(
      info: WorkflowInfo(started, namespace: "default", startTime: SampleHistory.time(0)),
      registration: WorkflowRegistration(Steps.self), converter: JSONPayloadConverter(),
      logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() },
      onForeignJob: { })
  }

  /// Live activations: what the engine does with a step's result, without its events and its journal.
  private static func activate(steps: Int) throws {
    let instance = try makeInstance(steps: steps + 1)
    defer { instance.abandon() }
    var nextEventID: Int64 = 5
    var job = Activation.Job.start(input: [SampleHistory.json("\(steps + 1)")])
    for step in 0...steps {
      let commands = try instance.activate(
        Activation(time: SampleHistory.time(step), jobs: [job], isReplaying: false, historyLength: nextEventID))
      guard commands.count == 1, case .scheduleActivity = commands[0].command else {
        throw BenchmarkError("\(commands.count) commands instead of the next step")
      }
      if let operation = commands[0].operation { instance.bind([(operation, eventID: nextEventID)]) }
      job = .resolve(eventID: nextEventID, .succeeded([SampleHistory.json("\(step)")]))
      nextEventID += 6
    }
  }
}

/// The workflow of trivial steps.
actor Steps: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input count: Int) async throws -> Int {
    let options = ActivityOptions(startToCloseTimeout: .seconds(60))
    var sum = 0
    for step in 0..<count {
      sum += try await context.executeActivity("step", step, options: options, returning: Int.self)
    }
    return sum
  }
}
