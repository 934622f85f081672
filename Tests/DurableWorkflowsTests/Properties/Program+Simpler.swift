internal import DurableWorkflows

extension Program {
  /// Programs that are a little simpler, the simplest first.
  var simpler: [Program] {
    var programs: [Program] = []
    func add(_ change: (inout Program) -> Void) {
      var program = self
      change(&program)
      if program != self { programs.append(program) }
    }
    add { $0.cancellation = nil }
    add { $0.termination = nil }
    add { $0.runTimeout = nil }
    add { $0.retry = nil }
    for index in messages.indices {
      add { $0.messages.remove(at: index) }
      add { $0.messages[index].activity = nil }
      add { $0.messages[index].kind = .signal }
    }
    for step in root.simpler { add { $0.root = step } }
    for index in continuations.indices {
      for step in continuations[index].simpler { add { $0.continuations[index] = step } }
    }
    for index in children.indices {
      for child in children[index].program.simpler { add { $0.children[index].program = child } }
      add { $0.children[index].cancellation = .abandon }
      add { $0.children[index].closePolicy = .abandon }
    }
    for index in activities.indices {
      for activity in activities[index].simpler { add { $0.activities[index] = activity } }
    }
    // Round times last: they make a program readable, not smaller.
    add { $0.cancellation = $0.cancellation.map(rounded) }
    add { $0.termination = $0.termination.map(rounded) }
    add { $0.runTimeout = $0.runTimeout.map(rounded) }
    for index in messages.indices { add { $0.messages[index].time = rounded($0.messages[index].time) } }
    return programs
  }

  /// The simplest program that still fails, by taking away one thing after the other.
  func shrunk(while fails: (Program) -> Bool) -> Program {
    var smallest = self
    var attempts = 0
    while let next = smallest.simpler.first(where: { candidate in
      attempts += 1
      return attempts < 5000 && fails(candidate)
    }) {
      smallest = next
    }
    return smallest
  }
}

/// A whole number of the largest unit that fits.
private func rounded(_ time: Int64) -> Int64 {
  for unit: Int64 in [1_000_000_000, 1_000_000, 1_000] where time > unit { return time / unit * unit }
  return time
}

extension Program.Step {
  var simpler: [Program.Step] {
    switch self {
    case .value(let value): value == 0 ? [] : [.value(0)]
    case .fail(let type): type == 0 ? [.value(0)] : [.value(0), .fail(0)]
    case .sleep(let time): [.value(0)] + different(.sleep(rounded(time)))
    case .activity, .sideEffect, .child, .continueAsNew: [.value(0)]
    case .localActivity(let number): [.value(0), .activity(number)]
    case .messages(let channel, let count, let timeout):
      [.value(0)] + (timeout == nil ? [] : [.messages(channel: channel, count: count, timeout: nil)])
        + (count == 1 ? [] : [.messages(channel: channel, count: 1, timeout: timeout)])
    case .sequence(let steps): fewer(steps, Program.Step.sequence)
    case .parallel(let steps): fewer(steps, Program.Step.parallel)
    case .race(let steps): fewer(steps, Program.Step.race)
    case .pair(let first, let second):
      [first, second] + first.simpler.map { .pair($0, second) } + second.simpler.map { .pair(first, $0) }
    case .timeout(let time, let step):
      [step] + different(.timeout(rounded(time), step)) + step.simpler.map { .timeout(time, $0) }
    case .shielded(let step): [step] + step.simpler.map { .shielded($0) }
    case .catching(let step): [step] + step.simpler.map { .catching($0) }
    case .cancelled(let time, let step):
      [step] + different(.cancelled(after: rounded(time), step)) + step.simpler.map { .cancelled(after: time, $0) }
    }
  }

  private func different(_ step: Program.Step) -> [Program.Step] { step == self ? [] : [step] }

  private func fewer(_ steps: [Program.Step], _ make: ([Program.Step]) -> Program.Step) -> [Program.Step] {
    var results = steps
    for index in steps.indices where steps.count > 1 {
      var rest = steps
      rest.remove(at: index)
      results.append(make(rest))
    }
    for index in steps.indices {
      for simpler in steps[index].simpler {
        var changed = steps
        changed[index] = simpler
        results.append(make(changed))
      }
    }
    return results
  }
}

extension Program.Activity {
  var simpler: [Program.Activity] {
    var activities: [Program.Activity] = []
    func add(_ change: (inout Program.Activity) -> Void) {
      var activity = self
      change(&activity)
      if activity != self { activities.append(activity) }
    }
    if attempts.count > 1 { for index in attempts.indices { add { $0.attempts.remove(at: index) } } }
    if maximumAttempts > 0 { add { $0.scheduleToClose = nil } }
    add { $0.maximumAttempts = 1 }
    add { $0.stopsAfter = nil }
    add { $0.cancellation = .tryCancel }
    add { $0.doublesInterval = false }
    for index in attempts.indices {
      add { $0.attempts[index].ending = .success(0) }
      add { $0.attempts[index].duration = rounded($0.attempts[index].duration) }
    }
    add { $0.startToClose = rounded($0.startToClose) }
    add { $0.initialInterval = rounded($0.initialInterval) }
    return activities
  }
}
