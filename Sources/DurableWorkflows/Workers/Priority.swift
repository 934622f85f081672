/// How urgent the activities of a task queue are to one another, and whom they are done for. Names and meaning are
/// Temporal's.
///
/// A queue hands out the activities of the most urgent level first. Within a level its ``fairnessKey``s take turns in
/// proportion to their weights, so that a key with many activities does not delay those of others; the activities of
/// one key keep their order.
///
/// What is unset is inherited: an activity takes it from its run, a child from its parent, a run that continues as new
/// from the run before.
public struct Priority: Hashable, Sendable {
  /// 0 for what is unset.
  private var level: Int8 = 0
  private var key: String = ""
  /// 0 for what is unset.
  private var weight: Float = 0

  /// The level, 1 for the most urgent to 5 for the least; `nil` inherits, and 3 is the default.
  public var priorityKey: Int? {
    get { level == 0 ? nil : Int(level) }
    set { level = newValue.map { Int8(clamping: $0) } ?? 0 }
  }

  /// For whom the work is done, for example a tenant, at most 64 bytes; `nil` inherits, and no key is a key of its own.
  public var fairnessKey: String? {
    get { key.isEmpty ? nil : key }
    set { key = newValue ?? "" }
  }

  /// How many turns the key gets, compared with other keys, 0.001 to 1,000; `nil` inherits, and 1 is the default.
  public var fairnessWeight: Float? {
    get { weight == 0 ? nil : weight }
    set { weight = newValue ?? 0 }
  }

  /// Creates a priority; `nil` inherits.
  public init(priorityKey: Int? = nil, fairnessKey: String? = nil, fairnessWeight: Float? = nil) {
    self.priorityKey = priorityKey
    self.fairnessKey = fairnessKey
    self.fairnessWeight = fairnessWeight
  }

  /// The most urgent level.
  public static let mostUrgent = 1
  /// The least urgent level.
  public static let leastUrgent = 5
  /// The level of what has none.
  public static let defaultKey = 3

  /// Whether everything is inherited.
  public var isUnset: Bool { level == 0 && key.isEmpty && weight == 0 }

  /// This priority with every unset field taken from `defaults`.
  public func merged(over defaults: Priority) -> Priority {
    if defaults.isUnset { return self }
    if isUnset { return defaults }
    var merged = self
    if level == 0 { merged.level = defaults.level }
    if key.isEmpty { merged.key = defaults.key }
    if weight == 0 { merged.weight = defaults.weight }
    return merged
  }

  /// What is wrong with the priority, or `nil`.
  var problem: String? {
    if level != 0, !(Int8(Priority.mostUrgent)...Int8(Priority.leastUrgent)).contains(level) {
      return "its priority key is \(level); keys go from 1, the most urgent, to 5"
    }
    if key.utf8.count > 64 { return "its fairness key has \(key.utf8.count) bytes; at most 64 are possible" }
    if weight != 0, !(0.001...1000).contains(weight) {
      return "its fairness weight is \(weight); weights go from 0.001 to 1,000"
    }
    return nil
  }

  /// The level within a queue, from 0.
  var queueLevel: Int {
    level == 0 ? Priority.defaultKey - 1 : min(max(Int(level), Priority.mostUrgent), Priority.leastUrgent) - 1
  }

  /// The key within a level; empty for none.
  var queueKey: String { key }

  /// The weight within a level.
  var queueWeight: Float { weight == 0 ? 1 : min(max(weight, 0.001), 1000) }
}

extension ByteWriter {
  mutating func priority(_ priority: Priority) {
    signed(Int64(priority.priorityKey ?? 0))
    text(priority.fairnessKey ?? "")
    unsigned(UInt64((priority.fairnessWeight ?? 0).bitPattern))
  }
}

extension ByteReader {
  mutating func priority() throws(RecordCodingError) -> Priority {
    let key = Int(clamping: try signed())
    let fairnessKey = try text()
    let weight = Float(bitPattern: UInt32(truncatingIfNeeded: try unsigned()))
    var priority = Priority()
    if key != 0 { priority.priorityKey = key }
    priority.fairnessKey = fairnessKey
    if weight.isFinite { priority.fairnessWeight = weight }
    return priority
  }
}
