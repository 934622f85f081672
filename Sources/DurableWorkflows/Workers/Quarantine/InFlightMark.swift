/// A piece of a run's code: its workflow task, one of its activities, or one of its local activities.
struct InFlightCode: Hashable, Sendable {
  var run: RunKey
  /// The activity's scheduled event; 0 for the workflow task, and below 0 for local activities.
  var part: Int64

  static func task(_ run: RunKey) -> InFlightCode { InFlightCode(run: run, part: 0) }
  static func localActivity(_ seq: Int, of run: RunKey) -> InFlightCode {
    InFlightCode(run: run, part: -1 - Int64(seq))
  }
}

/// What was known of a piece of code when the process ended.
struct InFlightMark: Hashable, Sendable {
  enum State: UInt32, Sendable {
    case free = 0
    /// It ran.
    case running = 1
    /// It ran, and nothing else that is under suspicion had begun since.
    case alone = 2
    /// It did not run, but did when the process trapped before.
    case suspect = 3
  }

  var code: InFlightCode
  var state: State
  /// How often the process trapped while it ran.
  var crashes: Int
}

/// How a process ended that left marks behind.
struct ProcessTrap: Hashable, Sendable {
  /// The signal's number.
  var signal: Int
  /// Whether it was the engine's thread that trapped: then it was in workflow code.
  var isOnEngineThread: Bool
}

/// Decides, from what one process left behind, which code is under suspicion in the next. A value.
///
/// A process that was killed from outside accuses nobody. A trap on the engine's thread accuses the workflow task that
/// ran. Any other trap accuses the activities that ran; of these the ones that ran alone, if there were any: what is
/// under suspicion runs alone, so the guilty one is found and the others are cleared when they end.
struct CrashVerdict: Equatable {
  /// The code that is under suspicion, with the number of its crashes.
  var suspects: [InFlightCode: Int] = [:]
  /// The code that ran during the crash and is held responsible.
  var accused: Set<InFlightCode> = []

  init(_ marks: [InFlightMark], after trap: ProcessTrap?) {
    for mark in marks where mark.crashes > 0 { suspects[mark.code] = mark.crashes }
    guard let trap else { return }
    let running = marks.filter { $0.state == .running || $0.state == .alone }
    let tasks = running.filter { $0.code.part == 0 }
    let activities = running.filter { $0.code.part != 0 }
    let alone = activities.filter { $0.state == .alone }
    let accused = trap.isOnEngineThread ? tasks : alone.isEmpty ? activities : alone
    for mark in accused {
      self.accused.insert(mark.code)
      suspects[mark.code] = mark.crashes + 1
    }
  }

  /// How many crashes put a run in quarantine.
  static let mostCrashes = 3
}
