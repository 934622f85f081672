internal import Testing

@testable internal import DurableWorkflows

/// What recovery folds together is what was kept live, whatever happened.
@Suite("Run state, at random")
struct RunStatePropertyTests {
  @Test("folding the recorded events and records gives the live state, after every step", arguments: 0..<200)
  func recovery(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed))
    var now = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000)
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "T", workflowID: "w", runID: "r", taskQueue: "q", input: [], runTimeout: .days(30))
    var (live, transition) = RunState.start(key: RunKey(rawValue: 3), attributes: started, at: now)
    var recovered = RunState(key: RunKey(rawValue: 3), started: started, startTime: now)
    var timers: [(RunTimer, Timestamp)] = []
    for _ in 0..<120 {
      try fold(transition, into: &recovered, live)
      #expect(live.difference(fromRecovered: recovered) == nil)
      for case .armTimer(let timer, let deadline) in transition.effects { timers.append((timer, deadline)) }
      now = now + .milliseconds(random.below(5000))
      transition = step(&live, &random, &timers, at: now)
      if !live.isOpen, random.below(4) == 0 { break }
    }
    try fold(transition, into: &recovered, live)
    #expect(live.difference(fromRecovered: recovered) == nil)
  }

  @Test("the events and the residual records of an image give the live state, after every step", arguments: 0..<200)
  func image(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed) ^ 0x1A6E)
    var now = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000)
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "T", workflowID: "w", runID: "r", taskQueue: "q", input: [], runTimeout: .days(30))
    var (live, transition) = RunState.start(key: RunKey(rawValue: 3), attributes: started, at: now)
    var timers: [(RunTimer, Timestamp)] = []
    var events: [[UInt8]] = []
    for _ in 0..<120 {
      if !transition.events.isEmpty {
        var writer = ByteWriter()
        writer.events(transition.events, of: live.key, state: live)
        events.append(writer.bytes)
      }
      let image = try RunImage(decoding: RunImage(of: live, events: events, blobs: []).encoded)
      #expect(image.summary.isActive == !live.mayLie && image.summary.isOpen == live.isOpen)
      #expect(image.summary.timers.count >= (live.isOpen ? live.timers.count : 0))
      var restored: RunState?
      for body in image.events { try RunRecord.fold(events: body, into: &restored) }
      for body in image.states { try RunRecord.fold(state: body, into: &restored) }
      let recovered = try #require(restored)
      #expect(live.difference(fromRecovered: recovered) == nil)
      #expect(live.activities.map(\.attempt) == recovered.activities.map(\.attempt))
      for case .armTimer(let timer, let deadline) in transition.effects { timers.append((timer, deadline)) }
      now = now + .milliseconds(random.below(5000))
      transition = step(&live, &random, &timers, at: now)
      if !live.isOpen, random.below(4) == 0 { break }
    }
  }

  /// Through bytes, as the journal does it.
  private func fold(_ transition: RunTransition, into state: inout RunState, _ live: RunState) throws {
    if !transition.events.isEmpty {
      var writer = ByteWriter()
      writer.events(transition.events, of: state.key, state: live)
      var reader = ByteReader(writer.bytes)
      _ = try reader.unsigned()
      for event in try reader.events(started: state.started) {
        #expect(event.id == state.nextEventID)
        state.apply(event)
      }
    }
    for record in transition.records {
      var writer = ByteWriter()
      writer.stateRecord(record, of: state.key)
      var reader = ByteReader(writer.bytes)
      _ = try reader.unsigned()
      state.apply(try reader.stateRecord())
    }
  }

  private func step(
    _ state: inout RunState, _ random: inout SeededValues, _ timers: inout [(RunTimer, Timestamp)], at now: Timestamp
  ) -> RunTransition {
    guard state.isOpen else { return RunTransition() }
    let activity = state.activities.randomElement(using: &random)
    switch random.below(16) {
    case 0, 1, 2:
      let commands = (0..<random.below(4)).map { _ in command(&state, &random) }
      return state.completeWorkflowTask(commands: commands, identity: random.text(), at: now).transition
    case 3:
      return state.signal(
        name: random.text(), input: random.payloads(), identity: "", header: [:], requestID: "\(random.below(20))", at: now)
    case 4 where random.below(5) == 0:
      return state.requestCancel(reason: random.text(), identity: "", at: now)
    case 5:
      return state.failWorkflowTask(
        cause: .nonDeterministicError, failure: random.failure(), identity: "", at: now)
    case 6, 7, 8, 9:
      guard let activity, activity.stage == .scheduled else { return RunTransition() }
      return state.startAttempt(activity.scheduledEventID, at: now)
    case 10:
      guard let activity else { return RunTransition() }
      return state.heartbeat(
        activity.scheduledEventID, attempt: activity.attempt, details: random.payloads(), at: now)
    case 11, 12, 13:
      guard let activity else { return RunTransition() }
      let outcome: ActivityOutcome =
        switch random.below(4) {
        case 0: .completed(random.payloads())
        case 1: .canceled(details: random.payloads())
        default: .failed(random.failure())
        }
      return state.finishAttempt(
        activity.scheduledEventID, attempt: random.below(6) == 0 ? 1 : activity.attempt, outcome: outcome, identity: "",
        at: now)
    case 14 where random.below(40) == 0:
      return state.terminate(reason: "", details: [], identity: "", at: now)
    default:
      guard let index = timers.indices.filter({ timers[$0].1 <= now }).randomElement(using: &random) else {
        return RunTransition()
      }
      return state.fire(timers.remove(at: index).0, at: now)
    }
  }

  private func command(_ state: inout RunState, _ random: inout SeededValues) -> Command {
    switch random.below(20) {
    case 0..<8:
      .scheduleActivity(
        ScheduleActivityCommand(
          activityID: random.text(), activityType: random.text(), input: random.payloads(),
          scheduleToCloseTimeout: random.optional { .seconds(1 + $0.below(60)) },
          scheduleToStartTimeout: random.optional { .seconds(1 + $0.below(20)) },
          startToCloseTimeout: .seconds(1 + random.below(10)),
          heartbeatTimeout: random.optional { .seconds(1 + $0.below(5)) },
          retryPolicy: RetryPolicy(maximumAttempts: random.below(4))))
    case 8..<13: .startTimer(timerID: random.text(), duration: .seconds(random.below(10)), summary: nil)
    case 13..<15:
      if let timer = state.timers.randomElement(using: &random) {
        .cancelTimer(timerID: timer.timerID, startedEventID: timer.startedEventID)
      } else {
        .recordMarker(name: "m", details: [:])
      }
    case 15..<19:
      if let activity = state.activities.randomElement(using: &random) {
        .requestCancelActivity(scheduledEventID: activity.scheduledEventID)
      } else {
        .recordMarker(name: "m", details: ["a": random.payloads()])
      }
    default: random.below(10) == 0 ? .completeWorkflow(result: []) : .recordMarker(name: "m", details: [:])
    }
  }
}
