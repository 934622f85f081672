/// Runs a workflow's code over its history: collect and compare.
///
/// For every completed workflow task the events before it are delivered, the code runs until idle, and its commands are
/// compared pairwise with the command events that follow. The history may come in parts, cut anywhere: of a long one only
/// the events of one task are in memory.
struct HistoryReplay {
  /// Runs the instance's code for one activation.
  typealias Activate = (Activation) throws -> [(command: Command, operation: WorkflowMachine.OperationID?)]
  /// Fetches payloads that are kept outside the journal.
  typealias Resolve = (Activation.Job) throws -> Activation.Job

  /// A workflow task that began, and whose command events may not all be known.
  private struct OpenTask {
    var time: Timestamp
    var startedEventID: Int64
    var historySizeBytes: Int64
    /// 0 until the task is known to have completed.
    var completedEventID: Int64 = 0
  }

  /// The instance that the history is replayed into.
  private let instance: WorkflowInstance
  /// How many events were appended.
  private(set) var eventCount = 0
  /// What no completed task has seen.
  private var unseen: [HistoryEvent] = []
  private var task: OpenTask?
  /// The events of the open task's commands.
  private var commandEvents: [HistoryEvent] = []

  /// A replay into a fresh instance.
  init(into instance: WorkflowInstance) { self.instance = instance }

  /// Replays a whole `history` into a fresh instance; `resolve` fetches payloads that are kept outside the journal.
  ///
  /// - Returns: the events after the last completed workflow task, which no task has seen.
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual.
  static func replay(
    _ history: [HistoryEvent], into instance: WorkflowInstance, resolve: Resolve = { $0 }
  ) throws -> [HistoryEvent] {
    var replay = HistoryReplay(into: instance)
    try replay.append(history, resolve: resolve) { try instance.activate($0) }
    return try replay.finish(resolve: resolve) { try instance.activate($0) }
  }

  /// Replays the next events of the history, as far as the tasks in it are known to be whole.
  ///
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual.
  mutating func append(_ events: [HistoryEvent], resolve: Resolve, activate: Activate) throws {
    // Events are large: they are looked at in place.
    let events = events.span
    for index in events.indices { try append(events[index], resolve, activate) }
  }

  /// The history is over.
  ///
  /// - Returns: the events after the last completed workflow task, which no task has seen.
  /// - Throws: ``NonDeterminismError`` with event id, expected and actual.
  mutating func finish(resolve: Resolve, activate: Activate) throws -> [HistoryEvent] {
    if let task, task.completedEventID > 0 { try replay(task, resolve, activate) }
    task = nil
    return unseen
  }

  private mutating func append(_ event: HistoryEvent, _ resolve: Resolve, _ activate: Activate) throws {
    eventCount += 1
    if let open = task {
      if open.completedEventID == 0 {
        if case .workflowTaskCompleted = event.attributes {
          task?.completedEventID = event.id
          return
        }
      } else if event.attributes.isCommandEvent {
        commandEvents.append(event)
        return
      } else {
        try replay(open, resolve, activate)
      }
      task = nil
    }
    switch event.attributes {
    case .workflowTaskScheduled, .workflowTaskFailed(_, _, _, _, _, nil):
      break
    case .workflowTaskStarted(_, _, let size):
      task = OpenTask(time: event.time, startedEventID: event.id, historySizeBytes: size)
    default:
      unseen.append(event)
    }
  }

  /// Replays a task whose events are all known.
  private mutating func replay(_ task: OpenTask, _ resolve: Resolve, _ activate: Activate) throws {
    var activation = Activation(
      time: task.time, jobs: [], isReplaying: true, historyLength: task.startedEventID,
      historySizeBytes: task.historySizeBytes)
    for event in unseen {
      if let job = Activation.job(for: event) { activation.jobs.append(try resolve(job)) }
    }
    try addRecorded(to: &activation, resolve)
    let commands = try activate(activation)
    instance.bind(try HistoryReplay.match(commands, with: commandEvents, completedEventID: task.completedEventID))
    unseen.removeAll(keepingCapacity: true)
    commandEvents.removeAll(keepingCapacity: true)
  }

  /// Adds what the task's own commands recorded of it: accepted updates, patches, side effects, local activities.
  private func addRecorded(to activation: inout Activation, _ resolve: Resolve) throws {
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
  }

  /// Pairs commands with events.
  /// - Returns: which operation each event records.
  private static func match(
    _ commands: [(command: Command, operation: WorkflowMachine.OperationID?)], with events: [HistoryEvent],
    completedEventID: Int64
  ) throws -> [(WorkflowMachine.OperationID, eventID: Int64)] {
    var bindings: [(WorkflowMachine.OperationID, eventID: Int64)] = []
    var remaining = events[...]
    for (command, operation) in commands {
      while let event = remaining.first, event.isDeprecatedPatch, !command.matches(event.attributes) {
        remaining.removeFirst()
      }
      guard let event = remaining.popFirst() else {
        throw NonDeterminismError(
          code: .historyMismatch, eventID: events.last?.id ?? completedEventID, expected: "no further command",
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
