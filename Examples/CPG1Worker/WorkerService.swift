internal import CPG1
internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import Logging
internal import WorkflowService

/// Engine and front door, from start to graceful end.
struct WorkerService {
  let startup: Startup

  init(_ startup: Startup) { self.startup = startup }

  func run() async throws {
    let signals = TerminationSignals()
    defer { signals.cancel() }
    var options = WorkflowEngineOptions()
    options.namespace = startup.configuration.namespace
    options.taskQueue = startup.configuration.taskQueue
    options.maxConcurrentActivities = 8
    options.gracefulShutdownPeriod = .seconds(20)
    // The auditors of a year ask for each of its twelve runs.
    options.retention = .seconds(400 * 86_400)
    options.logger = Logger(label: "durable-workflows")
    let engine = try await WorkflowEngine.open(
      directory: startup.journal,
      workflows: [Cpg1Workflow.self],
      activities: [startup.activities],
      options: options
    )
    startup.logger.info("journal opened", metadata: ["journal": "\(startup.journal)"])
    do {
      try await serve(engine, until: signals.names)
    } catch {
      // The first error is the one to report.
      try? await engine.shutdown()
      throw error
    }
    try await engine.shutdown()
    startup.logger.info("worker stopped")
  }

  private func serve(_ engine: WorkflowEngine, until signals: AsyncStream<String>) async throws {
    var configuration = WorkflowServiceServer.Configuration(
      host: startup.address.bindHost,
      port: startup.address.port,
      drainTimeout: .seconds(3)
    )
    configuration.namespace = startup.configuration.namespace
    let server = WorkflowServiceServer(frontend: engine, configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await server.run()
        } catch {
          throw CPG1Error(
            .configuration,
            "cannot listen on \(startup.address): \(error); another process may use the port: "
              + "stop it, or set TEMPORAL_ADDRESS or --address"
          )
        }
      }
      group.addTask { try await engine.waitUntilEnded() }
      group.addTask {
        // A server that cannot listen reports it itself.
        guard let bound = try? await server.listeningAddress else { return }
        try announce("\(bound)")
      }
      group.addTask {
        var names = signals.makeAsyncIterator()
        guard let name = await names.next() else { return }
        startup.logger.info("shutting down", metadata: ["signal": "\(name)"])
        server.beginGracefulShutdown()
        try await engine.shutdown()
      }
      do {
        // Not waitForAll(), which waits for the others before it throws.
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

  /// - Parameter bound: the bound address as text; it ends with the port.
  private func announce(_ bound: String) throws {
    let port = bound.split(separator: ":").last.flatMap { Int($0) } ?? startup.address.port
    let address = ServiceAddress(host: startup.address.bindHost, port: port)
    startup.logger.info(
      "worker ready",
      metadata: [
        "address": "\(address)", "namespace": "\(startup.configuration.namespace)",
        "task_queue": "\(startup.configuration.taskQueue)", "workflow": "\(Cpg1Workflow.name)",
        "activities": .array(startup.activities.activities.map { .string($0.name) }),
      ]
    )
    if let file = startup.readyFile {
      do {
        try Data("\(address)\n".utf8).write(to: URL(filePath: file), options: .atomic)
      } catch {
        throw CPG1Error(
          .configuration,
          "the file '\(file)' (--ready-file) cannot be written; give another path",
          cause: error
        )
      }
    }
  }
}
