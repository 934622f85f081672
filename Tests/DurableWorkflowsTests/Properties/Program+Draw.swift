internal import DurableWorkflows

/// Draws programs.
struct ProgramDraw {
  /// What may be drawn.
  struct Limits: Sendable {
    /// Whether activities take time. Where they do not, everything that takes time is a timer.
    var hasSlowActivities = true
    /// Whether the outcome is to be the same when the process is away for a moment: nothing happens from outside, no
    /// deadline ends anything, no attempt is the last one, and times are far apart.
    var isCrashProof = false
  }

  var random: SeededValues
  private let limits: Limits
  private var program = Program(root: .value(0))
  /// How many more leaves there may be.
  private var budget = 0
  /// Which of the continuations may be named: later ones only, so that every chain ends.
  private var continuation = 0
  private var generation = 0

  init(seed: UInt64, _ limits: Limits = Limits()) {
    random = SeededValues(seed: seed)
    self.limits = limits
  }

  mutating func draw() -> Program {
    drawRoots(budget: 1 + random.below(9))
    if limits.isCrashProof { return program }
    for _ in 0..<random.below(6) { program.messages.append(message()) }
    program.messages.sort { $0.time < $1.time }
    if random.below(4) == 0 { program.cancellation = duration() }
    if random.below(20) == 0 { program.termination = duration() }
    return program
  }

  private mutating func drawRoots(budget: Int) {
    program = Program(root: .value(0))
    self.budget = budget
    let count = random.below(6) == 0 ? 1 + random.below(2) : 0
    program.continuations = [Program.Step](repeating: .value(0), count: count)
    continuation = 0
    program.root = step(depth: 0)
    for index in 0..<count {
      continuation = index + 1
      self.budget = 3
      program.continuations[index] = step(depth: 1)
    }
    if random.below(10) == 0, !limits.isCrashProof { program.runTimeout = duration() * 2 }
    if random.below(8) == 0 { program.retry = Program.Retry(maximumAttempts: 2 + random.below(2), delay: duration()) }
  }

  /// From microseconds to a minute, of all magnitudes, and never the same twice but by a rare chance.
  private mutating func duration() -> Int64 {
    if limits.isCrashProof { return Int64.random(in: 1_000_000_000...60_000_000_000, using: &random) }
    let longest: Int64 = [10_000_000, 1_000_000_000, 60_000_000_000][random.below(3)]
    return Int64.random(in: 1_000...longest, using: &random)
  }

  private mutating func step(depth: Int) -> Program.Step {
    budget -= 1
    if depth >= 4 || budget <= 0 || random.below(5) < 2 { return leaf() }
    switch random.below(12) {
    case 0, 1: return .sequence(steps(depth, 1...3))
    case 2, 3: return .parallel(steps(depth, 1...3))
    case 4, 5: return .race(steps(depth, 1...3))
    case 6: return .pair(step(depth: depth + 1), step(depth: depth + 1))
    case 7: return .timeout(duration(), step(depth: depth + 1))
    case 8, 9: return .catching(step(depth: depth + 1))
    case 10: return .shielded(step(depth: depth + 1))
    default: return .cancelled(after: duration(), step(depth: depth + 1))
    }
  }

  private mutating func steps(_ depth: Int, _ count: ClosedRange<Int>) -> [Program.Step] {
    (0..<Int.random(in: count, using: &random)).map { _ in step(depth: depth + 1) }
  }

  private mutating func leaf() -> Program.Step {
    switch random.below(16) {
    case 0: return .value(random.below(10))
    case 1: return .fail(random.below(3))
    case 2, 3, 4: return .sleep(duration())
    case 5, 6, 7:
      return .messages(
        channel: random.below(Program.channels), count: 1 + random.below(3),
        timeout: random.bool() ? duration() : nil)
    case 8: return .sideEffect(random.below(1000))
    case 9: return .localActivity(activity())
    case 10 where mayHaveChildren, 11 where mayHaveChildren: return .child(child())
    case 12 where continuation < program.continuations.count:
      return .continueAsNew(Int.random(in: continuation..<program.continuations.count, using: &random))
    default: return .activity(activity())
    }
  }

  private var mayHaveChildren: Bool { generation < 2 && program.children.count < 2 }

  private mutating func message() -> Program.Message {
    let kind: Program.Message.Kind =
      switch random.below(30) {
      case 0: .poison
      case 1..<12: .update(limit: random.below(4))
      default: .signal
      }
    return Program.Message(
      time: duration(), channel: random.below(Program.channels), activity: random.below(4) == 0 ? activity() : nil,
      kind: kind)
  }

  /// A child is a program of its own, to which nothing happens from outside but through its parent.
  private mutating func child() -> Int {
    let (parent, parentBudget, parentContinuation) = (program, budget, continuation)
    generation += 1
    drawRoots(budget: 4)
    generation -= 1
    let child = Program.Child(
      program: program, cancellation: [.abandon, .tryCancel, .waitCancellationCompleted, .waitCancellationRequested][
        random.below(4)], closePolicy: [.terminate, .abandon, .requestCancel][random.below(3)])
    (program, budget, continuation) = (parent, parentBudget, parentContinuation)
    program.children.append(child)
    return program.children.count - 1
  }

  private mutating func activity() -> Int {
    let initial = duration()
    if limits.isCrashProof { return crashProofActivity(initial) }
    let hasLimit = random.below(4) > 0
    // Without a limit the deadline comes before very many attempts.
    let scheduleToClose: Int64? =
      if hasLimit { random.below(4) == 0 ? duration() * 2 : nil } else { initial * Int64(1 + random.below(10)) }
    program.activities.append(
      Program.Activity(
        attempts: (0..<(1 + random.below(3))).map { _ in attempt(mayHurry: hasLimit) }, startToClose: duration() * 2,
        scheduleToClose: scheduleToClose, initialInterval: initial, doublesInterval: random.bool(),
        maximumInterval: initial * (1 + Int64(random.below(3))), maximumAttempts: hasLimit ? 1 + random.below(4) : 0,
        cancellation: [.tryCancel, .waitCancellationCompleted, .abandon][random.below(3)],
        stopsAfter: random.bool() ? duration() : nil))
    return program.activities.count - 1
  }

  private mutating func crashProofActivity(_ initial: Int64) -> Int {
    var attempts = (0..<random.below(3)).map { _ in attempt(mayHurry: true) }
    attempts.append(Program.Activity.Attempt(duration: 0, ending: .success(random.below(100))))
    program.activities.append(
      Program.Activity(
        attempts: attempts, startToClose: 60_000_000_000, scheduleToClose: nil, initialInterval: initial,
        doublesInterval: random.bool(), maximumInterval: initial * 2, maximumAttempts: 0,
        cancellation: [.tryCancel, .waitCancellationCompleted, .abandon][random.below(3)], stopsAfter: nil))
    return program.activities.count - 1
  }

  /// - Parameter mayHurry: whether the next attempt may come sooner than the policy says.
  private mutating func attempt(mayHurry: Bool) -> Program.Activity.Attempt {
    let ending: Program.Activity.Attempt.Ending =
      random.below(5) < 3
      ? .success(random.below(100))
      : .failure(
        type: random.below(3), isNonRetryable: random.below(4) == 0,
        nextDelay: mayHurry && random.below(5) == 0 ? duration() : nil)
    return Program.Activity.Attempt(duration: limits.hasSlowActivities ? duration() : 0, ending: ending)
  }
}
