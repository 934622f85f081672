/// Draws programs.
struct ProgramDraw {
  var random: SeededValues
  private var program = Program(root: .value(0))
  /// How many more leaves there may be.
  private var budget = 0

  init(seed: UInt64) { random = SeededValues(seed: seed) }

  mutating func draw() -> Program {
    budget = 1 + random.below(9)
    program = Program(root: .value(0))
    program.root = step(depth: 0)
    for _ in 0..<random.below(5) { program.signals.append(signal()) }
    program.signals.sort { $0.time < $1.time }
    if random.below(4) == 0 { program.cancellation = duration() }
    if random.below(20) == 0 { program.termination = duration() }
    if random.below(10) == 0 { program.runTimeout = duration() * 2 }
    return program
  }

  /// From microseconds to a minute, of all magnitudes, and never the same twice but by a rare chance.
  private mutating func duration() -> Int64 {
    let longest: Int64 = [10_000_000, 1_000_000_000, 60_000_000_000][random.below(3)]
    return Int64.random(in: 1_000...longest, using: &random)
  }

  private mutating func step(depth: Int) -> Program.Step {
    budget -= 1
    if depth >= 4 || budget <= 0 || random.below(5) < 2 { return leaf() }
    switch random.below(10) {
    case 0, 1: return .sequence(steps(depth, 1...3))
    case 2, 3: return .parallel(steps(depth, 1...3))
    case 4: return .race(steps(depth, 1...3))
    case 5: return .pair(step(depth: depth + 1), step(depth: depth + 1))
    case 6: return .timeout(duration(), step(depth: depth + 1))
    case 7, 8: return .catching(step(depth: depth + 1))
    default: return .cancelled(after: duration(), step(depth: depth + 1))
    }
  }

  private mutating func steps(_ depth: Int, _ count: ClosedRange<Int>) -> [Program.Step] {
    (0..<Int.random(in: count, using: &random)).map { _ in step(depth: depth + 1) }
  }

  private mutating func leaf() -> Program.Step {
    switch random.below(10) {
    case 0: .value(random.below(10))
    case 1: .fail(random.below(3))
    case 2, 3: .sleep(duration())
    case 4, 5:
      .signals(
        channel: random.below(Program.channels), count: 1 + random.below(3),
        timeout: random.bool() ? duration() : nil)
    default: .activity(activity())
    }
  }

  private mutating func signal() -> Program.Signal {
    Program.Signal(
      time: duration(), channel: random.below(Program.channels), activity: random.below(4) == 0 ? activity() : nil,
      isPoison: random.below(30) == 0)
  }

  private mutating func activity() -> Int {
    let initial = duration()
    let hasLimit = random.below(4) > 0
    // Without a limit the deadline comes before very many attempts.
    let scheduleToClose: Int64? =
      if hasLimit { random.below(4) == 0 ? duration() * 2 : nil } else { initial * Int64(1 + random.below(10)) }
    program.activities.append(
      Program.Activity(
        attempts: (0..<(1 + random.below(3))).map { _ in attempt(mayHurry: hasLimit) }, startToClose: duration() * 2,
        scheduleToClose: scheduleToClose,
        initialInterval: initial,
        doublesInterval: random.bool(), maximumInterval: initial * (1 + Int64(random.below(3))),
        maximumAttempts: hasLimit ? 1 + random.below(4) : 0, cancellation: random.below(3),
        stopsAfter: random.bool() ? duration() : nil))
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
    return Program.Activity.Attempt(duration: duration(), ending: ending)
  }
}
