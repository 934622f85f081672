/// The attempts of one task queue that wait for a slot: the most urgent level first, fair within a level.
///
/// What no longer matters, because its run ended or the attempt timed out, is left out when it is reached, or when the
/// backlog has doubled.
struct TaskBacklog: Sendable {
  private var levels: [FairQueue] = Array(repeating: FairQueue(), count: Priority.leastUrgent)
  private var filterSize = 4096
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ task: QueuedTask, _ priority: Priority = Priority()) {
    count += 1
    levels[priority.queueLevel].append(task, key: priority.queueKey, weight: priority.queueWeight)
  }

  private var nextLevel: Int? { count == 0 ? nil : levels.firstIndex { !$0.isEmpty } }

  /// The attempt that is next.
  var first: QueuedTask? { nextLevel.flatMap { levels[$0].first } }

  /// Takes it.
  mutating func removeFirst(isServed: Bool = true) {
    guard let level = nextLevel else { return }
    levels[level].removeFirst(isServed: isServed)
    count -= 1
  }

  /// Leaves out what no longer matters once the backlog has doubled since the last time.
  mutating func filterIfGrown(_ isKept: (QueuedTask) -> Bool) {
    guard count > filterSize else { return }
    filter(isKept)
    filterSize = max(4096, count * 2)
  }

  /// Leaves out what no longer matters.
  mutating func filter(_ isKept: (QueuedTask) -> Bool) {
    for level in levels.indices { levels[level].filter(isKept) }
    count = levels.reduce(0) { $0 + $1.count }
  }

  /// The first attempt of every level and key: the oldest is among them.
  var heads: [QueuedTask] { levels.flatMap(\.heads) }

  /// All attempts, in no particular order.
  func forEach(_ body: (QueuedTask) -> Void) {
    for level in levels { level.forEach(body) }
  }

  /// How many wait at every level, the most urgent first.
  var countsByLevel: [Int] { levels.map(\.count) }
}
