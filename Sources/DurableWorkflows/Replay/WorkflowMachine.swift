/// The bookkeeping of one run's pending operations and commands: a value, whose methods say which continuations to
/// resume and leave the resuming to ``WorkflowInstance``.
struct WorkflowMachine: Sendable {
  typealias Continuation = UnsafeContinuation<[Payload], any Error>

  /// A continuation and what it is resumed with.
  struct Resumption: Sendable {
    var continuation: Continuation
    var result: Result<[Payload], any Error>
  }

  /// Something that workflow code waits for, or will.
  struct Operation: Sendable {
    enum Kind: Sendable {
      case timer(id: String)
      case activity(id: String, type: String, cancellationType: ActivityCancellationType)
      /// A `condition`, woken whenever something happened; `timer` is its deadline.
      case condition(timer: OperationID?)
      /// The deadline of a condition.
      case conditionTimer(id: String, condition: OperationID)
      /// The end of a child's chain of runs; `start` is the wait for its start.
      indirect case child(ChildOperation)
      /// The start of a child.
      case childStart(of: OperationID)
      /// A signal or a cancellation request to another run.
      case external(WorkflowExecution)
      /// The cancellation request to a child whose caller waits for no more than the request.
      case childCancel(of: OperationID)
      indirect case localActivity(LocalActivityRequest)
    }

    var kind: Kind
    var continuation: Continuation?
    /// Others who wait for a child's end.
    var furtherContinuations: [Continuation] = []
    /// The event that records the operation, once its command is accepted.
    var eventID: Int64?
    /// Set when the outcome is known before anyone waits.
    var outcome: Result<[Payload], any Error>?
    var isTimedOut = false
  }

  struct ChildOperation: Sendable {
    var execution: WorkflowExecution
    var type: String
    var cancellationType: ChildWorkflowCancellationType
    var start: OperationID
    var isCancelRequested = false
  }

  struct OperationID: Hashable, Comparable, Sendable {
    var rawValue: Int
    static func < (left: OperationID, right: OperationID) -> Bool { left.rawValue < right.rawValue }
  }

  struct PendingCommand: Sendable {
    var command: Command
    var operation: OperationID?
  }

  var operations: [OperationID: Operation] = [:]
  var operationOfEvent: [Int64: OperationID] = [:]
  var commands: [PendingCommand] = []
  var localActivityOfSeq: [Int: OperationID] = [:]
  /// The conditions, in the order in which they were created.
  private var conditions: [OperationID] = []
  /// Local activities that are to stop and whose end is waited for.
  var canceledLocalActivities: [Int] = []
  private var lastOperation = 0
  private var lastTimer = 0
  private(set) var lastActivity = 0
  private var hasChosenIDs = false

  // MARK: Starting operations

  mutating func startTimer(_ duration: Duration, summary: String?) -> OperationID {
    lastTimer += 1
    let id = String(lastTimer)
    let operation = add(Operation(kind: .timer(id: id)))
    commands.append(
      PendingCommand(command: .startTimer(timerID: id, duration: duration, summary: summary), operation: operation))
    return operation
  }

  /// The next number that no open activity uses as its id.
  mutating func nextActivityID() -> String {
    repeat { lastActivity += 1 } while hasChosenIDs && isOpenActivity(String(lastActivity))
    return String(lastActivity)
  }

  /// Whether an open activity has this id.
  func isOpenActivity(_ id: String) -> Bool {
    operations.values.contains { if case .activity(id, _, _) = $0.kind { true } else { false } }
  }

  /// From now on ids are compared: the workflow chooses some itself.
  mutating func noteChosenID() { hasChosenIDs = true }

  mutating func scheduleActivity(
    _ command: ScheduleActivityCommand, cancellationType: ActivityCancellationType
  ) -> OperationID {
    let operation = add(
      Operation(
        kind: .activity(
          id: command.activityID, type: command.activityType, cancellationType: cancellationType)))
    commands.append(PendingCommand(command: .scheduleActivity(command), operation: operation))
    return operation
  }

  mutating func addCondition(timeout: Duration?) -> OperationID {
    let condition = add(Operation(kind: .condition(timer: nil)))
    conditions.append(condition)
    if let timeout {
      lastTimer += 1
      let id = String(lastTimer)
      let timer = add(Operation(kind: .conditionTimer(id: id, condition: condition)))
      operations[condition]?.kind = .condition(timer: timer)
      commands.append(
        PendingCommand(command: .startTimer(timerID: id, duration: timeout, summary: nil), operation: timer))
    }
    return condition
  }

