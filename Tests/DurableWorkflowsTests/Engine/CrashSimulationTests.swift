internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The workflows of the other suites, killed at every durable write.
@Suite("Crashes at every write", .timeLimit(.minutes(5)))
struct CrashSimulationTests {
  private let echo: ActivityStubs = [
    "echo": { arguments in
      await Task.yield()
      return try arguments.decode(0, as: String.self)
    }
  ]

  /// A checkpoint after every turn that leaves something to it, and no run stays in memory.
  static func restless(_ options: inout WorkflowEngineOptions) {
    options.maxConcurrentActivities = 1
    options.maxCachedWorkflows = 1
    options.checkpointThreshold = 1
  }

  @Test("the tally, with a checkpoint at every turn", arguments: 1...2)
  func checkpoints(seed: UInt64) async throws {
    var options = CrashSimulationOptions()
    options.configure = { CrashSimulationTests.restless(&$0) }
    let report = try await CrashSimulation.run(
      workflows: [Tally.self], activities: { [["check": { try $0.decode(0, as: Int.self) }] as ActivityStubs] },
      seed: seed, options: options,
      drive: { client in
        let tally = try await client.start(Tally.self, id: "t", input: 100)
        for number in [1, 2, 2, 3] {
          try await tally.signal(name: "add", input: [JSONPayloadConverter().payload(for: number)])
        }
        try await tally.signal(name: "finish")
        return try await tally.result()
      })
    #expect(report.crashPoints > 60)
  }

  @Test("the medley, with one activity at a time, so that what happens has one order", arguments: Medley.Part.allCases)
  func medley(part: Medley.Part) async throws {
    var options = CrashSimulationOptions()
    // What is due together after a longer jump happens in another order than what is due one after the other.
    options.clockJump = .milliseconds(1) ... .milliseconds(1)
    options.configure = { $0.maxConcurrentActivities = 1 }
    options.comparesRuns = part != .values
    let report = try await CrashSimulation.run(
      workflows: [Medley.self], activities: { [echo] }, options: options,
      drive: { client in
        let medley = try await client.start(Medley.self, id: "m", input: [part])
        for number in 1...3 where part == .signals {
          try await medley.signal(name: "poke", input: [JSONPayloadConverter().payload(for: number)])
        }
        let trace = try await medley.result()
        return part == .values ? [] : trace
      })
    #expect(report.crashPoints >= 3)
  }

  @Test("the tally: signals whose handlers run activities")
  func tally() async throws {
    let report = try await CrashSimulation.run(
      workflows: [Tally.self], activities: { [["check": { try $0.decode(0, as: Int.self) }] as ActivityStubs] },
      drive: { client in
        let tally = try await client.start(Tally.self, id: "t", input: 100)
        for number in [1, 2, 2, 3] {
          try await tally.signal(name: "add", input: [JSONPayloadConverter().payload(for: number)])
        }
        try await tally.signal(name: "finish")
        return try await tally.result()
      })
    #expect(report.crashPoints > 20)
  }

  @Test("the assembly: updates, local activities, side effects, children, continue-as-new, clean-up", arguments: 1...2)
  func assembly(seed: UInt64) async throws {
    let report = try await CrashSimulation.run(
      workflows: [Assembly.self, Tally.self],
      activities: {
        [
          [
            "check": { try $0.decode(0, as: String.self) }, "book": { _ in 1 }, "unbook": { _ in 1 },
            "fail": { _ in throw ApplicationError("no", isNonRetryable: true) },
          ] as ActivityStubs
        ]
      },
      seed: seed,
      drive: { client in
        let assembly = try await client.start(Assembly.self, id: "a", input: 1)
        var counts: [Int] = []
        for round in 1...2 {
          for part in ["wheel \(round)", "door \(round)"] {
            counts.append(
              try await assembly.executeUpdate(WorkflowUpdateReference<Assembly, Int, String>("add"), part))
          }
          let tally = client.handle(for: Tally.self, id: "tally-\(round)")
          try await started(tally)
          try await tally.signal(name: "finish")
          // The next round begins when the child has ended and ten minutes have passed.
          if round == 1 { try await continued(assembly) }
        }
        return ["\(counts)", try await assembly.result()]
      })
    #expect(report.runs == 4)
    #expect(report.crashPoints > 60)
  }

  private func started(_ handle: WorkflowHandle<Tally>) async throws {
    while true {
      do {
        _ = try await handle.describe()
        return
      } catch let error as WorkflowServiceError where error.code == .notFound {
        await Task.yield()
      }
    }
  }

  private func continued(_ handle: WorkflowHandle<Assembly>) async throws {
    var request = GetWorkflowExecutionHistoryRequest(execution: handle.execution)
    request.waitNewEvent = true
    request.filter = .closeEvent
    _ = try await handle.client.frontend.getWorkflowExecutionHistory(request)
  }
}
