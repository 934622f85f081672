import DurableWorkflows
import Testing

@testable import WorkflowService

@Suite("The remote frontend: updates, starts with a message, resets, activities", .timeLimit(.minutes(1)))
struct RemoteMessagesTests {
  private var start: StartWorkflowExecutionRequest {
    var start = StartWorkflowExecutionRequest(workflowID: "w", workflowType: "T", taskQueue: "q")
    start.input = [Sample.payload]
    start.executionTimeout = .hours(1)
    start.runTimeout = .milliseconds(1500)
    start.taskTimeout = .seconds(3)
    start.identity = "me"
    start.requestID = "request-1"
    start.idReusePolicy = .rejectDuplicate
    start.idConflictPolicy = .useExisting
    start.memo = ["m": Sample.payload]
    start.searchAttributes = ["s": Sample.payload]
    start.header = ["h": Sample.bytes]
    start.retryPolicy = Sample.retryPolicy
    start.cronSchedule = "@daily"
    start.startDelay = .seconds(7)
    start.lastCompletionResult = [Sample.bytes]
    start.continuedFailure = Sample.applicationFailure
    return start
  }

  @Test("Every request arrives as it was made")
  func requests() async throws {
    var configuration = WorkflowServiceServer.Configuration(port: 0)
    configuration.longPollTimeout = .seconds(3)
    var update = UpdateWorkflowExecutionRequest(execution: Sample.execution, request: Sample.update)
    update.firstExecutionRunID = Sample.otherRunID
    update.waitStage = .accepted
    update.longPollTimeout = .seconds(3)
    var poll = PollWorkflowExecutionUpdateRequest(execution: Sample.execution, updateID: "update-1")
    poll.waitStage = .accepted
    poll.longPollTimeout = .seconds(3)
    // A signal-with-start has no fields for what a run before left behind.
    var fresh = start
    fresh.lastCompletionResult = []
    fresh.continuedFailure = nil
    let signal = SignalWithStartWorkflowExecutionRequest(
      start: fresh, signalName: "approve", signalInput: [Sample.bytes])
    var both = UpdateWithStartWorkflowExecutionRequest(start: start, update: Sample.update, waitStage: .completed)
    both.longPollTimeout = .seconds(3)
    let reset = ResetWorkflowExecutionRequest(
      execution: Sample.execution, workflowTaskFinishEventID: 4, reason: "why", requestID: "request-2",
      reapply: .signals, identity: "me")
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend, configuration: configuration) { [update, poll, both] remote in
      _ = try await remote.updateWorkflowExecution(update)
      _ = try await remote.pollWorkflowExecutionUpdate(poll)
      _ = try await remote.signalWithStartWorkflowExecution(signal)
      _ = try await remote.updateWithStartWorkflowExecution(both)
      _ = try await remote.resetWorkflowExecution(reset)
    }
    #expect(
      frontend.requests == [
        .update(update), .pollUpdate(poll), .signalWithStart(signal), .updateWithStart(both), .reset(reset),
      ])
  }

  @Test(
    "What a reset delivers again",
    arguments: [ResetWorkflowExecutionRequest.Reapply.all, .signals, .updates, []])
  func reapply(_ reapply: ResetWorkflowExecutionRequest.Reapply) async throws {
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      let response = try await remote.resetWorkflowExecution(
        ResetWorkflowExecutionRequest(
          execution: Sample.execution, workflowTaskFinishEventID: 4, reapply: reapply))
      #expect(response.runID == Sample.otherRunID)
    }
    guard case .reset(let request) = frontend.requests.first else {
      Issue.record("no reset arrived")
      return
    }
    #expect(request.reapply == reapply)
    #expect(!request.requestID.isEmpty)
  }

  @Test(
    "Every outcome of an activity arrives, by token and by id",
    arguments: [
      ActivityReference.token([1, 0, 255]), .id(Sample.execution, activityID: "7"),
      .id(WorkflowExecution(workflowID: "w"), activityID: "7"),
    ])
  func activities(_ activity: ActivityReference) async throws {
    let outcomes: [RespondActivityTaskRequest.Outcome] = [
      .completed([Sample.payload]), .completed([]), .failed(Sample.applicationFailure),
      .canceled(details: [Sample.bytes]),
    ]
    let requests = outcomes.map { RespondActivityTaskRequest(activity: activity, outcome: $0, identity: "me") }
    let heartbeat = RecordActivityTaskHeartbeatRequest(
      activity: activity, details: [Sample.payload], identity: "me")
    let frontend = ScriptedFrontend { $0.heartbeat = { !$0.details.isEmpty } }
    try await withRemote(of: frontend) { remote in
      for request in requests { try await remote.respondActivityTask(request) }
      let isToStop = try await remote.recordActivityTaskHeartbeat(heartbeat)
      #expect(isToStop)
      let goesOn = try await remote.recordActivityTaskHeartbeat(RecordActivityTaskHeartbeatRequest(activity: activity))
      #expect(!goesOn)
    }
    #expect(
      frontend.requests
        == requests.map { .respondActivity($0) } + [
          .heartbeat(heartbeat), .heartbeat(RecordActivityTaskHeartbeatRequest(activity: activity)),
        ])
  }

  @Test(
    "Every stage and outcome of an update arrives",
    arguments: [
      UpdateWorkflowExecutionResponse(execution: Sample.execution, updateID: "u", stage: .admitted),
      UpdateWorkflowExecutionResponse(execution: Sample.execution, updateID: "u", stage: .accepted),
      UpdateWorkflowExecutionResponse(
        execution: Sample.execution, updateID: "u", stage: .completed, outcome: .success([Sample.payload])),
      UpdateWorkflowExecutionResponse(
        execution: Sample.execution, updateID: "u", stage: .completed, outcome: .success([])),
      UpdateWorkflowExecutionResponse(
        execution: Sample.execution, updateID: "u", stage: .completed, outcome: .failure(Sample.applicationFailure)),
    ])
  func answers(_ response: UpdateWorkflowExecutionResponse) async throws {
    let start = StartWorkflowExecutionResponse(runID: Sample.runID, started: false)
    let frontend = ScriptedFrontend {
      $0.update = { _ in response }
      $0.pollUpdate = { _ in response }
      $0.updateWithStart = { _ in UpdateWithStartWorkflowExecutionResponse(start: start, update: response) }
      $0.signalWithStart = { _ in start }
    }
    try await withRemote(of: frontend) { [request = self.start] remote in
      let updated = try await remote.updateWorkflowExecution(
        UpdateWorkflowExecutionRequest(execution: Sample.execution, request: Sample.update))
      #expect(updated == response)
      let polled = try await remote.pollWorkflowExecutionUpdate(
        PollWorkflowExecutionUpdateRequest(execution: Sample.execution, updateID: "u"))
      #expect(polled == response)
      let both = try await remote.updateWithStartWorkflowExecution(
        UpdateWithStartWorkflowExecutionRequest(start: request, update: Sample.update))
      #expect(both == UpdateWithStartWorkflowExecutionResponse(start: start, update: response))
      let signaled = try await remote.signalWithStartWorkflowExecution(
        SignalWithStartWorkflowExecutionRequest(start: request, signalName: "s"))
      #expect(signaled == start)
    }
  }

  @Test(
    "Errors of an update-with-start come back as they were thrown",
    arguments: [
      WorkflowServiceError(.alreadyStarted, "a", runID: Sample.runID, startRequestID: "request-1"),
      WorkflowServiceError(.notFound, "b"), WorkflowServiceError(.namespaceNotFound, "c"),
      WorkflowServiceError(.invalidArgument, "d"), WorkflowServiceError(.unimplemented, "e"),
      WorkflowServiceError(.resourceExhausted, "f"), WorkflowServiceError(.failedPrecondition, "g"),
    ])
  func unitErrors(_ thrown: WorkflowServiceError) async throws {
    let frontend = ScriptedFrontend { $0.updateWithStart = { _ in throw thrown } }
    try await withRemote(of: frontend) { [request = self.start] remote in
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await remote.updateWithStartWorkflowExecution(
          UpdateWithStartWorkflowExecutionRequest(start: request, update: Sample.update))
      }
      #expect(error == thrown)
    }
  }
}
