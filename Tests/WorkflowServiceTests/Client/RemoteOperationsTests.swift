import DurableWorkflows
import Testing

@testable import WorkflowService

@Suite("The remote frontend: pauses and batches", .timeLimit(.minutes(1)))
struct RemoteOperationsTests {
  @Test("Every request arrives as it was made")
  func requests() async throws {
    let pause = PauseWorkflowExecutionRequest(
      execution: Sample.execution, reason: "look first", identity: "admin", requestID: "request-1")
    let operations: [BatchOperation] = [
      .terminate(), .terminate(details: [Sample.bytes]), .cancel, .delete,
      .signal(name: "approve", input: [Sample.payload], header: ["h": Sample.bytes]),
      .reset(to: .firstWorkflowTask), .reset(to: .lastWorkflowTask, reapply: .signals),
      .reset(to: .event(17), reapply: .updates), .reset(to: .event(17), reapply: []),
      .reset(to: .buildID("build-7")),
    ]
    let batches = operations.enumerated().map { index, operation in
      var batch = StartBatchOperationRequest(
        jobID: "job \(index)", query: "TaskQueue = 'q'", operation: operation, reason: "because", identity: "admin")
      batch.maxOperationsPerSecond = 12.5
      return batch
    }
    let stop = StopBatchOperationRequest(jobID: "job 1", reason: "enough", identity: "admin")
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      try await remote.pauseWorkflowExecution(pause)
      try await remote.unpauseWorkflowExecution(pause)
      for batch in batches { try await remote.startBatchOperation(batch) }
      try await remote.stopBatchOperation(stop)
    }
    var expected: [ScriptedFrontend.Request] = [.pause(pause), .unpause(pause)]
    expected += batches.map { .startBatch($0) }
    expected.append(.stopBatch(stop))
    #expect(frontend.requests == expected)
  }

  @Test("A pause without a request id gets one")
  func requestID() async throws {
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      try await remote.pauseWorkflowExecution(PauseWorkflowExecutionRequest(execution: Sample.execution))
    }
    guard case .pause(let request)? = frontend.requests.first else {
      Issue.record("no pause arrived")
      return
    }
    #expect(!request.requestID.isEmpty)
  }

  @Test("Batches are described and listed as they are")
  func descriptions() async throws {
    let frontend = ScriptedFrontend { $0.batches = Sample.batches }
    try await withRemote(of: frontend) { remote in
      for batch in Sample.batches {
        let described = try await remote.describeBatchOperation(namespace: "default", jobID: batch.jobID)
        #expect(described == batch)
      }
      let listed = try await remote.listBatchOperations(namespace: "default")
      #expect(listed == Sample.batches)
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await remote.describeBatchOperation(namespace: "default", jobID: "nothing")
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test("What the API has no batch for is refused before it is sent", arguments: [BatchOperation.pause, .unpause])
  func notOffered(_ operation: BatchOperation) async throws {
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await remote.startBatchOperation(
          StartBatchOperationRequest(jobID: "job", query: "TaskQueue = 'q'", operation: operation))
      }
      #expect(error?.code == .unimplemented)
      #expect(error?.message.contains("'\(operation.name)'") == true)
    }
    #expect(frontend.requests.isEmpty)
  }
}
