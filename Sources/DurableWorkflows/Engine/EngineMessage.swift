/// What reaches the engine's loop from other threads.
enum EngineMessage: Sendable {
  indirect case start(StartWorkflowExecutionRequest, Reply<StartWorkflowExecutionResponse>)
  indirect case signal(SignalWorkflowExecutionRequest, Reply<Void>)
  indirect case requestCancel(RequestCancelWorkflowExecutionRequest, Reply<Void>)
  indirect case terminate(TerminateWorkflowExecutionRequest, Reply<Void>)
  indirect case query(QueryWorkflowRequest, Reply<QueryWorkflowResponse>)
  indirect case describe(DescribeWorkflowExecutionRequest, Reply<WorkflowExecutionDescription>)
  indirect case history(GetWorkflowExecutionHistoryRequest, Reply<GetWorkflowExecutionHistoryResponse>)
  indirect case schedule(ScheduleRequest)
  case statistics(Reply<WorkflowEngineStatistics>)
  case health(Reply<[HealthComponent]>)
  indirect case update(UpdateWorkflowExecutionRequest, Reply<UpdateWorkflowExecutionResponse>)
  indirect case pollUpdate(PollWorkflowExecutionUpdateRequest, Reply<UpdateWorkflowExecutionResponse>)
  indirect case signalWithStart(SignalWithStartWorkflowExecutionRequest, Reply<StartWorkflowExecutionResponse>)
  indirect case updateWithStart(UpdateWithStartWorkflowExecutionRequest, Reply<UpdateWithStartWorkflowExecutionResponse>)
  indirect case reset(ResetWorkflowExecutionRequest, Reply<ResetWorkflowExecutionResponse>)
  indirect case respondActivity(RespondActivityTaskRequest, Reply<Void>)
  indirect case recordActivityHeartbeat(RecordActivityTaskHeartbeatRequest, Reply<Bool>)
  case localActivityFinished(RunKey, seq: Int, generation: UInt64, attempt: Int, ActivitySlot, ActivityOutcome)
  case activityFinished(RunKey, scheduledEventID: Int64, attempt: Int, ActivitySlot, ActivityOutcome)
  case heartbeat(RunKey, scheduledEventID: Int64, attempt: Int, details: [Payload])
  /// A task of a run was resumed from another thread.
  case foreignJob(RunKey)
  /// Code that had not yielded in time came back.
  case lostCodeReturned(RunKey)
  case checkpoint(Reply<WorkflowEngineCheckpoint>)
  case checkpointFinished(Result<Compaction.Result, any Error>)
  case beginShutdown(Reply<Void>?)
  indirect case pause(PauseWorkflowExecutionRequest, Reply<Void>)
  indirect case unpause(PauseWorkflowExecutionRequest, Reply<Void>)
  /// Whether the run was the current one of its id is the answer.
  indirect case delete(DeleteWorkflowExecutionRequest, Reply<Bool>)
  /// The newest run of an id that is left after its current one was deleted.
  case adoptCurrentRun(String, RunKey)
  indirect case startBatch(StartBatchOperationRequest, total: Int, Reply<Void>)
  indirect case stopBatch(StopBatchOperationRequest, Reply<Void>)
  indirect case describeBatch(NamespacedID, Reply<BatchOperationDescription>)
  case listBatches(NamespaceKey, Reply<[BatchOperationDescription]>)
  /// Runs that match a batch's query.
  indirect case batchPage(NamespacedID, Result<[RunKey], any Error>)
  /// The visibility index has something to do, and no thread of its own.
  case visibility
  /// The grace period is over before its time.
  case forceShutdown
  case describeTaskQueue(DescribeTaskQueueRequest, Reply<TaskQueueDescription>)
  indirect case addWorker(RegisteredWorker, Reply<Void>)
  case quarantinedRuns(Reply<[QuarantinedRun]>)
  indirect case releaseFromQuarantine(WorkflowExecution, namespace: String, Reply<Void>)
  /// The clock was moved or unlocked.
  case wake
}

/// The way back to whoever waits for an answer.
struct Reply<Value: Sendable>: Sendable {
  private let resume: @Sendable (Result<Value, any Error>) -> Void

  init(continuation: CheckedContinuation<Value, any Error>) {
    resume = { continuation.resume(with: $0) }
  }

  private init(resume: @escaping @Sendable (Result<Value, any Error>) -> Void) {
    self.resume = resume
  }

  func succeed(_ value: Value) { resume(.success(value)) }
  func fail(_ error: any Error) { resume(.failure(error)) }

  /// The way back for a part of the answer; `transform` makes the whole.
  func map<Part: Sendable>(_ transform: @escaping @Sendable (Part) -> Value) -> Reply<Part> {
    Reply<Part> { [resume] in resume($0.map(transform)) }
  }
}

/// What an engine has done and holds. Counts are since it was opened.
public struct WorkflowEngineStatistics: Hashable, Sendable {
  /// Open runs.
  public var openRuns = 0
  /// Open runs and closed ones within their retention.
  public var runs = 0
  /// Runs that lie on disk; of them only ids, deadlines and places are in memory.
  public var lyingRuns = 0
  /// Runs with live tasks in memory.
  public var cachedRuns = 0
  /// The estimated bytes of these.
  public var cachedBytes = 0
  /// Running activity attempts.
  public var runningActivities = 0
  /// Activity attempts that wait for a slot.
  public var queuedActivities = 0
  /// Armed timers, with those that no longer matter.
  public var timers = 0
  /// Journal syncs.
  public var syncs = 0
  /// Bytes written to the journal.
  public var bytesWritten = 0
  /// The number of the newest checkpoint, 0 without one.
  public var checkpointNumber = 0
  /// Its size in bytes.
  public var checkpointBytes = 0
  /// The bytes of the journal behind it.
  public var bytesSinceCheckpoint = 0
  /// Workflow tasks completed.
  public var workflowTasks = 0
  /// Runs replayed from the journal.
  public var replays = 0
}