  /// A number for a local activity or a side effect: they share the activities' numbers.
  mutating func nextLocalSeq() -> Int {
    _ = nextActivityID()
    return lastActivity
  }

  /// A command that nothing waits for.
  mutating func emit(_ command: Command) {
    commands.append(PendingCommand(command: command, operation: nil))
  }

  mutating func add(_ operation: Operation) -> OperationID {
    lastOperation += 1
    let id = OperationID(rawValue: lastOperation)
    operations[id] = operation
    return id
  }

  // MARK: Waiting

  /// Registers who waits for an operation.
  /// - Returns: the resumption, if the outcome is already known.
  mutating func wait(for id: OperationID, _ continuation: Continuation) -> Resumption? {
    guard let operation = operations[id] else {
      return Resumption(continuation: continuation, result: .failure(CanceledError()))
    }
    if let outcome = operation.outcome {
      switch operation.kind {
      // A condition stays until ``removeCondition(_:)``, which also cancels its deadline.
      case .condition: operations[id]?.outcome = nil
      // The end of a child can be asked for again.
      case .child: break
      default: operations[id] = nil
      }
      return Resumption(continuation: continuation, result: outcome)
    }
    if operation.continuation == nil {
      operations[id]?.continuation = continuation
    } else {
      operations[id]?.furtherContinuations.append(continuation)
    }
    return nil
  }

  /// The conditions that wait, in the order in which they were created.
  var waitingConditions: [OperationID] {
    if conditions.isEmpty { return [] }
    return conditions.filter { operations[$0]?.continuation != nil }
  }

  /// Wakes a condition so that it looks again.
  mutating func wakeCondition(_ id: OperationID) -> Resumption? {
    guard let continuation = operations[id]?.continuation else { return nil }
    operations[id]?.continuation = nil
    return Resumption(continuation: continuation, result: .success([]))
  }

  func conditionIsTimedOut(_ id: OperationID) -> Bool {
    operations[id]?.isTimedOut ?? false
  }

  /// A condition is over: its deadline is cancelled.
  mutating func removeCondition(_ id: OperationID) {
    conditions.removeAll { $0 == id }
    guard let operation = operations.removeValue(forKey: id), case .condition(let timer?) = operation.kind else {
      return
    }
    cancelTimer(timer)
  }

  // MARK: Resolving

  /// What an event's operation is, for errors.
  enum Subject: Sendable {
    case activity(id: String, type: String)
    case child(WorkflowExecution, type: String)
    case external(WorkflowExecution)
    case other
  }

  func subject(ofEvent eventID: Int64) -> Subject {
    guard let id = operationOfEvent[eventID] else { return .other }
    return switch operations[id]?.kind {
    case .activity(let activityID, let type, _): .activity(id: activityID, type: type)
    case .child(let child): .child(child.execution, type: child.type)
    case .external(let execution): .external(execution)
    default: .other
    }
  }

  /// The outcome of the operation that an event records.
  mutating func resolve(eventID: Int64, _ result: Result<[Payload], any Error>) -> [Resumption] {
    guard let id = operationOfEvent.removeValue(forKey: eventID), let operation = operations[id] else { return [] }
    switch operation.kind {
    case .conditionTimer(_, let condition):
      operations[id] = nil
      operations[condition]?.isTimedOut = true
      return wakeCondition(condition).map { [$0] } ?? []
    case .child(let child):
      // A child that never started ends the wait for its start, too.
      return settle(child.start, result) + settle(id, result)
    case .childCancel(let child):
      operations[id] = nil
      return cancelRequestDelivered(to: child)
    default:
      return settle(id, result)
    }
  }

  /// The outcome of an operation: whoever waits is resumed, else it is kept until somebody does.
  mutating func settle(_ id: OperationID, _ result: Result<[Payload], any Error>) -> [Resumption] {
    guard let operation = operations[id], operation.outcome == nil else { return [] }
    guard let continuation = operation.continuation else {
      operations[id]?.outcome = result
      return []
    }
    if case .child = operation.kind {
      operations[id]?.continuation = nil
      operations[id]?.furtherContinuations = []
      operations[id]?.outcome = result
    } else {
      operations[id] = nil
    }
    return ([continuation] + operation.furtherContinuations).map { Resumption(continuation: $0, result: result) }
  }

