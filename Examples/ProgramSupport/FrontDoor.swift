public import DurableWorkflows
public import ExampleSupport
public import Logging
internal import WorkflowService

/// The front door of a worker's engine, open from its beginning to the graceful end of both.
public struct FrontDoor: Sendable {
  private let engine: WorkflowEngine
  private let address: HostAndPort
  private let setting: String
  private let namespace: String
  private let logger: Logger

  /// Creates a front door; nothing is bound before ``serve(until:draining:begin:)``.
  ///
  /// - Parameters:
  ///   - address: where it listens; port 0 lets the system choose.
  ///   - setting: what says so, for messages.
  public init(
    of engine: WorkflowEngine, at address: HostAndPort, setting: String = "TEMPORAL_ADDRESS", namespace: String,
    logger: Logger
  ) {
    self.engine = engine
    self.address = address
    self.setting = setting
    self.namespace = namespace
    self.logger = logger
  }

  /// Serves clients until the engine ends: after the first signal it finishes what runs, after the second one it
  /// cancels that.
  ///
  /// - Parameters:
  ///   - signals: the signals.
  ///   - drain: called at the first one, before anything is stopped: from then on the worker is not ready.
  ///   - begin: called with the bound address once clients can connect.
  /// - Throws: `ConfigurationProblems` if the address cannot be bound; what ended the engine; what `begin` throws.
  public func serve(
    until signals: AsyncStream<String>, draining drain: @escaping @Sendable () async -> Void,
    begin: @escaping @Sendable (HostAndPort) async throws -> Void
  ) async throws {
    var settings = WorkflowServiceServer.Configuration(
      host: address.bindHost, port: address.port, drainTimeout: .seconds(3))
    settings.namespace = namespace
    let server = WorkflowServiceServer(frontend: engine, configuration: settings)
    let watch = Task {
      var isDraining = false
      for await name in signals {
        if isDraining {
          logger.warning("what runs is cancelled; another process will repeat it", metadata: ["signal": "\(name)"])
          engine.forceShutdown()
          continue
        }
        isDraining = true
        logger.info("shutting down; no further work is taken", metadata: ["signal": "\(name)"])
        await drain()
        server.beginGracefulShutdown()
        engine.beginShutdown()
      }
    }
    defer { watch.cancel() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await server.run()
        } catch {
          throw ConfigurationProblems(list: [
            "\(setting): cannot listen on \(address): \(error); another process may use the port"
          ])
        }
      }
      group.addTask { try await engine.waitUntilEnded() }
      group.addTask {
        // A server that cannot listen reports it itself.
        guard let bound = try? await server.listeningAddress else { return }
        let port = "\(bound)".split(separator: ":").last.flatMap { Int($0) } ?? address.port
        try await begin(HostAndPort(host: address.bindHost, port: port))
      }
      do {
        while try await group.next() != nil {}
      } catch {
        server.beginGracefulShutdown()
        group.cancelAll()
        // The group waits for its tasks, and the one of the engine ends with the engine only. The first error is the
        // one to report.
        try? await engine.shutdown()
        throw error
      }
    }
  }
}
