internal import Logging

/// What one run does to another. All of it happens in the turn that caused it, so it is durable with it or not at all.
enum Link {
  case startChild(RunKey, initiatedEventID: Int64, StartChildWorkflowAttributes)
  case requestExternal(RunKey, PendingExternalRequest)
  case closeChild(WorkflowExecution, NamespaceKey, ParentClosePolicy)
  case continueRun(RunKey, WorkflowExecutionStartedAttributes, signals: [CarriedSignal])
  case closed(RunKey, EventAttributes)
}

/// The parent that waits for a child's chain of runs.
struct ChildLink: Sendable {
  var parent: RunKey
  var initiatedEventID: Int64
}

extension EngineCore {
  /// Delivers what runs did to one another, until nothing is left.
  func deliverLinks(at now: Timestamp) {
    var index = 0
    while index < links.count {
      let link = links[index]
      index += 1
      switch link {
      case .startChild(let key, let eventID, let child): startChild(child, of: key, eventID, at: now)
      case .requestExternal(let key, let request): requestExternal(request, of: key, at: now)
      case .closeChild(let execution, let namespace, let policy): closeChild(execution, namespace, policy, at: now)
      case .continueRun(let key, let started, let signals): continueRun(key, started, signals, at: now)
      case .closed(let key, let event):
        notifyParent(of: key, event, at: now)
        schedules.runClosed(runs[key]?.state, event)
      }
    }
    links.removeAll(keepingCapacity: true)
  }

  // MARK: Children

  /// Whether a child can begin with this input. What a codec cannot decode is not known to fit or not; the child is
  /// blocked then, and can go on later.
  private func fits(
    _ input: [Payload], of child: StartChildWorkflowAttributes, in namespace: NamespaceKey,
    _ registration: WorkflowRegistration
  ) -> Bool {
    do {
      try registration.checkInput(
        input, options.payloadConverter.bound(to: child.workflowID, in: options.name(of: namespace)))
      return true
    } catch {
      return error is PayloadCodecError
    }
  }

  /// A parent that closed in the same task leaves nothing behind but children that it abandons.
  private func startChild(
    _ child: StartChildWorkflowAttributes, of key: RunKey, _ eventID: Int64, at now: Timestamp
  ) {
    guard let parent = runs[key], parent.state.isOpen || child.parentClosePolicy == .abandon else { return }
    func refuse(_ cause: StartChildWorkflowFailedCause) {
      absorb(parent.state.childStartFailed(eventID, cause: cause, at: now), into: parent)
    }
    let namespace = parent.state.started.namespace
    // What no worker serves yet is checked by nobody.
    let registration = taskQueues.registry(of: child.taskQueue).map { $0.newest(child.workflowType) }
    guard let input = try? blobs.resolved(child.input),
      registration.map({ $0.map { fits(input, of: child, in: namespace, $0) } ?? false }) ?? true
    else { return refuse(.unspecified) }
    if let currentKey = currentRun[namespace, child.workflowID], let current = runs[currentKey]?.state {
      let mayReuse =
        switch child.idReusePolicy {
        case .allowDuplicate: true
        case .allowDuplicateFailedOnly: current.status != .completed
        case .rejectDuplicate: false
        }
      if current.isOpen, isUndone(current, by: parent.state), let run = runs[currentKey] {
        absorb(
          run.state.terminate(
            reason: "the parent was reset and starts this child again", details: [], identity: options.identity,
            at: now),
          into: run)
      } else if current.isOpen || !mayReuse {
        return refuse(.workflowAlreadyExists)
      }
    }
    var started = WorkflowExecutionStartedAttributes(
      workflowType: child.workflowType, workflowID: child.workflowID,
      runID: makeRunID(for: child.workflowID, in: namespace),
      taskQueue: child.taskQueue, input: child.input, executionTimeout: child.executionTimeout,
      runTimeout: child.runTimeout, taskTimeout: child.taskTimeout ?? .seconds(10), identity: options.identity,
      memo: child.memo, searchAttributes: child.searchAttributes, header: child.header)
    started.namespace = namespace
    started.parent = ParentWorkflow(
      namespace: options.name(of: namespace), execution: parent.state.execution, initiatedEventID: eventID)
    started.root = parent.state.started.root ?? parent.state.execution
    started.retryPolicy = child.retryPolicy
    started.cronSchedule = child.cronSchedule
    started.version = registration??.version ?? 0
    started.priority = child.priority.merged(over: parent.state.started.priority)
    if !child.cronSchedule.isEmpty {
      started.firstWorkflowTaskBackoff = CronSchedule.delay(of: child.cronSchedule, after: now)
    }
    let run = insertRun(started, at: now)
    childLinks[started.firstRunID] = ChildLink(parent: key, initiatedEventID: eventID)
    absorb(parent.state.childStarted(eventID, execution: run.state.execution, at: now), into: parent)
  }

