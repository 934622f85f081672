/// A change of a schedule's state, or actions outside its times.
public struct SchedulePatch: Hashable, Sendable {
  /// Takes one action at once.
  public var triggerImmediately: TriggerImmediately?
  /// Takes the actions of spans of time, as if they passed by at once.
  public var backfills: [ScheduleBackfill]
  /// Pauses the schedule; the text becomes its note.
  public var pause: String?
  /// Ends a pause; the text becomes the note.
  public var unpause: String?

  /// One action at once.
  public struct TriggerImmediately: Hashable, Sendable {
    /// Replaces the schedule's policy for this action.
    public var overlap: ScheduleOverlapPolicy?

    /// Creates a trigger.
    public init(overlap: ScheduleOverlapPolicy? = nil) { self.overlap = overlap }
  }

  /// Creates a patch.
  public init(
    triggerImmediately: TriggerImmediately? = nil, backfills: [ScheduleBackfill] = [], pause: String? = nil,
    unpause: String? = nil
  ) {
    self.triggerImmediately = triggerImmediately
    self.backfills = backfills
    self.pause = pause
    self.unpause = unpause
  }
}

/// A span of time whose actions are to be taken.
public struct ScheduleBackfill: Hashable, Sendable {
  /// The first time of the span.
  public var startAt: Timestamp
  /// The last time of the span.
  public var endAt: Timestamp
  /// Replaces the schedule's policy for these actions.
  public var overlap: ScheduleOverlapPolicy?

  /// Creates a backfill.
  public init(startAt: Timestamp, endAt: Timestamp, overlap: ScheduleOverlapPolicy? = nil) {
    self.startAt = startAt
    self.endAt = endAt
    self.overlap = overlap
  }
}
