internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import ProgramSupport
internal import Tenants

/// Runs tenants: engine, activities, schedules, probes, metrics and the front door for clients.
@main
struct TenantsWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenants-worker",
    abstract: "Runs the creation, the deletion, the domains and the service levels of tenants.",
    discussion: """
      The environment says the rest. Required: \(TenantConfiguration.required.joined(separator: ", ")), and \
      \(TenantConfiguration.requiredForDatabase.joined(separator: ", ")) or TENANTS_SQLITE_PATH. Optional: \
      TEMPORAL_TASK_QUEUES, MAX_CONCURRENT_ACTIVITIES, MAX_CONCURRENT_WORKFLOWS, EMAIL_PROVIDER, RESEND_API_KEY, \
      EMAIL_POLLING_MINUTES, ENABLE_HEALTH_CHECK, HEALTH_CHECK_PORT, HTTP_HOST, LOG_LEVEL. Each may be in a file that \
      NAME_FILE names, and the secrets in \(SecretReader.directories.joined(separator: " or ")), too.
      """,
    subcommands: [CheckCommand.self])

  @Option(help: "The directory of the journal: everything that must survive a crash.")
  var journal = "run/tenants/journal"

  @Option(help: "A file into which the addresses are written once the worker serves, as NAME=VALUE lines.")
  var readyFile: String?

  @Option(help: "How many seconds everything outside, which is simulated, takes for an answer.")
  var latency = 0.01

  mutating func validate() throws {
    guard latency >= 0, latency <= 600 else {
      throw ValidationError("--latency is \(latency); give seconds from 0 to 600")
    }
  }

  mutating func run() async throws {
    let options = WorkerCommandOptions(journal: journal, readyFile: readyFile, latency: .seconds(latency))
    try await WorkerProgram.main("tenants-worker", database: TenantConfiguration.databaseSettings) {
      let configuration = try TenantConfiguration(ProcessInfo.processInfo.environment)
      try await WorkerService(configuration, options: options).run()
    }
  }
}

/// What the command line says.
struct WorkerCommandOptions: Sendable {
  let journal: String
  let readyFile: String?
  let latency: Duration
}
