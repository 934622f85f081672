@testable internal import EngineInternals
internal import Logging
internal import Measuring
internal import Synchronization
internal import WorkflowJournal

/// The whole engine on a file system in memory, activities on its own thread: the same work in every run, so that
/// allocations and instructions can be compared.
enum EngineStepBenchmarks {
  static let all = [
    Benchmark(name: "engine-step", unit: "durable step of one run, disk left out", units: 1_000, countedUnits: 500) {
      let engine = try await open(InMemoryFileSystem())
      let number = Counter()
      return .init { steps in
        let sum = try await engine.client.execute(Steps.self, id: "run-\(number.next())", input: steps)
        guard sum == steps * (steps - 1) / 2 else { throw BenchmarkError("wrong result \(sum)") }
      }
    },
    // Caller and engine wake one another for every start: how many instructions that takes depends on the moment.
    Benchmark(name: "engine-start", unit: "run started that waits for a timer", units: 1_000, countedUnits: 0) {
      let engine = try await open(InMemoryFileSystem())
      let number = Counter()
      return .init { runs in
        for _ in 0..<runs {
          _ = try await engine.client.start(Waiting.self, id: "run-\(number.next())", input: 30)
        }
      }
    },
    opening("engine-open", "open of a checkpoint of 1,000 parked runs", indexesRuns: false),
    opening("engine-open-indexed", "the same, and the index for lists and counts", indexesRuns: true),
  ]

  private static func opening(_ name: String, _ unit: String, indexesRuns: Bool) -> Benchmark {
    Benchmark(name: name, unit: unit, units: 5, countedUnits: 2) {
      let files = InMemoryFileSystem()
      let engine = try await open(files)
      for number in 0..<1_000 { _ = try await engine.client.start(Waiting.self, id: "run-\(number)", input: 30) }
      try await engine.checkpoint()
      try await engine.shutdown()
      return .init { opens in
        for _ in 0..<opens {
          let engine = try await open(files.copy(), indexesRuns: indexesRuns)
          let count = try await engine.statistics().openRuns
          guard count == 1_000 else { throw BenchmarkError("\(count) runs are open") }
          try await engine.shutdown()
        }
      }
    }
  }

  private static func open(_ files: InMemoryFileSystem, indexesRuns: Bool = true) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.indexesRuns = indexesRuns
    options.logger.logLevel = .error
    options.fileSystem = files
    options.scheduler = OwnThreadScheduler()
    options.gracefulShutdownPeriod = .zero
    // The watch ticks in real time.
    options.deadlockDetectionTimeout = nil
    let step = ActivityDefinition("step") { arguments in try arguments.decode(0, as: Int.self) }
    return try await WorkflowEngine.open(
      directory: "/journal", workflows: [Steps.self, Waiting.self], activities: [], extra: [step], options: options)
  }
}

/// Waits some days.
actor Waiting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input days: Int) async throws -> Bool {
    try await context.sleep(for: .days(days))
    return true
  }
}

/// Runs activities on the engine's thread, first in first out. They must not wait for anything outside.
private final class OwnThreadScheduler: EngineScheduler {
  private let jobs = Mutex<[UnownedJob]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }

  func runNext() -> Bool {
    guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return false }
    job.runSynchronously(on: asUnownedTaskExecutor())
    return true
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}
