internal import ArgumentParser
internal import Foundation
internal import PixClaims
internal import ProgramSupport

/// Runs the PIX claims: engine, activities, outbox, probes, metrics and the front door for clients.
@main
struct PixClaimsWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pix-claims-worker",
    abstract: "Runs PIX claims, entries, infractions and comparisons with Bacen.",
    discussion: """
      The environment says the rest: TEMPORAL_ADDRESS (where to listen, default localhost:7233), TEMPORAL_NAMESPACE, \
      TEMPORAL_TASK_QUEUE, MAX_CONCURRENT_ACTIVITIES, MAX_CONCURRENT_WORKFLOWS, POSTGRES_HOST, _PORT, _USER, _PASSWORD \
      (or _PASSWORD_FILE), _DB, _SSLMODE, _MAX_CONNS, _MIN_CONNS (without POSTGRES_HOST: SQLite in PIX_SQLITE_PATH), \
      PULSAR_URL, PULSAR_TOPIC, PULSAR_PRODUCER_NAME, PIX_EVENTS_FILE, LOG_LEVEL, HTTP_HOST, HEALTH_PORT, \
      METRICS_PORT, BRIDGE_GRPC_ADDR, BRIDGE_GRPC_TIMEOUT, PIX_DAY_SECONDS.
      """,
    subcommands: [CheckCommand.self]
  )

  @Option(help: "The directory of the journal: everything that must survive a crash.")
  var journal = "run/pix-claims/journal"

  @Option(help: "A file into which the addresses are written once the worker serves, as NAME=VALUE lines.")
  var readyFile: String?

  @Option(help: "How many seconds the simulated Bacen takes for an answer.")
  var bridgeLatency = 0.05

  mutating func validate() throws {
    guard bridgeLatency >= 0, bridgeLatency <= 600 else {
      throw ValidationError("--bridge-latency is \(bridgeLatency); give seconds from 0 to 600")
    }
  }

  mutating func run() async throws {
    let options = WorkerOptions(journal: journal, readyFile: readyFile, bridgeLatency: .seconds(bridgeLatency))
    try await WorkerProgram.main("pix-claims-worker", database: PixConfiguration.databaseSettings) {
      let configuration = try PixConfiguration(ProcessInfo.processInfo.environment)
      try await WorkerService(configuration, options: options).run()
    }
  }
}

/// What the command line says.
struct WorkerOptions: Sendable {
  let journal: String
  let readyFile: String?
  let bridgeLatency: Duration
}
