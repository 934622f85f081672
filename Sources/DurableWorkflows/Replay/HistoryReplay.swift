/// Runs a workflow's code over its history: collect and compare.
///
/// For every completed workflow task the events before it are delivered, the code runs until idle, and its commands are
/// compared pairwise with the command events that follow.
enum HistoryReplay {
  /// Runs the instance's code for one activation.
  typealias Activate = (Activation) throws -> [(command: Command, operation: WorkflowMachine.OperationID?)]

  /// Replays `history` into a fresh instance; `resolve` fetches payloads that are kept outside the journal.
  ///
  /// - Returns: the events after the last completed workflow task, which no task has seen.
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual.
  static func replay(
    _ history: [HistoryEvent], into instance: WorkflowInstance,
    resolve: (Activation.Job) throws -> Activation.Job = { $0 }
  ) throws -> [HistoryEvent] {
    try replay(history, into: instance, resolve: resolve) { try instance.activate($0) }
  }

  /// As ``replay(_:into:resolve:)``, with `activate` to run the instance's code for one activation.
  static func replay(
    _ history: [HistoryEvent], into instance: WorkflowInstance,
    resolve: (Activation.Job) throws -> Activation.Job, activate: Activate
  ) throws -> [HistoryEvent] {
    var unseen: [HistoryEvent] = []
    var index = 0
    while index < history.count {
      let event = history[index]
      index += 1
      switch event.attributes {
      case .workflowTaskScheduled, .workflowTaskFailed(_, _, _, _, _, nil):
        continue
      case .workflowTaskStarted:
        guard index < history.count, case .workflowTaskCompleted = history[index].attributes else { continue }
        let completed = history[index]
        index += 1
        let commands = history[index...].prefix { $0.attributes.isCommandEvent }
        index += commands.count
        try replayTask(
          unseen, startedAt: event, completed: completed, commandEvents: commands, into: instance, resolve: resolve,
          activate: activate)
        unseen.removeAll(keepingCapacity: true)
      default:
        unseen.append(event)
      }
    }
    return unseen
  }

  private static func replayTask(
    _ inputs: [HistoryEvent], startedAt started: HistoryEvent, completed: HistoryEvent,
    commandEvents: ArraySlice<HistoryEvent>, into instance: WorkflowInstance,
    resolve: (Activation.Job) throws -> Activation.Job, activate: Activate
  ) throws {
    var activation = Activation(
      time: started.time, jobs: try inputs.compactMap(Activation.job(for:)).map(resolve), isReplaying: true,
      historyLength: started.id)
    if case .workflowTaskStarted(_, _, let size) = started.attributes { activation.historySizeBytes = size }
    var localResults: [Activation.Job] = []
    for event in commandEvents {
      switch event.attributes {
      case .workflowExecutionUpdateAccepted(let accepted):
        activation.jobs.append(try resolve(.update(accepted.request)))
      case .markerRecorded(let name, let details, _, let failure):
        if let patch = PatchMarker(name, details) {
          activation.patches.append(patch)
        } else if let marker = LocalActivityMarker(name, details, failure: failure) {
          let job = try resolve(marker.job)
          if marker.activityType != LocalActivityMarker.sideEffectType {
            localResults.append(job)
          } else if case .resolveLocalActivity(_, let resolution) = job {
            activation.sideEffects[marker.seq] = resolution.outcome
          }
        }
      default:
        break
      }
    }
    activation.jobs.append(contentsOf: localResults)
    let commands = try activate(activation)
    instance.bind(try match(commands, with: commandEvents, task: completed))
  }

