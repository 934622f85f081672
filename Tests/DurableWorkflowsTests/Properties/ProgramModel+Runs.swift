internal import DurableWorkflows

extension ProgramModel {
  /// What happens to a workflow from outside.
  struct Circumstances {
    var start: Int64 = 0
    /// When its cancellation is requested.
    var cancellations: [Int64] = []
    var termination = never
    var messages: [Program.Message] = []
  }

  /// How a chain of runs ends, as a parent sees it.
  struct ChainEnd {
    var run: ProgramOutcome.Run
    var time: Int64
    var retryState = RetryState.retryPolicyNotSet
  }

  /// How the program ends when everything happens to it that it says.
  static func outcome(of program: Program) -> (outcome: ProgramOutcome, isAmbiguous: Bool) {
    var model = ProgramModel(program)
    _ = model.chain(
      Circumstances(
        cancellations: program.cancellation.map { [$0] } ?? [], termination: program.termination ?? never,
        messages: program.messages))
    for (index, message) in program.messages.enumerated() {
      if case .update = message.kind, model.outcome.updates[index] == nil { model.outcome.updates[index] = "lost" }
    }
    return (model.outcome, model.isAmbiguous)
  }

  /// Lives through all runs of a workflow, and their children.
  mutating func chain(_ circumstances: Circumstances) -> ChainEnd {
    var start = circumstances.start
    var backoff: Int64 = 0
    (root, attempt) = (0, 1)
    while true {
      let (run, close, continuation) = run(circumstances, start, backoff)
      start = close
      if let continuation {
        (root, attempt, backoff) = (continuation + 1, 1, 0)
        continue
      }
      var state = RetryState.retryPolicyNotSet
      if let retry = program.retry, run.status == .failed || run.status == .timedOut {
        // A run that ends by the cancellation of a part of it is not repeated.
        let isFinal = run.status == .failed && run.detail == Kind.canceled.text
        if attempt < retry.maximumAttempts, !isFinal {
          attempt += 1
          backoff = retry.delay
          continue
        }
        state = isFinal ? .nonRetryableFailure : .maximumAttemptsReached
      }
      outcome.runs[workflowID] = run
      return ChainEnd(run: run, time: close, retryState: state)
    }
  }

  // MARK: One run

  /// A message that reached the run.
  private struct Handling {
    var index: Int
    /// When its handler starts and ends.
    var start: Int64
    var end: Int64
    /// What becomes of an update.
    var update: String?
  }

  private mutating func run(
    _ circumstances: Circumstances, _ start: Int64, _ backoff: Int64
  ) -> (ProgramOutcome.Run, close: Int64, continuation: Int?) {
    // A request that came to an earlier run of the chain ended with that.
    let cancellation = circumstances.cancellations.filter { $0 > start }.min() ?? ProgramModel.never
    var first = sum(start, backoff)
    // A request for cancellation ends the wait before a retry.
    let isCancelled = cancellation < first
    if isCancelled { first = cancellation }
    let (handlings, poison) = handle(circumstances.messages, from: start, first)
    let hasEarlyUpdates = program.messages.contains { $0.isUpdate && $0.time > start && $0.time < first }
    let main = evaluate(
      program.root(root), Start(time: first, cancellation: cancellation, isCancelled: isCancelled))
    var result = main.result
    var close = main.time
    // A first task that closes the run leaves nobody to look at the updates that have waited for it; and what else it
    // does before a signal that has waited fails the run, the model does not say.
    if hasEarlyUpdates, min(close, poison) == first { isAmbiguous = true }
    if poison == first { isAmbiguous = true }
    if poison < close {
      close = poison
      result = .failure(Kind(text: "error poison"))
    }
    // The run closes when its outcome is known and no handler runs.
    while let handling = handlings.first(where: { $0.start <= close && close < $0.end }) { close = handling.end }

    let timeout = program.runTimeout.map { sum(sum(start, backoff), $0) } ?? ProgramModel.never
    var run = ProgramOutcome.Run(status: .open)
    var continuation: Int?
    if circumstances.termination < min(close, timeout) {
      close = circumstances.termination
      run = ProgramOutcome.Run(status: .terminated, time: close)
    } else if timeout < close {
      close = timeout
      run = ProgramOutcome.Run(status: .timedOut, time: close)
    } else if close < ProgramModel.never {
      switch result {
      case .success(let value): run = ProgramOutcome.Run(status: .completed, detail: value, time: close)
      case .failure(let kind) where kind.isCancellation && cancellation <= close:
        run = ProgramOutcome.Run(status: .canceled, time: close)
      case .failure(let kind):
        run = ProgramOutcome.Run(status: .failed, detail: kind.text, time: close)
        continuation = kind.continuation
      }
    }
    for handling in handlings where handling.start <= close {
      guard let update = handling.update else { continue }
      outcome.updates[handling.index] = handling.end <= close ? update : "accepted"
    }
    for child in main.children where child.start <= close { settle(child, parentClose: close) }
    return (run, close, continuation)
  }

