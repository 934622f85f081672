/// Who asks for a slot.
public struct SlotRequest: Hashable, Sendable {
  /// The task queue.
  public var taskQueue: String
  /// How many slots of the worker are taken.
  public var usedSlots: Int
  /// How many attempts wait, with the one that asks.
  public var queued: Int
  /// The engine's time.
  public var now: Timestamp

  /// Creates a request.
  public init(taskQueue: String, usedSlots: Int, queued: Int, now: Timestamp) {
    self.taskQueue = taskQueue
    self.usedSlots = usedSlots
    self.queued = queued
    self.now = now
  }
}

/// What a supplier answers.
public enum SlotDecision: Hashable, Sendable {
  /// The attempt starts.
  case granted
  /// It waits: until a slot of the worker is given back, and at the latest for this time; `nil` sets no time.
  case refused(retryAfter: Duration?)
}

/// Decides how many activity attempts of a worker run at once.
///
/// It is asked on the engine's thread, so it must answer at once. A worker has its supplier for itself.
public protocol SlotSupplier: Sendable {
  /// The most slots there can be, for metrics; `nil` if there is no such number.
  var maximumSlots: Int? { get }
  /// What is wrong with the supplier, or `nil`. Workers with a problem are refused.
  var problem: String? { get }
  /// Whether one more attempt may start.
  func decide(_ request: SlotRequest) -> SlotDecision
}

extension SlotSupplier {
  public var maximumSlots: Int? { nil }
  public var problem: String? { nil }
}

/// A fixed number of slots.
public struct FixedSizeSlotSupplier: SlotSupplier {
  /// How many.
  public let slots: Int

  /// Creates a supplier.
  /// - Parameter slots: how many attempts run at once, at least 1.
  public init(slots: Int) { self.slots = slots }

  public var maximumSlots: Int? { slots }

  public var problem: String? { slots < 1 ? "it has \(slots) slots; at least 1 is needed" : nil }

  public func decide(_ request: SlotRequest) -> SlotDecision {
    request.usedSlots < slots ? .granted : .refused(retryAfter: nil)
  }
}