  /// Pairs commands with events.
  /// - Returns: which operation each event records.
  private static func match(
    _ commands: [(command: Command, operation: WorkflowMachine.OperationID?)], with events: ArraySlice<HistoryEvent>,
    task: HistoryEvent
  ) throws -> [(WorkflowMachine.OperationID, eventID: Int64)] {
    var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
    var remaining = events
    for (command, operation) in commands {
      while let event = remaining.first, event.isDeprecatedPatch, !command.matches(event.attributes) {
        remaining.removeFirst()
      }
      guard let event = remaining.popFirst() else {
        throw NonDeterminismError(
          code: .historyMismatch, eventID: events.last?.id ?? task.id, expected: "no further command",
          actual: command.summary,
          message: "the workflow's code does something that its history does not hold; guard the change with a patch")
      }
      guard command.matches(event.attributes) else {
        throw NonDeterminismError(
          code: .historyMismatch, eventID: event.id, expected: event.attributes.summary, actual: command.summary,
          message: "the workflow's code no longer matches its history; guard the change with a patch "
            + "or deploy the code that this run began with")
      }
      if let operation { bindings.append((operation, event.id)) }
    }
    if let event = remaining.first(where: { !$0.isDeprecatedPatch }) {
      throw NonDeterminismError(
        code: .historyMismatch, eventID: event.id, expected: event.attributes.summary, actual: "no command",
        message: "the workflow's code no longer does what its history holds; guard the change with a patch")
    }
    return bindings
  }
}

extension HistoryEvent {
  fileprivate var isDeprecatedPatch: Bool {
    if case .markerRecorded(let name, let details, _, _) = attributes {
      PatchMarker(name, details)?.isDeprecated == true
    } else {
      false
    }
  }
}

extension Command {
  /// Whether the event is the record of this command. What is compared is what identifies the operation: ids, types and
  /// names; not inputs, durations or options, which may change between versions.
  func matches(_ event: EventAttributes) -> Bool {
    switch (self, event) {
    case (.scheduleActivity(let command), .activityTaskScheduled(let attributes)):
      command.activityID == attributes.activityID && command.activityType == attributes.activityType
    case (.requestCancelActivity(let eventID), .activityTaskCancelRequested(let scheduledEventID, _)):
      eventID == scheduledEventID
    case (.startTimer(let id, _, _), .timerStarted(let timerID, _, _, _)):
      id == timerID
    case (.cancelTimer(let id, let eventID), .timerCanceled(let timerID, let startedEventID, _, _)):
      id == timerID && eventID == startedEventID
    case (.recordMarker(let name, let details, _), .markerRecorded(let recordedName, let recordedDetails, _, _)):
      name == recordedName && PatchMarker(name, details)?.id == PatchMarker(recordedName, recordedDetails)?.id
        && LocalActivityMarker(name, details)?.identity == LocalActivityMarker(recordedName, recordedDetails)?.identity
    case (.completeWorkflow, .workflowExecutionCompleted), (.failWorkflow, .workflowExecutionFailed),
      (.cancelWorkflow, .workflowExecutionCanceled), (.continueAsNew, .workflowExecutionContinuedAsNew),
      (.upsertSearchAttributes, .upsertWorkflowSearchAttributes), (.modifyProperties, .workflowPropertiesModified):
      true
    case (.startChildWorkflow(let child), .startChildWorkflowExecutionInitiated(let attributes)):
      child.workflowID == attributes.workflowID && child.workflowType == attributes.workflowType
    case (.signalExternalWorkflow(let request), .signalExternalWorkflowExecutionInitiated(let attributes)):
      request.execution.workflowID == attributes.execution.workflowID && request.signalName == attributes.signalName
    case (.requestCancelExternalWorkflow(let request), .requestCancelExternalWorkflowExecutionInitiated(let attributes)):
      request.execution.workflowID == attributes.execution.workflowID
    case (.acceptUpdate(let accepted), .workflowExecutionUpdateAccepted(let attributes)):
      accepted.request.updateID == attributes.request.updateID
    case (.completeUpdate(let updateID, _), .workflowExecutionUpdateCompleted(let completedID, _, _, _)):
      updateID == completedID
    default:
      false
    }
  }
}
