internal import WorkflowJournal

extension EngineCore {
  /// Starts a new run from a point in another run's history. The id's open run ends, in the same turn.
  func reset(_ request: ResetWorkflowExecutionRequest, at now: Timestamp) throws -> ResetWorkflowExecutionResponse {
    let base = try run(request.namespace, request.execution)
    let namespace = base.state.started.namespace
    if let key = request.requestID.isEmpty ? nil : resetRuns[namespace, request.requestID], let known = runs[key],
      known.state.started.workflowID == base.state.started.workflowID
    {
      return ResetWorkflowExecutionResponse(runID: known.state.started.runID)
    }
    try requireSpace()
    if isShuttingDown {
      throw WorkflowServiceError(.unavailable, "the engine is shutting down; reset the run again later")
    }
    // Everything is read before anything is changed: a record that cannot be read leaves all as it is.
    let history = try readForReset { try readHistory(of: base) }
    let prefix = try history.prefix(ofResetTo: request.workflowTaskFinishEventID)
    let suffix = history[prefix.endIndex...]
    let later = try readForReset { try messagesOfContinuations(of: base, history) }
    let outcomes = try readForReset { try closedChildren(of: prefix, in: namespace) }
    let former = base.state
    let order = ResetOrder(
      eventID: request.workflowTaskFinishEventID, runID: options.makeRunID(), baseRunID: former.started.runID,
      requestID: request.requestID, reason: request.reason, identity: request.identity)
    guard var (state, transition) = RunState.reset(
      key: nextKey, prefix: prefix, points: former.resetPoints, order, at: now) else {
      throw WorkflowServiceError(.invalidArgument, "the run's history does not begin with its start")
    }
    state.reapply(suffix, request.reapply, at: now, into: &transition)
    for event in later { state.reapplyMessage(event, request.reapply, at: now, into: &transition) }
    state.failUnknownActivities(of: former, suffix, at: now, into: &transition)

    nextKey = RunKey(rawValue: nextKey.rawValue + 1)
    let run = Run(state: state)
    endForReset(base, order, for: run, at: now)
    insert(run)
    noteForIndex(run)
    metrics?.workflow(run).runStarted()
    transition.effects = run.state.effectsOfReset
    absorb(transition, into: run)
    adoptChildren(of: run, outcomes, at: now)
    // The copied events name files of a run that a checkpoint may be leaving out at this moment.
    let collector = BlobCollector()
    try readForReset { try collector.note(run.pendingEvents) }
    blobs.blobs?.pin(collector.references)
    return ResetWorkflowExecutionResponse(runID: order.runID)
  }

