/// What a program means, written down without the engine: every step is a function from when it begins, and when its
/// task is cancelled, to when and how it ends. That is possible because branches share nothing but the signals, which
/// come from outside.
struct ProgramModel {
  /// When and how a step ends. A step that never ends has the time ``never``.
  struct End {
    var time: Int64
    var result: Result<String, Kind>
    /// Whether it noticed its task's cancellation: what follows is certain to be cancelled already.
    var sawCancellation = false
  }

  /// The kind of an error.
  struct Kind: Error, Hashable {
    var text: String
    static let canceled = Kind(text: "canceled")
    static let timeout = Kind(text: "timeout")
  }

  /// When a step begins, and when its task is cancelled.
  struct Start {
    var time: Int64
    var cancellation = never
    /// Whether the task is certain to be cancelled at a beginning at that very time.
    var isCancelled = false

    /// The same for a step after another one.
    func after(_ end: End) -> Start {
      Start(
        time: end.time, cancellation: cancellation,
        isCancelled: isCancelled || end.sawCancellation || cancellation < end.time)
    }

    /// The same with an additional cancellation.
    func cancelled(at time: Int64) -> Start {
      var start = self
      start.cancellation = min(cancellation, time)
      return start
    }
  }

  static let never = Int64.max

  let program: Program
  /// Set when things that decide the outcome happen at the same time: then the model does not say which is first.
  private(set) var isAmbiguous = false
  /// When the signals of each channel count.
  private var counted = [[Int64]](repeating: [], count: Program.channels)

  init(_ program: Program) { self.program = program }

  private func sum(_ time: Int64, _ duration: Int64) -> Int64 {
    let (sum, isTooLarge) = time.addingReportingOverflow(duration)
    return isTooLarge ? ProgramModel.never : sum
  }

  // MARK: Runs

  /// How the run ends.
  mutating func outcome() -> ProgramOutcome {
    var handlers: [(start: Int64, end: Int64)] = []
    var poison = ProgramModel.never
    for signal in program.signals {
      if signal.isPoison {
        poison = min(poison, signal.time)
        continue
      }
      guard let number = signal.activity else {
        counted[signal.channel].append(signal.time)
        continue
      }
      // Handlers are not cancelled with the run.
      let end = activity(program.activities[number], Start(time: signal.time))
      handlers.append((signal.time, end.time))
      if case .success = end.result { counted[signal.channel].append(end.time) }
    }
    for channel in counted.indices { counted[channel].sort() }

    let main = evaluate(program.root, Start(time: 0, cancellation: program.cancellation ?? ProgramModel.never))
    var result = main.result
    var decided = main.time
    if poison < decided {
      decided = poison
      result = .failure(Kind(text: "error poison"))
    }
    // The run closes when its outcome is known and no handler runs.
    var close = decided
    while let handler = handlers.filter({ $0.start <= close && close < $0.end }).first { close = handler.end }
    return ending(result, close)
  }

  private func ending(_ result: Result<String, Kind>, _ close: Int64) -> ProgramOutcome {
    let timeout = program.runTimeout ?? ProgramModel.never
    let termination = program.termination ?? ProgramModel.never
    if termination < min(close, timeout) { return ProgramOutcome(status: .terminated, detail: "", time: termination) }
    if timeout < close { return ProgramOutcome(status: .timedOut, detail: "", time: timeout) }
    if close == ProgramModel.never { return ProgramOutcome(status: .open, detail: "", time: 0) }
    switch result {
    case .success(let value): return ProgramOutcome(status: .completed, detail: value, time: close)
    case .failure(.canceled) where (program.cancellation ?? ProgramModel.never) <= close:
      return ProgramOutcome(status: .canceled, detail: "", time: close)
    case .failure(let kind): return ProgramOutcome(status: .failed, detail: kind.text, time: close)
    }
  }

  // MARK: Steps

