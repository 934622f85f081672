import DurableWorkflows
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

/// Serves a frontend on a free port of the loopback interface while `body` runs.
func withServer<Result: Sendable>(
  of frontend: any WorkflowFrontend,
  configuration: WorkflowServiceServer.Configuration = .init(port: 0),
  _ body: @Sendable (_ port: Int) async throws -> Result
) async throws -> Result {
  let server = WorkflowServiceServer(frontend: frontend, configuration: configuration)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    let port = try #require(try await server.listeningAddress.ipv4?.port)
    let result = try await body(port)
    server.beginGracefulShutdown()
    return result
  }
}

/// Connects a client that compresses its requests, as Temporal's clients do.
func withGzipClient<Result: Sendable>(
  port: Int,
  _ body: @Sendable (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
) async throws -> Result {
  let transport = try HTTP2ClientTransport.Posix(
    target: .ipv4(address: "127.0.0.1", port: port),
    transportSecurity: .plaintext,
    config: .defaults { config in
      config.compression.algorithm = .gzip
      config.compression.enabledAlgorithms = .all
    }
  )
  return try await withGRPCClient(transport: transport) { client in
    try await body(client)
  }
}

/// Serves a frontend and calls it with the bare stub.
func withStub<Result: Sendable>(
  of frontend: any WorkflowFrontend,
  configuration: WorkflowServiceServer.Configuration = .init(port: 0),
  _ body: @Sendable (Wire.WorkflowService.Client<HTTP2ClientTransport.Posix>) async throws -> Result
) async throws -> Result {
  try await withServer(of: frontend, configuration: configuration) { port in
    try await withGzipClient(port: port) { client in
      try await body(Wire.WorkflowService.Client(wrapping: client))
    }
  }
}

/// Serves a frontend and connects the remote frontend to it.
func withRemote<Result: Sendable>(
  of frontend: any WorkflowFrontend,
  configuration: WorkflowServiceServer.Configuration = .init(port: 0),
  adjusting adjust: @Sendable (inout RemoteWorkflowFrontend.Configuration) -> Void = { _ in },
  _ body: @Sendable (RemoteWorkflowFrontend) async throws -> Result
) async throws -> Result {
  try await withServer(of: frontend, configuration: configuration) { port in
    var client = RemoteWorkflowFrontend.Configuration(address: "127.0.0.1:\(port)")
    adjust(&client)
    return try await withRemoteFrontend(configuration: client) { try await body($0) }
  }
}
