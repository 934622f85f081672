internal import DurableWorkflows

/// What one workflow of a random world does, step by step, and how it is to end.
struct RandomPlan: Codable, Hashable, Sendable {
  /// One thing that a workflow does. All but ``raceTimer`` and ``none`` add to the workflow's sum.
  enum Step: Int, Codable, CaseIterable, Sendable {
    /// An activity; its number is added.
    case activity
    /// An activity whose first attempts fail.
    case flaky
    /// An activity that may not be repeated when its outcome is unknown; its failure counts as its success.
    case fragile
    /// An activity that fails for good.
    case failing
    /// An activity that reports that it is alive.
    case heartbeat
    /// Several activities at once.
    case parallel
    /// An activity with a long text, which goes to a file of its own.
    case blob
    /// A timer.
    case sleep
    /// A condition that never holds, with a timeout.
    case conditionTimeout
    /// An activity against a timer; whoever is first.
    case raceTimer
    /// A child that does some activities.
    case child
    /// A child that is cancelled.
    case cancelledChild
    /// A local activity.
    case local
    /// A side effect.
    case sideEffect
    /// A change of the memo.
    case memo
    /// A signal to another workflow, which may be there or not.
    case external
  }

  struct Entry: Codable, Hashable, Sendable {
    var step: Step
    /// Where the step has a size, time or number.
    var value: Int
  }

  /// How it ends.
  enum Ending: Int, Codable, CaseIterable, Sendable {
    case returns
    /// It goes on as another run, which returns.
    case continues
    /// It throws.
    case fails
    /// Its client cancels it, and it cleans up.
    case cancelled
    /// Its client terminates it.
    case terminated
    /// Its run timeout passes.
    case timesOut
  }

  var entries: [Entry] = []
  var signals = 0
  var updates = 0
  var ending = Ending.returns
  /// The sum of earlier runs.
  var sumBefore = 0

  static func draw(_ random: inout SeededRandom) -> RandomPlan {
    var plan = RandomPlan()
    let steps = Step.allCases
    for _ in 0..<(1 + random.below(5)) {
      plan.entries.append(Entry(step: steps[random.below(steps.count)], value: 1 + random.below(60)))
    }
    // Half of them simply return.
    plan.ending = random.oneIn(2) ? .returns : Ending.allCases[random.below(Ending.allCases.count)]
    if plan.ending == .returns || plan.ending == .fails {
      plan.signals = random.below(4)
      plan.updates = random.below(3)
    }
    return plan
  }

  /// The number at which the workflow arrives.
  var sum: Int {
    let once = entries.reduce(0) { $0 + ($1.step.isCounted ? $1.value : 0) }
    let messages = (0..<signals).reduce(0) { $0 + RandomPlan.value(ofSignal: $1) }
      + (0..<updates).reduce(0) { $0 + RandomPlan.value(ofUpdate: $1) }
    return sumBefore + once * (ending == .continues ? 2 : 1) + messages
  }

  static func value(ofSignal number: Int) -> Int { 1000 * (1 << number) }
  static func value(ofUpdate number: Int) -> Int { 100_000 * (1 << number) }
}

extension RandomPlan.Step {
  /// Whether the value of the entry is part of the sum.
  var isCounted: Bool {
    switch self {
    case .sleep, .conditionTimeout, .raceTimer, .failing, .cancelledChild, .memo, .external: false
    default: true
    }
  }
}

/// Several workflows and the times at which their client acts on them.
struct RandomWorld: Sendable {
  struct Client: Sendable {
    var id: String
    var plan: RandomPlan
    /// When it is started, in minutes from the beginning.
    var start: Int
    /// When each message is sent, in minutes after that.
    var messages: [Int]
    /// Whether the start is sent together with the first signal.
    var startsWithSignal: Bool
    /// Whether an update is sent that its validator refuses.
    var asksInVain: Bool
  }

  var clients: [Client] = []

  init(seed: UInt64) {
    var random = SeededRandom(seed, part: 7)
    for number in 0..<(1 + random.below(3)) {
      let plan = RandomPlan.draw(&random)
      clients.append(
        Client(
          id: "w\(number)", plan: plan, start: random.oneIn(3) ? random.below(90) : 0,
          messages: (0..<(plan.signals + plan.updates + 1)).map { _ in random.oneIn(2) ? random.below(120) : 0 },
          startsWithSignal: random.oneIn(4), asksInVain: random.oneIn(4)))
    }
  }
}
