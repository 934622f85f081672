internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The workflows that are declared with macros, and those with interceptors, killed at every durable write.
@Suite("Crashes at every write: authoring", .timeLimit(.minutes(5)))
struct AuthoringSimulationTests {
  @Test("every form of update")
  func credit() async throws {
    try await simulate([Credit.self]) { life in
      let credit = try await life.client.start(Credit.self, id: "credit", input: "Ada")
      var outcomes = ["\(try await credit.executeUpdate(Credit.Updates.raiseLimit, 50, "for Ada"))"]
      outcomes.append(try await refusal { _ = try await credit.executeUpdate(Credit.Updates.raiseLimit, -1, nil) })
      try await credit.signal(Credit.Signals.freeze)
      outcomes.append(try await refusal { _ = try await credit.executeUpdate(Credit.Updates.audit) })
      _ = try await credit.executeUpdate(Credit.Updates.close)
      outcomes.append("\(try await credit.result())")
      return outcomes
    }
  }

  @Test("a dynamic workflow")
  func gateway() async throws {
    let report = try await CrashSimulation.run(workflows: [Gateway.self], seed: simulationSeed) { client in
      let input = [try argument(1), try argument(2)]
      let run = try await client.start(workflowType: "anything", id: "a", input: input).runID
      let handle = client.handle(for: Gateway.self, id: "a", runID: run)
      try await handle.signal(name: "first", input: input)
      let request = UpdateRequest(updateID: "1", name: "double", input: [try argument(21)])
      let double = try await client.startUpdate(
        request, of: handle.execution, waitForStage: .completed, returning: Int.self)
      let doubled = try await double.result()
      try await handle.signal(name: "second")
      return [doubled, try await handle.result()]
    }
    #expect(report.workflowTypes == ["anything"])
  }

  @Test("versions, children, local activities, and a handler that the end of the run waits for")
  func journey() async throws {
    try await simulateRun(PricingV1.self, input: 41)
    try await simulateRun(PricingV2.self, input: 41)
    try await simulateRun(Journey.self, input: 0) { _, journey in
      _ = try await journey.startUpdate(Journey.Updates.wait, 60)
      try await journey.signal(Journey.Signals.stop)
    }
    let report = try await CrashSimulation.run(
      workflows: [Journey.self, PricingV2.self], activities: { [Bank()] }, seed: simulationSeed,
      options: comparingOutcomes
    ) { client in
      let expected = "\(["price 2", "moved 2", "moved 3 at once", "postcard 4"])"
      return try await ending(of: client.start(Journey.self, id: "j", input: 1), unlessUnknown: expected)
    }
    #expect(report.workflowTypes == ["Journey", "pricing"])
  }

  @Test("every form of run")
  func forms() async throws {
    try await simulate([Countdown.self, Dice.self, Doubling.self, Recording.self]) { life in
      let client = life.client
      _ = try await client.execute(Countdown.self, id: "countdown")
      let dice = try await client.execute(Dice.self, id: "dice")
      let doubled = try await client.execute(Doubling.self, id: "doubling", input: 21)
      _ = try await client.execute(Recording.self, id: "recording", input: "a")
      return [dice, doubled]
    }
  }

  @Test("accounts outside the process, and activities that are not repeated")
  func accounts() async throws {
    let transfer = try await CrashSimulation.run(
      workflows: [Transfer.self, Notice.self], seed: simulationSeed, options: comparingOutcomes,
      world: { Effects() },
      activities: { effects in
        [
          [
            "open-account": { arguments in
              effects.note("opened \(try arguments.decode(0, as: String.self))")
              return Empty()
            },
            "deposit": { arguments in
              guard effects.all.contains("opened cash") else { throw ApplicationError("no account") }
              effects.note("deposited")
              return try 2 + arguments.decode(1, as: Int.self)
            },
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let transfer = try await life.client.start(Transfer.self, id: "t", input: 40)
        try await transfer.signal(Transfer.Signals.approve, "Ada", 1)
        try await transfer.signal(Transfer.Signals.approve, "Grace", 1)
        let notice = try await life.client.start(Notice.self, id: "n")
        let expected = "\(["Ada", "Grace", "balance 42"])"
        let words = [try await ending(of: transfer, unlessUnknown: expected), try await ending(of: notice)]
        #expect(life.world.all.count { $0 == "deposited" } <= 1)
        return words
      })
    #expect(transfer.workflowTypes == ["Transfer", "send-notice"])
    let approval = try await CrashSimulation.run(
      workflows: [Approval.self], activities: { [Ledger()] }, seed: simulationSeed, options: comparingOutcomes,
      drive: { client in
        let approval = try await client.start(Approval.self, id: "a", input: 10)
        // An activity without any timeout cannot be scheduled.
        let expected = "Failed: activity 'balance' cannot be scheduled"
        return try await ending(of: approval, unlessUnknown: expected).hasPrefix(expected)
      })
    #expect(approval.workflowTypes == ["approval-v1"])
  }

  // MARK: Interceptors

  @Test("interceptors whose commands are history, too")
  func patientInterceptor() async throws {
    let patient = Hooks(schedule: { input, next in
      try await input.context.sleep(for: .seconds(5))
      return try await next(input)
    })
    var options = CrashSimulationOptions()
    options.configure = { $0.interceptors = [patient] }
    try await simulateRun(Counting.self, input: 2, activities: ["one": { _ in 1 }], options: options) { _, counting in
      try await counting.signal(name: "add")
    }
    try await simulateRun(Careful.self, input: Empty(), activities: ["step": { _ in "done" }], options: options)
  }

  @Test("interceptors that change what passes")
  func changes() async throws {
    let louder = Hooks(
      schedule: { input, next in try await next(input).map { payload($0.text + "!") } },
      sideEffect: { input, next in payload(try next(input).text + "?") })
    var options = CrashSimulationOptions()
    options.configure = { $0.interceptors = [louder] }
    let echo: ActivityStubs = ["echo": { try $0.decode(0, as: String.self) }]
    try await simulateRun(Echo.self, input: "a", activities: echo, options: options)
    try await simulateRun(Aside.self, input: Empty(), options: options)
  }

  @Test("everything that an interceptor sees")
  func gathering() async throws {
    let activities: ActivityStubs = [
      "shout": { try $0.decode(0, as: String.self) + "!" }, "whisper": { try $0.decode(0, as: String.self) + "." },
      "beat": { _ in Empty() },
    ]
    try await simulate([Gathering.self], activities: activities) { life in
      let other = try await life.client.start(Gathering.self, id: "other", input: "")
      let words = try await life.client.start(Gathering.self, id: "w", input: "twice").result()
      return ["\(words)", try await ending(of: other)]
    }
    try await simulate([Beating.self], activities: activities, options: comparingOutcomes) { life in
      try await ending(of: life.client.start(Beating.self, id: "b"), unlessUnknown: "\(Empty())")
    }
  }
}