  // MARK: Cancelling

  /// The task that waits for an operation was cancelled.
  mutating func cancel(_ id: OperationID) -> [Resumption] {
    guard let operation = operations[id], operation.outcome == nil else { return [] }
    switch operation.kind {
    case .timer(let timerID):
      cancelTimer(id)
      return settle(id, .failure(CanceledError("timer \(timerID) was canceled")))
    case .conditionTimer, .childCancel:
      return []
    case .condition:
      operations[id]?.continuation = nil
      let result: Result<[Payload], any Error> = .failure(CanceledError("a condition was canceled"))
      guard let continuation = operation.continuation else {
        operations[id]?.outcome = result
        return []
      }
      return [Resumption(continuation: continuation, result: result)]
    case .activity(let activityID, let type, let cancellationType):
      return cancelActivity(id, activityID, type, cancellationType)
    case .child, .childStart:
      return cancelChild(id)
    case .external(let execution):
      // What is on its way cannot be called back.
      guard operation.eventID == nil else { return [] }
      revokeCommand(of: id)
      return settle(id, .failure(CanceledError("the request to workflow '\(execution.workflowID)' was canceled")))
    case .localActivity(let request):
      return cancelLocalActivity(id, request)
    }
  }

  private mutating func cancelActivity(
    _ id: OperationID, _ activityID: String, _ type: String, _ cancellationType: ActivityCancellationType
  ) -> [Resumption] {
    let error = CanceledError("activity '\(type)' (id \(activityID)) was canceled")
    guard let eventID = operations[id]?.eventID else {
      revokeCommand(of: id)
      return settle(id, .failure(error))
    }
    switch cancellationType {
    case .abandon:
      operationOfEvent[eventID] = nil
      return settle(id, .failure(error))
    case .tryCancel:
      emit(.requestCancelActivity(scheduledEventID: eventID))
      operationOfEvent[eventID] = nil
      return settle(id, .failure(error))
    case .waitCancellationCompleted:
      emit(.requestCancelActivity(scheduledEventID: eventID))
      return []
    }
  }

  private mutating func cancelTimer(_ id: OperationID) {
    guard let operation = operations[id] else { return }
    switch operation.kind {
    case .timer(let timerID), .conditionTimer(let timerID, _):
      if let eventID = operation.eventID {
        guard operationOfEvent.removeValue(forKey: eventID) != nil else { return }
        commands.append(
          PendingCommand(command: .cancelTimer(timerID: timerID, startedEventID: eventID), operation: nil))
      } else {
        revokeCommand(of: id)
      }
      if case .conditionTimer = operation.kind { operations[id] = nil }
    default:
      break
    }
  }

  /// A command of this very task is taken back: neither it nor its cancellation is recorded.
  mutating func revokeCommand(of id: OperationID) {
    commands.removeAll { $0.operation == id }
  }

  // MARK: Commands

  /// How many operations were ever started.
  var operationCount: Int { lastOperation }

  /// Whether anything in history can still wake the run.
  var hasPendingOperations: Bool {
    operations.values.contains { $0.outcome == nil || $0.continuation != nil }
  }

  /// The commands since the last call. A closing command is last: what follows it is dropped.
  mutating func takeCommands() -> [(command: Command, operation: OperationID?)] {
    defer { commands.removeAll(keepingCapacity: true) }
    let end = commands.firstIndex { $0.command.isClosing }.map { $0 + 1 } ?? commands.count
    return commands[..<end].map { ($0.command, $0.operation) }
  }

  /// The command of an operation was accepted as an event.
  mutating func bind(_ id: OperationID, to eventID: Int64) {
    guard operations[id] != nil else { return }
    operations[id]?.eventID = eventID
    operationOfEvent[eventID] = id
  }

  /// Takes every continuation, to end all tasks of an abandoned run.
  mutating func abandon() -> [Continuation] {
    let continuations = operations.sorted { $0.key < $1.key }.flatMap {
      ($0.value.continuation.map { [$0] } ?? []) + $0.value.furtherContinuations
    }
    operations = [:]
    conditions = []
    localActivityOfSeq = [:]
    operationOfEvent = [:]
    commands = []
    return continuations
  }
}
