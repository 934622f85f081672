internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// The workflows of the suites about the engine, killed at every durable write.
@Suite("Crashes at every write: the engine", .timeLimit(.minutes(5)))
struct EngineSimulationTests {
  @Test("failures of activities and of workflows")
  func failures() async throws {
    let declined: ActivityStubs = ["charge": { _ in throw CardDeclined(code: 51, reason: "funds") }]
    let refused: ActivityStubs = [
      "charge": { _ in throw ApplicationError("not charged", type: "Payment", isNonRetryable: true) }
    ]
    try await simulate([Handling.self], activities: declined, options: comparingOutcomes) { life in
      try await ending(
        of: life.client.start(Handling.self, id: "h"), unlessUnknown: "declined 51: funds")
    }
    try await simulateRun(Passing.self, input: Empty(), activities: refused)
    try await simulateRun(Throwing.self, input: Empty())
    try await simulateRun(Careless.self, input: Empty(), activities: refused)
    try await simulateRun(Calling.self, input: Call(), activities: ["work": { _ in "worked" }])
    try await simulateRun(Persistent.self, input: Empty(), activities: ["work": { _ in "worked" }])
    try await simulateRun(Sharing.self, input: Empty(), activities: ["work": { _ in "worked" }])
    try await simulateRun(Patient.self, input: Empty())
  }

  @Test("many activities at once; memos and details that go through codecs")
  func crowds() async throws {
    try await simulateRun(
      Crowd.self, input: .init(kind: .activities, count: 3), activities: ["a": { _ in "a" }])
    var options = comparingOutcomes
    options.configure = { $0.payloadConverter = MadePayloadTests.converter }
    try await simulateRun(Keeper.self, input: "memo", options: options)
  }

  @Test("local activities, a side effect, and runs that end in every way")
  func endings() async throws {
    try await simulateRun(LocalSteps.self, input: 3, activities: ["double": { try $0.decode(0, as: Int.self) * 2 }])
    try await simulateRun(Local.self, input: "", activities: ["step": { _ in 5 }])
    for input in ["done", "fail", "continue"] { try await simulateRun(Ending.self, input: input) }
  }

  @Test("priorities, fairness keys, and what children and new runs inherit of them")
  func priorities() async throws {
    let errand: ActivityStubs = ["errand": { arguments in try arguments.decode(0, as: String.self) }]
    var options = shortAbsences
    options.configure = { $0.maxConcurrentActivities = 1 }
    let errands = Errands.Errand.some(2, "a", level: 5, key: "a") + Errands.Errand.some(2, "b", level: 1, key: "b")
    try await simulateRun(Errands.self, input: errands, activities: errand, options: options)
    try await simulate([Delegation.self, Errands.self], activities: errand, options: options) { life in
      try await ending(
        of: life.client.start(
          Delegation.self, id: "d", input: 0,
          options: .init(priority: Priority(priorityKey: 2, fairnessKey: "tenant", fairnessWeight: 3))))
    }
  }

  @Test("a session that a crash ends is opened again")
  func sessions() async throws {
    let errand: ActivityStubs = ["errand": { arguments in try arguments.decode(0, as: String.self) }]
    var options = shortAbsences
    options.comparesRuns = false
    try await simulateRun(
      Shuttle.self, input: Shuttle.Plan(trips: 2, attempts: 5), activities: errand, options: options)
  }

  @Test("payloads that are stored beside the journal")
  func bulk() async throws {
    var options = shortAbsences
    options.configure = { $0.blobThreshold = 1024 }
    let double: ActivityStubs = ["double": { arguments in try arguments.decode(0, as: [UInt8].self).map { $0 &* 2 } }]
    let bulk = [UInt8](repeating: 7, count: 3000)
    try await simulateRun(Bulk.self, input: bulk, activities: double, options: options) { _, run in
      try await run.signal(name: "more", input: [argument([UInt8(1)])])
    }
  }

