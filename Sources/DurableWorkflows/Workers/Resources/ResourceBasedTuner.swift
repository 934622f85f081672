internal import Synchronization

/// Gives slots as long as memory and processors are in use less than wished. Names are Temporal's.
///
/// One tuner can serve several workers: they share its targets. Measurements are taken when an attempt asks for a slot,
/// at most ten times a second.
///
/// ```swift
/// let tuner = ResourceBasedTuner(targetMemoryUsage: 0.8, targetCPUUsage: 0.9)
/// Worker(taskQueue: "mail", activities: [Mail()], options: .init(activitySlots: tuner.activitySlots()))
/// ```
public final class ResourceBasedTuner: Sendable {
  /// The part of the memory that may be in use, 0 to 1.
  public let targetMemoryUsage: Double
  /// The part of the processors that may be in use, 0 to 1.
  public let targetCPUUsage: Double
  private let meter: any ResourceMeter
  private let state: Mutex<State>

  private struct State {
    var controller: ResourceController
    var nextLook = Timestamp(nanosecondsSinceEpoch: .min)
    var isKnown = false
  }

  /// How often the system is asked.
  static let lookInterval = Duration.milliseconds(100)

  /// Creates a tuner.
  ///
  /// - Parameters:
  ///   - targetMemoryUsage: the part of the memory that may be in use, above 0 and at most 1.
  ///   - targetCPUUsage: the part of the processors that may be in use, above 0 and at most 1.
  ///   - meter: tells what is in use.
  public init(
    targetMemoryUsage: Double = 0.8, targetCPUUsage: Double = 0.9, meter: any ResourceMeter = LinuxResourceMeter()
  ) {
    self.targetMemoryUsage = targetMemoryUsage
    self.targetCPUUsage = targetCPUUsage
    self.meter = meter
    state = Mutex(
      State(controller: ResourceController(targetMemory: targetMemoryUsage, targetCPU: targetCPUUsage)))
  }

  /// A supplier for the activities of one worker.
  ///
  /// - Parameters:
  ///   - minimumSlots: how many are given whatever is in use.
  ///   - maximumSlots: the most that are given.
  ///   - rampThrottle: the shortest time between two slots beyond the minimum, so that the last one's effect shows.
  public func activitySlots(
    minimumSlots: Int = 1, maximumSlots: Int = 500, rampThrottle: Duration = .milliseconds(50)
  ) -> ResourceBasedSlotSupplier {
    ResourceBasedSlotSupplier(self, minimumSlots: minimumSlots, maximumSlots: maximumSlots, rampThrottle: rampThrottle)
  }

  /// Whether there is room for one more. What is not known counts as none.
  func hasRoom(at now: Timestamp) -> Bool {
    state.withLock { state in
      if now >= state.nextLook {
        state.nextLook = now + ResourceBasedTuner.lookInterval
        let usage = meter.usage()
        state.isKnown = usage != nil
        if let usage { state.controller.update(usage, at: now) }
      }
      return state.isKnown && state.controller.hasRoom
    }
  }

  /// What is wrong with the targets, or `nil`.
  var problem: String? {
    for (name, target) in [("targetMemoryUsage", targetMemoryUsage), ("targetCPUUsage", targetCPUUsage)]
    where !(target > 0 && target <= 1) {
      return "\(name) is \(target); a part above 0 and at most 1 is needed"
    }
    return nil
  }
}

/// Slots by memory and processors; ``ResourceBasedTuner/activitySlots(minimumSlots:maximumSlots:rampThrottle:)`` makes
/// it.
public final class ResourceBasedSlotSupplier: SlotSupplier {
  private let tuner: ResourceBasedTuner
  private let minimumSlots: Int
  private let mostSlots: Int
  private let rampThrottle: Duration
  private let nextGrant = Mutex(Timestamp(nanosecondsSinceEpoch: .min))

  init(_ tuner: ResourceBasedTuner, minimumSlots: Int, maximumSlots: Int, rampThrottle: Duration) {
    self.tuner = tuner
    self.minimumSlots = minimumSlots
    self.mostSlots = maximumSlots
    self.rampThrottle = rampThrottle
  }

  public var maximumSlots: Int? { mostSlots }

  public var problem: String? {
    if minimumSlots < 1 { return "minimumSlots is \(minimumSlots); at least 1 is needed" }
    if mostSlots < minimumSlots { return "maximumSlots is \(mostSlots), below minimumSlots" }
    if rampThrottle < .zero { return "rampThrottle is \(rampThrottle); it cannot be negative" }
    return tuner.problem
  }

  public func decide(_ request: SlotRequest) -> SlotDecision {
    if request.usedSlots < minimumSlots { return .granted }
    if request.usedSlots >= mostSlots { return .refused(retryAfter: nil) }
    return nextGrant.withLock { nextGrant in
      if request.now < nextGrant { return .refused(retryAfter: nextGrant - request.now) }
      guard tuner.hasRoom(at: request.now) else { return .refused(retryAfter: ResourceBasedTuner.lookInterval) }
      nextGrant = request.now + rampThrottle
      return .granted
    }
  }
}
