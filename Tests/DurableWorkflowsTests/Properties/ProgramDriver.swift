@testable internal import DurableWorkflows

/// A tiny engine for the runs of a program: drives their states and their code through the activation seam, in virtual
/// time, on the calling thread, without threads, journal or clock.
final class ProgramDriver {
  /// What a driver does beside driving.
  struct Options {
    /// Draws the moments at which live code is thrown away and replayed, and those at which a state is folded again
    /// from its coded records; `nil` means never.
    var interruptions: SeededValues?
    /// Everything that is due within this time happens in one workflow task.
    var window: Int64 = 0
  }

  struct Complaint: Error, CustomStringConvertible {
    var description: String
  }

  enum Input {
    case timer(DrivenRun, RunTimer)
    case attemptEnded(DrivenRun, eventID: Int64, attempt: Int, ActivityOutcome)
    case localAttemptEnded(DrivenRun, seq: Int, attempt: Int, ActivityOutcome)
    case localRetry(DrivenRun, seq: Int, attempt: Int)
    case message(Int)
    case cancellation
    case termination
  }

  /// What one run does to another.
  enum Link {
    case startChild(DrivenRun, initiatedEventID: Int64, StartChildWorkflowAttributes)
    case requestExternal(DrivenRun, PendingExternalRequest)
    case closeChild(WorkflowExecution, ParentClosePolicy)
    case continueRun(DrivenRun, WorkflowExecutionStartedAttributes)
    case closed(DrivenRun, EventAttributes)
  }

  let program: Program
  let number: Int
  let converter = JSONPayloadConverter()
  var options: Options
  var now = Timestamp.epoch
  var links: [Link] = []
  private(set) var runs: [DrivenRun] = []
  private(set) var updates: [Int: String] = [:]
  private var inputs: [(time: Timestamp, input: Input)] = []
  private var steps = 0
  static let workflowID = "program"

  /// - Parameter number: a number that no other program under way has.
  init(_ program: Program, number: Int, _ options: Options = Options()) throws {
    self.program = program
    self.number = number
    self.options = options
    var started = WorkflowExecutionStartedAttributes(
      workflowType: ProgramWorkflow.name, workflowID: ProgramDriver.workflowID, runID: "run-1", taskQueue: "queue",
      input: [try converter.payload(for: ProgramInput(number: number).text)],
      runTimeout: program.runTimeout.map { .nanoseconds($0) })
    started.retryPolicy = program.retry?.policy
    insert(started)
    for index in program.messages.indices { schedule(.message(index), at: program.messages[index].time) }
    if let time = program.cancellation { schedule(.cancellation, at: time) }
    if let time = program.termination { schedule(.termination, at: time) }
  }

  func schedule(_ input: Input, at nanoseconds: Int64) {
    inputs.append((Timestamp(nanosecondsSinceEpoch: nanoseconds), input))
  }

  func schedule(_ input: Input, after nanoseconds: Int64) {
    inputs.append((now + .nanoseconds(nanoseconds), input))
  }

  @discardableResult
  func insert(_ started: WorkflowExecutionStartedAttributes) -> DrivenRun {
    let (state, transition) = RunState.start(
      key: RunKey(rawValue: UInt64(runs.count + 1)), attributes: started, at: now)
    let run = DrivenRun(state)
    runs.append(run)
    absorb(transition, into: run)
    return run
  }

  func makeRunID() -> String { "run-\(runs.count + 1)" }

  /// The newest run of a workflow.
  func current(_ workflowID: String) -> DrivenRun? {
    runs.last { $0.state.started.workflowID == workflowID }
  }

  // MARK: Running

  /// Runs the program to its end.
  /// - Throws: what fails a workflow task; ``Complaint`` when a state is not what its records amount to.
  func run() throws -> ProgramOutcome {
    ProgramTable.shared.insert(program, as: number, countsDraws: true)
    defer {
      for run in runs { run.instance.abandon() }
      ProgramTable.shared.remove(number)
    }
    try settle()
    while runs.contains(where: \.state.isOpen), let next = takeNext() {
      now = max(now, next.time)
      try handle(next.input)
      while options.window > 0, let next = takeNext(before: now + .nanoseconds(options.window)) {
        now = max(now, next.time)
        try handle(next.input)
      }
      try settle()
    }
    return try outcome()
  }

