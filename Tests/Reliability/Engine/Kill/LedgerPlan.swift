/// What one run of the workload does, decided by its client.
struct LedgerPlan: Codable, Hashable, Sendable {
  /// Steps one after the other.
  var steps = 0
  /// Steps at once, afterwards.
  var parallel = 0
  /// A timer's time in milliseconds; 0 for no timer.
  var timer = 0
  /// Steps of a child; 0 for no child.
  var childSteps = 0
  /// Local activities.
  var locals = 0
  /// How many signals it waits for, numbered from 1.
  var signals = 0
  /// How many updates it waits for, numbered from 1; each makes one step.
  var updates = 0
  /// Whether it goes on as another run after its steps. Such runs get no messages.
  var continues = false
  /// Bytes of text that every step carries; those beyond the blob threshold go to files of their own.
  var padding = 0
  /// Steps of the runs before this one.
  var stepsBefore = 0

  /// What the run returns if all goes well.
  var outcome: LedgerOutcome {
    LedgerOutcome(
      steps: allSteps, signals: Array(1..<(signals + 1)), updates: Array(1..<(updates + 1)), locals: locals)
  }

  /// The effects of the whole chain of runs and its child.
  var allSteps: Int {
    stepsBefore + (steps + parallel) * (continues ? 2 : 1) + childSteps * (continues ? 2 : 1) + updates
  }

  /// A plan drawn at random: mostly short ones of every kind, now and then a long one.
  static func draw(_ random: inout SeededRandom, _ settings: KillSettings) -> LedgerPlan {
    var plan = LedgerPlan()
    let meanSteps = settings.meanSteps
    plan.steps = random.below(max(1, meanSteps / 2)) + 1
    plan.parallel = random.oneIn(3) ? 0 : random.below(max(1, meanSteps)) + 1
    if random.oneIn(settings.timers.oneIn) { plan.timer = random.below(settings.timers.milliseconds) + 1 }
    if random.oneIn(6) { plan.childSteps = random.below(max(1, meanSteps / 4)) + 1 }
    if random.oneIn(4) { plan.locals = random.below(4) + 1 }
    if random.oneIn(200) { plan.padding = 6000 }
    if random.oneIn(8) {
      plan.continues = true
    } else {
      if random.oneIn(2) { plan.signals = random.below(4) + 1 }
      if random.oneIn(3) { plan.updates = random.below(3) + 1 }
    }
    return plan
  }
}

/// What a run of the workload returns.
struct LedgerOutcome: Codable, Hashable, Sendable {
  /// How many effects have a receipt.
  var steps: Int
  /// The numbers of the signals seen, sorted: one that was seen twice is here twice.
  var signals: [Int]
  /// The numbers of the updates handled, sorted.
  var updates: [Int]
  /// How many local activities returned.
  var locals: Int
}