  @Test("an attempt that must not be repeated takes effect at most once", arguments: [true, false])
  func steps(isIdempotent: Bool) async throws {
    let report = try await CrashSimulation.run(
      workflows: [OneStep.self], seed: simulationSeed, options: comparingOutcomes, world: { Effects() },
      activities: { effects in
        [
          [
            "step": { _ in
              await Task.yield()
              effects.note("paid")
              await Task.yield()
              return "paid"
            }
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let result = try await life.client.start(OneStep.self, id: "1", input: isIdempotent).result()
        if isIdempotent { return result }
        let count = life.world.all.count
        return count == 1 || count == 0 && result == "unknown outcome" ? "once or unknown" : "\(result), \(count) times"
      })
    #expect(report.workflowTypes == ["OneStep"])
  }

  @Test("a saga is undone in reverse, whatever is known of its last step", arguments: [true, false])
  func saga(isCancelled: Bool) async throws {
    let report = try await CrashSimulation.run(
      workflows: [Trip.self], seed: simulationSeed, options: comparingOutcomes, world: { Effects() },
      activities: { effects in
        [
          [
            "book": { arguments in
              let what: String = try arguments.decode(0)
              if what == "car", !isCancelled { throw ApplicationError("no cars", isNonRetryable: true) }
              return what
            },
            "undo": { arguments in
              let what: String = try arguments.decode(0)
              effects.note(what)
              return what
            },
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let trip = try await life.client.start(Trip.self, id: "t", input: isCancelled)
        if isCancelled {
          try await life.sleep(until: .hours(1))
          try await trip.cancel()
        }
        let words = try await ending(of: trip, unlessUnknown: "over")
        let undone = life.world.all
        // In reverse, each at most once.
        guard undone == ["hotel", "flight", "taxi"].filter(undone.contains) else { return "undone: \(undone)" }
        return ["over", "Failed: no cars"].contains(words) || words.hasPrefix("Canceled") ? "over" : words
      })
    #expect(report.workflowTypes == ["Trip"])
  }

  @Test("children that return, fail and are retried; parents that leave them")
  func children() async throws {
    var retried = Parent.Plan(child: .fail)
    retried.attempts = 3
    var leaving = Parent.Plan(child: .wait)
    leaving.leaves = true
    var asking = leaving
    asking.closePolicy = ParentClosePolicy.requestCancel.rawValue
    for plan in [Parent.Plan(child: .sleep), retried, leaving, asking] {
      try await simulate([Parent.self, Child.self]) { life in
        try await ending(of: life.client.start(Parent.self, id: "p", input: plan))
      }
    }
  }

  @Test("a child that its parent cancels")
  func cancelledChild() async throws {
    try await simulate([Parent.self, Child.self]) { life in
      let parent = try await life.client.start(Parent.self, id: "p", input: .init(child: .wait))
      try await life.sleep(until: .hours(1))
      try await parent.cancel()
      return try await ending(of: parent)
    }
  }

  @Test("signals to another run, and to none")
  func external() async throws {
    try await simulate([Messenger.self, Child.self]) { life in
      let child = try await life.client.start(Child.self, id: "other", input: .wait)
      let messenger = try await life.client.start(Messenger.self, id: "m", input: "other")
      let lost = try await life.client.start(Messenger.self, id: "n", input: "nobody")
      return [try await messenger.result(), try await child.result(), try await lost.result()]
    }
  }

  @Test("continue-as-new loses no signal")
  func looper() async throws {
    try await simulateRun(Looper.self, input: Looper.State(rounds: 1, total: 0)) { _, looper in
      for number in 1...12 { try await looper.signal(name: "add", input: [argument(number)]) }
    }
  }

  @Test("updates: accepted, refused, asleep when the run is to close")
  func updates() async throws {
    try await simulate([Account.self]) { life in
      let account = try await life.client.start(Account.self, id: "a", input: 10)
      var outcomes = ["\(try await account.executeUpdate(UpdateTests.limit, 25))"]
      outcomes.append(try await refusal { _ = try await account.executeUpdate(UpdateTests.limit, -1) })
      let slow = try await account.startUpdate(UpdateTests.slow, updateID: "s")
      try await account.signal(name: "close")
      return outcomes + [try await slow.result(), "\(try await account.result())"]
    }
  }

  @Test("cancellation while an activity waits for its next attempt", arguments: ["tryCancel", "abandon"])
  func cancelled(type: String) async throws {
    let cancelling = try #require(Cancelling(rawValue: type))
    let later: ActivityStubs = ["work": { _ in throw ApplicationError("not yet", nextRetryDelay: .hours(5)) }]
    try await simulateRun(Cancellable.self, input: cancelling, activities: later) { life, run in
      try await life.sleep(until: .hours(1))
      try await run.cancel()
    }
  }

  @Test("clean-up after a cancellation")
  func booking() async throws {
    let booking: ActivityStubs = ["book": { _ in Empty() }, "undo": { _ in Empty() }]
    try await simulateRun(Booking.self, input: Empty(), activities: booking) { life, run in
      try await life.sleep(until: .hours(1))
      try await run.cancel()
    }
  }

  @Test("activities side by side")
  func pipeline() async throws {
    try await simulateRun(Pipeline.self, input: 4, activities: ["step": { try $0.decode(0, as: Int.self) * 2 }])
  }
}

/// What happened outside the process, in order.
final class Effects: Sendable {
  private let notes = Mutex<[String]>([])

  var all: [String] { notes.withLock { $0 } }

  func note(_ text: String) { notes.withLock { $0.append(text) } }
}