  private mutating func evaluate(_ step: Program.Step, _ start: Start) -> End {
    switch step {
    case .value(let value): return End(time: start.time, result: .success("\(value)"))
    case .fail(let type): return End(time: start.time, result: .failure(Kind(text: "error \(type)")))
    case .sleep(let time):
      if let end = refused(start) { return end }
      return waiting(start, until: sum(start.time, time), .success("slept"))
    case .activity(let number):
      if let end = refused(start) { return end }
      return activity(program.activities[number], start)
    case .signals(let channel, let count, let timeout):
      if let end = refused(start) { return end }
      return signals(channel, count, timeout, start)
    case .sequence(let steps): return sequence(steps, start)
    case .parallel(let steps): return parallel(steps, start)
    case .race(let steps):
      let ends = steps.map { evaluate($0, start) }
      return race(ends, start) { $0.evaluate(steps[$1], $2) }
    case .pair(let first, let second): return pair(first, second, start)
    case .timeout(let time, let step):
      let ends = [evaluate(step, start), deadline(time, start)]
      return race(ends, start) { $1 == 0 ? $0.evaluate(step, $2) : $0.deadline(time, $2) }
    case .catching(let step):
      var end = evaluate(step, start)
      if case .failure(let kind) = end.result { end.result = .success("caught \(kind.text)") }
      return end
    case .cancelled(let time, let step):
      let wait = evaluate(.sleep(time), start)
      let body = evaluate(
        step, Start(time: start.time, cancellation: wait.time, isCancelled: wait.time == start.time))
      return End(
        time: max(wait.time, body.time), result: body.result,
        sawCancellation: wait.sawCancellation || start.isCancelled)
    }
  }

  /// The end of something that waits, if its task is cancelled when it begins.
  private mutating func refused(_ start: Start) -> End? {
    guard start.isCancelled || start.cancellation <= start.time else { return nil }
    if !start.isCancelled, start.cancellation == start.time { isAmbiguous = true }
    return End(time: start.time, result: .failure(.canceled), sawCancellation: true)
  }

  private func waiting(_ start: Start, until time: Int64, _ result: Result<String, Kind>) -> End {
    start.cancellation < time
      ? End(time: start.cancellation, result: .failure(.canceled), sawCancellation: true)
      : End(time: time, result: result)
  }

  private mutating func deadline(_ time: Int64, _ start: Start) -> End {
    var end = evaluate(.sleep(time), start)
    if case .success = end.result { end.result = .failure(.timeout) }
    return end
  }

  private func signals(_ channel: Int, _ count: Int, _ timeout: Int64?, _ start: Start) -> End {
    let reached = count <= counted[channel].count ? counted[channel][count - 1] : ProgramModel.never
    if reached <= start.time { return End(time: start.time, result: .success("\(count) signals")) }
    if let timeout, sum(start.time, timeout) < reached {
      return waiting(start, until: sum(start.time, timeout), .failure(.timeout))
    }
    return waiting(start, until: reached, .success("\(count) signals"))
  }

  private mutating func sequence(_ steps: [Program.Step], _ start: Start) -> End {
    var start = start
    var end = End(time: start.time, result: .success(""))
    var values: [String] = []
    for step in steps {
      end = evaluate(step, start)
      start = start.after(end)
      end.sawCancellation = start.isCancelled
      guard end.time < ProgramModel.never, case .success(let value) = end.result else { return end }
      values.append(value)
    }
    end.result = .success("[\(values.joined(separator: " "))]")
    return end
  }

  private mutating func parallel(_ steps: [Program.Step], _ start: Start) -> End {
    var ends = steps.map { evaluate($0, start) }
    let failures = ends.filter { if case .failure = $0.result { $0.time < ProgramModel.never } else { false } }
    guard let first = failures.min(by: { $0.time < $1.time }) else {
      let values = ends.map { (try? $0.result.get()) ?? "" }
      return joined(ends, .success("{\(values.joined(separator: " "))}"))
    }
    noteTies(failures.filter { $0.time == first.time })
    ends = zip(steps, ends).map { step, end in
      end.time <= first.time ? end : evaluate(step, start.cancelled(at: first.time))
    }
    return joined(ends, first.result, notices: first.sawCancellation)
  }

