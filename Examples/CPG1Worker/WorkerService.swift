internal import CPG1
internal import DurableWorkflows
internal import ExampleSupport
internal import Logging
internal import ProgramSupport

/// Engine and front door, from start to graceful end.
struct WorkerService {
  let startup: Startup

  init(_ startup: Startup) { self.startup = startup }

  func run() async throws {
    try await WorkerProgram.run(serving: [], logger: startup.logger) { _, signals in
      try await work(until: signals)
    }
  }

  private func work(until signals: AsyncStream<String>) async throws {
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
    let address = HostAndPort(host: startup.address.host, port: startup.address.port)
    let door = FrontDoor(
      of: engine, at: address, setting: "TEMPORAL_ADDRESS or --address", namespace: startup.configuration.namespace,
      logger: startup.logger)
    try await WorkerProgram.serving {
      try await door.serve(until: signals) {
      } begin: { address in
        try announce(address)
      }
    } thenClosing: {
      try await engine.shutdown()
    }
  }

  private func announce(_ address: HostAndPort) throws {
    startup.logger.info(
      "worker ready",
      metadata: [
        "address": "\(address)", "namespace": "\(startup.configuration.namespace)",
        "task_queue": "\(startup.configuration.taskQueue)", "workflow": "\(Cpg1Workflow.name)",
        "activities": .array(startup.activities.activities.map { .string($0.name) }),
      ]
    )
    try ReadyFile.write(text: "\(address)\n", to: startup.readyFile)
  }
}
