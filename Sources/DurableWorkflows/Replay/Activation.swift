/// What goes into a run's code for one workflow task: the time, and what happened, in history order.
///
/// This is the one seam between an engine and workflow code: an activation goes in, the code runs until idle, commands
/// come out. Live execution, replay, queries and a cluster worker all drive it.
struct Activation: Sendable {
  enum Job: Sendable {
    case start(input: [Payload])
    case signal(name: String, input: [Payload])
    case cancel(reason: String)
    case resolve(eventID: Int64, Outcome)
  }

  enum Outcome: Sendable {
    case succeeded([Payload])
    case failed(Failure, RetryState)
    case canceled(details: [Payload])
  }

  /// The workflow's `now`.
  var time: Timestamp
  var jobs: [Job]
  /// Whether the commands are already in history.
  var isReplaying: Bool
  /// The patches whose markers history holds for this very task.
  var patches: [PatchMarker] = []
  /// The number of events up to this task.
  var historyLength: Int64

  /// The job of an event; `nil` for events that workflow code does not see.
  static func job(for event: HistoryEvent) -> Job? {
    switch event.attributes {
    case .workflowExecutionStarted(let attributes): .start(input: attributes.input)
    case .workflowExecutionSignaled(let name, let input, _, _, _): .signal(name: name, input: input)
    case .workflowExecutionCancelRequested(let cause, _): .cancel(reason: cause)
    case .timerFired(_, let startedEventID): .resolve(eventID: startedEventID, .succeeded([]))
    case .activityTaskCompleted(let eventID, _, _, let result): .resolve(eventID: eventID, .succeeded(result))
    case .activityTaskFailed(let eventID, _, _, let failure, let state):
      .resolve(eventID: eventID, .failed(failure, state))
    case .activityTaskTimedOut(let eventID, _, let failure, let state):
      .resolve(eventID: eventID, .failed(failure, state))
    case .activityTaskCanceled(let eventID, _, _, _, let details): .resolve(eventID: eventID, .canceled(details: details))
    default: nil
    }
  }
}
