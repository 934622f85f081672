internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// A full disk refuses new work, finishes what it accepted, and loses nothing.
///
/// Would fail if the engine died of a full disk, acknowledged what it could not write, or did not notice space again.
@Suite("A full disk", .timeLimit(.minutes(2)))
struct FullDiskTests {
  private static func small(_ options: inout WorkflowEngineOptions) {
    options.journal = JournalOptions(
      segmentSize: 8 << 10, initialSegmentSize: 8 << 10, alignment: 512, reserveSize: 16 << 10)
  }

  private func fill(_ env: WorkflowTestEnvironment) {
    env.fileSystem.setFaults { $0.operation == .open && $0.path.hasSuffix(".tmp") ? .error(28) : nil }
  }

  private func number(_ value: Int) throws -> [Payload] { [try JSONPayloadConverter().payload(for: value)] }

  @Test("starts, signals and schedules are refused, results and cancellations are not; then all goes on")
  func refusal() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: Self.small) { env in
      let check = env.mock("check") { try $0.decode(0, as: Int.self) }
      let tally = try await env.client.start(Tally.self, id: "t", input: 0)
      fill(env)
      var accepted = 0
      var refusal: WorkflowServiceError?
      while refusal == nil, accepted < 1000 {
        do {
          try await tally.signal(name: "add", input: number(1))
          accepted += 1
        } catch let error as WorkflowServiceError {
          refusal = error
        }
      }
      #expect(refusal?.code == .resourceExhausted)
      #expect(refusal?.message.contains("full") == true)
      await #expect(throws: WorkflowServiceError.self) { try await env.client.start(Tally.self, id: "u", input: 0) }
      // What was accepted is done; queries need no space.
      while try await tally.sum != accepted { try await env.settle() }
      #expect(check.callCount == accepted)
      env.fileSystem.setFaults(nil)
      try await env.sleep(for: .seconds(5))
      try await tally.signal(name: "add", input: number(10))
      try await tally.signal(name: "finish")
      #expect(try await tally.result() == accepted + 10)
      try await env.restart(.powerLoss())
      #expect(try await tally.result() == accepted + 10)
    }
  }

  /// Takes all space; what is left is the reserve.
  private func exhaust(_ env: WorkflowTestEnvironment, _ tally: WorkflowHandle<Tally>) async throws {
    fill(env)
    for _ in 0..<1000 {
      do {
        try await tally.signal(name: "add", input: number(1))
      } catch let error as WorkflowServiceError where error.code == .resourceExhausted {
        return
      }
    }
    Issue.record("the disk did not become full")
  }

  @Test("a start that would replace a run is refused before the run is ended")
  func replacement() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: Self.small) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let tally = try await env.client.start(Tally.self, id: "t", input: 0)
      try await exhaust(env, tally)
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await env.client.start(Tally.self, id: "t", input: 5, options: .init(idConflictPolicy: .terminateExisting))
      }
      #expect(error?.code == .resourceExhausted)
      #expect(try await tally.describe().info.status == .running)
      env.fileSystem.setFaults(nil)
    }
  }

  @Test("a schedule's starts wait for space: those that were due, and those behind a run that ended meanwhile")
  func schedules() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: Self.small) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let filler = try await env.client.start(Tally.self, id: "filler", input: 0)
      let action = try ScheduleAction.startWorkflow(Tally.self, id: "hourly", input: 0)
      let schedule = Schedule(
        action: action, spec: ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .bufferAll))
      try await env.client.createSchedule(id: "s", schedule)
      try await env.sleep(for: .hours(2) + .minutes(1))
      func ids() async throws -> [String] {
        var ids: [String] = []
        for try await info in env.client.list() where info.execution.workflowID.hasPrefix("hourly") {
          ids.append(info.execution.workflowID)
        }
        return ids.sorted()
      }
      // The first runs, the second is buffered.
      let first = try await ids()
      #expect(first.count == 1)
      try await exhaust(env, filler)
      try await env.client.handle(for: Tally.self, id: first[0]).terminate(reason: "its end starts the next")
      try await env.sleep(for: .seconds(30))
      #expect(try await ids().count == 1)
      let description = try await env.client.scheduleHandle(id: "s").describe()
      #expect(description.info.lastActionError == nil && description.info.bufferSize == 1)
      env.fileSystem.setFaults(nil)
      try await env.sleep(for: .seconds(30))
      #expect(try await ids().count == 2)
    }
  }

  @Test("a start that may overlap waits for space, not for the schedule's next time")
  func overlappingStart() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: Self.small) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let filler = try await env.client.start(Tally.self, id: "filler", input: 0)
      let action = try ScheduleAction.startWorkflow(Tally.self, id: "yearly", input: 0)
      let schedule = Schedule(
        action: action, spec: ScheduleSpec(cronExpressions: ["@yearly"]), policy: SchedulePolicy(overlap: .skip))
      let handle = try await env.client.createSchedule(id: "s", schedule)
      try await handle.trigger()
      #expect(try await handle.describe().info.runningWorkflows.count == 1)
      try await exhaust(env, filler)
      try await env.sleep(for: .seconds(2))
      try await handle.trigger(overlap: .allowAll)
      #expect(try await handle.describe().info.actionCount == 1)
      env.fileSystem.setFaults(nil)
      try await env.sleep(for: .seconds(30))
      #expect(try await handle.describe().info.actionCount == 2)
    }
  }

  @Test("when the reserve is used up everything waits for space, and requests are refused meanwhile")
  func stall() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self], configure: Self.small) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      var tallies: [WorkflowHandle<Tally>] = []
      for index in 0..<40 { tallies.append(try await env.client.start(Tally.self, id: "t\(index)", input: 0)) }
      fill(env)
      // Terminations are accepted work; in time they take the whole reserve, and one of them waits.
      let all = tallies
      let ending = Task {
        var refused = 0
        for tally in all {
          do {
            try await tally.terminate(reason: String(repeating: "for want of space ", count: 40))
          } catch let error as WorkflowServiceError where error.code == .resourceExhausted {
            refused += 1
          }
        }
        return refused
      }
      // One more request is refused while the engine waits.
      var error: WorkflowServiceError?
      var late = 0
      while error == nil {
        do {
          late += 1
          _ = try await env.client.start(Tally.self, id: "late\(late)", input: 0)
        } catch let refusal as WorkflowServiceError {
          error = refusal
        }
      }
      #expect(error?.code == .resourceExhausted)
      env.fileSystem.setFaults(nil)
      _ = await ending.result
      try await env.sleep(for: .seconds(5))
      for tally in tallies where try await tally.describe().info.status == .running { try await tally.terminate() }
      try await env.restart(.powerLoss())
      for tally in tallies { #expect(try await tally.describe().info.status == .terminated) }
      #expect(try await env.execute(Tally.self, id: "new", input: 0, signals: ["finish"]) == 0)
    }
  }
}

extension WorkflowHandle<Tally> {
  var sum: Int {
    get async throws { try await JSONPayloadConverter().value(of: query(name: "sum"), as: Int.self) }
  }
}

extension WorkflowTestEnvironment {
  fileprivate func execute(_ type: Tally.Type, id: String, input: Int, signals: [String]) async throws -> Int {
    let handle = try await client.start(type, id: id, input: input)
    for signal in signals { try await handle.signal(name: signal) }
    return try await handle.result()
  }
}
