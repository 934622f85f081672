internal import HeapModule

/// Deadlines in order. Timers are never removed one by one: a timer that no longer matters fires without consequence,
/// and when such leftovers outnumber what matters the queue is rebuilt.
struct TimerQueue<Timer: Sendable>: Sendable {
  private struct Entry: Comparable, Sendable {
    var deadline: Timestamp
    /// Equal deadlines fire in the order in which they were armed.
    var sequence: UInt64
    var timer: Timer

    static func < (left: Entry, right: Entry) -> Bool {
      (left.deadline, left.sequence) < (right.deadline, right.sequence)
    }
    static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }
  }

  private var heap = Heap<Entry>()
  private var nextSequence: UInt64 = 0
  private var compactionSize = 4096

  var count: Int { heap.count }
  var nextDeadline: Timestamp? { heap.min?.deadline }

  mutating func arm(_ timer: Timer, deadline: Timestamp) {
    heap.insert(Entry(deadline: deadline, sequence: nextSequence, timer: timer))
    nextSequence += 1
  }

  /// Arms many at once, which takes less time than one by one.
  mutating func arm(_ timers: [(timer: Timer, deadline: Timestamp)]) {
    let first = nextSequence
    nextSequence += UInt64(timers.count)
    heap.insert(
      contentsOf: timers.enumerated().lazy.map { position, entry in
        Entry(deadline: entry.deadline, sequence: first + UInt64(position), timer: entry.timer)
      })
  }

  /// Takes the next timer whose deadline has come.
  mutating func popDue(at now: Timestamp) -> Timer? {
    guard let first = heap.min, first.deadline <= now else { return nil }
    return heap.popMin()?.timer
  }

  /// Rebuilds the queue without irrelevant timers once it has doubled since the last time.
  mutating func compactIfGrown(where isRelevant: (Timer) -> Bool) {
    guard heap.count > compactionSize else { return }
    heap = Heap(heap.unordered.filter { isRelevant($0.timer) })
    compactionSize = max(4096, heap.count * 2)
  }
}
