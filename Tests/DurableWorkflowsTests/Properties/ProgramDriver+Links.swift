@testable internal import DurableWorkflows

/// What runs do to one another.
extension ProgramDriver {
  func deliverLinks() {
    var index = 0
    while index < links.count {
      let link = links[index]
      index += 1
      switch link {
      case .startChild(let parent, let eventID, let child): startChild(child, of: parent, eventID)
      case .requestExternal(let sender, let request): requestExternal(request, of: sender)
      case .closeChild(let execution, let policy): closeChild(execution, policy)
      case .continueRun(let run, let started): insert(started).parent = run.parent
      case .closed(let run, let event): tellParent(of: run, event)
      }
    }
    links.removeAll()
  }

  private func startChild(_ child: StartChildWorkflowAttributes, of parent: DrivenRun, _ eventID: Int64) {
    guard parent.state.isOpen || child.parentClosePolicy == .abandon else { return }
    if let current = current(child.workflowID), current.state.isOpen {
      absorb(parent.state.childStartFailed(eventID, cause: .workflowAlreadyExists, at: now), into: parent)
      return
    }
    var started = WorkflowExecutionStartedAttributes(
      workflowType: child.workflowType, workflowID: child.workflowID, runID: makeRunID(), taskQueue: child.taskQueue,
      input: child.input, runTimeout: child.runTimeout)
    started.retryPolicy = child.retryPolicy
    let run = insert(started)
    run.parent = (parent, eventID)
    absorb(parent.state.childStarted(eventID, execution: run.state.execution, at: now), into: parent)
  }

  private func requestExternal(_ request: PendingExternalRequest, of sender: DrivenRun) {
    guard let target = current(request.attributes.execution.workflowID) else { return }
    if target.state.isOpen { absorb(target.state.requestCancel(reason: "", identity: "", at: now), into: target) }
    absorb(
      sender.state.externalRequestAnswered(
        request.initiatedEventID, execution: target.state.execution, failure: nil, at: now), into: sender)
  }

  private func closeChild(_ execution: WorkflowExecution, _ policy: ParentClosePolicy) {
    guard let child = current(execution.workflowID), child.state.isOpen else { return }
    switch policy {
    case .terminate:
      absorb(child.state.terminate(reason: "", details: [], identity: "", at: now), into: child)
    case .requestCancel:
      absorb(child.state.requestCancel(reason: "", identity: "", at: now), into: child)
    case .abandon: break
    }
  }

  private func tellParent(of run: DrivenRun, _ event: EventAttributes) {
    guard event.newExecutionRunID == nil, let (parent, eventID) = run.parent else { return }
    let outcome: ChildOutcome =
      switch event {
      case .workflowExecutionCompleted(let result, _, _): .completed(result)
      case .workflowExecutionFailed(let failure, let state, _, _): .failed(failure, state)
      case .workflowExecutionCanceled(let details, _): .canceled(details: details)
      case .workflowExecutionTimedOut(let state, _): .timedOut(state)
      default: .terminated
      }
    absorb(
      parent.state.childClosed(eventID, execution: run.state.execution, outcome: outcome, at: now), into: parent)
  }
}
