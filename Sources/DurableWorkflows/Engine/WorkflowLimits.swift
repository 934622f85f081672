/// How large runs, and what is said of them, may become. Names and defaults are those of Temporal's server; `.max`
/// means no limit.
///
/// Payloads have a limit of their own: ``WorkflowEngineOptions/maximumPayloadSize``. Of updates, a run has at most 100
/// in flight and 2,000 in all.
public struct WorkflowLimits: Hashable, Sendable {
  /// The number of events from which on a run's length is logged, once (`limit.historyCount.warn`). Default 10,240.
  public var historyCountWarning: Int = 10_240
  /// The most events of a run (`limit.historyCount.error`): a run that has more is terminated. Default 51,200. Long
  /// before, ``WorkflowContext/isContinueAsNewSuggested`` says that it should continue as new.
  public var historyCountError: Int = 51_200
  /// The size in bytes from which on a run's history is logged, once (`limit.historySize.warn`). Default 10 MiB.
  public var historySizeWarning: Int = 10 << 20
  /// The largest history in bytes (`limit.historySize.error`): a run that has more is terminated. Payloads that lie in
  /// files of their own do not count. Default 50 MiB.
  public var historySizeError: Int = 50 << 20
  /// The most activities of a run that have not ended (`limit.numPendingActivities.error`). The workflow task that asks
  /// for more fails with `PENDING_ACTIVITIES_LIMIT_EXCEEDED` and is tried again when some have ended. Default 2,000.
  public var pendingActivities: Int = 2000
  /// The most children of a run that have not closed (`limit.numPendingChildExecutions.error`), likewise. Default
  /// 2,000.
  public var pendingChildWorkflows: Int = 2000
  /// The most signals of a run to others that have not arrived (`limit.numPendingSignals.error`), likewise. Default
  /// 2,000.
  public var pendingSignals: Int = 2000
  /// The most requests of a run for the cancellation of others that have not arrived
  /// (`limit.numPendingCancelRequests.error`), likewise. Default 2,000.
  public var pendingCancelRequests: Int = 2000
  /// The largest memo in bytes, keys included (`limit.memoSize.error`). Default 2 MiB.
  public var memoSize: Int = 2 << 20
  /// The most search attributes of a run (`limit.searchAttributesNumberOfKeys`). Default 100.
  public var searchAttributeCount: Int = 100
  /// The largest value of a search attribute in bytes (`limit.searchAttributesSizeOfValue`). Default 2 KiB.
  public var searchAttributeSize: Int = 2 << 10
  /// The largest search attributes of a run in bytes, names included (`limit.searchAttributesTotalSize`). Default 40
  /// KiB.
  public var searchAttributesTotalSize: Int = 40 << 10

  /// Creates the defaults.
  public init() {}

  /// What is wrong with the limits, or `nil`.
  var problem: String? {
    for (name, value) in [
      ("historyCountWarning", historyCountWarning), ("historyCountError", historyCountError),
      ("historySizeWarning", historySizeWarning), ("historySizeError", historySizeError),
      ("pendingActivities", pendingActivities), ("pendingChildWorkflows", pendingChildWorkflows),
      ("pendingSignals", pendingSignals), ("pendingCancelRequests", pendingCancelRequests), ("memoSize", memoSize),
      ("searchAttributeCount", searchAttributeCount), ("searchAttributeSize", searchAttributeSize),
      ("searchAttributesTotalSize", searchAttributesTotalSize),
    ] where value < 1 {
      return "limits.\(name) is \(value); at least 1 is needed, and .max means no limit"
    }
    return nil
  }

  // MARK: What is said of runs

  /// What is wrong with a memo, or `nil`.
  func problem(ofMemo memo: [String: Payload]) -> String? {
    if memo.isEmpty { return nil }
    let size = memo.reduce(0) { $0 + $1.key.utf8.count + $1.value.size }
    return size > memoSize ? "the memo has \(size) bytes; at most \(memoSize) are possible" : nil
  }

  /// What is wrong with search attributes, or `nil`.
  func problem(ofSearchAttributes attributes: [String: Payload]) -> String? {
    if attributes.isEmpty { return nil }
    if attributes.count > searchAttributeCount {
      return "there are \(attributes.count) search attributes; at most \(searchAttributeCount) are possible"
    }
    var total = 0
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      total += name.utf8.count + value.size
      guard value.data.count <= searchAttributeSize else {
        return "the search attribute '\(name)' has \(value.data.count) bytes; at most \(searchAttributeSize) are "
          + "possible"
      }
    }
    return total > searchAttributesTotalSize
      ? "the search attributes have \(total) bytes; at most \(searchAttributesTotalSize) are possible" : nil
  }

  /// Refuses a command whose memo or search attributes are too large.
  ///
  /// - Throws: ``WorkflowLimitError``.
  func check(
    memo: [String: Payload]?, searchAttributes: [String: Payload]?, otherwise cause: WorkflowTaskFailedCause
  ) throws {
    if let memo, let problem = problem(ofMemo: memo) { throw WorkflowLimitError(cause: cause, message: problem) }
    if let searchAttributes, let problem = problem(ofSearchAttributes: searchAttributes) {
      throw WorkflowLimitError(cause: cause, message: problem)
    }
  }

  // MARK: What a run waits for

  /// Up to this number of pending operations of a kind, no limit can be exceeded.
  var smallestPending: Int {
    min(min(pendingActivities, pendingChildWorkflows), min(pendingSignals, pendingCancelRequests))
  }

  /// Refuses commands that would leave the run with more operations pending than it may have.
  ///
  /// - Throws: ``WorkflowLimitError``.
  func checkPending(of state: RunState, with commands: [Command]) throws {
    var (activities, children) = (state.activities.count, state.children.count)
    var cancels = state.externalRequests.count { $0.isCancelRequest }
    var signals = state.externalRequests.count - cancels
    for command in commands {
      switch command {
      case .scheduleActivity: activities += 1
      case .startChildWorkflow: children += 1
      case .signalExternalWorkflow: signals += 1
      case .requestCancelExternalWorkflow: cancels += 1
      default: break
      }
    }
    for (count, limit, cause, what, name) in [
      (
        activities, pendingActivities, WorkflowTaskFailedCause.pendingActivitiesLimitExceeded, "activities",
        "PENDING_ACTIVITIES_LIMIT_EXCEEDED"
      ),
      (
        children, pendingChildWorkflows, .pendingChildWorkflowsLimitExceeded, "child workflows",
        "PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED"
      ),
      (
        signals, pendingSignals, .pendingSignalsLimitExceeded, "signals to other workflows",
        "PENDING_SIGNALS_LIMIT_EXCEEDED"
      ),
      (
        cancels, pendingCancelRequests, .pendingRequestCancelLimitExceeded, "cancellation requests to other workflows",
        "PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED"
      ),
    ] where count > limit {
      throw WorkflowLimitError(
        cause: cause,
        message: "\(name): with this workflow task the run would have \(count) \(what) pending; at most \(limit) are "
          + "possible. Wait for some before starting more")
    }
  }
}

/// A workflow task asked for more than a run may have. The task fails and is tried again when something has happened.
public struct WorkflowLimitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which limit.
  public var cause: WorkflowTaskFailedCause
  /// The limit, what would exceed it, and what helps.
  public var message: String

  /// Creates an error.
  public init(cause: WorkflowTaskFailedCause, message: String) {
    self.cause = cause
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

extension Payload {
  /// The bytes of the data and of what describes it.
  fileprivate var size: Int { metadata.reduce(data.count) { $0 + $1.key.utf8.count + $1.value.count } }
}
