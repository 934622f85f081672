internal import ArgumentParser
internal import CPG1
internal import ExampleSupport
internal import Foundation
internal import ProgramSupport

/// Runs the C-PG-1 reconciliation: the engine, its activities and the front door for clients.
@main
struct CPG1Worker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpg1-worker",
    abstract: "Runs C-PG-1 reconciliations and serves the front door for the starter.",
    discussion: """
      The environment says the rest: TEMPORAL_ADDRESS (where to listen, default localhost:7233), TEMPORAL_NAMESPACE, \
      TEMPORAL_TASK_QUEUE, DB_CONNECTION_STRING or MSSQL_*, ENV, SOX_SERVICE, LOG_LEVEL, GIT_COMMIT_ID.
      """,
    subcommands: [CheckCommand.self]
  )

  @Option(help: "The directory of the journal: everything that must survive a crash.")
  var journal = "run/journal"

  @Option(help: "The directory where evidence packages are saved.")
  var evidence = "run/evidence"

  @Option(help: "The directory where query results are kept between activities.")
  var frames = "run/frames"

  @Option(help: "A directory with <id>.json and <id>.sql that replaces the bundled catalog.")
  var catalog: String?

  @Option(help: "Where to listen, host:port; overrides TEMPORAL_ADDRESS. Port 0 lets the system choose.")
  var address: String?

  @Option(help: "A file into which the address is written once the worker serves.")
  var readyFile: String?

  mutating func run() async throws {
    let options = self
    try await WorkerProgram.main("cpg1-worker", database: "DB_CONNECTION_STRING or MSSQL_…") {
      do {
        let startup = try await Startup.prepare(options, environment: ProcessInfo.processInfo.environment)
        try await WorkerService(startup).run()
      } catch let error as CPG1Error {
        throw ConfigurationProblems(list: [error.message])
      }
    }
  }
}
