internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The workflows of this target, killed at every durable write.
@Suite("Crashes at every write", .timeLimit(.minutes(5)))
struct ServiceSimulationTests {
  /// As ``Exported/activities``, but what takes for ever waits for somebody else instead of a real minute.
  private let stubs: ActivityStubs = [
    "flaky": { arguments in
      if ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("not yet") }
      return try arguments.decode(0, as: String.self)
    },
    "broken": { _ in throw ApplicationError("broken", type: "Broken", isNonRetryable: true) },
    "patient": { _ in throw CompleteAsyncError() },
    "quick": { "quick \(try $0.decode(0, as: String.self))" },
    "charge": { "charged \(try $0.decode(0, as: String.self))" },
    "plan": { _ in "planned" }, "compose": { _ in "hello" }, "elsewhere": { _ in "from afar" },
  ]

  private func simulate<Outcome: Equatable & Sendable>(
    _ workflows: [any WorkflowDefinition.Type], options: CrashSimulationOptions = CrashSimulationOptions(),
    sourceLocation: SourceLocation = #_sourceLocation,
    drive: @escaping @Sendable (SimulatedLife<Empty>) async throws -> Outcome
  ) async throws {
    let report = try await CrashSimulation.run(
      workflows: workflows, options: options, world: { Empty() }, activities: { [stubs] _ in [stubs] },
      drive: drive)
    #expect(report.workflowTypes == Set(workflows.map { $0.name }), sourceLocation: sourceLocation)
  }

  @Test("what clients of the service start")
  func clients() async throws {
    try await simulate([Checkout.self, Echo.self]) { life in
      let checkout = try await life.client.start(Checkout.self, id: "c", input: "17")
      let echo = try await life.client.execute(Echo.self, id: "e", input: "a")
      try await checkout.signal(name: "approve", input: [JSONPayloadConverter().payload(for: "Ada")])
      return [try await checkout.result(), echo]
    }
    var options = CrashSimulationOptions()
    options.comparesRuns = false
    try await simulate([Elsewhere.self], options: options) { life in
      do {
        return try await life.client.execute(Elsewhere.self, id: "e")
      } catch let error as WorkflowFailedError where error.cause.root.message.contains("is not known") {
        return "from afar"
      }
    }
  }

  @Test("what is imported")
  func imported() async throws {
    try await simulate([RouteV1.self]) { life in
      let route = try await life.client.start(RouteV1.self, id: "r")
      try await route.signal(name: "go")
      return try await route.result()
    }
    try await simulate([RouteV2.self]) { life in
      let route = try await life.client.start(RouteV2.self, id: "r")
      try await route.signal(name: "go")
      return try await route.result()
    }
    try await simulate([Greeting.self]) { try await $0.client.execute(Greeting.self, id: "g", input: "Ada") }
    try await simulate([Farewell.self]) { try await $0.client.execute(Farewell.self, id: "g", input: "Ada") }
  }

  @Test("what is exported: activities, timers, markers")
  func activities() async throws {
    var options = CrashSimulationOptions()
    // Some of its deadlines are 5 ms.
    options.clockJump = .milliseconds(1) ... .milliseconds(1)
    try await simulate([ActivityZoo.self], options: options) { try await $0.client.execute(ActivityZoo.self, id: "a", input: "x") }
    try await simulate([MarkerZoo.self]) { try await $0.client.execute(MarkerZoo.self, id: "m", input: "x") }
  }

  @Test("what is exported: children of every fate")
  func children() async throws {
    try await simulate([ChildZoo.self, Countdown.self, Failing.self, Waiting.self]) { life in
      let zoo = try await life.client.start(ChildZoo.self, id: "zoo", input: "")
      try await life.sleep(until: .hours(1))
      try await life.client.handle(for: Waiting.self, id: "zoo-terminated").terminate(reason: "enough")
      return try await zoo.result()
    }
  }

  @Test("what is exported: other runs")
  func external() async throws {
    try await simulate([ExternalZoo.self, Waiting.self]) { life in
      _ = try await life.client.start(Waiting.self, id: "there")
      return try await life.client.execute(ExternalZoo.self, id: "e", input: ["there", "nobody"])
    }
  }

  @Test("what is exported: messages, and several things at once")
  func messages() async throws {
    try await simulate([Messages.self]) { life in
      let messages = try await life.client.start(Messages.self, id: "m")
      var outcomes: [String] = []
      for value in ["one", "", "broken"] {
        do {
          outcomes.append("\(try await messages.executeUpdate(Messages.add, value))")
        } catch let error as WorkflowUpdateFailedError {
          outcomes.append(error.cause.message)
        }
      }
      try await messages.signal(Messages.finish)
      return outcomes + (try await messages.result())
    }
    try await simulate([Parallel.self, Countdown.self]) { life in
      let parallel = try await life.client.start(Parallel.self, id: "p", input: 1)
      let update = try await parallel.startUpdate(Parallel.update, "one")
      try await parallel.signal(Parallel.signal, "last")
      _ = try await update.result()
      return try await parallel.result()
    }
  }
}
