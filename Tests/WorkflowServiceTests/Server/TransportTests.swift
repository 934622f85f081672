import DurableWorkflows
import GRPCCore
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("Transport", .timeLimit(.minutes(1)))
struct TransportTests {
  @Test("A request larger than the transport's default limit is taken, one above ours is refused")
  func largeRequests() async throws {
    let frontend = ScriptedFrontend { $0.count = { CountWorkflowExecutionsResponse(count: $0.utf8.count) } }
    let configuration = WorkflowServiceServer.Configuration(port: 0, maximumRequestSize: 8 << 20)
    try await withStub(of: frontend, configuration: configuration) { service in
      func request(_ size: Int) -> Wire.CountRequest {
        .with {
          $0.namespace = "default"
          $0.query = String(repeating: "x", count: size)
        }
      }
      let fits = try await service.countWorkflowExecutions(request(6 << 20))
      #expect(fits.count == 6 << 20)
      // The transport resets the stream without a status, so the client cannot see the reason; the limit is only a
      // last guard, above what clients send. The connection serves on.
      await #expect(throws: RPCError.self) { _ = try await service.countWorkflowExecutions(request(9 << 20)) }
      let next = try await service.countWorkflowExecutions(request(1))
      #expect(next.count == 1)
    }
  }

  @Test("Deletions reach the engine; one without a workflow id is refused")
  func delete() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      _ = try await service.deleteWorkflowExecution(
        .with {
          $0.namespace = "default"
          $0.workflowExecution = .init(Sample.execution)
        })
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.deleteWorkflowExecution(.with { $0.namespace = "default" })
      }
      #expect(error?.code == .invalidArgument)
    }
    #expect(frontend.requests == [.delete(DeleteWorkflowExecutionRequest(execution: Sample.execution))])
  }

  @Test("Health is told for the server and its services only, and follows the engine")
  func healthCheck() async throws {
    let broken = ScriptedFrontend { $0.list = { _ in throw WorkflowServiceError(.unavailable, "poisoned") } }
    for (frontend, status) in [(ScriptedFrontend(), "serving"), (broken, "notServing")] {
      try await withServer(of: frontend) { port in
        try await withGzipClient(port: port) { client in
          let service = Grpc_Health_V1_Health.Client(wrapping: client)
          for name in ["", "temporal.api.workflowservice.v1.WorkflowService"] {
            let answer = try await service.check(.with { $0.service = name })
            #expect("\(answer.status)" == status)
          }
          let error = await #expect(throws: RPCError.self) {
            _ = try await service.check(.with { $0.service = "elsewhere" })
          }
          #expect(error?.code == .notFound)
        }
      }
    }
  }

  @Test("Shutting down cancels what is still open after the drain timeout")
  func drain() async throws {
    let (entered, enter) = AsyncStream<Void>.makeStream()
    let frontend = ScriptedFrontend {
      $0.query = { _ in
        enter.yield()
        try await Task.sleep(for: .seconds(3600))
        return .result([])
      }
    }
    let configuration = WorkflowServiceServer.Configuration(port: 0, drainTimeout: .milliseconds(100))
    // Returns only when the server has ended.
    let query = try await withServer(of: frontend, configuration: configuration) { port in
      var client = RemoteWorkflowFrontend.Configuration(address: "127.0.0.1:\(port)")
      client.retryTimeout = .zero
      let remote = try await RemoteWorkflowFrontend.connect(configuration: client)
      let query = Task {
        defer { Task { await remote.close() } }
        _ = try await remote.queryWorkflow(QueryWorkflowRequest(execution: Sample.execution, queryType: "q"))
      }
      for await _ in entered { break }
      return query
    }
    await #expect(throws: WorkflowServiceError.self) { try await query.value }
  }
}