  /// The first of several ends; those that are later are evaluated again with the cancellation that it brings.
  private mutating func race(
    _ ends: [End], _ start: Start, again: (inout ProgramModel, Int, Start) -> End
  ) -> End {
    guard let first = ends.min(by: { $0.time < $1.time }) else { return End(time: start.time, result: .success("")) }
    if first.time == ProgramModel.never { return first }
    noteTies(ends.filter { $0.time == first.time })
    var all: [End] = []
    for (index, end) in ends.enumerated() {
      all.append(end.time <= first.time ? end : again(&self, index, start.cancelled(at: first.time)))
    }
    return joined(all, first.result, notices: first.sawCancellation)
  }

  private mutating func pair(_ first: Program.Step, _ second: Program.Step, _ start: Start) -> End {
    let left = evaluate(first, start)
    var right = evaluate(second, start)
    if case .failure = left.result, left.time < right.time {
      right = evaluate(second, start.cancelled(at: left.time))
    }
    let result: Result<String, Kind> = left.result.flatMap { left in right.result.map { "<\(left) \($0)>" } }
    return joined([left, right], result, notices: left.sawCancellation)
  }

  /// All have ended.
  private func joined(_ ends: [End], _ result: Result<String, Kind>, notices: Bool? = nil) -> End {
    End(
      time: ends.map(\.time).max() ?? 0, result: result,
      sawCancellation: notices ?? ends.contains(where: \.sawCancellation))
  }

  private mutating func noteTies(_ ends: [End]) {
    if let first = ends.first, ends.contains(where: { $0.result != first.result }) { isAmbiguous = true }
  }

  // MARK: Activities

  private func activity(_ plan: Program.Activity, _ start: Start) -> End {
    let waits = plan.cancellation == 1
    let deadline = plan.scheduleToClose.map { sum(start.time, $0) } ?? ProgramModel.never
    var isRequested = false
    var time = start.time
    var number = 1

    func failed(_ cause: String, _ state: String) -> Result<String, Kind> {
      .failure(Kind(text: "activity \(cause) \(state)"))
    }
    /// The end, if the wait is cut short before `next`; else `nil`.
    func cut(before next: Int64, isRunning: Bool) -> End? {
      if !isRequested, start.cancellation < min(next, deadline) {
        if !waits || !isRunning {
          return End(time: start.cancellation, result: .failure(.canceled), sawCancellation: true)
        }
        isRequested = true
        if let stops = plan.stopsAfter.map({ sum(start.cancellation, $0) }), stops < min(next, deadline) {
          return End(time: stops, result: .failure(.canceled), sawCancellation: true)
        }
      }
      guard deadline < next else { return nil }
      return End(time: deadline, result: failed("scheduleToClose", "timeout"), sawCancellation: isRequested)
    }

    while true {
      let attempt = plan.attempt(number)
      let isTooSlow = plan.startToClose < attempt.duration
      let ended = sum(time, isTooSlow ? plan.startToClose : attempt.duration)
      if let end = cut(before: ended, isRunning: true) { return end }
      var cause = "startToClose"
      var delay = min(plan.initialInterval << (plan.doublesInterval ? number - 1 : 0), plan.maximumInterval)
      var state: String?
      if !isTooSlow {
        switch attempt.ending {
        case .success(let value):
          return End(time: ended, result: .success("\(value)"), sawCancellation: isRequested)
        case .failure(let type, let isNonRetryable, let nextDelay):
          cause = "error \(type)"
          delay = nextDelay ?? delay
          if isNonRetryable { state = "nonRetryableFailure" }
        }
      }
      if isRequested { state = "cancelRequested" }
      if state == nil, plan.maximumAttempts > 0, number >= plan.maximumAttempts { state = "maximumAttemptsReached" }
      if state == nil, sum(ended, delay) >= deadline { state = "timeout" }
      if let state { return End(time: ended, result: failed(cause, state), sawCancellation: isRequested) }
      if let end = cut(before: sum(ended, delay), isRunning: false) { return end }
      time = sum(ended, delay)
      number += 1
    }
  }
}
