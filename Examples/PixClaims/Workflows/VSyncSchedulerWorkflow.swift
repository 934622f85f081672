public import DurableWorkflows
public import ExampleSupport
internal import Logging

/// What one round of ``VSyncSchedulerWorkflow`` hands to the next; the first has none.
public struct VSyncSchedulerInput: Codable, Hashable, Sendable {
  /// When the first round began: the others begin at the same time of day.
  public var anchor: Moment
  /// When the last comparison that ended well began.
  public var lastSuccess: Moment?

  private enum CodingKeys: String, CodingKey {
    case anchor
    case lastSuccess = "last_success"
  }
}

/// The answer to the query `getState` of ``VSyncSchedulerWorkflow``.
public struct VSyncSchedulerState: Codable, Hashable, Sendable {
  /// The id of the comparison of this round.
  public var childID = ""
  /// How it ended; empty while it runs.
  public var lastStatus = ""
  /// Why it failed.
  public var lastError: String?
  /// When the next round begins.
  public var nextRun: Moment?

  private enum CodingKeys: String, CodingKey {
    case childID = "child_id"
    case lastStatus = "last_status"
    case lastError = "last_error"
    case nextRun = "next_run"
  }
}

/// Compares with Bacen once a day, for ever: each round is a child workflow and a run of its own.
///
/// Rounds keep the time of day of the first one. Use it or a schedule, not both.
@Workflow(name: "VSyncSchedulerWorkflow")
public actor VSyncSchedulerWorkflow {
  /// The time from round to round.
  public static let period = Duration.days(1)
  /// The id of the only run there should be.
  public static let id = "vsync-scheduler"

  private var state = VSyncSchedulerState()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Compares, waits for the next day and goes on as a new run.
  public func run(input: VSyncSchedulerInput?) async throws {
    let start = context.moment
    var next = input ?? VSyncSchedulerInput(anchor: start)
    // What changed while nobody compared is caught up with.
    let since = min(next.lastSuccess ?? start, start - Self.period)
    state.childID = "vsync-\(start.description.prefix(10))"
    do {
      let result = try await context.executeChildWorkflow(
        VSyncWorkflow.self, input: VSyncInput(syncType: .incremental, lastSyncDate: since),
        options: ChildWorkflowOptions(workflowID: state.childID, runTimeout: VSyncWorkflow.runTimeout))
      state.lastStatus = result.status
      if result.status == "COMPLETED" { next.lastSuccess = start }
    } catch let error as ChildWorkflowError {
      state.lastStatus = "FAILED"
      state.lastError = "\(error)"
      context.logger.error(
        "a comparison with Bacen failed", metadata: ["status": "FAILED", "reason": "\(error)"])
    }
    let begin = VSyncSchedulerWorkflow.next(after: context.moment, from: next.anchor)
    state.nextRun = begin
    try await context.sleep(for: begin - context.moment)
    try context.continueAsNew(next)
  }

  /// What this round does.
  @WorkflowQuery
  public func getState() -> VSyncSchedulerState { state }

  /// The first time after `now` that is whole periods after `anchor`.
  static func next(after now: Moment, from anchor: Moment) -> Moment {
    let length = period.inNanoseconds / 1000
    let rounds = max(0, now.microseconds - anchor.microseconds) / length + 1
    return Moment(microseconds: anchor.microseconds + rounds * length)
  }
}
