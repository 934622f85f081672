internal import DurableWorkflows

/// What a program means, written down without the engine: every step is a function from when it begins, and when its
/// task is cancelled, to when and how it ends. That is possible because branches share nothing but the messages, which
/// come from outside.
struct ProgramModel {
  /// When and how a step ends. A step that never ends has the time ``never``.
  struct End {
    var time: Int64
    var result: Result<String, Kind>
    /// Whether it noticed its task's cancellation: what follows is certain to be cancelled already.
    var sawCancellation = false
    /// The children that it started.
    var children: [ChildRun] = []
  }

  /// The kind of an error.
  struct Kind: Error, Hashable {
    var text: String
    /// Set for the error that ends a run to go on as another one.
    var continuation: Int?

    /// Whether it is the cancellation of the task or of the child that it waited for.
    var isCancellation: Bool { text == "canceled" || text.hasPrefix("child canceled") }

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

  /// A child that was started, and when its parent asked for its cancellation.
  struct ChildRun {
    var number: Int
    var start: Int64
    var cancellation = never
  }

  static let never = Int64.max

  let program: Program
  let workflowID: String
  /// Set when things that decide the outcome happen at the same time: then the model does not say which is first.
  var isAmbiguous = false
  var outcome = ProgramOutcome()

  // What the run that is being evaluated knows.
  var root = 0
  var attempt = 1
  /// When the messages of each channel count.
  var counted: [[Int64]] = []

  init(_ program: Program, workflowID: String = "program") {
    self.program = program
    self.workflowID = workflowID
  }

  func sum(_ time: Int64, _ duration: Int64) -> Int64 {
    let (sum, isTooLarge) = time.addingReportingOverflow(duration)
    return isTooLarge ? ProgramModel.never : sum
  }

  // MARK: Steps

  mutating func evaluate(_ step: Program.Step, _ start: Start) -> End {
    switch step {
    case .value(let value): return End(time: start.time, result: .success("\(value)"))
    case .fail(let type): return End(time: start.time, result: .failure(Kind(text: "error \(type)")))
    case .sideEffect(let value): return End(time: start.time, result: .success("drew \(value)"))
    case .continueAsNew(let root):
      return End(time: start.time, result: .failure(Kind(text: "continue", continuation: root)))
    case .sleep(let time):
      if let end = refused(start) { return end }
      return waiting(start, until: sum(start.time, time), .success("slept"))
    case .activity(let number), .localActivity(let number):
      if let end = refused(start) { return end }
      return activity(program.activities[number], start)
    case .child(let number):
      if let end = refused(start) { return end }
      return child(number, start)
    case .messages(let channel, let count, let timeout):
      if let end = refused(start) { return end }
      return messages(channel, count, timeout, start)
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
        sawCancellation: wait.sawCancellation || start.isCancelled, children: body.children)
    case .shielded(let step):
      var end = evaluate(step, Start(time: start.time))
      end.sawCancellation = start.isCancelled
      return end
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

  private func messages(_ channel: Int, _ count: Int, _ timeout: Int64?, _ start: Start) -> End {
    let reached = count <= counted[channel].count ? counted[channel][count - 1] : ProgramModel.never
    if reached <= start.time { return End(time: start.time, result: .success("\(count) messages")) }
    if let timeout, sum(start.time, timeout) < reached {
      return waiting(start, until: sum(start.time, timeout), .failure(.timeout))
    }
    return waiting(start, until: reached, .success("\(count) messages"))
  }

  // MARK: Several steps

  private mutating func sequence(_ steps: [Program.Step], _ start: Start) -> End {
    var start = start
    var values: [String] = []
    var children: [ChildRun] = []
    for step in steps {
      var end = evaluate(step, start)
      children += end.children
      start = start.after(end)
      guard end.time < ProgramModel.never, case .success(let value) = end.result else {
        end.sawCancellation = start.isCancelled
        end.children = children
        return end
      }
      values.append(value)
    }
    return End(
      time: start.time, result: .success("[\(values.joined(separator: " "))]"), sawCancellation: start.isCancelled,
      children: children)
  }

  private mutating func parallel(_ steps: [Program.Step], _ start: Start) -> End {
    var ends = steps.map { evaluate($0, start) }
    let failures = ends.filter { if case .failure = $0.result { $0.time < ProgramModel.never } else { false } }
    guard let first = failures.min(by: { $0.time < $1.time }) else {
      let values = ends.map { (try? $0.result.get()) ?? "" }
      return joined(ends, .success("{\(values.joined(separator: " "))}"))
    }
    noteTies(failures.filter { $0.time == first.time })
    noteLateChildren(ends, first)
    ends = zip(steps, ends).map { step, end in
      end.time <= first.time ? end : evaluate(step, start.cancelled(at: first.time))
    }
    return joined(ends, first.result, notices: first.sawCancellation)
  }

  /// The first of several ends; those that are later are evaluated again with the cancellation that it brings.
  private mutating func race(
    _ ends: [End], _ start: Start, again: (inout ProgramModel, Int, Start) -> End
  ) -> End {
    guard let first = ends.min(by: { $0.time < $1.time }), first.time < ProgramModel.never else {
      return joined(ends, .success(""))
    }
    noteTies(ends.filter { $0.time == first.time })
    noteLateChildren(ends, first)
    var all: [End] = []
    for (index, end) in ends.enumerated() {
      all.append(end.time <= first.time ? end : again(&self, index, start.cancelled(at: first.time)))
    }
    return joined(all, first.result, notices: first.sawCancellation)
  }

  private mutating func pair(_ first: Program.Step, _ second: Program.Step, _ start: Start) -> End {
    let left = evaluate(first, start)
    var right = evaluate(second, start)
    if case .failure = left.result {
      noteLateChildren([right], left)
      if left.time < right.time { right = evaluate(second, start.cancelled(at: left.time)) }
    }
    let result: Result<String, Kind> = left.result.flatMap { left in right.result.map { "<\(left) \($0)>" } }
    return joined([left, right], result, notices: left.sawCancellation)
  }

  /// All have ended.
  private func joined(_ ends: [End], _ result: Result<String, Kind>, notices: Bool? = nil) -> End {
    End(
      time: ends.map(\.time).max() ?? 0, result: result,
      sawCancellation: notices ?? ends.contains(where: \.sawCancellation), children: ends.flatMap(\.children))
  }

  /// Whether a child is started at all when its caller is cancelled at that very time, the model does not say.
  private mutating func noteLateChildren(_ ends: [End], _ first: End) {
    if ends.contains(where: { $0.time == first.time && $0.children.contains { $0.start == first.time } }) {
      isAmbiguous = true
    }
  }

  private mutating func noteTies(_ ends: [End]) {
    if let first = ends.first, ends.contains(where: { $0.result != first.result }) { isAmbiguous = true }
  }
}