  private func takeNext(before limit: Timestamp = .distantFuture) -> (time: Timestamp, input: Input)? {
    guard let index = inputs.indices.min(by: { inputs[$0].time < inputs[$1].time }), inputs[index].time <= limit else {
      return nil
    }
    return inputs.remove(at: index)
  }

  private func handle(_ input: Input) throws {
    steps += 1
    guard steps < 20_000 else { throw Complaint(description: "the runs do not end") }
    switch input {
    case .timer(let run, let timer):
      guard run.state.isOpen else { return }
      absorb(run.state.fire(timer, at: now, makeRunID: makeRunID), into: run)
    case .attemptEnded(let run, let eventID, let attempt, let outcome):
      absorb(
        run.state.finishAttempt(eventID, attempt: attempt, outcome: outcome, identity: "", at: now), into: run)
    case .localAttemptEnded(let run, let seq, let attempt, let outcome):
      localAttemptEnded(run, seq, attempt, outcome)
    case .localRetry(let run, let seq, let attempt):
      localRetry(run, seq, attempt)
    case .message(let index): try deliver(index)
    case .cancellation:
      guard let run = current(ProgramDriver.workflowID), run.state.isOpen else { return }
      absorb(run.state.requestCancel(reason: "", identity: "", at: now), into: run)
    case .termination:
      guard let run = current(ProgramDriver.workflowID), run.state.isOpen else { return }
      absorb(run.state.terminate(reason: "", details: [], identity: "", at: now), into: run)
    }
    deliverLinks()
  }

  private func deliver(_ index: Int) throws {
    guard let run = current(ProgramDriver.workflowID), run.state.isOpen else {
      if program.messages[index].isUpdate { updates[index] = "lost" }
      return
    }
    if program.messages[index].isUpdate {
      run.waitingUpdates.append(index)
      return
    }
    let message = program.messages[index]
    let arguments = [message.channel, message.activity ?? -1, message.kind == .poison ? 1 : 0]
    absorb(
      run.state.signal(
        name: "signal", input: try arguments.map { try converter.payload(for: $0) }, identity: "", header: [:],
        requestID: "\(index)", at: now), into: run)
  }

  /// Lets all code see what happened, and again, until there is nothing more to see.
  private func settle() throws {
    var hasMore = true
    while hasMore {
      hasMore = false
      var index = 0
      while index < runs.count {
        let run = runs[index]
        index += 1
        guard run.state.isOpen, run.state.firstTaskTime.map({ $0 <= now }) ?? true else { continue }
        if run.state.hasNewEvents || !run.localResults.isEmpty {
          try runTask(run)
          hasMore = true
        }
        if run.state.isOpen, !run.state.hasNewEvents, !run.waitingUpdates.isEmpty {
          try runUpdates(run)
          hasMore = true
        }
        deliverLinks()
      }
      // Attempts begin after the tasks that scheduled them.
      for run in runs { startAttempts(of: run) }
    }
  }

  func absorb(_ transition: RunTransition, into run: DrivenRun) {
    run.history.append(contentsOf: transition.events)
    if options.interruptions != nil { run.keep(transition) }
    for effect in transition.effects {
      switch effect {
      case .armTimer(let timer, let deadline): inputs.append((deadline, .timer(run, timer)))
      case .enqueueActivity(let eventID): run.waitingStarts.append(eventID)
      case .cancelActivity(let eventID, .cancelRequested): stopAttempt(of: run, eventID)
      case .cancelActivity: break
      case .launchActivity(let eventID, _): launch(eventID, of: run)
      case .startChild(let eventID, let child): links.append(.startChild(run, initiatedEventID: eventID, child))
      case .requestExternal(let request): links.append(.requestExternal(run, request))
      case .closeChild(let execution, let policy): links.append(.closeChild(execution, policy))
      case .continueRun(let started, _): links.append(.continueRun(run, started))
      case .closed:
        if let closing = transition.events.last(where: \.attributes.isClosing) {
          links.append(.closed(run, closing.attributes))
        }
        for index in run.waitingUpdates { updates[index] = "lost" }
        run.waitingUpdates = []
        run.localActivities = [:]
      }
    }
  }