  /// Lets the messages' handlers run; notes when the messages count.
  private mutating func handle(
    _ messages: [Program.Message], from start: Int64, _ first: Int64
  ) -> ([Handling], poison: Int64) {
    counted = [[Int64]](repeating: [], count: Program.channels)
    var countedUpdates: [[Int64]] = counted
    var handlings: [Handling] = []
    var poison = ProgramModel.never
    // What comes before the first task is seen by it, signals before updates.
    let arrivals = messages.enumerated().filter { $0.element.time > start }
      .map { (index: $0.offset, message: $0.element, time: max($0.element.time, first)) }
      .sorted { ($0.time, $0.message.isUpdate ? 1 : 0) < ($1.time, $1.message.isUpdate ? 1 : 0) }
    for (index, message, time) in arrivals {
      if message.kind == .poison {
        poison = min(poison, time)
        continue
      }
      if case .update(let limit) = message.kind {
        let known = counted[message.channel].count { $0 <= time } + countedUpdates[message.channel].count { $0 < time }
        if known >= limit {
          handlings.append(Handling(index: index, start: time, end: time, update: "refused"))
          continue
        }
      }
      // Handlers are not cancelled with the run.
      let end = message.activity.map { activity(program.activities[$0], Start(time: time)) }
        ?? End(time: time, result: .success("done"))
      var handling = Handling(index: index, start: time, end: end.time)
      switch end.result {
      case .success(let value):
        if message.isUpdate { handling.update = "completed \(value)" }
        if message.isUpdate {
          countedUpdates[message.channel].append(end.time)
        } else {
          counted[message.channel].append(end.time)
        }
      case .failure(let kind):
        if message.isUpdate { handling.update = "failed \(kind.text)" }
      }
      handlings.append(handling)
    }
    for channel in counted.indices { counted[channel] = (counted[channel] + countedUpdates[channel]).sorted() }
    return (handlings, poison)
  }

  // MARK: Children

  private mutating func childChain(_ number: Int, _ circumstances: Circumstances) -> (ChainEnd, ProgramOutcome) {
    var model = ProgramModel(
      program.children[number].program,
      workflowID: Program.childID(number, of: workflowID, root: root, attempt: attempt))
    let end = model.chain(circumstances)
    if model.isAmbiguous { isAmbiguous = true }
    return (end, model.outcome)
  }

  /// How the wait for a child ends.
  mutating func child(_ number: Int, _ start: Start) -> End {
    var child = ChildRun(number: number, start: start.time)
    let end = childChain(number, Circumstances(start: start.time)).0
    if end.time <= start.cancellation {
      return End(time: end.time, result: result(of: end), children: [child])
    }
    let cancellation = program.children[number].cancellation
    if cancellation != .abandon { child.cancellation = start.cancellation }
    guard cancellation == .waitCancellationCompleted else {
      return End(
        time: start.cancellation, result: .failure(.canceled), sawCancellation: true, children: [child])
    }
    let cancelled = childChain(number, Circumstances(start: start.time, cancellations: [start.cancellation])).0
    return End(time: cancelled.time, result: result(of: cancelled), sawCancellation: true, children: [child])
  }

  private func result(of end: ChainEnd) -> Result<String, Kind> {
    switch end.run.status {
    case .completed: .success(end.run.detail)
    case .failed: .failure(Kind(text: "child \(end.run.detail) \(end.retryState)"))
    case .timedOut: .failure(Kind(text: "child timeout \(end.retryState)"))
    case .canceled: .failure(Kind(text: "child canceled \(RetryState.unspecified)"))
    case .terminated: .failure(Kind(text: "child terminated \(RetryState.unspecified)"))
    case .open: .success("")
    }
  }

  /// What becomes of a child, knowing when its parent closes.
  private mutating func settle(_ child: ChildRun, parentClose: Int64) {
    var circumstances = Circumstances(start: child.start)
    let policy = program.children[child.number].closePolicy
    // A parent that is closed asks for nothing any more.
    if child.cancellation <= parentClose { circumstances.cancellations.append(child.cancellation) }
    // If it closes at the time of its request, the child may or may not act on the request before the policy.
    if child.cancellation == parentClose, policy != .abandon { isAmbiguous = true }
    var (end, outcomes) = childChain(child.number, circumstances)
    if end.time > parentClose {
      switch policy {
      case .terminate: circumstances.termination = parentClose
      case .requestCancel: circumstances.cancellations.append(parentClose)
      case .abandon: break
      }
      (end, outcomes) = childChain(child.number, circumstances)
    }
    outcome.runs.merge(outcomes.runs) { _, new in new }
  }
}

extension Program.Message {
  var isUpdate: Bool { if case .update = kind { true } else { false } }
}
