package import GRPCCore
public import GRPCNIOTransportHTTP2Posix
public import ServiceLifecycle

/// The front door: Temporal's client-facing gRPC API over an engine.
///
/// The unmodified `temporal` command line tool, Temporal's Web UI and the clients of its SDKs can start, watch and
/// steer workflows through it.
public struct WorkflowServiceServer: Service {
  private let server: GRPCServer<HTTP2ServerTransport.Posix>

  /// Creates a server of the given services; nothing is bound before ``run()``.
  package init(configuration: Configuration, services: [any RegistrableRPCService]) {
    server = GRPCServer(transport: configuration.makeTransport(), services: services)
  }

  /// The address that the server is bound to; waits until it is.
  ///
  /// - Throws: `RuntimeError` if the address could not be bound or the server has stopped.
  public var listeningAddress: GRPCNIOTransportHTTP2Posix.SocketAddress {
    get async throws {
      try await server.transport.listeningAddress
    }
  }

  /// Serves until the service group shuts down, then lets open requests end within the drain timeout.
  ///
  /// - Throws: `RuntimeError` if the address cannot be bound.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.serve()
    } onGracefulShutdown: {
      server.beginGracefulShutdown()
    }
  }

  /// Stops taking connections and requests; ``run()`` returns when the open ones have ended.
  public func beginGracefulShutdown() {
    server.beginGracefulShutdown()
  }
}
