public import DurableWorkflows
package import GRPCCore
public import GRPCNIOTransportHTTP2Posix
public import ServiceLifecycle
internal import WorkflowServiceProtos

/// The front door: Temporal's client-facing gRPC API over an engine.
///
/// The unmodified `temporal` command line tool, Temporal's Web UI and the clients of its SDKs can start, watch and
/// steer workflows through it.
///
/// ```swift
/// let server = WorkflowServiceServer(frontend: engine)
/// try await ServiceGroup(services: [server], logger: logger).run()
/// ```
public struct WorkflowServiceServer: Service {
  private let server: GRPCServer<HTTP2ServerTransport.Posix>
  private let drainTimeout: Duration
  /// Yields once when the server shall drain.
  private let drains: AsyncStream<Void>
  private let drain: AsyncStream<Void>.Continuation

  /// Creates a server of an engine; nothing is bound before ``run()``.
  ///
  /// - Parameters:
  ///   - frontend: the engine. Its run ids must be UUIDs, as they are by default: Temporal's API knows no others.
  ///   - configuration: where and how to listen.
  public init(frontend: any WorkflowFrontend, configuration: Configuration = Configuration()) {
    self.init(configuration: configuration, services: WorkflowServiceServer.services(of: frontend, configuration))
  }

  /// All services that are offered over an engine.
  private static func services(
    of frontend: any WorkflowFrontend, _ configuration: Configuration
  ) -> [any RegistrableRPCService] {
    let operators = OperatorService(frontend: frontend, namespace: configuration.namespace)
    let names = [Wire.WorkflowService.descriptor, Wire.OperatorService.descriptor].map(\.fullyQualifiedService)
    let health = HealthService(services: names) {
      let request = ListWorkflowExecutionsRequest(namespace: configuration.namespace, pageSize: 1)
      do {
        _ = try await frontend.listWorkflowExecutions(request)
        return true
      } catch let error as WorkflowServiceError {
        // An engine without an index refuses lists, and serves all the same.
        return error.code == .failedPrecondition
      } catch {
        return false
      }
    }
    return [FrontendService(frontend: frontend, configuration: configuration), operators, health]
  }

  /// Creates a server of the given services; nothing is bound before ``run()``.
  package init(configuration: Configuration, services: [any RegistrableRPCService]) {
    server = GRPCServer(transport: configuration.makeTransport(), services: services)
    drainTimeout = configuration.drainTimeout
    (drains, drain) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
  }

  /// The address that the server is bound to; waits until it is.
  ///
  /// - Throws: `RuntimeError` if the address could not be bound or the server has stopped.
  public var listeningAddress: GRPCNIOTransportHTTP2Posix.SocketAddress {
    get async throws {
      try await server.transport.listeningAddress
    }
  }

  /// Serves until the service group shuts down or ``beginGracefulShutdown()`` is called, then lets open requests end
  /// within the drain timeout. What is still open then is cancelled. May be called once.
  ///
  /// - Throws: `RuntimeError` if the address cannot be bound.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Ending.self) { group in
        group.addTask {
          try await server.serve()
          return .served
        }
        group.addTask {
          for await _ in drains { break }
          // The transport closes connections at the drain timeout, which ends most requests. It does not tell a handler
          // whose stream was reset before the handler began, so a second later the handlers' tasks are cancelled.
          try await Task.sleep(for: drainTimeout + .seconds(1))
          return .timeIsOver
        }
        defer { group.cancelAll() }
        if try await group.next() == .timeIsOver {
          group.cancelAll()
          while await group.nextResult() != nil {}  // cut short on purpose: how it ended says nothing
        }
      }
    } onGracefulShutdown: {
      beginGracefulShutdown()
    }
  }

  private enum Ending {
    case served
    case timeIsOver
  }

  /// Stops taking connections and requests; ``run()`` returns when the open ones have ended.
  public func beginGracefulShutdown() {
    server.beginGracefulShutdown()
    drain.yield()
  }
}
