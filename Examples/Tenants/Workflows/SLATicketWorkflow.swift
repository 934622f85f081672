public import DurableWorkflows
internal import ExampleSupport

/// Watches what a ticket's service level promises: an answer, then a solution, each within some working time.
///
/// Both clocks begin with the run. At each threshold people are told and the ticket is escalated; at 100 % the promise
/// is broken. A pause moves every later threshold, and one that comes during a wait does so too: no threshold is lost.
@Workflow(name: "slaTicketWorkflow")
public actor SLATicketWorkflow {
  /// How long a chain of runs may take.
  public static let executionTimeout = Duration.days(365)
  /// How often a paused ticket is looked at.
  static let pausedCheck = Duration.seconds(60)

  private var state = SLAState()
  private var input = SLATicketInput(ticketID: "", tenantID: "", target: SLAPolicyTarget(), hours: .always)

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of a ticket's run.
  public static func id(tenant: String, ticket: String) -> String { "sla-ticket-\(tenant)-\(ticket)" }

  /// Watches the ticket to its end.
  public func run(input: SLATicketInput) async throws -> SLAState {
    try await failing {
      let thresholds = try input.thresholds()
      self.input = input
      // This comes before every handler, because the start is the first event of the history.
      if let progress = input.progress { state = progress }
      if state.startedAt == nil { state.startedAt = Moment(context.info.startTime) }
      if try await closed() { return end() }
      for phase in [SLAPhase.response, .resolution] {
        if try await watch(phase, thresholds) { return end() }
      }
      if state.resolutionMet != nil || input.policyTargets.first?.resolutionTimeMinutes == nil {
        state.status = .completed
      } else {
        state.status = .breached
      }
      return end()
    }
  }

  // MARK: Messages

  /// The clock stands still.
  @WorkflowSignal
  public func pause(pause: SLAPause) async throws {
    guard state.status == .active else { return }
    state.status = .paused
    state.pauseStartedAt = context.moment
    try await audit("paused", pause.reason)
  }

  /// The clock goes on.
  @WorkflowSignal
  public func resume() async throws {
    guard state.status == .paused, let begin = state.pauseStartedAt else { return }
    state.pausedSeconds += Int(((context.moment - begin) / .seconds(1)).rounded(.up))
    state.pauseStartedAt = nil
    state.status = .active
    try await audit("resumed", nil)
  }

  /// Somebody answered.
  @WorkflowSignal
  public func completeResponse(completion: SLACompletion) async throws {
    guard !state.isSettled(.response) else { return }
    state.responseMet = completion.met
    try await audit(completion.met ? "response_met" : "response_missed", nil)
  }

  /// The ticket is solved.
  @WorkflowSignal
  public func completeResolution(completion: SLACompletion) async throws {
    guard !state.isSettled(.resolution) else { return }
    state.resolutionMet = completion.met
    try await audit(completion.met ? "resolution_met" : "resolution_missed", nil)
  }

  /// Nobody needs to watch the ticket any more.
  @WorkflowSignal
  public func cancel() { state.status = .cancelled }

  /// How the ticket stands.
  @WorkflowQuery
  public func getState() -> SLAState { state }

  // MARK: Watching

  private var isCancelled: Bool { state.status == .cancelled }

  /// Watches one promise until it is settled or broken.
  ///
  /// - Returns: whether the run ends: the ticket is closed, or somebody cancelled.
  private func watch(_ phase: SLAPhase, _ thresholds: [Int]) async throws -> Bool {
    guard let target = input.policyTargets.first else { return false }
    let minutes = phase == .response ? target.responseTimeMinutes : target.resolutionTimeMinutes
    guard let minutes else { return false }
    state.phase = phase
    for threshold in thresholds where !state.notified(phase).contains(threshold) {
      guard try await reach(threshold, of: phase, minutes: minutes) else { break }
      if try await closed() { return true }
      try await announce(threshold, of: phase)
    }
    return isCancelled || state.status == .closed
  }

  /// Waits for a threshold.
  ///
  /// - Returns: false if the promise is settled or the ticket ended before.
  private func reach(_ threshold: Int, of phase: SLAPhase, minutes: Int) async throws -> Bool {
    while true {
      if state.status == .paused, try await closedWhilePaused(phase) { return false }
      if isCancelled || state.status == .closed || state.isSettled(phase) { return false }
      if context.isContinueAsNewSuggested { try await continueAsNew() }
      let paused = state.pausedSeconds
      let wake = try await wakeTime(threshold, of: phase, minutes: minutes)
      // A pause that ended meanwhile has moved the threshold, too.
      if state.status == .paused || state.pausedSeconds != paused { continue }
      if isCancelled || state.isSettled(phase) { return false }
      do {
        try await context.condition(timeout: wake - context.moment) {
          state.status != .active || state.pausedSeconds != paused || state.isSettled(phase)
        }
      } catch is TimeoutError {
        return true
      }
    }
  }

  private func wakeTime(_ threshold: Int, of phase: SLAPhase, minutes: Int) async throws -> Moment {
    let isAlways = input.policyTargets.first?.is24x7 == true
    let answer = try await context.activities(SLAActivities.self).calculateNextWakeTime(
      request: WakeRequest(
        phase: phase,
        targetMinutes: minutes,
        threshold: threshold,
        startedAt: state.startedAt ?? context.moment,
        now: context.moment,
        pauseMinutes: state.totalPauseMinutes,
        hours: isAlways ? .always : input.businessHoursSchedule
      )
    )
    state.nextWakeTime = answer.wakeTime
    state.remainingTimeMinutes = answer.remainingMinutes
    if phase == .response {
      state.responseDeadline = answer.deadline
    } else {
      state.resolutionDeadline = answer.deadline
    }
    return answer.wakeTime
  }

  /// Waits for the end of a pause, and looks from time to time whether the ticket still exists.
  ///
  /// - Returns: whether the ticket is closed.
  private func closedWhilePaused(_ phase: SLAPhase) async throws -> Bool {
    while state.status == .paused, !state.isSettled(phase) {
      do {
        try await context.condition(timeout: Self.pausedCheck) {
          state.status != .paused || state.isSettled(phase)
        }
      } catch is TimeoutError {
        if try await closed() { return true }
        if context.isContinueAsNewSuggested { try await continueAsNew() }
      }
    }
    return false
  }

  /// Looks whether the ticket is still worked on.
  private func closed() async throws -> Bool {
    let closure = try await context.activities(SLAActivities.self)
      .getTicketClosure(tenantID: input.tenantId, ticketID: input.ticketId)
    if isCancelled { return true }
    switch closure {
    case .open: return false
    case .closed: state.status = .closed
    case .deleted: state.status = .cancelled
    }
    return true
  }

  private func announce(_ threshold: Int, of phase: SLAPhase) async throws {
    let activities = context.activities(SLAActivities.self)
    let notice = SLANotice(
      tenantID: input.tenantId,
      ticketID: input.ticketId,
      phase: phase,
      threshold: threshold
    )
    state.notify(phase, threshold)
    try await tolerating("notification", context) { try await activities.sendSlaNotification(notice: notice) }
    if threshold == 100 { try await activities.updateSlaStatus(notice: notice, status: "breached") }
    try await tolerating("escalation", context) { _ = try await activities.checkAndEscalate(notice: notice) }
  }

  // MARK: State

  private func audit(_ event: String, _ note: String?) async throws {
    let notice = SLANotice(
      tenantID: input.tenantId,
      ticketID: input.ticketId,
      phase: state.phase,
      threshold: 0
    )
    try await tolerating("audit", context) {
      try await context.activities(SLAActivities.self).recordSlaAuditLog(notice: notice, event: event, note: note)
    }
  }

  private func continueAsNew() async throws {
    try await context.condition { context.allHandlersFinished }
    var next = input
    next.progress = state
    try context.continueAsNew(next)
  }

  private func end() -> SLAState {
    state.nextWakeTime = nil
    return state
  }
}
