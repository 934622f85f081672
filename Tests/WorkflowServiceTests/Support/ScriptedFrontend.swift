import DurableWorkflows
import Synchronization

/// A frontend that answers as the test says and remembers what it was asked.
final class ScriptedFrontend: WorkflowFrontend {
  /// One request, with the method's name in front.
  enum Request: Hashable, Sendable {
    case start(StartWorkflowExecutionRequest)
    case signal(SignalWorkflowExecutionRequest)
    case query(QueryWorkflowRequest)
    case describe(DescribeWorkflowExecutionRequest)
    case history(GetWorkflowExecutionHistoryRequest)
    case requestCancel(RequestCancelWorkflowExecutionRequest)
    case terminate(TerminateWorkflowExecutionRequest)
    case list(ListWorkflowExecutionsRequest)
    case count(String)
    case delete(DeleteWorkflowExecutionRequest)
    case pause(PauseWorkflowExecutionRequest)
    case unpause(PauseWorkflowExecutionRequest)
    case startBatch(StartBatchOperationRequest)
    case stopBatch(StopBatchOperationRequest)
    case describeBatch(String)
    case listBatches
    case update(UpdateWorkflowExecutionRequest)
    case pollUpdate(PollWorkflowExecutionUpdateRequest)
    case signalWithStart(SignalWithStartWorkflowExecutionRequest)
    case updateWithStart(UpdateWithStartWorkflowExecutionRequest)
    case reset(ResetWorkflowExecutionRequest)
    case respondActivity(RespondActivityTaskRequest)
    case heartbeat(RecordActivityTaskHeartbeatRequest)
    case createSchedule(CreateScheduleRequest)
    case describeSchedule(DescribeScheduleRequest)
    case updateSchedule(UpdateScheduleRequest)
    case patchSchedule(PatchScheduleRequest)
    case deleteSchedule(DeleteScheduleRequest)
    case matchingTimes(ListScheduleMatchingTimesRequest)
    case listSchedules(ListSchedulesRequest)
    case countSchedules(String)
  }

  /// What the frontend does; a test replaces the closures it needs.
  struct Script: Sendable {
    var start: @Sendable (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse = { _ in
      StartWorkflowExecutionResponse(runID: Sample.runID, started: true)
    }
    var signal: @Sendable (SignalWorkflowExecutionRequest) async throws -> Void = { _ in }
    var query: @Sendable (QueryWorkflowRequest) async throws -> QueryWorkflowResponse = { _ in .result([]) }
    var describe: @Sendable (DescribeWorkflowExecutionRequest) async throws -> WorkflowExecutionDescription = { _ in
      Sample.description
    }
    var history:
      @Sendable (GetWorkflowExecutionHistoryRequest) async throws -> GetWorkflowExecutionHistoryResponse = { _ in
        GetWorkflowExecutionHistoryResponse(events: [], nextPageToken: [], runID: Sample.runID)
      }
    var requestCancel: @Sendable (RequestCancelWorkflowExecutionRequest) async throws -> Void = { _ in }
    var terminate: @Sendable (TerminateWorkflowExecutionRequest) async throws -> Void = { _ in }
    var list: @Sendable (ListWorkflowExecutionsRequest) async throws -> ListWorkflowExecutionsResponse = { _ in
      ListWorkflowExecutionsResponse(executions: [], nextPageToken: [])
    }
    var count: @Sendable (String) async throws -> CountWorkflowExecutionsResponse = { _ in
      CountWorkflowExecutionsResponse(count: 0)
    }
    var delete: @Sendable (DeleteWorkflowExecutionRequest) async throws -> Void = { _ in }
    /// What is told of batches.
    var batches: [BatchOperationDescription] = []
    var update: @Sendable (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse = {
      UpdateWorkflowExecutionResponse(
        execution: Sample.execution, updateID: $0.request.updateID, stage: .completed, outcome: .success([]))
    }
    var pollUpdate: @Sendable (PollWorkflowExecutionUpdateRequest) async throws -> UpdateWorkflowExecutionResponse = {
      UpdateWorkflowExecutionResponse(
        execution: Sample.execution, updateID: $0.updateID, stage: .completed, outcome: .success([]))
    }
    var signalWithStart:
      @Sendable (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse = { _ in
        StartWorkflowExecutionResponse(runID: Sample.runID, started: true)
      }
    var updateWithStart:
      @Sendable (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse = {
        UpdateWithStartWorkflowExecutionResponse(
          start: StartWorkflowExecutionResponse(runID: Sample.runID, started: true),
          update: UpdateWorkflowExecutionResponse(
            execution: Sample.execution, updateID: $0.update.updateID, stage: .accepted))
      }
    var reset: @Sendable (ResetWorkflowExecutionRequest) async throws -> ResetWorkflowExecutionResponse = { _ in
      ResetWorkflowExecutionResponse(runID: Sample.otherRunID)
    }
    var respondActivity: @Sendable (RespondActivityTaskRequest) async throws -> Void = { _ in }
    var heartbeat: @Sendable (RecordActivityTaskHeartbeatRequest) async throws -> Bool = { _ in false }
    var createSchedule: @Sendable (CreateScheduleRequest) async throws -> CreateScheduleResponse = { _ in
      CreateScheduleResponse(conflictToken: [1, 2])
    }
  }

  let script: Script
  private let log = Mutex<[Request]>([])

  init(_ configure: (inout Script) -> Void = { _ in }) {
    var script = Script()
    configure(&script)
    self.script = script
  }

  var requests: [Request] { log.withLock { $0 } }

  func note(_ request: Request) { log.withLock { $0.append(request) } }

  func startWorkflowExecution(
    _ request: StartWorkflowExecutionRequest
  ) async throws -> StartWorkflowExecutionResponse {
    note(.start(request))
    return try await script.start(request)
  }

  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    note(.signal(request))
    try await script.signal(request)
  }

  func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    note(.query(request))
    return try await script.query(request)
  }

  func describeWorkflowExecution(
    _ request: DescribeWorkflowExecutionRequest
  ) async throws -> WorkflowExecutionDescription {
    note(.describe(request))
    return try await script.describe(request)
  }

  func getWorkflowExecutionHistory(
    _ request: GetWorkflowExecutionHistoryRequest
  ) async throws -> GetWorkflowExecutionHistoryResponse {
    note(.history(request))
    return try await script.history(request)
  }

  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    note(.requestCancel(request))
    try await script.requestCancel(request)
  }

  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    note(.terminate(request))
    try await script.terminate(request)
  }

