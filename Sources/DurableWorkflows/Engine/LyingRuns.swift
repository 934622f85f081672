internal import WorkflowJournal

/// The runs that lie on disk: whether they are open, and where their records behind the checkpoint are.
///
/// A table in many parts: a copy of all of it costs nothing, and the next change after that copies a small part. So
/// other threads are given copies of a million runs, and the engine does not stop for it.
struct LyingRuns: Sendable {
  struct Entry: Sendable {
    var isOpen: Bool
    /// The records of events behind the checkpoint.
    var tail: [RecordPointer]
    /// Where the parts of its builds begin, if that is not known from the checkpoint: no event tells.
    var resetPoints: [ResetPointInfo] = []

    init(isOpen: Bool, tail: [RecordPointer]) {
      self.isOpen = isOpen
      self.tail = tail
    }

    /// A run that is put down.
    init(_ state: RunState, tail: [RecordPointer]) {
      self.init(isOpen: state.isOpen, tail: tail)
      resetPoints = state.resetPoints
    }
  }

  private var parts = [[RunKey: Entry]](repeating: [:], count: LyingRuns.partCount)
  private(set) var count = 0

  private static let partCount = 1024

  private static func part(of key: RunKey) -> Int { Int(truncatingIfNeeded: key.rawValue % UInt64(partCount)) }

  /// The entry of a run; `nil` if it does not lie.
  subscript(key: RunKey) -> Entry? { parts[LyingRuns.part(of: key)][key] }

  mutating func insert(_ entry: Entry, for key: RunKey) {
    if parts[LyingRuns.part(of: key)].updateValue(entry, forKey: key) == nil { count += 1 }
  }

  @discardableResult
  mutating func remove(_ key: RunKey) -> Entry? {
    // What is not there must not cost a copy.
    guard parts[LyingRuns.part(of: key)][key] != nil else { return nil }
    count -= 1
    return parts[LyingRuns.part(of: key)].removeValue(forKey: key)
  }

  /// All of them in the order of their starts, which is nearly that of their records on disk.
  var inOrder: [(key: RunKey, entry: Entry)] {
    var all: [(key: RunKey, entry: Entry)] = []
    all.reserveCapacity(count)
    for part in parts { for (key, entry) in part { all.append((key, entry)) } }
    all.sort { $0.key < $1.key }
    return all
  }
}
