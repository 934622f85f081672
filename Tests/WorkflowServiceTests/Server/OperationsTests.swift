import DurableWorkflows
import GRPCCore
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

/// What operators ask of the service.
@Suite("Operations", .timeLimit(.minutes(1)))
struct OperationsTests {
  /// A batch that nothing is wrong with.
  private static let batch = Wire.StartBatchRequest.with {
    $0.namespace = "default"
    $0.jobID = "job"
    $0.visibilityQuery = "TaskQueue = 'q'"
    $0.terminationOperation = .init()
  }

  /// What the service throws for a batch.
  private func refusal(_ adjust: @Sendable (inout Wire.StartBatchRequest) -> Void) async throws -> RPCError {
    let frontend = ScriptedFrontend()
    let error = try await withStub(of: frontend) { service in
      var request = Self.batch
      adjust(&request)
      let sent = request
      let error = await #expect(throws: RPCError.self) { _ = try await service.startBatchOperation(sent) }
      return try #require(error)
    }
    #expect(frontend.requests.isEmpty)
    return error
  }

  @Test("Pauses and their ends reach the engine; a workflow id is required")
  func pauses() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      _ = try await service.pauseWorkflowExecution(
        .with {
          $0.namespace = "default"
          $0.workflowID = Sample.execution.workflowID
          $0.runID = Sample.execution.runID
          $0.identity = "admin"
          $0.reason = "look first"
          $0.requestID = "request-1"
        })
      _ = try await service.unpauseWorkflowExecution(
        .with {
          $0.namespace = "default"
          $0.workflowID = Sample.execution.workflowID
          $0.identity = "admin"
          $0.reason = "looked"
          $0.requestID = "request-2"
        })
      for request in [
        Wire.PauseRequest.with { $0.namespace = "default" },
        .with {
          $0.namespace = "default"
          $0.workflowID = "w"
          $0.runID = "not a run id"
        },
      ] {
        let error = await #expect(throws: RPCError.self) { _ = try await service.pauseWorkflowExecution(request) }
        #expect(error?.code == .invalidArgument)
      }
    }
    #expect(
      frontend.requests == [
        .pause(
          PauseWorkflowExecutionRequest(
            execution: Sample.execution, reason: "look first", identity: "admin", requestID: "request-1")),
        .unpause(
          PauseWorkflowExecutionRequest(
            execution: WorkflowExecution(workflowID: "order-17"), reason: "looked", identity: "admin",
            requestID: "request-2")),
      ])
  }

  @Test("Runs that are named one by one become a query, whatever their workflow ids contain")
  func namedRuns() async throws {
    let id = #"o'neil \ 'x'"#
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      var old = Self.batch
      old.visibilityQuery = ""
      old.executions = [.init(Sample.execution), .init(WorkflowExecution(workflowID: id, runID: Sample.otherRunID))]
      _ = try await service.startBatchOperation(old)
      var current = Self.batch
      current.visibilityQuery = ""
      current.targetExecutions = [
        .with {
          $0.type = .workflow
          $0.businessID = Sample.execution.workflowID
          $0.runID = Sample.runID
        }
      ]
      _ = try await service.startBatchOperation(current)
    }
    let queries = frontend.requests.compactMap { if case .startBatch(let request) = $0 { request.query } else { nil } }
    #expect(
      queries == [
        "RunId IN ('\(Sample.otherRunID)', '\(Sample.runID)') AND "
          + #"WorkflowId IN ('o\'neil \\ \'x\'', 'order-17')"#,
        "RunId IN ('\(Sample.runID)') AND WorkflowId IN ('order-17')",
      ])
  }

  @Test("A batch that cannot be meant so is refused, with the field that is wrong")
  func malformed() async throws {
    let cases: [(String, @Sendable (inout Wire.StartBatchRequest) -> Void)] = [
      ("job_id", { $0.jobID = "" }),
      ("operation", { $0.operation = nil }),
      ("visibility_query", { $0.visibilityQuery = "" }),
      ("visibility_query", { $0.executions = [.init(Sample.execution)] }),
      ("executions[0].run_id", { $0.executions = [.with { $0.workflowID = "w" }] }),
      (
        "executions",
        {
          $0.visibilityQuery = ""
          $0.executions = Array(repeating: .init(Sample.execution), count: 1001)
        }
      ),
      ("signal_operation.signal", { $0.signalOperation = .init() }),
      ("reset_operation.options", { $0.resetOperation = .init() }),
      ("reset_operation.options.target", { $0.resetOperation.options = .init() }),
      ("reset_operation.options.workflow_task_id", { $0.resetOperation.options.workflowTaskID = 0 }),
      ("reset_operation.options.build_id", { $0.resetOperation.options.buildID = "" }),
      ("namespace", { $0.namespace = "" }),
    ]
    for (field, adjust) in cases {
      let error = try await refusal(adjust)
      #expect(error.code == .invalidArgument, "\(field)")
      #expect(error.message.hasPrefix("\(field) "), "\(error.message)")
    }
  }

  @Test("What batches do not do is unimplemented, and named")
  func notOffered() async throws {
    let cases: [(String, @Sendable (inout Wire.StartBatchRequest) -> Void)] = [
      ("update_workflow_options_operation", { $0.updateWorkflowOptionsOperation = .init() }),
      ("unpause_activities_operation", { $0.unpauseActivitiesOperation = .init() }),
      ("reset_activities_operation", { $0.resetActivitiesOperation = .init() }),
      ("update_activity_options_operation", { $0.updateActivityOptionsOperation = .init() }),
      ("cancel_activities_operation", { $0.cancelActivitiesOperation = .init() }),
      ("terminate_activities_operation", { $0.terminateActivitiesOperation = .init() }),
      ("delete_activities_operation", { $0.deleteActivitiesOperation = .init() }),
      ("reset_operation.post_reset_operations", { $0.resetOperation.postResetOperations = [.init()] }),
      ("target_executions[0]", { $0.targetExecutions = [.with { $0.type = .activity }] }),
    ]
    for (field, adjust) in cases {
      let error = try await refusal(adjust)
      #expect(error.code == .unimplemented, "\(field)")
      #expect(error.message.contains(field), "\(error.message)")
    }
  }

  @Test("A reset by the older fields is one by the options")
  func olderReset() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      for type in [Temporal_Api_Enums_V1_ResetType.firstWorkflowTask, .lastWorkflowTask] {
        var request = Self.batch
        request.resetOperation = .with {
          $0.resetType = type
          $0.resetReapplyType = .signal
          $0.identity = "admin"
        }
        _ = try await service.startBatchOperation(request)
      }
    }
    let seen = frontend.requests.compactMap { if case .startBatch(let request) = $0 { request } else { nil } }
    #expect(
      seen.map(\.operation) == [
        .reset(to: .firstWorkflowTask, reapply: .signals), .reset(to: .lastWorkflowTask, reapply: .signals),
      ])
    #expect(seen.map(\.identity) == ["admin", "admin"])
    #expect(seen.allSatisfy { $0.maxOperationsPerSecond == 50 }, "the default is the engine's")
  }

  @Test("Batches are listed in pages, each batch once", arguments: [1, 2, 3, 5, 9])
  func pages(_ size: Int32) async throws {
    let frontend = ScriptedFrontend { $0.batches = Sample.batches }
    try await withStub(of: frontend) { service in
      var request = Wire.ListBatchesRequest.with {
        $0.namespace = "default"
        $0.pageSize = size
      }
      var jobs: [String] = []
      repeat {
        let sent = request
        let page = try await service.listBatchOperations(sent)
        #expect(page.operationInfo.count <= Int(size))
        jobs += page.operationInfo.map(\.jobID)
        request.nextPageToken = page.nextPageToken
      } while !request.nextPageToken.isEmpty && jobs.count < 20
      #expect(jobs == Sample.batches.map(\.jobID))
      for token in ["x", "batches x y", "reverse 1 y"] {
        var bad = request
        bad.nextPageToken = .init(token.utf8)
        let sent = bad
        let error = await #expect(throws: RPCError.self) { _ = try await service.listBatchOperations(sent) }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  @Test("A scan is a list")
  func scan() async throws {
    let frontend = ScriptedFrontend { script in
      script.list = { _ in ListWorkflowExecutionsResponse(executions: [Sample.info], nextPageToken: [7]) }
    }
    try await withStub(of: frontend) { service in
      let page = try await service.scanWorkflowExecutions(
        .with {
          $0.namespace = "default"
          $0.pageSize = 3
          $0.nextPageToken = .init([4, 5] as [UInt8])
          $0.query = "TaskQueue = 'q'"
        })
      #expect(page.executions == [Wire.WorkflowExecutionInfo(Sample.info)])
      #expect(Array(page.nextPageToken) == [7])
    }
    #expect(
      frontend.requests == [
        .list(ListWorkflowExecutionsRequest(pageSize: 3, nextPageToken: [4, 5], query: "TaskQueue = 'q'"))
      ])
  }
}
