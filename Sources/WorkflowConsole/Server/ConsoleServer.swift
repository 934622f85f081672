internal import Hummingbird
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// An HTTP server for probes and scrapers.
///
/// ```swift
/// let readiness = Readiness()
/// let routes: [ConsoleRoute] = [.health(service: "orders"), .ready(service: "orders", readiness)]
/// try await ConsoleServer(port: 8081, routes: routes).run()
/// ```
public final class ConsoleServer: Service {
  /// The address that is bound.
  public let host: String
  private let requestedPort: Int
  private let group: ServiceGroup
  private let port = ListeningPort()

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - host: the address to bind. Default 127.0.0.1, so that nothing is offered to other machines by accident.
  ///   - port: the TCP port; 0 lets the system choose, see ``listeningPort``.
  ///   - routes: what is served. Everything else is 404.
  ///   - logger: where the server logs.
  /// - Throws: ``ConsoleError`` with `invalidConfiguration`.
  public init(
    host: String = "127.0.0.1", port requestedPort: Int, routes: [ConsoleRoute],
    logger: Logger = Logger(label: "workflow-console")
  ) throws {
    guard (0...65_535).contains(requestedPort) else {
      throw ConsoleError(.invalidConfiguration, "\(requestedPort) is no TCP port; give one from 0 to 65535")
    }
    guard Set(routes.map(\.path)).count == routes.count else {
      throw ConsoleError(.invalidConfiguration, "two routes have the same path; remove one")
    }
    self.host = host
    self.requestedPort = requestedPort
    let application = Application(
      router: ConsoleServer.router(routes),
      configuration: ApplicationConfiguration(address: .hostname(host, port: requestedPort)),
      onServerRunning: { [port] in port.settle(.success($0.localAddress?.port ?? requestedPort)) },
      logger: logger
    )
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    // A client that keeps its connection open must not keep the process.
    configuration.maximumGracefulShutdownDuration = .seconds(3)
    group = ServiceGroup(configuration: configuration)
  }

  /// Serves until graceful shutdown begins or the task is cancelled. It can be run once.
  ///
  /// - Throws: ``ConsoleError`` with `cannotListen` if the address is in use or not this machine's.
  public func run() async throws {
    do {
      try await group.run()
      port.settle(.failure(ConsoleError(.ended, "the server has ended")))
    } catch {
      let failure = ConsoleError(
        .cannotListen, "cannot serve on \(host):\(requestedPort); another process may use the port", cause: error)
      port.settle(.failure(failure))
      throw failure
    }
  }

  /// Stops accepting connections and lets open requests end; ``run()`` then returns.
  public func beginGracefulShutdown() {
    Task { await group.triggerGracefulShutdown() }
  }

  /// The port, once the server listens.
  ///
  /// - Throws: ``ConsoleError`` that says why it does not listen.
  public var listeningPort: Int {
    get async throws { try await port.value() }
  }

  private static func router(_ routes: [ConsoleRoute]) -> Router<BasicRequestContext> {
    let router = Router()
    for route in routes {
      router.get(RouterPath(route.path)) { _, _ in
        let answer = await route.respond()
        return Response(
          status: .init(code: answer.status), headers: [.contentType: answer.contentType],
          body: .init(byteBuffer: ByteBuffer(string: answer.body)))
      }
    }
    return router
  }
}