  /// Whether an open run is the child of a run that was reset to a point before it asked for the child.
  private func isUndone(_ child: RunState, by parent: RunState) -> Bool {
    guard parent.started.isReset, let former = child.started.parent?.execution.runID, former != parent.started.runID,
      childLinks[child.started.firstRunID]?.parent != parent.key, let key = runOfID[former]
    else { return false }
    return runs[key]?.state.started.originalRunID == parent.started.originalRunID
  }

  private func notifyParent(of key: RunKey, _ event: EventAttributes, at now: Timestamp) {
    guard let run = runs[key], event.newExecutionRunID == nil,
      let link = childLinks.removeValue(forKey: run.state.started.firstRunID), let parent = runs[link.parent]
    else { return }
    absorb(
      parent.state.childClosed(
        link.initiatedEventID, execution: run.state.execution, outcome: ChildOutcome(closing: event), at: now),
      into: parent)
  }

  /// A parent closed: its policy for a child that is still open.
  private func closeChild(
    _ execution: WorkflowExecution, _ namespace: NamespaceKey, _ policy: ParentClosePolicy, at now: Timestamp
  ) {
    guard let key = currentRun[namespace, execution.workflowID], let child = runs[key], child.state.isOpen,
      child.state.started.firstRunID == execution.runID
    else { return }
    switch policy {
    case .terminate:
      absorb(
        child.state.terminate(
          reason: "by parent close policy", details: [], identity: options.identity, at: now),
        into: child)
    case .requestCancel:
      absorb(
        child.state.requestCancel(reason: "by parent close policy", identity: options.identity, at: now), into: child)
    case .abandon:
      break
    }
  }

  // MARK: Other runs

  private func requestExternal(_ request: PendingExternalRequest, of key: RunKey, at now: Timestamp) {
    guard let sender = runs[key] else { return }
    let attributes = request.attributes
    let target = target(of: attributes, from: sender)
    var failure: ExternalWorkflowFailedAttributes.Cause?
    if let target, target.state.isOpen {
      absorb(
        request.isCancelRequest
          ? target.state.requestCancel(reason: attributes.reason, identity: options.identity, at: now)
          : target.state.signal(
            name: attributes.signalName, input: attributes.input, identity: options.identity,
            header: attributes.header, requestID: "", at: now),
        into: target)
    } else if target == nil || !request.isCancelRequest {
      failure = .externalWorkflowExecutionNotFound
    }
    absorb(
      sender.state.externalRequestAnswered(
        request.initiatedEventID, execution: target?.state.execution ?? attributes.execution, failure: failure,
        at: now),
      into: sender)
  }

  private func target(of attributes: ExternalWorkflowRequestAttributes, from sender: Run) -> Run? {
    guard let run = try? run(namespaceName(of: sender), attributes.execution) else { return nil }
    if attributes.isChildOnly, childLinks[run.state.started.firstRunID]?.parent != sender.key { return nil }
    return run
  }

  // MARK: Chains

  private func continueRun(
    _ key: RunKey, _ successor: WorkflowExecutionStartedAttributes, _ signals: [CarriedSignal], at now: Timestamp
  ) {
    var started = successor
    // A retry repeats the run as it was; every other new run takes the newest code.
    if started.initiator != .retry {
      let newest = taskQueues.registry(of: started.taskQueue)?.newest(started.workflowType)
      started.version = newest?.version ?? started.version
    }
    let run = insertRun(started, at: now)
    if let former = runs[key] { moveUpdates(from: former, to: run) }
    for signal in signals {
      absorb(
        run.state.signal(
          name: signal.name, input: signal.input, identity: signal.identity, header: signal.header, requestID: "",
          at: now),
        into: run)
    }
  }

  /// Starts a run.
  func insertRun(_ started: WorkflowExecutionStartedAttributes, at now: Timestamp) -> Run {
    let (state, transition) = RunState.start(key: nextKey, attributes: started, at: now)
    nextKey = RunKey(rawValue: nextKey.rawValue + 1)
    let run = Run(state: state)
    insert(run)
    noteForIndex(run)
    metrics?.workflow(run).runStarted()
    absorb(transition, into: run)
    return run
  }
}
