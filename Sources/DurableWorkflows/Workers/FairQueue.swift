internal import HeapModule

/// An attempt that waits for a slot.
struct QueuedTask: Hashable, Sendable {
  var run: RunKey
  var scheduledEventID: Int64
}

/// The waiting attempts of one level of urgency, in the order in which their keys take turns.
///
/// Start-time fair queueing: every key has a virtual time at which its next attempt is due, which an attempt moves on
/// by the inverse of its weight; the earliest is next. A key that was idle joins at the present virtual time, so it
/// gets neither credit for its idleness nor a penalty. Attempts without a key are a key of their own.
///
/// Adding and taking cost O(log k) with k keys that wait, and O(1) as long as there are no keys. Keys that are idle are
/// forgotten once their last turn is in the past, or when there are too many of them.
struct FairQueue: Sendable {
  /// The virtual time that an attempt of weight 1 takes.
  private static let unit: Int64 = 1 << 20
  /// Idle keys beyond the waiting ones that are remembered.
  private static let mostIdle = 1024

  private struct Flow: Sendable {
    var tasks = FIFO<(task: QueuedTask, stride: Int64)>()
    /// When the first of them is due.
    var pass: Int64
  }

  private struct Turn: Comparable, Sendable {
    var pass: Int64
    /// Keys that are due together take turns in the order in which they asked.
    var sequence: UInt64
    var key: String

    static func < (left: Turn, right: Turn) -> Bool { (left.pass, left.sequence) < (right.pass, right.sequence) }
    static func == (left: Turn, right: Turn) -> Bool { left.sequence == right.sequence }
  }

  private var unkeyed = FIFO<QueuedTask>()
  private var unkeyedPass: Int64 = 0
  private var flows: [String: Flow] = [:]
  /// One for every key that waits.
  private var turns = Heap<Turn>()
  private var virtualTime: Int64 = 0
  private var nextSequence: UInt64 = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }
  /// The number of keys that are remembered.
  var rememberedKeys: Int { flows.count }

  // MARK: Adding

  mutating func append(_ task: QueuedTask, key: String, weight: Float) {
    count += 1
    if key.isEmpty {
      if unkeyed.isEmpty { unkeyedPass = max(unkeyedPass, virtualTime) }
      unkeyed.append(task)
      return
    }
    let stride = max(1, Int64(Float(FairQueue.unit) / weight))
    if let flow = flows[key], !flow.tasks.isEmpty {
      flows[key]?.tasks.append((task, stride))
      return
    }
    let pass = max(flows[key]?.pass ?? 0, virtualTime)
    flows[key, default: Flow(pass: pass)].pass = pass
    flows[key]?.tasks.append((task, stride))
    insertTurn(of: key, pass: pass)
  }

  private mutating func insertTurn(of key: String, pass: Int64) {
    turns.insert(Turn(pass: pass, sequence: nextSequence, key: key))
    nextSequence += 1
  }

  // MARK: Taking

  private var isUnkeyedNext: Bool {
    guard !unkeyed.isEmpty else { return false }
    return turns.min.map { unkeyedPass <= $0.pass } ?? true
  }

  /// The attempt whose turn it is.
  var first: QueuedTask? {
    if isUnkeyedNext { return unkeyed.first }
    return turns.min.flatMap { flows[$0.key]?.tasks.first?.task }
  }

  /// Takes it.
  ///
  /// - Parameter isServed: whether it counts as its key's turn; what no longer matters does not.
  mutating func removeFirst(isServed: Bool = true) {
    guard count > 0 else { return }
    count -= 1
    if isUnkeyedNext {
      _ = unkeyed.popFirst()
      if isServed {
        virtualTime = max(virtualTime, unkeyedPass)
        unkeyedPass += FairQueue.unit
      }
    } else if let turn = turns.popMin() {
      let stride = flows[turn.key]?.tasks.popFirst()?.stride ?? 0
      if isServed { virtualTime = max(virtualTime, turn.pass) }
      let pass = turn.pass + (isServed ? stride : 0)
      flows[turn.key]?.pass = pass
      if flows[turn.key]?.tasks.isEmpty == false { insertTurn(of: turn.key, pass: pass) } else { forgetIdleKeys() }
    }
    if count == 0 { reset() }
  }

  /// Everything that waited has been served: all are equal again.
  private mutating func reset() {
    virtualTime = 0
    unkeyedPass = 0
    if !flows.isEmpty { flows = [:] }
  }

  private mutating func forgetIdleKeys() {
    guard flows.count > 2 * turns.count + FairQueue.mostIdle else { return }
    var idle = flows.filter { $0.value.tasks.isEmpty && $0.value.pass > virtualTime }
    if idle.count > FairQueue.mostIdle / 2 {
      // Those whose last turn lies furthest ahead would gain most by being forgotten.
      let kept = idle.sorted { ($1.value.pass, $1.key) < ($0.value.pass, $0.key) }.prefix(FairQueue.mostIdle / 2)
      idle = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
    flows = flows.filter { !$0.value.tasks.isEmpty }.merging(idle) { waiting, _ in waiting }
  }

  // MARK: All of them

  /// The first attempt of every key: the oldest is among them.
  var heads: [QueuedTask] {
    flows.values.compactMap { $0.tasks.first?.task } + (unkeyed.first.map { [$0] } ?? [])
  }

  /// All attempts, in no particular order.
  func forEach(_ body: (QueuedTask) -> Void) {
    for task in unkeyed.all { body(task) }
    for flow in flows.values { for entry in flow.tasks.all { body(entry.task) } }
  }

  /// Leaves out what no longer matters. The keys keep their turns.
  mutating func filter(_ isKept: (QueuedTask) -> Bool) {
    unkeyed.filter(isKept)
    for key in flows.keys { flows[key]?.tasks.filter { isKept($0.task) } }
    turns = Heap(turns.unordered.filter { flows[$0.key]?.tasks.isEmpty == false })
    count = unkeyed.count + flows.values.reduce(0) { $0 + $1.tasks.count }
    if count == 0 { reset() }
  }
}