  // MARK: Workflow tasks

  private func runTask(_ run: DrivenRun) throws {
    let isIdle = run.localActivities.isEmpty && run.localResults.isEmpty
    var unseen = run.history.filter { $0.id > run.lastSeen }
    // Local activities live with the code that called them.
    if isIdle, options.interruptions?.below(3) == 0 { unseen = try run.replay() }
    if options.interruptions?.below(6) == 0, let difference = run.state.difference(fromRecovered: try run.recovered()) {
      throw Complaint(description: "the state that its records amount to differs: \(difference)")
    }
    let jobs = unseen.compactMap(Activation.job(for:)) + run.localResults
    run.localResults = []
    try activate(run, jobs)
  }

  private func runUpdates(_ run: DrivenRun) throws {
    let waiting = run.waitingUpdates
    run.waitingUpdates = []
    if run.localActivities.isEmpty, options.interruptions?.below(3) == 0 { _ = try run.replay() }
    var accepted: [Activation.Job] = []
    for index in waiting {
      let message = program.messages[index]
      guard case .update(let limit) = message.kind else { continue }
      let input = try [message.channel, message.activity ?? -1, limit].map { try converter.payload(for: $0) }
      let request = UpdateRequest(updateID: "\(index)", name: "update", input: input)
      do {
        try run.instance.validate(request)
        accepted.append(.update(request))
      } catch {
        updates[index] = "refused"
      }
    }
    if !accepted.isEmpty { try activate(run, accepted) }
  }

  private func activate(_ run: DrivenRun, _ jobs: [Activation.Job]) throws {
    let commands = try run.instance.activate(
      Activation(time: now, jobs: jobs, isReplaying: false, historyLength: run.state.nextEventID + 1))
    let (transition, eventIDs) = run.state.completeWorkflowTask(
      commands: commands.map(\.command), identity: "", at: now, makeRunID: makeRunID)
    var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
    for (index, command) in commands.enumerated() {
      if let operation = command.operation { bindings.append((operation, eventIDs[index])) }
    }
    run.instance.bind(bindings)
    run.lastSeen = eventIDs.last ?? (transition.events.first?.id ?? 0) + 2
    absorb(transition, into: run)
    if run.state.isOpen { launchLocalActivities(of: run) }
  }

  // MARK: The end

  private func outcome() throws -> ProgramOutcome {
    var outcome = ProgramOutcome(updates: updates)
    for run in runs {
      outcome.runs[run.state.started.workflowID] = try ProgramOutcome.Run(history: run.history, converter)
      guard run.state.started.workflowID == ProgramDriver.workflowID else { continue }
      for update in run.state.updates.values {
        guard let index = Int(update.request.updateID) else { continue }
        outcome.updates[index] = try update.outcome.map { try ProgramOutcome.text($0, converter) } ?? "accepted"
      }
    }
    for (index, message) in program.messages.enumerated() where message.isUpdate && outcome.updates[index] == nil {
      outcome.updates[index] = "lost"
    }
    return outcome
  }
}

extension ProgramOutcome {
  static func text(_ outcome: UpdateOutcome, _ converter: JSONPayloadConverter) throws -> String {
    switch outcome {
    case .success(let result): "completed \(try converter.value(of: result.first ?? .null, as: String.self))"
    case .failure(let failure): "failed \(kind(of: failure))"
    }
  }
}

extension ProgramOutcome.Run {
  /// How a run ended, by its history.
  init(history: [HistoryEvent], _ converter: JSONPayloadConverter) throws {
    self.init(status: .open)
    guard let last = history.last, last.attributes.isClosing else { return }
    time = last.time.nanosecondsSinceEpoch
    switch last.attributes {
    case .workflowExecutionCompleted(let result, _, _):
      status = .completed
      detail = try converter.value(of: result.first ?? .null, as: String.self)
    case .workflowExecutionFailed(let failure, _, _, _):
      status = .failed
      detail = kind(of: failure)
    case .workflowExecutionCanceled: status = .canceled
    case .workflowExecutionTerminated: status = .terminated
    case .workflowExecutionTimedOut: status = .timedOut
    default: detail = "continued"
    }
  }
}
