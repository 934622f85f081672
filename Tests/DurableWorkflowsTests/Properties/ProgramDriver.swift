internal import Logging

@testable internal import DurableWorkflows

/// A tiny engine for one run of a program: drives the run's state and its code through the activation seam, in virtual
/// time, on the calling thread, without threads, journal or clock.
final class ProgramDriver {
  /// What a driver does beside driving.
  struct Options {
    /// Draws the moments at which the live code is thrown away and replayed, and those at which the state is folded
    /// again from its coded records; `nil` means never.
    var interruptions: SeededValues?
    /// Whether everything that is due within this time happens in one workflow task.
    var window: Int64 = 0
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private enum Input {
    case timer(RunTimer)
    case attemptEnded(eventID: Int64, attempt: Int, ActivityOutcome)
    case signal(Int)
    case cancellation
    case termination
  }

  private let program: Program
  private var options: Options
  private let converter = JSONPayloadConverter()
  private var inputs: [(time: Timestamp, input: Input)] = []
  private var now = Timestamp.epoch
  private(set) var state: RunState
  private var instance: WorkflowInstance
  private(set) var history: [HistoryEvent] = []
  /// The records that the journal would hold.
  private var records: [[UInt8]] = []
  private var lastSeen: Int64 = 0
  private var steps = 0

  static let registration = WorkflowRegistration(ProgramWorkflow.self)
  private static let logger = Logger(label: "program") { _ in SwiftLogNoOpLogHandler() }

  init(_ program: Program, _ options: Options = Options()) throws {
    self.program = program
    self.options = options
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "ProgramWorkflow", workflowID: "program", runID: "run", taskQueue: "queue",
      input: [try converter.payload(for: "")], runTimeout: program.runTimeout.map { .nanoseconds($0) })
    let (state, transition) = RunState.start(key: RunKey(rawValue: 1), attributes: started, at: .epoch)
    self.state = state
    instance = ProgramDriver.makeInstance(state)
    for (index, signal) in program.signals.enumerated() { schedule(.signal(index), at: signal.time) }
    if let time = program.cancellation { schedule(.cancellation, at: time) }
    if let time = program.termination { schedule(.termination, at: time) }
    absorb(transition)
  }

  static func makeInstance(_ state: RunState) -> WorkflowInstance {
    WorkflowInstance(
      info: WorkflowInfo(
        execution: state.execution, workflowType: state.started.workflowType, namespace: "default",
        taskQueue: state.started.taskQueue, startTime: state.startTime, attempt: 1,
        runTimeout: state.started.runTimeout, executionTimeout: nil),
      registration: registration, converter: JSONPayloadConverter(), logger: logger, onForeignJob: {})
  }

  private func schedule(_ input: Input, at nanoseconds: Int64) {
    inputs.append((Timestamp(nanosecondsSinceEpoch: nanoseconds), input))
  }

  // MARK: Running

  /// Runs the program to its end.
  /// - Throws: what fails a workflow task, and ``Failure`` when the state is not what its records amount to.
  func run() throws -> ProgramOutcome {
    defer { instance.abandon() }
    return try Program.$current.withValue(program) {
      try settle()
      while state.isOpen, let next = takeNext() {
        now = max(now, next.time)
        try handle(next.input)
        while options.window > 0, state.isOpen, let next = takeNext(before: now + .nanoseconds(options.window)) {
          now = max(now, next.time)
          try handle(next.input)
        }
        try settle()
      }
      return try outcome()
    }
  }

  private func takeNext(before limit: Timestamp = .distantFuture) -> (time: Timestamp, input: Input)? {
    guard let index = inputs.indices.min(by: { inputs[$0].time < inputs[$1].time }), inputs[index].time <= limit else {
      return nil
    }
    steps += 1
    return inputs.remove(at: index)
  }

  private func handle(_ input: Input) throws {
    guard steps < 20_000 else { throw Failure(description: "the run does not end") }
    switch input {
    case .timer(let timer): absorb(state.fire(timer, at: now))
    case .attemptEnded(let eventID, let attempt, let outcome):
      absorb(state.finishAttempt(eventID, attempt: attempt, outcome: outcome, identity: "", at: now))
    case .signal(let index):
      let signal = program.signals[index]
      let arguments = [signal.channel, signal.activity ?? -1, signal.isPoison ? 1 : 0]
      absorb(
        state.signal(
          name: "signal", input: try arguments.map { try converter.payload(for: $0) }, identity: "", header: [:],
          requestID: "\(index)", at: now))
    case .cancellation: absorb(state.requestCancel(reason: "", identity: "", at: now))
    case .termination: absorb(state.terminate(reason: "", details: [], identity: "", at: now))
    }
  }

  private func absorb(_ transition: RunTransition) {
    history.append(contentsOf: transition.events)
    if !transition.events.isEmpty, options.interruptions != nil {
      var writer = ByteWriter()
      writer.events(transition.events, of: state.key, state: state)
      records.append(writer.bytes)
    }
    for record in transition.records where options.interruptions != nil {
      var writer = ByteWriter()
      writer.stateRecord(record, of: state.key)
      records.append([0] + writer.bytes)
    }
    for effect in transition.effects {
      switch effect {
      case .armTimer(let timer, let deadline): inputs.append((deadline, .timer(timer)))
      case .enqueueActivity(let eventID): startAttempt(eventID)
      case .cancelActivity(let eventID, .cancelRequested): stopAttempt(eventID)
      case .cancelActivity, .closed: break
      }
    }
  }

