/// A schedule at work, as a value: time, closed runs and requests go in, effects come out.
///
/// After every input ``advance(to:)`` is called; its effects are performed and reported back, then those of
/// ``takeBuffer()``, until it asks for nothing more. Then ``nextWakeUp`` tells when time itself is the next input.
struct ScheduleMachine: Hashable, Sendable {
  /// A run to be started.
  struct Start: Hashable, Sendable {
    var workflowID: String
    var time: ScheduledTime
    var isManual: Bool
    /// Whether it may overlap with others.
    var isOverlapping: Bool
  }

  /// What the engine has to do.
  enum Effect: Hashable, Sendable {
    /// Start a run and report it with ``started(_:runID:at:)`` or ``refused(_:error:)``.
    case start(Start)
    /// Ask the current run of an id to cancel.
    case cancel(WorkflowExecution)
    /// Terminate the current run of an id.
    case terminate(WorkflowExecution)
  }

  /// What is recorded when the schedule is created or updated.
  struct Definition: Hashable, Sendable {
    var action: ScheduleAction
    var spec: ScheduleSpec
    var policy: SchedulePolicy
    var memo: [String: Payload] = [:]
    var searchAttributes: [String: Payload] = [:]
    /// Dedupes the request that created it.
    var requestID = ""
  }

  /// What the next run that overlaps with no other is told of the last one.
  struct Outcome: Hashable, Sendable {
    /// What the last run that completed returned.
    var lastCompletionResult: [Payload] = []
    /// How the last run failed, if it did.
    var failure: Failure?
  }

  /// How many starts may wait; of these, backfills use at most half.
  static let largestBuffer = 1000
  /// How many times are looked at before others in the engine get their turn.
  static let slice = 1000
  /// How many times a search that was given up counts for.
  static let costOfLongSearch = 500
  /// How many actions are remembered.
  static let recentActionCount = 10
  /// How many patches are remembered, so that their repetitions are recognised.
  static let rememberedRequests = 10
  /// How long a schedule that has nothing left to do is kept, as Temporal keeps it.
  static let retention = Duration.days(7)

  let id: String
  let namespace: NamespaceKey
  private(set) var definition: Definition
  private(set) var progress: ScheduleProgress
  private(set) var outcome: Outcome
  private(set) var times: CompiledScheduleSpec?
  /// Why ``times`` is `nil`.
  private(set) var specError: ScheduleSpecError?

  /// Creates a schedule, or takes one over from its records.
  ///
  /// A specification that cannot be used, because the machine's time zones have changed, leaves a schedule without
  /// times.
  init(
    id: String, in namespace: NamespaceKey = .own, definition: Definition, progress: ScheduleProgress,
    outcome: Outcome = Outcome()
  ) {
    self.id = id
    self.namespace = namespace
    self.definition = definition
    self.progress = progress
    self.outcome = outcome
    compile()
  }

