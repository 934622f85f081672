internal import DurableWorkflows
internal import FoundationEssentials
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Mistakes that users make, and that only a crash brings to light.
@Suite("Crash simulation finds", .timeLimit(.minutes(2)))
struct PlantedBugTests {
  private func simulate(
    _ names: [String], world: @escaping @Sendable () -> Bank = { Bank() }, seed: UInt64 = 1,
    only: [SimulatedCrash]? = nil, _ activities: @escaping @Sendable (Bank) -> ActivityStubs
  ) async throws {
    try await CrashSimulation.run(
      workflows: [Steps.self], seed: seed, only: only, world: world, activities: { [activities($0)] },
      drive: { life in
        let result = try await life.client.start(Steps.self, id: "s", input: names).result()
        return [result, life.world.balance]
      })
  }

  private func found(_ body: () async throws -> Void) async throws -> CrashSimulationError {
    try #require(await #expect(throws: CrashSimulationError.self) { try await body() })
  }

  @Test("an activity whose effect is not idempotent, and the error says how to see it again")
  func effects() async throws {
    let activities: @Sendable (Bank) -> ActivityStubs = { bank in ["pay": { _ in bank.payAgain(5) }] }
    let error = try await found { try await simulate(["pay", "pay"], activities) }
    #expect(error.code == .outcomeDiffers)
    #expect(error.crashes.count == 1)
    #expect(error.expected == "[10, 10]")
    #expect(error.actual == "[15, 15]")
    #expect(error.description.contains("only: [SimulatedCrash(call: "))
    let again = try await found { try await simulate(["pay", "pay"], only: error.crashes, activities) }
    #expect(again.actual == error.actual)
    #expect(again.crashes == error.crashes)
    try await simulate(["pay", "pay"]) { bank in
      ["pay": { _ in bank.pay(5, key: ActivityExecutionContext.current?.info.idempotencyKey ?? "") }]
    }
  }

  @Test("an outcome that depends on how often an activity's code ran")
  func attempts() async throws {
    let error = try await found {
      try await simulate(["try"]) { bank in
        ["try": { _ in if bank.count() == 1 { 1 } else { 2 } }]
      }
    }
    #expect(error.code == .outcomeDiffers)
  }

  @Test("activities that hand each other something in memory")
  func memory() async throws {
    let error = try await found {
      try await simulate(["remember", "recall"]) { _ in
        let memory = Box()
        return [
          "remember": { _ in
            memory.value.withLock { $0 = 42 }
            return 1
          },
          "recall": { _ in memory.value.withLock { $0 } },
        ]
      }
    }
    #expect(error.code == .outcomeDiffers)
    #expect(error.expected == "[42, 0]")
    #expect(error.actual == "[0, 0]")
  }

  @Test("a workflow that keeps something in a static variable")
  func staticVariable() async throws {
    let error = try await found {
      try await CrashSimulation.run(workflows: [Forgetful.self]) { client in
        try await client.start(Forgetful.self, id: "f").result()
      }
    }
    #expect(error.code == .unstable)
    #expect(error.crashes == [])
  }

  @Test("a workflow that looks at the wall clock")
  func wallClock() async throws {
    let error = try await found {
      try await CrashSimulation.run(workflows: [Hurried.self]) { client in
        try await client.start(Hurried.self, id: "h").result()
      }
    }
    #expect([.unstable, .outcomeDiffers, .workflowTaskFailed, .replayFailed].contains(error.code))
  }

  @Test("a workflow that replays differently")
  func replay() async throws {
    let error = try await found {
      try await CrashSimulation.run(
        workflows: [Fickle.self], activities: { [["step": { _ in 1 }] as ActivityStubs] }
      ) { client in
        Fickle.isFirst.withLock { $0 = true }
        return try await client.start(Fickle.self, id: "f").result()
      }
    }
    #expect([.workflowTaskFailed, .replayFailed].contains(error.code))
  }

  @Test("a deadline that passes while the process is away, and the error says so")
  func deadline() async throws {
    let error = try await found {
      var options = CrashSimulationOptions()
      options.clockJump = .days(40) ... .days(50)
      try await CrashSimulation.run(workflows: [Purchase.self], options: options) { client in
        let purchase = try await client.start(Purchase.self, id: "p", input: [])
        for name in ["Ada", "Grace"] {
          try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: name)])
        }
        return try await purchase.query(WorkflowQueryReference<Purchase, [String]>("approvals"))
      }
    }
    #expect(error.needsClockJump)
    #expect(error.description.contains("Without the clock jump"))
  }

  @Test("a drive that waits for ever, with the runs that are open")
  func stuck() async throws {
    let error = try await found {
      try await CrashSimulation.run(workflows: [Endless.self]) { client in
        try await client.start(Endless.self, id: "e").result()
      }
    }
    #expect(error.code == .stuck)
    #expect(error.message.contains("'e' (Endless)"))
  }

  @Test("a drive that does not bear repetition")
  func drive() async throws {
    let error = try await found {
      try await CrashSimulation.run(
        workflows: [Steps.self], seed: 1, world: { Bank() }, activities: { _ in [["one": { _ in 1 }] as ActivityStubs] }
      ) { life in
        let id = "run-\(life.world.count())"
        return try await life.client.start(Steps.self, id: id, input: ["one"]).result()
      }
    }
    #expect(error.code == .outcomeDiffers)
    #expect(error.expected == "workflow 'run-1': returned 1")
    #expect(error.actual == "workflow 'run-1' was not started")
  }
}

private final class Box: Sendable {
  let value = Mutex(0)
}

private actor Forgetful: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static let count = Mutex(0)
  func run(input: Empty) async throws -> Int {
    Forgetful.count.withLock { count in
      count += 1
      return count
    }
  }
}

private actor Hurried: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Double {
    try await context.sleep(for: .seconds(1))
    return Date().timeIntervalSince1970
  }
}

private actor Fickle: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static let isFirst = Mutex(true)
  func run(input: Empty) async throws -> Int {
    let isFirst = Fickle.isFirst.withLock { isFirst in
      defer { isFirst = false }
      return isFirst
    }
    if isFirst { try await context.sleep(for: .seconds(1)) }
    return try await context.executeActivity("step", options: attempt)
  }
}

private actor Endless: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static var handlers: WorkflowHandlers<Endless> { WorkflowHandlers().signal("go") { _, _ in } }
  func run(input: Empty) async throws -> Int {
    try await context.condition { false }
    return 1
  }
}