  // MARK: Activities

  private func plan(_ activity: PendingActivity) -> Program.Activity? {
    guard let payload = activity.attributes.input.first, let number = try? converter.value(of: payload, as: Int.self)
    else { return nil }
    return program.activities[number]
  }

  /// Attempts begin at once, after the task that scheduled them.
  private func startAttempt(_ eventID: Int64) {
    pendingStarts.append(eventID)
  }

  private var pendingStarts: [Int64] = []

  private func startAttempts() {
    let starts = pendingStarts
    pendingStarts = []
    for eventID in starts {
      guard state.isOpen, let activity = state.activity(eventID), activity.stage == .scheduled,
        let plan = plan(activity)
      else { continue }
      absorb(state.startAttempt(eventID, at: now))
      let attempt = plan.attempt(activity.attempt)
      let outcome: ActivityOutcome =
        switch attempt.ending {
        case .success(let value): .completed((try? [converter.payload(for: value)]) ?? [])
        case .failure(let type, let isNonRetryable, let nextDelay):
          .failed(
            DurableWorkflows.Failure(
              message: "failed",
              info: .application(
                type: "\(type)", isNonRetryable: isNonRetryable, details: [],
                nextRetryDelay: nextDelay.map { .nanoseconds($0) })))
        }
      inputs.append(
        (now + .nanoseconds(attempt.duration), .attemptEnded(eventID: eventID, attempt: activity.attempt, outcome)))
    }
  }

  private func stopAttempt(_ eventID: Int64) {
    guard let activity = state.activity(eventID), let plan = plan(activity), let delay = plan.stopsAfter else { return }
    inputs.append(
      (now + .nanoseconds(delay), .attemptEnded(eventID: eventID, attempt: activity.attempt, .canceled(details: []))))
  }

  // MARK: Workflow tasks

  /// Lets the code see what happened, and again, until there is nothing more to see.
  private func settle() throws {
    repeat {
      if state.isOpen, state.hasNewEvents { try runTask() }
      startAttempts()
    } while state.isOpen && state.hasNewEvents
  }

  private func runTask() throws {
    var unseen = history.filter { $0.id > lastSeen }
    if options.interruptions?.below(3) == 0 { unseen = try replay() }
    if options.interruptions?.below(6) == 0 { try checkRecovery() }
    let commands = try instance.activate(
      Activation(
        time: now, jobs: unseen.compactMap(Activation.job(for:)), isReplaying: false,
        historyLength: state.nextEventID + 1))
    let (transition, eventIDs) = state.completeWorkflowTask(
      commands: commands.map(\.command), identity: "", at: now)
    var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
    for (index, command) in commands.enumerated() {
      if let operation = command.operation { bindings.append((operation, eventIDs[index])) }
    }
    instance.bind(bindings)
    lastSeen = eventIDs.last ?? (transition.events.first?.id ?? 0) + 2
    absorb(transition)
  }

  /// The live code is thrown away and made again from the history.
  /// - Returns: the events that it has not seen.
  private func replay() throws -> [HistoryEvent] {
    instance.abandon()
    instance = ProgramDriver.makeInstance(state)
    return try HistoryReplay.replay(history, into: instance)
  }

  private func checkRecovery() throws {
    var recovered = RunState(key: state.key, started: state.started, startTime: state.startTime)
    for record in records {
      if record.first == 0 {
        var reader = ByteReader(Array(record.dropFirst()))
        _ = try reader.unsigned()
        recovered.apply(try reader.stateRecord())
      } else {
        var reader = ByteReader(record)
        _ = try reader.unsigned()
        for event in try reader.events(started: state.started) { recovered.apply(event) }
      }
    }
    if let difference = state.difference(fromRecovered: recovered) {
      throw Failure(description: "the state that its records amount to differs: \(difference)")
    }
  }

  // MARK: The end

  private func outcome() throws -> ProgramOutcome {
    guard let last = history.last, last.attributes.isClosing else {
      return ProgramOutcome(status: .open, detail: "", time: 0)
    }
    let time = last.time.nanosecondsSinceEpoch
    switch last.attributes {
    case .workflowExecutionCompleted(let result, _):
      let detail = try converter.value(of: result.first ?? .null, as: String.self)
      return ProgramOutcome(status: .completed, detail: detail, time: time)
    case .workflowExecutionFailed(let failure, _, _):
      return ProgramOutcome(status: .failed, detail: kind(of: failure), time: time)
    case .workflowExecutionCanceled: return ProgramOutcome(status: .canceled, detail: "", time: time)
    case .workflowExecutionTerminated: return ProgramOutcome(status: .terminated, detail: "", time: time)
    default: return ProgramOutcome(status: .timedOut, detail: "", time: time)
    }
  }
}