  /// Creates a schedule now.
  ///
  /// - Throws: what is wrong with it.
  init(
    id: String, in namespace: NamespaceKey = .own, schedule: Schedule, memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], requestID: String = "", at now: Timestamp
  ) throws(ScheduleSpecError) {
    let schedule = try schedule.canonicalized()
    self.init(
      id: id, in: namespace,
      definition: Definition(
        action: schedule.action, spec: schedule.spec, policy: schedule.policy, memo: memo,
        searchAttributes: searchAttributes, requestID: requestID),
      progress: ScheduleProgress(state: schedule.state, createTime: now))
  }

  /// The id and the namespace.
  var key: NamespacedID { NamespacedID(namespace, id) }

  var schedule: Schedule {
    Schedule(
      action: definition.action, spec: definition.spec, policy: definition.policy, state: progress.state)
  }

  private mutating func compile() {
    do throws(ScheduleSpecError) {
      times = try CompiledScheduleSpec(definition.spec, scheduleID: id)
      specError = nil
    } catch {
      times = nil
      specError = error
    }
  }

  // MARK: Inputs

  /// Time has passed, or something else has changed. At most a ``slice`` of times is looked at; then ``nextWakeUp`` is
  /// not after `now`.
  ///
  /// - Returns: what has to be done.
  mutating func advance(to now: Timestamp) -> [Effect] {
    var budget = ScheduleMachine.slice
    takeTimes(until: now, &budget)
    takeBackfills(&budget)
    return takeBuffer()
  }

  /// Time has passed, but nothing can be started: what is due waits.
  mutating func hold(until now: Timestamp) {
    var budget = ScheduleMachine.slice
    takeTimes(until: now, &budget)
  }

  /// A run that was asked for has been started.
  mutating func started(_ start: Start, runID: String, at now: Timestamp) {
    let execution = WorkflowExecution(workflowID: start.workflowID, runID: runID)
    progress.actionCount &+= 1
    progress.recentActions.append(
      ScheduleActionResult(scheduleTime: start.time.due, actualTime: now, startWorkflowResult: execution))
    let surplus = progress.recentActions.count - ScheduleMachine.recentActionCount
    if surplus > 0 { progress.recentActions.removeFirst(surplus) }
    if !start.isOverlapping { progress.running.append(ScheduleProgress.RunningWorkflow(execution: execution)) }
  }

  /// A run that was asked for cannot be started.
  mutating func refused(_ start: Start, error: String) {
    if !start.isManual, progress.state.limitedActions { changeRemainingActions(by: 1) }
    progress.lastActionError = "\(start.workflowID): \(error)"
  }

  /// A run that was started here is closed, and no other continues it.
  mutating func closed(
    workflowID: String, status: WorkflowExecutionStatus, result: [Payload] = [], failure: Failure? = nil
  ) {
    if let index = progress.running.firstIndex(where: { $0.execution.workflowID == workflowID }) {
      progress.running.remove(at: index)
      if status == .completed {
        outcome = Outcome(lastCompletionResult: result)
      } else if let failure {
        outcome.failure = failure
      }
    }
    if let index = progress.recentActions.lastIndex(where: { $0.startWorkflowResult.workflowID == workflowID }) {
      progress.recentActions[index].startWorkflowStatus = status
    }
    guard definition.policy.pauseOnFailure, !progress.state.isPaused, status == .failed || status == .timedOut else {
      return
    }
    progress.state.isPaused = true
    progress.state.note =
      status == .timedOut
      ? "paused due to workflow timeout: \(workflowID)"
      : "paused due to workflow failure: \(workflowID): \(failure?.root.message ?? "")"
    progress.revision &+= 1
  }

  /// Somebody changes the state or asks for actions. The times up to `now` must have been taken before.
  ///
  /// - Parameter requestID: a repeated request has no effect; empty means no deduplication.
  mutating func patch(_ patch: SchedulePatch, requestID: String = "", at now: Timestamp) {
    if !requestID.isEmpty {
      if progress.patchRequestIDs.contains(requestID) { return }
      progress.patchRequestIDs.append(requestID)
      if progress.patchRequestIDs.count > ScheduleMachine.rememberedRequests { progress.patchRequestIDs.removeFirst() }
    }
    if let trigger = patch.triggerImmediately {
      addStart(ScheduledTime(nominal: now, due: now), overlap: trigger.overlap, isManual: true)
    }
    for backfill in patch.backfills {
      guard progress.backfills.count < ScheduleMachine.largestBuffer else {
        progress.bufferDropped &+= 1
        continue
      }
      progress.backfills.append(
        ScheduleProgress.Backfill(
          cursor: backfill.startAt + .nanoseconds(-1), endAt: backfill.endAt, overlap: backfill.overlap))
    }
    for (note, isPaused) in [(patch.pause, true), (patch.unpause, false)] {
      guard let note else { continue }
      progress.state.isPaused = isPaused
      progress.state.note = note
      progress.revision &+= 1
    }
  }

  /// Somebody replaces the schedule. The times up to `now` must have been taken before.
  ///
  /// - Parameter searchAttributes: `nil` leaves them as they are.
  /// - Throws: what is wrong with the schedule; then nothing has changed.
  mutating func update(_ schedule: Schedule, searchAttributes: [String: Payload]? = nil, at now: Timestamp)
    throws(ScheduleSpecError)
  {
    let schedule = try schedule.canonicalized()
    definition.action = schedule.action
    definition.spec = schedule.spec
    definition.policy = schedule.policy
    if let searchAttributes { definition.searchAttributes = searchAttributes }
    progress.state = schedule.state
    progress.updateTime = now
    progress.revision &+= 1
    // Times of the replaced specification that are over do not happen again; of those before now, only such as their
    // jitter makes due from now on do.
    progress.cursor = max(progress.cursor, now + (.nanoseconds(-1) - schedule.spec.jitter))
    compile()
  }

  // MARK: Output

  /// When ``advance(to:)`` has something to do though nothing else happens; `nil` means never.
  var nextWakeUp: Timestamp? {
    if !progress.backfills.isEmpty, progress.buffer.count < ScheduleMachine.largestBuffer / 2 { return progress.cursor }
    // The engine was shut down between the end of a run and the start of the next.
    if !progress.buffer.isEmpty, progress.running.isEmpty { return progress.cursor }
    if canAct, let times {
      switch times.search(after: progress.cursor) {
      case .found(let next): return next.due
      // When that is over, the search goes on behind it.
      case .givenUp(let end): return end
      case .ended: break
      }
    }
    return deletionTime
  }

  /// When a schedule with nothing left to do is forgotten; `nil` while it has something to do.
  var deletionTime: Timestamp? {
    guard !progress.state.isPaused, specError == nil, progress.backfills.isEmpty, progress.buffer.isEmpty,
      progress.running.isEmpty, !canAct || times?.search(after: progress.cursor) ?? .ended == .ended
    else { return nil }
    var lastEvent = max(progress.createTime, progress.updateTime ?? progress.createTime)
    if let lastAction = progress.recentActions.last { lastEvent = max(lastEvent, lastAction.actualTime) }
    return lastEvent + ScheduleMachine.retention
  }

  /// The next times after `now` at which the schedule is due, without regard to a pause.
  func futureActionTimes(_ limit: Int, after now: Timestamp) -> [Timestamp] {
    guard let times else { return [] }
    let count = progress.state.limitedActions ? min(limit, progress.state.remainingActions) : limit
    // A time before now may still be due after now.
    var cursor = max(progress.cursor, now + (.zero - times.jitter))
    var result: [Timestamp] = []
    while result.count < count, let next = times.next(after: cursor) {
      cursor = next.nominal
      if next.due > now { result.append(next.due) }
    }
    return result
  }

  /// Whether the schedule acts at its times.
  var canAct: Bool {
    !progress.state.isPaused && (!progress.state.limitedActions || progress.state.remainingActions > 0)
  }

  // MARK: Times

  private mutating func takeTimes(until now: Timestamp, _ budget: inout Int) {
    guard canAct else {
      // What passes meanwhile is not made up for.
      progress.cursor = max(progress.cursor, now)
      return
    }
    let wasFull = progress.buffer.count >= ScheduleMachine.largestBuffer
    while budget > 0, let next = nextTime(until: now, &budget) {
      // What this call has buffered gets its chance to start, or to be skipped, before anything is dropped.
      if !wasFull, progress.buffer.count >= ScheduleMachine.largestBuffer { return }
      budget -= 1
      progress.cursor = next.nominal
      if let updateTime = progress.updateTime, next.due < updateTime { continue }
      if now - next.due > definition.policy.catchupWindow {
        progress.missedCatchupWindow &+= 1
      } else {
        addStart(next, overlap: nil, isManual: false)
      }
    }
  }

  /// The next time that is due by `now`, if there is one. Of a long exclusion the part that is over is stepped over.
  private mutating func nextTime(until now: Timestamp, _ budget: inout Int) -> ScheduledTime? {
    while budget > 0, let times {
      switch times.search(after: progress.cursor) {
      case .found(let next): return next.due <= now ? next : nil
      case .ended: return nil
      case .givenUp(let end):
        guard end <= now else { return nil }
        progress.cursor = end
        budget -= min(budget, ScheduleMachine.costOfLongSearch)
      }
    }
    return nil
  }

  private mutating func takeBackfills(_ budget: inout Int) {
    while budget > 0, let backfill = progress.backfills.first,
      progress.buffer.count < ScheduleMachine.largestBuffer / 2
    {
      let next: ScheduledTime
      switch times?.search(after: backfill.cursor) ?? .ended {
      case .found(let time) where time.nominal <= backfill.endAt: next = time
      case .givenUp(let end) where end < backfill.endAt:
        progress.backfills[0].cursor = end
        budget -= min(budget, ScheduleMachine.costOfLongSearch)
        continue
      default:
        progress.backfills.removeFirst()
        continue
      }
      budget -= 1
      progress.backfills[0].cursor = next.nominal
      addStart(next, overlap: backfill.overlap, isManual: true)
    }
  }

  private mutating func addStart(_ time: ScheduledTime, overlap: ScheduleOverlapPolicy?, isManual: Bool) {
    guard progress.buffer.count < ScheduleMachine.largestBuffer else {
      progress.bufferDropped &+= 1
      return
    }
    progress.buffer.append(ScheduleProgress.BufferedStart(time: time, overlap: overlap, isManual: isManual))
  }

  // MARK: Overlaps

  /// Decides about all starts that wait.
  ///
  /// - Returns: what has to be done; empty when nothing more is to be done now.
  mutating func takeBuffer() -> [Effect] {
    while !progress.buffer.isEmpty {
      let plan = OverlapPlan(
        progress.buffer, isRunning: !progress.running.isEmpty, policy: definition.policy.overlap)
      progress.buffer = plan.waiting
      progress.overlapSkipped &+= plan.skipped
      var effects: [Effect] = []
      for (start, isOverlapping) in plan.starts {
        if !start.isManual {
          guard canAct else { continue }
          if progress.state.limitedActions { changeRemainingActions(by: -1) }
        }
        effects.append(
          .start(
            Start(
              workflowID: workflowID(at: start.time.nominal), time: start.time, isManual: start.isManual,
              isOverlapping: isOverlapping)))
      }
      for index in progress.running.indices where progress.running[index].ending < plan.ending {
        progress.running[index].ending = plan.ending
        let execution = progress.running[index].execution
        effects.append(plan.ending == .terminated ? .terminate(execution) : .cancel(execution))
      }
      // A start that was dropped, because of a pause or because no action is left, makes room for the next.
      if !effects.isEmpty || plan.starts.isEmpty { return effects }
    }
    return []
  }

  /// Whoever updates the schedule must have seen the number.
  private mutating func changeRemainingActions(by change: Int) {
    progress.state.remainingActions += change
    progress.revision &+= 1
  }

  private func workflowID(at nominal: Timestamp) -> String {
    guard case .startWorkflow(let action) = definition.action else { return id }
    return "\(action.workflowID)-\(nominal + .nanoseconds(-Int64(nominal.nanoseconds)))"
  }
}
