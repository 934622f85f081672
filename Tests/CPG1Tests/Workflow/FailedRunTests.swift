import DurableWorkflows
import Foundation
import ODBC
import Testing

@testable import CPG1

/// Runs that cannot succeed fail their execution, with an error that names the thing.
@Suite struct FailedRunTests {
  private func failure(
    _ sandbox: Sandbox,
    _ database: DatabaseSettings,
    catalog: Catalog? = nil,
    change: (inout Cpg1Input) -> Void
  ) async throws -> (error: Failure, history: [HistoryEvent]) {
    var input = try SampleData.input()
    change(&input)
    let activities = try sandbox.activities(database, catalog: catalog)
    return try await sandbox.reconcile(activities, input) { handle in
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      return (try #require(error).cause, try await handle.fetchHistory())
    }
  }

  private func unusedDatabase(_ sandbox: Sandbox) throws -> DatabaseSettings {
    DatabaseSettings(connectionString: try .sqlite(path: sandbox.path + "/unused.sqlite"))
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: ["cutoff", "companies", "accounts", "country", "years", "retry"]
  )
  func badInputFailsBeforeAnyActivity(field: String) async throws {
    let sandbox = try Sandbox()
    let (error, history) = try await failure(sandbox, unusedDatabase(sandbox)) { input in
      switch field {
      case "cutoff": input.cutoffDate = "2025-02-30"
      case "companies": input.companies = []
      case "accounts": input.glAccounts = [" "]
      case "country": input.country = "XX"
      case "years": (input.yearStart, input.yearEnd) = ("2025-12-31", "2025-01-01")
      default: input.retryInitialInterval = -1
      }
    }
    #expect(error.root.applicationType == "InvalidParameter")
    let named = [
      "cutoff": "2025-02-30", "companies": "id_companies_active is empty", "accounts": "gl_accounts",
      "country": "XX", "years": "year_start", "retry": "retry_initial_interval",
    ]
    #expect(error.root.message.contains(named[field] ?? "?"), "\(error.root.message)")
    #expect(!history.contains { if case .activityTaskScheduled = $0.attributes { true } else { false } })
  }

  @Test(.timeLimit(.minutes(2)))
  func anUnreachableDatabaseIsRetriedFiveTimes() async throws {
    let sandbox = try Sandbox()
    let database = DatabaseSettings(
      connectionString: try .postgreSQL(server: "127.0.0.1", port: 1, database: "x", user: "x", password: "hidden-word")
    )
    let (error, _) = try await failure(sandbox, database) { $0.retryInitialInterval = 0.001 }
    #expect(error.root.applicationType == "ConnectionError")
    #expect(!error.root.message.contains("hidden-word"))
    guard case .activity(_, _, _, _, _, let state) = error.info else {
      Issue.record("not an activity failure: \(error)")
      return
    }
    #expect(state == .maximumAttemptsReached)
  }

  @Test(.timeLimit(.minutes(2)))
  func aTableThatDoesNotExistIsFinal() async throws {
    let sandbox = try Sandbox()
    let (error, _) = try await failure(sandbox, unusedDatabase(sandbox)) { _ in }
    #expect(error.root.applicationType == "QueryError")
    guard case .activity(_, _, _, _, _, let state) = error.info else {
      Issue.record("not an activity failure: \(error)")
      return
    }
    #expect(state == .nonRetryableFailure)
  }

  @Test(.timeLimit(.minutes(2)))
  func aQueryWithoutItsColumnIsNamed() async throws {
    let sandbox = try Sandbox()
    let items = try Catalog.bundled().items.map { item in
      guard item.id == "CR_05", let sql = item.sql else { return item }
      return CatalogItem(
        id: item.id,
        type: item.type,
        control: item.control,
        title: item.title,
        description: item.description,
        glAccounts: item.glAccounts,
        sources: item.sources,
        details: item.details,
        sql: sql.replacing("AS \"FX_rate\"", with: "AS \"Rate\""),
        parameters: item.parameters,
        columns: item.columns,
        qualityRules: item.qualityRules,
        witness: item.witness,
        scopeViolation: item.scopeViolation
      )
    }
    let (error, _) = try await failure(sandbox, sandbox.sqlite(), catalog: try Catalog(items: items)) { _ in }
    #expect(error.root.applicationType == "MissingColumn")
    #expect(error.root.message.contains("CR_05") && error.root.message.contains("FX_rate"))
  }

  @Test(.timeLimit(.minutes(2)))
  func anEvidenceDirectoryThatCannotBeWrittenIsNamed() async throws {
    let sandbox = try Sandbox()
    try Data().write(to: URL(filePath: sandbox.evidence))
    let (error, _) = try await failure(sandbox, sandbox.sqlite()) { _ in }
    #expect(error.root.applicationType == "EvidenceFailure")
    #expect(error.root.message.contains(sandbox.evidence))
  }

  @Test(.timeLimit(.minutes(2)))
  func aMissingJdashFileIsNamed() async throws {
    let sandbox = try Sandbox()
    let (error, _) = try await failure(sandbox, sandbox.sqlite()) { $0.jdashFile = "/nowhere/JDASH.csv" }
    #expect(error.root.applicationType == "InvalidParameter")
    #expect(error.root.message.contains("/nowhere/JDASH.csv"))
  }

  @Test(.timeLimit(.minutes(2)))
  func aFailedQualityCheckFailsTheRunOnlyIfTold() async throws {
    let sandbox = try Sandbox()
    let items = try Catalog.bundled().items.map { item in
      guard item.id == "CR_05" else { return item }
      return CatalogItem(
        id: item.id,
        type: item.type,
        control: item.control,
        title: item.title,
        description: item.description,
        glAccounts: item.glAccounts,
        sources: item.sources,
        details: item.details,
        sql: item.sql,
        parameters: item.parameters,
        columns: item.columns,
        qualityRules: [.rowCount(minimum: 1000, maximum: nil)],
        witness: item.witness,
        scopeViolation: item.scopeViolation
      )
    }
    let catalog = try Catalog(items: items)
    let database = try await sandbox.sqlite()
    let (error, _) = try await failure(sandbox, database, catalog: catalog) { $0.failOnQuality = true }
    #expect(error.root.applicationType == "QualityCheckFailed")

    let second = try Sandbox()
    let result = try await second.reconcile(try second.activities(database, catalog: catalog), SampleData.input()) {
      try await $0.result()
    }
    #expect(result.warnings.contains { $0.hasPrefix("CR_05 failed its quality checks") })
  }
}