  private func readForReset<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw WorkflowServiceError(.unavailable, "the history cannot be read from the journal: \(error)")
    }
  }

  /// Ends the open run of the id. Its parent does not learn of it, since the new run takes its place; neither do the
  /// children that the new run has. Updates that it has not seen go to the new run.
  private func endForReset(_ base: Run, _ order: ResetOrder, for run: Run, at now: Timestamp) {
    let started = base.state.started
    guard let key = currentRun[started.namespace, started.workflowID], let current = runs[key], current.state.isOpen
    else { return }
    let isSameChain = current.state.started.firstRunID == started.firstRunID
    let parent = isSameChain ? childLinks.removeValue(forKey: started.firstRunID) : nil
    if current === base {
      current.state.children.removeAll { run.state.child($0.initiatedEventID) != nil }
    }
    moveUpdates(from: current, to: run)
    absorb(
      current.state.terminate(
        reason: "Terminated due to reset to event \(order.eventID)" + (order.reason.isEmpty ? "" : ": \(order.reason)"),
        details: [], identity: order.identity, at: now),
      into: current)
    deliverLinks(at: now)
    if let parent { childLinks[started.firstRunID] = parent }
  }

  // MARK: Messages to the runs that continued the run

  /// The signals and updates that reached the runs that the code of `base` continued as.
  private func messagesOfContinuations(of base: Run, _ history: [HistoryEvent]) throws -> [HistoryEvent] {
    var messages: [HistoryEvent] = []
    var previous = history
    while case .workflowExecutionContinuedAsNew(let next)? = previous.last?.attributes,
      let key = runOfID[next.newExecutionRunID], let run = runs[key]
    {
      let events = try readHistory(of: run)
      // What the run before had not handled was handed on: those signals are known already.
      var handedOn: [CarriedSignal: Int] = [:]
      for event in previous { if let signal = event.carriedSignal { handedOn[signal, default: 0] += 1 } }
      for event in events.dropFirst() {
        guard let signal = event.carriedSignal, event.isUnnamedSignal, event.time == run.state.startTime,
          let count = handedOn[signal], count > 0
        else {
          messages.append(event)
          continue
        }
        handedOn[signal] = count - 1
      }
      previous = events
    }
    return messages
  }

  // MARK: Children

  /// The closing events of the children that a copied history waits for and that are closed.
  private func closedChildren(
    of prefix: ArraySlice<HistoryEvent>, in namespace: NamespaceKey
  ) throws -> [String: (Run, EventAttributes)] {
    var closed: [String: (Run, EventAttributes)] = [:]
    for case .childWorkflowExecutionStarted(_, let execution, _) in prefix.map(\.attributes) {
      guard let (last, event) = try lastRun(of: execution, in: namespace), let event else { continue }
      closed[execution.runID] = (last, event)
    }
    return closed
  }

  /// The last run of the chain that begins with `first`, and its closing event if it is closed.
  private func lastRun(of first: WorkflowExecution, in namespace: NamespaceKey) throws -> (Run, EventAttributes?)? {
    if let key = currentRun[namespace, first.workflowID], let run = runs[key],
      run.state.started.firstRunID == first.runID
    {
      return (run, try closingEvent(of: run))
    }
    var next = runOfID[first.runID]
    while let key = next, let run = runs[key] {
      guard let event = try closingEvent(of: run) else { return (run, nil) }
      guard let successor = event.newExecutionRunID, let key = runOfID[successor] else { return (run, event) }
      next = key
    }
    return nil
  }

  private func closingEvent(of run: Run) throws -> EventAttributes? {
    if run.isOpen { return nil }
    if let event = run.pendingEvents.last { return event.attributes }
    return try readHistory(of: run).last?.attributes
  }

  /// Makes the open children of a run that was reset its own; what closed meanwhile is delivered.
  private func adoptChildren(of run: Run, _ outcomes: [String: (Run, EventAttributes)], at now: Timestamp) {
    for child in run.state.children {
      guard let first = child.execution else { continue }
      let link = ChildLink(parent: run.key, initiatedEventID: child.initiatedEventID)
      let (last, event): (WorkflowExecution, EventAttributes?)
      if let known = outcomes[first.runID] {
        (last, event) = (known.0.state.execution, known.1)
      } else if let key = currentRun[run.state.started.namespace, first.workflowID], let current = runs[key],
        current.state.started.firstRunID == first.runID
      {
        // It was open a moment ago; the end of the former run may have closed it.
        if current.state.isOpen {
          childLinks[first.runID] = link
          continue
        }
        (last, event) = (current.state.execution, current.pendingEvents.last?.attributes)
      } else {
        (last, event) = (first, nil)
      }
      absorb(
        run.state.childClosed(
          child.initiatedEventID, execution: last, outcome: event.map(ChildOutcome.init(closing:)) ?? .terminated,
          at: now),
        into: run)
    }
  }
}

extension HistoryEvent {
  /// The signal that the event brought.
  fileprivate var carriedSignal: CarriedSignal? {
    guard case .workflowExecutionSignaled(let name, let input, let identity, let header, _) = attributes
    else { return nil }
    return CarriedSignal(name: name, input: input, identity: identity, header: header)
  }

  /// Whether the event is a signal without a request id, as those are that a run hands on.
  fileprivate var isUnnamedSignal: Bool {
    if case .workflowExecutionSignaled(_, _, _, _, "") = attributes { true } else { false }
  }
}
