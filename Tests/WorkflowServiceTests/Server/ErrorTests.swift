import DurableWorkflows
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

/// The codes and details that clients act on.
@Suite("Errors on the wire", .timeLimit(.minutes(1)))
struct ErrorTests {
  struct Surprise: Error {}

  private func signalError(_ thrown: any Error & Sendable, namespace: String = "default") async throws -> RPCError {
    let frontend = ScriptedFrontend { $0.signal = { _ in throw thrown } }
    return try await withStub(of: frontend) { service in
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.signalWorkflowExecution(
          .with {
            $0.namespace = namespace
            $0.workflowExecution.workflowID = "w"
            $0.signalName = "s"
          })
      }
      return try #require(error)
    }
  }

  @Test(
    "Codes",
    arguments: [
      (WorkflowServiceError.Code.alreadyStarted, RPCError.Code.alreadyExists),
      (.notFound, .notFound), (.namespaceNotFound, .notFound), (.invalidArgument, .invalidArgument),
      (.queryFailed, .invalidArgument), (.unavailable, .unavailable), (.deadlineExceeded, .deadlineExceeded),
      (.unimplemented, .unimplemented), (.resourceExhausted, .resourceExhausted),
      (.failedPrecondition, .failedPrecondition),
    ])
  func codes(_ code: WorkflowServiceError.Code, _ expected: RPCError.Code) async throws {
    let error = try await signalError(WorkflowServiceError(code, "the text"))
    #expect(error.code == expected)
    #expect(error.message == "the text")
  }

  @Test("A duplicate start names the run and its request")
  func alreadyStarted() async throws {
    let error = try await signalError(
      WorkflowServiceError(.alreadyStarted, "there", runID: Sample.runID, startRequestID: "request-1"))
    let status = try #require(try error.unpackGoogleRPCStatus())
    #expect(
      status.details.first?.any?.typeURL
        == "type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure")
    let detail = try status.detail(Wire.AlreadyStarted.self)
    #expect(detail?.runID == Sample.runID)
    #expect(detail?.firstExecutionRunID == Sample.runID)
    #expect(detail?.startRequestID == "request-1")
    let other = try status.detail(Wire.NotFound.self)
    #expect(other == nil)
  }

  @Test("What is not found says of what kind it is")
  func notFound() async throws {
    let run = try await signalError(WorkflowServiceError(.notFound, "workflow not found for ID: w"))
    let runDetail = try run.unpackGoogleRPCStatus()?.detail(Wire.NotFound.self)
    #expect(runDetail != nil)
    let namespace = try await signalError(
      WorkflowServiceError(.namespaceNotFound, "Namespace x is not found."), namespace: "x")
    let namespaceDetail = try namespace.unpackGoogleRPCStatus()?.detail(Wire.NamespaceNotFound.self)
    #expect(namespaceDetail?.namespace == "x")
  }

  @Test("A failed query carries its failure")
  func queryFailed() async throws {
    let error = try await signalError(WorkflowServiceError(.queryFailed, "unknown query 'x'"))
    let detail = try error.unpackGoogleRPCStatus()?.detail(Wire.QueryFailed.self)
    #expect(detail?.failure.message == "unknown query 'x'")
  }

  @Test("Clients retry INTERNAL and UNKNOWN, so surprises are neither")
  func surprises() async throws {
    let error = try await signalError(Surprise())
    #expect(error.code == .failedPrecondition)
    #expect(error.message.contains("Surprise"))
    let cancelled = try await signalError(CancellationError())
    #expect(cancelled.code == .cancelled)
  }

  @Test("Bad requests are refused with the field's name", arguments: badStarts)
  func badStart(_ field: String, _ change: @Sendable (inout Wire.StartRequest) -> Void) async throws {
    var request = Wire.StartRequest.with {
      $0.namespace = "default"
      $0.workflowID = "w"
      $0.workflowType.name = "T"
      $0.taskQueue.name = "q"
    }
    change(&request)
    let bad = request
    let frontend = ScriptedFrontend()
    var configuration = WorkflowServiceServer.Configuration(port: 0)
    configuration.limits.blobSize = 100
    configuration.limits.memoSize = 100
    try await withStub(of: frontend, configuration: configuration) { service in
      let error = await #expect(throws: RPCError.self) { _ = try await service.startWorkflowExecution(bad) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.hasPrefix(field) == true, "\(error?.message ?? "")")
    }
    #expect(frontend.requests.isEmpty)
  }
}

private let badStarts: [(String, @Sendable (inout Wire.StartRequest) -> Void)] = [
  ("namespace", { $0.namespace = "" }),
  ("workflow_id", { $0.workflowID = "" }),
  ("workflow_id", { $0.workflowID = String(repeating: "x", count: 1001) }),
  ("workflow_type.name", { $0.clearWorkflowType() }),
  ("task_queue.name", { $0.taskQueue.name = "" }),
  ("input", { $0.input.payloads = [.with { $0.data = .init(repeating: 0, count: 101) }] }),
  ("memo", { $0.memo.fields["m"] = .with { $0.data = .init(repeating: 0, count: 100) } }),
  (
    "search_attributes",
    { $0.searchAttributes.indexedFields["m"] = .with { $0.data = .init(repeating: 0, count: 100) } }
  ),
  ("header", { $0.header.fields["m"] = .with { $0.data = .init(repeating: 0, count: 100) } }),
  ("workflow_run_timeout", { $0.workflowRunTimeout = .init(seconds: -1, nanos: 0) }),
  ("workflow_id_reuse_policy", { $0.workflowIDReusePolicy = .UNRECOGNIZED(77) }),
  ("workflow_id_conflict_policy", { $0.workflowIDConflictPolicy = .UNRECOGNIZED(77) }),
  (
    "workflow_id_reuse_policy",
    {
      $0.workflowIDReusePolicy = .terminateIfRunning
      $0.workflowIDConflictPolicy = .fail
    }
  ),
  ("retry_policy", { $0.retryPolicy.maximumAttempts = -1 }),
  ("workflow_start_delay", { $0.workflowStartDelay = .init(seconds: -1, nanos: 0) }),
  (
    "last_completion_result",
    { $0.lastCompletionResult.payloads = [.with { $0.data = .init(repeating: 0, count: 101) }] }
  ),
]
