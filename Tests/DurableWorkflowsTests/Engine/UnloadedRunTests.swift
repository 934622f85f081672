internal import Synchronization
internal import Testing
internal import WorkflowTesting

@testable internal import DurableWorkflows

/// Would fail if a run that is not in memory any more left its code behind.
@Suite("Runs that are unloaded", .serialized)
struct UnloadedRunTests {
  @Test("code whose handlers hold it is let go when the run closes, is evicted or is replayed", arguments: [1, 100])
  func handlers(cached: Int) async throws {
    let before = Witness.alive
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Holding.self], configure: { $0.maxCachedWorkflows = cached }
    ) { env in
      for number in 0..<10 {
        let handle = try await env.client.start(Holding.self, id: "h-\(number)", input: number)
        try await handle.signal(Holding.add, 5)
        #expect(try await handle.query(Holding.kind) == "witness")
        if number % 2 == 0 {
          try await handle.signal(Holding.add, 100)
          #expect(try await handle.result() == number)
        }
      }
      try await env.replayAll([Holding.self])
    }
    // The engine's thread and the replayer's let go of the last of them.
    let deadline = ContinuousClock.now + .seconds(20)
    while Witness.alive > before, .now < deadline { await Task.yield() }
    #expect(Witness.alive <= before)
  }

  @Test("it survives every crash")
  func crashes() async throws {
    try await simulateRun(Holding.self, input: 1) { _, holding in try await holding.signal(Holding.add, 100) }
  }
}

/// Tells how many of its kind there are.
private final class Witness: Sendable {
  private static let count = Mutex(0)

  static var alive: Int { count.withLock(\.self) }

  let kind = "witness"

  init() { Witness.count.withLock { $0 += 1 } }
  deinit { Witness.count.withLock { $0 -= 1 } }
}

/// Adds up what the handlers that it has set are told, up to a hundred.
actor Holding: WorkflowDefinition {
  static let add = WorkflowSignalReference<Holding, Int>("add")
  static let kind = WorkflowQueryReference<Holding, String>("kind")

  nonisolated let context = WorkflowContext.current
  private let witness = Witness()
  private var sum = 0

  func run(input: Int) async throws -> Int {
    sum = input
    try context.setSignalHandler("add") { [self] arguments in try await add(arguments.decode(0)) }
    try context.setQueryHandler("kind") { [self] _ in witness.kind }
    try await context.condition { self.sum >= 100 }
    return input
  }

  private func add(_ number: Int) { sum += number }
}
