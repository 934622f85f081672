/// What happens, when, and under which rules. Temporal's `Schedule`.
public struct Schedule: Hashable, Sendable {
  /// What happens.
  public var action: ScheduleAction
  /// When.
  public var spec: ScheduleSpec
  /// Under which rules.
  public var policy: SchedulePolicy
  /// Whether it is active, and for how long.
  public var state: ScheduleState

  /// Creates a schedule.
  public init(
    action: ScheduleAction, spec: ScheduleSpec, policy: SchedulePolicy = SchedulePolicy(),
    state: ScheduleState = ScheduleState()
  ) {
    self.action = action
    self.spec = spec
    self.policy = policy
    self.state = state
  }

  /// The schedule as a service stores and describes it: without cron expressions, with a catch-up window that is not
  /// too short.
  ///
  /// - Throws: what is wrong with the specification, the policy or the state.
  public func canonicalized() throws(ScheduleSpecError) -> Schedule {
    var schedule = self
    do throws(ScheduleSpecError) {
      schedule.spec = try spec.canonicalized()
      if case .givenUp = try CompiledScheduleSpec(schedule.spec, scheduleID: "").search(after: .epoch) {
        throw ScheduleSpecError(
          .exclusions, field: "skip", value: "\(spec.skip.count) calendars",
          expected: "exclusions that leave a time; leave out whole minutes, hours or days, or name fewer times")
      }
    } catch {
      throw error.within("spec")
    }
    guard policy.catchupWindow >= .zero else {
      throw ScheduleSpecError(
        .duration, field: "policy.catchupWindow", value: "\(policy.catchupWindow)",
        expected: "zero or more; the shortest window is 10 seconds")
    }
    schedule.policy.catchupWindow = max(policy.catchupWindow, SchedulePolicy.shortestCatchupWindow)
    guard state.remainingActions >= 0 else {
      throw ScheduleSpecError(
        .range, field: "state.remainingActions", value: "\(state.remainingActions)", expected: "zero or more")
    }
    return schedule
  }
}

/// What a schedule does at its times.
public enum ScheduleAction: Hashable, Sendable {
  /// Starts a run.
  case startWorkflow(StartWorkflow)

  /// How a schedule starts a run.
  public struct StartWorkflow: Hashable, Sendable {
    /// The registered name.
    public var workflowType: String
    /// What the ids of the runs begin with; `-` and the nominal time follow: `report-2026-01-31T09:00:00Z`.
    public var workflowID: String
    /// The task queue; empty means the engine's.
    public var taskQueue: String
    /// The arguments of `run`.
    public var input: [Payload]
    /// The longest that the chain of runs may take; `nil` means no limit.
    public var executionTimeout: Duration?
    /// The longest that a run may take; `nil` means no limit.
    public var runTimeout: Duration?
    /// The longest that a workflow task may take; `nil` means 10 s.
    public var taskTimeout: Duration?
    /// How a failed run is tried again; `nil` means not at all.
    public var retryPolicy: RetryPolicy?
    /// Notes shown with the run.
    public var memo: [String: Payload]
    /// Indexed values. The run also gets `TemporalScheduledById` and `TemporalScheduledStartTime`.
    public var searchAttributes: [String: Payload]
    /// Context handed through by interceptors.
    public var header: [String: Payload]
    /// How urgent the activities of the runs are, and whom they are done for.
    public var priority: Priority

    /// Creates an action.
    public init(
      workflowType: String, workflowID: String, taskQueue: String = "", input: [Payload] = [],
      executionTimeout: Duration? = nil, runTimeout: Duration? = nil, taskTimeout: Duration? = nil,
      retryPolicy: RetryPolicy? = nil, memo: [String: Payload] = [:], searchAttributes: [String: Payload] = [:],
      header: [String: Payload] = [:], priority: Priority = Priority()
    ) {
      self.workflowType = workflowType
      self.workflowID = workflowID
      self.taskQueue = taskQueue
      self.input = input
      self.executionTimeout = executionTimeout
      self.runTimeout = runTimeout
      self.taskTimeout = taskTimeout
      self.retryPolicy = retryPolicy
      self.memo = memo
      self.searchAttributes = searchAttributes
      self.header = header
      self.priority = priority
    }
  }
}

/// What happens at a time at which the run before is still open; raw values are Temporal's.
public enum ScheduleOverlapPolicy: Int, Hashable, Sendable, CaseIterable {
  /// Nothing: the time is skipped. The default.
  case skip = 1
  /// One start waits until the open run is closed; further times are skipped.
  case bufferOne = 2
  /// Every start waits its turn.
  case bufferAll = 3
  /// The open run is asked to cancel; the start follows when it is closed.
  case cancelOther = 4
  /// The open run is terminated and the next started.
  case terminateOther = 5
  /// The run is started at once, beside all others.
  case allowAll = 6
}

/// A schedule's rules.
public struct SchedulePolicy: Hashable, Sendable {
  /// What happens while the run before is still open. Default ``ScheduleOverlapPolicy/skip``.
  public var overlap: ScheduleOverlapPolicy
  /// How late an action may come: times that passed while no engine was running are caught up with if they are not
  /// older. Default 365 days; at least 10 seconds.
  public var catchupWindow: Duration
  /// Whether the schedule pauses itself when a run fails or times out. Default no.
  public var pauseOnFailure: Bool

  /// The shortest window; shorter ones are lengthened.
  static let shortestCatchupWindow = Duration.seconds(10)

  /// Creates a policy.
  public init(
    overlap: ScheduleOverlapPolicy = .skip, catchupWindow: Duration = .days(365), pauseOnFailure: Bool = false
  ) {
    self.overlap = overlap
    self.catchupWindow = catchupWindow
    self.pauseOnFailure = pauseOnFailure
  }
}

/// Whether a schedule acts, and how often.
public struct ScheduleState: Hashable, Sendable {
  /// A note for people: why the schedule is paused, for example. A schedule that pauses itself replaces it.
  public var note: String
  /// Whether nothing happens at the schedule's times. Triggers and backfills still act.
  public var isPaused: Bool
  /// Whether ``remainingActions`` limits the number of actions.
  public var limitedActions: Bool
  /// How many actions are left, if they are limited. Triggers, backfills and skipped times do not count.
  public var remainingActions: Int

  /// Creates a state.
  public init(note: String = "", isPaused: Bool = false, limitedActions: Bool = false, remainingActions: Int = 0) {
    self.note = note
    self.isPaused = isPaused
    self.limitedActions = limitedActions
    self.remainingActions = remainingActions
  }
}
