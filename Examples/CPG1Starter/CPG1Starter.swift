internal import ArgumentParser
internal import CPG1
internal import DurableWorkflows
internal import Foundation
internal import WorkflowService

/// Starts a reconciliation and shows its result.
struct CPG1Starter: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpg1-starter",
    abstract: "Starts a C-PG-1 reconciliation on a running worker and shows its result.",
    discussion: """
      The worker is found through TEMPORAL_ADDRESS (default localhost:7233); TEMPORAL_NAMESPACE, TEMPORAL_TASK_QUEUE, \
      CUTOFF_DATE and COUNTRY_CODE give further defaults. Ctrl+C stops waiting; the workflow goes on.

      Exit codes: 0 success, 1 the reconciliation failed, 2 wrong usage, 3 the worker could not be reached.
      """
  )

  @Option(help: "The last day of the period, YYYY-MM-DD (default CUTOFF_DATE, else the last day of the last month).")
  var cutoffDate: String?

  @Option(parsing: .upToNextOption, help: "Ledger accounts, for example 18412 13001.")
  var glAccounts: [String] = []

  @Option(parsing: .upToNextOption, help: "Group ledger accounts (default the ledger accounts).")
  var groupGlAccounts: [String] = []

  @Option(help: "First posting date of ledger entries (default 1 January of the cutoff's year).")
  var yearStart: String?

  @Option(help: "Last posting date of ledger entries (default the last day of the cutoff's month).")
  var yearEnd: String?

  @Option(help: "Country code, for example NG (default COUNTRY_CODE, else all).")
  var country: String?

  @Option(parsing: .upToNextOption, help: "Company codes, for example EC_NG JM_EG (default the country's, or all).")
  var companies: [String] = []

  @Option(help: "The Jdash export; without it there is no timing difference.")
  var jdashFile: String?

  @Option(help: "The workflow id (default cpg1-reconciliation-YYYYMMDD_HHMMSS).")
  var workflowId: String?

  @Option(help: "Seconds before the first retry of an activity (default 10).")
  var retryInterval: Double?

  @Flag(help: "A failed quality check fails the run instead of being a warning.")
  var failOnQuality = false

  @Flag(help: "Start only; do not wait for the result.")
  var noWait = false

  @Flag(help: "Print the result as JSON, nothing else.")
  var json = false

  @Flag(help: "Wait for the workflow --workflow-id that was started before, instead of starting one.")
  var attach = false

  func validate() throws {
    if attach, workflowId == nil { throw ValidationError("--attach needs --workflow-id") }
    if attach, noWait { throw ValidationError("--attach and --no-wait exclude each other") }
  }

  /// Runs the command and returns the exit code.
  func start() async -> Int32 {
    let console = Console(isJSON: json)
    do {
      let configuration = try Cpg1Configuration(ProcessInfo.processInfo.environment)
      let input = try input(configuration)
      if !attach { _ = try input.parameters() }
      return await Session(command: self, configuration: configuration, input: input, console: console).run()
    } catch {
      console.error((error as? CPG1Error)?.message ?? "\(error)")
      return 2
    }
  }

  private func input(_ configuration: Cpg1Configuration) throws -> Cpg1Input {
    var input = Cpg1Input(cutoffDate: cutoffDate ?? (configuration.cutoff ?? Self.lastMonthsEnd()).description)
    input.glAccounts = glAccounts.isEmpty ? RunParameters.standardGLAccounts : glAccounts
    input.groupGLAccounts = groupGlAccounts.isEmpty ? nil : groupGlAccounts
    input.yearStart = yearStart
    input.yearEnd = yearEnd
    input.country = country ?? configuration.country
    input.companies = companies.isEmpty ? nil : companies
    input.failOnQuality = failOnQuality ? true : nil
    input.retryInitialInterval = retryInterval
    if let jdashFile {
      guard FileManager.default.isReadableFile(atPath: jdashFile) else {
        throw CPG1Error(.invalidParameter, "--jdash-file '\(jdashFile)' cannot be read; give an existing file")
      }
      input.jdashFile = URL(filePath: jdashFile).standardizedFileURL.path(percentEncoded: false)
    }
    return input
  }

  private static func lastMonthsEnd() -> CivilDate {
    let days = Int((Date().timeIntervalSince1970 / 86_400).rounded(.down))
    return RunParameters.defaultCutoff(today: CivilDate(dayNumber: days))
  }
}
