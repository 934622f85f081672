/// What changes in a schedule while it works; recorded whole whenever it has changed.
struct ScheduleProgress: Hashable, Sendable {
  /// A start that waits for its turn.
  struct BufferedStart: Hashable, Sendable {
    var time: ScheduledTime
    /// `nil`: the schedule's policy when its turn comes.
    var overlap: ScheduleOverlapPolicy?
    /// Whether it was asked for, by a trigger or a backfill.
    var isManual: Bool
  }

  /// What is left of a backfill: the times after `cursor`.
  struct Backfill: Hashable, Sendable {
    var cursor: Timestamp
    var endAt: Timestamp
    var overlap: ScheduleOverlapPolicy?
  }

  /// An open run that was started here and that the next start must not overlap.
  struct RunningWorkflow: Hashable, Sendable {
    /// What was already done to end it.
    enum Ending: Int, Hashable, Comparable, Sendable {
      case none, cancelRequested, terminated

      static func < (left: Ending, right: Ending) -> Bool { left.rawValue < right.rawValue }
    }

    /// By its first run id.
    var execution: WorkflowExecution
    var ending = Ending.none
  }

  var state: ScheduleState
  /// Counts changes by people and pauses, for ``ScheduleDescription/conflictToken``.
  var revision: Int64 = 1
  var createTime: Timestamp
  var updateTime: Timestamp?
  /// All nominal times up to here were taken, skipped or missed.
  var cursor: Timestamp
  var buffer: [BufferedStart] = []
  var backfills: [Backfill] = []
  var running: [RunningWorkflow] = []
  var recentActions: [ScheduleActionResult] = []
  var actionCount: Int64 = 0
  var missedCatchupWindow: Int64 = 0
  var overlapSkipped: Int64 = 0
  var bufferDropped: Int64 = 0
  var lastActionError: String?
  /// The ids of the last patches: a repeated request has no second effect.
  var patchRequestIDs: [String] = []

  init(state: ScheduleState, createTime: Timestamp) {
    self.state = state
    self.createTime = createTime
    self.cursor = createTime
  }
}
