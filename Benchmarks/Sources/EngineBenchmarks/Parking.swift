internal import DurableWorkflows
internal import Measuring

/// Runs that wait for a signal or for a timer of 30 days.
enum Parking {
  struct Started: Encodable {
    var runs: Int
    var seconds: Double
    var checkpointSeconds: Double
    var residentBytes: Int
  }

  struct Resumed: Encodable {
    var runs: Int
    /// From the call to the engine being ready.
    var openMilliseconds: Double
    /// What the process holds more than before it opened the journal, per run.
    var bytesPerRun: Double
    /// Processor time while nothing happens, in percent of a core.
    var idlePercent: Double
    /// From a signal's sending to the run's result, one run after the other.
    var signalP50Microseconds: Double
    var signalP99Microseconds: Double
    /// How many timers came due at one moment, and how long until the last of their runs had ended.
    var timersFired: Int
    var timersMilliseconds: Double
  }

  /// The last runs wait less long: their timers fire in the measurement.
  private static let early = (days: 20, runs: 1000)
  private static let late = 30

  private static func countOfEarly(_ runs: Int) -> Int { min(early.runs, max(1, runs / 4)) }

  /// Starts the runs, many at once, and ends with a checkpoint when all wait.
  static func park(_ directory: String, runs: Int) async throws -> Started {
    let engine = try await openEngine(directory)
    let start = ContinuousClock.now
    let firstEarly = runs - countOfEarly(runs)
    let width = min(runs, 2000)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<width {
        group.addTask {
          for number in stride(from: lane, to: runs, by: width) {
            let days = number < firstEarly ? late : early.days
            _ = try await engine.client.start(Parked.self, id: id(number), input: days)
          }
        }
      }
      try await group.waitForAll()
    }
    let seconds = (ContinuousClock.now - start).seconds
    let beforeCheckpoint = ContinuousClock.now
    try await engine.checkpoint()
    let started = Started(
      runs: runs, seconds: seconds, checkpointSeconds: (ContinuousClock.now - beforeCheckpoint).seconds,
      residentBytes: ProcessUsage.residentBytes)
    try await engine.shutdown()
    return started
  }

  /// Opens what ``park(_:runs:)`` left.
  static func resume(_ directory: String, runs: Int, idleSeconds: Int) async throws -> Resumed {
    // What any engine costs is paid before.
    let small = try await openEngine("\(directory)-empty")
    _ = try await small.client.execute(Steps.self, id: "warm-up", input: 5)
    try await small.shutdown()
    ProcessUsage.releaseFreeMemory()
    let before = ProcessUsage.residentBytes

    let clock = MovableClock()
    let start = ContinuousClock.now
    let engine = try await openEngine(directory, clock: clock)
    let opened = (ContinuousClock.now - start).milliseconds
    let open = try await engine.statistics().openRuns
    guard open == runs else { throw BenchmarkError("\(open) runs are open; \(runs) were parked") }

    // The visibility index is made beside the engine.
    _ = try await engine.client.frontend.countWorkflowExecutions(namespace: "default", query: "")
    // The journal marks its end a moment after the open; then nothing is left to do.
    try await Task.sleep(for: .milliseconds(500))
    ProcessUsage.releaseFreeMemory()
    let held = ProcessUsage.residentBytes - before
    let processor = ProcessUsage.processorSeconds
    try await Task.sleep(for: .seconds(idleSeconds))
    let idle = (ProcessUsage.processorSeconds - processor) / Double(idleSeconds)

    let firstEarly = runs - countOfEarly(runs)
    let signals = try await signal(engine, below: firstEarly)
    let fired = try await fire(engine, clock, from: firstEarly, to: runs)
    try await engine.shutdown()
    return Resumed(
      runs: runs, openMilliseconds: opened, bytesPerRun: Double(held) / Double(runs), idlePercent: idle * 100,
      signalP50Microseconds: median(signals), signalP99Microseconds: percentile(signals, 0.99),
      timersFired: runs - firstEarly, timersMilliseconds: fired)
  }

  private static func id(_ number: Int) -> String { "parked-\(number)" }

  /// Signals runs all over the journal.
  private static func signal(_ engine: WorkflowEngine, below count: Int) async throws -> [Double] {
    var samples: [Double] = []
    let signals = min(500, count)
    for index in 0..<signals {
      let handle: WorkflowHandle<Parked> = engine.client.handle(id: id(index * (count / signals)))
      let start = ContinuousClock.now
      try await handle.signal(name: "approve")
      guard try await handle.result() else { throw BenchmarkError("a signalled run ended by its timer") }
      samples.append((ContinuousClock.now - start).microseconds)
    }
    return samples
  }

  /// Moves the clock past the deadlines of the last runs.
  private static func fire(
    _ engine: WorkflowEngine, _ clock: MovableClock, from first: Int, to end: Int
  ) async throws -> Double {
    let start = ContinuousClock.now
    clock.advance(by: .days(early.days + 1))
    engine.wake()
    for number in first..<end {
      let handle: WorkflowHandle<Parked> = engine.client.handle(id: id(number))
      if try await handle.result() { throw BenchmarkError("a run that was not signalled was approved") }
    }
    return (ContinuousClock.now - start).milliseconds
  }
}
