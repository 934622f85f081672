import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Testing
import WorkflowService

/// Serves on a free port of the loopback interface while `body` runs.
func withServer<Result: Sendable>(
  services: [any RegistrableRPCService],
  configuration: WorkflowServiceServer.Configuration = .init(port: 0),
  _ body: @Sendable (_ port: Int) async throws -> Result
) async throws -> Result {
  let server = WorkflowServiceServer(configuration: configuration, services: services)
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