  func listWorkflowExecutions(
    _ request: ListWorkflowExecutionsRequest
  ) async throws -> ListWorkflowExecutionsResponse {
    note(.list(request))
    return try await script.list(request)
  }

  func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await countWorkflowExecutions(CountWorkflowExecutionsRequest(namespace: namespace, query: query)).count
  }

  func countWorkflowExecutions(
    _ request: CountWorkflowExecutionsRequest
  ) async throws -> CountWorkflowExecutionsResponse {
    note(.count(request.query))
    return try await script.count(request.query)
  }

  func deleteWorkflowExecution(_ request: DeleteWorkflowExecutionRequest) async throws {
    note(.delete(request))
    try await script.delete(request)
  }

  func updateWorkflowExecution(
    _ request: UpdateWorkflowExecutionRequest
  ) async throws -> UpdateWorkflowExecutionResponse {
    note(.update(request))
    return try await script.update(request)
  }

  func pollWorkflowExecutionUpdate(
    _ request: PollWorkflowExecutionUpdateRequest
  ) async throws -> UpdateWorkflowExecutionResponse {
    note(.pollUpdate(request))
    return try await script.pollUpdate(request)
  }

  func signalWithStartWorkflowExecution(
    _ request: SignalWithStartWorkflowExecutionRequest
  ) async throws -> StartWorkflowExecutionResponse {
    note(.signalWithStart(request))
    return try await script.signalWithStart(request)
  }

  func updateWithStartWorkflowExecution(
    _ request: UpdateWithStartWorkflowExecutionRequest
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    note(.updateWithStart(request))
    return try await script.updateWithStart(request)
  }

  func resetWorkflowExecution(
    _ request: ResetWorkflowExecutionRequest
  ) async throws -> ResetWorkflowExecutionResponse {
    note(.reset(request))
    return try await script.reset(request)
  }

  func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    note(.respondActivity(request))
    try await script.respondActivity(request)
  }

  func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    note(.heartbeat(request))
    return try await script.heartbeat(request)
  }

  func getSystemInfo() async throws -> WorkflowSystemInfo {
    WorkflowSystemInfo(serverVersion: "0.1.0", identity: "42@host", clusterID: "cluster-1")
  }

  func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    var description = TaskQueueDescription(name: request.taskQueue)
    description.pollers = ["42@host"]
    description.activities = .init(backlogCount: 5, backlogAge: .seconds(90))
    description.workflows = .init(backlogCount: 2, backlogAge: .seconds(3))
    return description
  }

  func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    guard name == "default" else {
      throw WorkflowServiceError(.namespaceNotFound, "Namespace \(name) is not found.")
    }
    return NamespaceDescription(name: name, id: "namespace-1", retention: .days(3))
  }
}
