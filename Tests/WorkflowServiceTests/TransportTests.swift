import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Testing
import WorkflowService
import WorkflowServiceProtos

@Suite("Transport", .timeLimit(.minutes(1)))
struct TransportTests {
  typealias Client = Temporal_Api_Workflowservice_V1_WorkflowService.Client
  let health = HealthService(services: ["temporal.api.workflowservice.v1.WorkflowService"]) { true }

  @Test("Compressed requests are answered")
  func gzip() async throws {
    try await withServer(services: [SystemService()]) { port in
      let info = try await withGzipClient(port: port) { client in
        try await Client(wrapping: client).getSystemInfo(.init())
      }
      #expect(info.serverVersion == "1.29.0")
    }
  }

  @Test("A request larger than the transport's default limit is taken, one above ours is refused")
  func largeRequests() async throws {
    let configuration = WorkflowServiceServer.Configuration(port: 0, maximumRequestSize: 8 << 20)
    try await withServer(services: [SystemService()], configuration: configuration) { port in
      try await withGzipClient(port: port) { client in
        let service = Client(wrapping: client)
        let fits = try await service.countWorkflowExecutions(.with { $0.query = String(repeating: "x", count: 6 << 20) })
        #expect(fits.count == 6 << 20)
        // The transport resets the stream without a status, so the client cannot see the reason; the limit is only a
        // last guard, above what clients send. The connection serves on.
        await #expect(throws: RPCError.self) {
          _ = try await service.countWorkflowExecutions(.with { $0.query = String(repeating: "x", count: 9 << 20) })
        }
        let next = try await service.countWorkflowExecutions(.with { $0.query = "x" })
        #expect(next.count == 1)
      }
    }
  }

  @Test("An error's detail arrives with the type that clients look for")
  func errorDetail() async throws {
    try await withServer(services: [SystemService()]) { port in
      try await withGzipClient(port: port) { client in
        let error = await #expect(throws: RPCError.self) {
          _ = try await Client(wrapping: client).startWorkflowExecution(.init())
        }
        let status = try #require(try error?.unpackGoogleRPCStatus())
        #expect(status.code == .alreadyExists)
        #expect(
          status.details.first?.any?.typeURL
            == "type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure")
        let detail = try status.detail(Temporal_Api_Errordetails_V1_WorkflowExecutionAlreadyStartedFailure.self)
        #expect(detail?.runID == "run-1")
        let other = try status.detail(Temporal_Api_Errordetails_V1_NotFoundFailure.self)
        #expect(other == nil)
      }
    }
  }

  @Test("RPCs that are not offered are UNIMPLEMENTED")
  func unimplemented() async throws {
    try await withServer(services: [SystemService()]) { port in
      try await withGzipClient(port: port) { client in
        let error = await #expect(throws: RPCError.self) {
          _ = try await Client(wrapping: client).resetWorkflowExecution(.init())
        }
        #expect(error?.code == .unimplemented)
        #expect(error?.message == "ResetWorkflowExecution is not offered by this service.")
      }
    }
  }

  @Test("Health is told for the server and its services only")
  func healthCheck() async throws {
    try await withServer(services: [health]) { port in
      try await withGzipClient(port: port) { client in
        let service = Grpc_Health_V1_Health.Client(wrapping: client)
        for name in ["", "temporal.api.workflowservice.v1.WorkflowService"] {
          let answer = try await service.check(.with { $0.service = name })
          #expect(answer.status == .serving)
        }
        let error = await #expect(throws: RPCError.self) {
          _ = try await service.check(.with { $0.service = "elsewhere" })
        }
        #expect(error?.code == .notFound)
      }
    }
  }

  @Test("The real command line tool connects", .enabled(if: ExternalTool.temporal != nil))
  func commandLineTool() async throws {
    let temporal = try #require(ExternalTool.temporal)
    try await withServer(services: [SystemService(), health]) { port in
      let address = "127.0.0.1:\(port)"
      let healthOutput = try await temporal.run(["operator", "cluster", "health", "--address", address])
      #expect(healthOutput.text.contains("SERVING"))
      let system = try await temporal.run(["operator", "cluster", "system", "--address", address])
      #expect(system.text.contains("1.29.0"))
      // The tool treats the error as success and prints the run id that it finds in the detail.
      let start = try await temporal.run([
        "workflow", "start", "--address", address, "--type", "Greet", "--workflow-id", "w", "--task-queue", "q",
      ])
      #expect(start.status == 0)
      #expect(start.text.contains("run-1"))
    }
  }

  @Test("The real Python client connects and understands the detail", .enabled(if: ExternalTool.python != nil))
  func pythonClient() async throws {
    let python = try #require(ExternalTool.python)
    let script = """
      import asyncio, os, sys
      from temporalio.client import Client
      from temporalio.exceptions import WorkflowAlreadyStartedError
      async def main():
          client = await Client.connect(sys.argv[1])
          print("healthy", await client.service_client.check_health())
          try:
              await client.start_workflow("Greet", id="w", task_queue="q")
          except WorkflowAlreadyStartedError as error:
              print("already started", error.run_id)
      asyncio.run(main())
      sys.stdout.flush()
      os._exit(0)
      """
    try await withServer(services: [SystemService(), health]) { port in
      let output = try await python.run(["-c", script, "127.0.0.1:\(port)"])
      #expect(output.text == "healthy True\nalready started run-1\n")
    }
  }
}
