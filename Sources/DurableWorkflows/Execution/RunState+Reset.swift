/// What a reset asks of a run's history.
struct ResetOrder: Sendable {
  /// The point: what follows the event before it is undone.
  var eventID: Int64
  var runID: String
  var baseRunID: String
  var requestID: String
  var reason: String
  var identity: String
}

extension WorkflowExecutionStartedAttributes {
  /// Whether the run began as a copy of another.
  var isReset: Bool { originalRunID != runID }
}

extension [HistoryEvent] {
  /// The ids that the history's run can be reset to: those of its completed workflow tasks.
  var resetPoints: [Int64] {
    filter { if case .workflowTaskCompleted = $0.attributes { true } else { false } }.map(\.id)
  }

  /// What a run that is reset to `eventID` begins with.
  /// - Throws: ``WorkflowServiceError`` with `invalidArgument` that names the points there are.
  func prefix(ofResetTo eventID: Int64) throws -> ArraySlice<HistoryEvent> {
    if eventID >= 2, eventID <= Int64(count) + 1 {
      switch self[Int(eventID) - 2].attributes {
      // The event ends a task, or begins one.
      case .workflowTaskStarted, .workflowTaskScheduled: return self[..<(Int(eventID) - 1)]
      default: break
      }
    }
    let points = resetPoints
    let listed = points.prefix(20).map { "\($0)" }.joined(separator: ", ") + (points.count > 20 ? ", …" : "")
    throw WorkflowServiceError(
      .invalidArgument,
      points.isEmpty
        ? "the run cannot be reset: no workflow task of it has completed"
        : "the run cannot be reset to event \(eventID); it can be reset to its WorkflowTaskCompleted events: \(listed)")
  }
}

extension RunState {
  /// A run that begins as a copy of another's history, up to the task that the reset undoes.
  ///
  /// - Parameter points: where the parts of builds begin in the other's history.
  static func reset(
    key: RunKey, prefix: ArraySlice<HistoryEvent>, points: [ResetPointInfo] = [], _ order: ResetOrder,
    at now: Timestamp
  ) -> (RunState, RunTransition)? {
    guard let first = prefix.first, case .workflowExecutionStarted(var started) = first.attributes else { return nil }
    started.runID = order.runID
    started.requestID = order.requestID
    var state = RunState(key: key, started: started, startTime: first.time)
    var transition = RunTransition()
    transition.events.append(
      HistoryEvent(id: first.id, time: first.time, attributes: .workflowExecutionStarted(started)))
    transition.events.append(contentsOf: prefix.dropFirst())
    for event in transition.events { state.apply(event) }
    for point in points where point.firstWorkflowTaskCompletedID < order.eventID {
      state.apply(.resetPoint(point))
      transition.records.append(.resetPoint(point))
    }
    let begun =
      if case .workflowTaskStarted? = prefix.last?.attributes {
        state.nextEventID - 1
      } else {
        state.emit(
          .workflowTaskStarted(
            scheduledEventID: state.nextEventID - 1, identity: order.identity, historySizeBytes: 0),
          at: now, into: &transition)
      }
    state.emit(
      .workflowTaskFailed(
        scheduledEventID: begun - 1, startedEventID: begun, cause: .resetWorkflow,
        failure: Failure(
          message: order.reason.isEmpty ? "the run was reset" : order.reason,
          info: .application(type: "ResetWorkflow", isNonRetryable: false, details: [], nextRetryDelay: nil)),
        identity: order.identity, reset: WorkflowReset(baseRunID: order.baseRunID, newRunID: order.runID)),
      at: now, into: &transition)
    return (state, transition)
  }

  /// Folds a reset in: the run goes on at once, and what it waits for counts from here.
  mutating func applyReset(at time: Timestamp) {
    hasNewEvents = true
    blocked = nil
    firstTaskTime = nil
    resetTime = time
    for index in activities.indices {
      activities[index].scheduledTime = time
      activities[index].readyTime = time
    }
  }

  /// What the engine has to do for a run that was reset: its timers keep their deadlines, its activities run again.
  var effectsOfReset: [Effect] {
    var effects = runTimers
    for timer in timers {
      effects.append(.armTimer(.workflowTimer(startedEventID: timer.startedEventID), deadline: timer.deadline))
    }
    for activity in activities {
      effects.append(.enqueueActivity(scheduledEventID: activity.scheduledEventID))
      effects.append(contentsOf: activity.standingTimers)
    }
    effects.append(contentsOf: externalRequests.map(Effect.requestExternal))
    for child in children where child.execution == nil {
      effects.append(.startChild(initiatedEventID: child.initiatedEventID, child.attributes))
    }
    return effects
  }
}
