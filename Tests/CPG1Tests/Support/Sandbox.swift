import DurableWorkflows
import Foundation
import Logging
import ODBC
import TestSupport

@testable import CPG1

/// A temporary directory with everything that a reconciliation needs: database, stores, journal.
final class Sandbox: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "cpg1-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A temporary directory that stays is no failure of a test.
    try? FileManager.default.removeItem(atPath: path)
  }

  var evidence: String { path + "/evidence" }
  var frames: FrameStore { FrameStore(directory: path + "/frames") }

  /// An SQLite database with the sample data.
  func sqlite() async throws -> DatabaseSettings {
    let string = try ODBCConnectionString.sqlite(path: path + "/sample.sqlite")
    try await Self.load(string)
    return DatabaseSettings(connectionString: string)
  }

  /// A PostgreSQL database with the sample data.
  static func postgreSQL() async throws -> DatabaseSettings {
    let server = try await PostgresServer.shared()
    let string = try ODBCConnectionString.postgreSQL(
      server: server.host,
      port: server.port,
      database: server.database,
      user: server.user,
      password: server.password
    )
    try await load(string)
    return DatabaseSettings(connectionString: string)
  }

  private static func load(_ string: ODBCConnectionString) async throws {
    let connection = try await ODBCConnection.connect(string)
    try await connection.executeScript(String(decoding: SampleData.bytes("schema.sql"), as: UTF8.self))
    await connection.close()
  }

  func activities(_ database: DatabaseSettings, catalog: Catalog? = nil) throws -> Cpg1Activities {
    Cpg1Activities(
      catalog: try catalog ?? Catalog.bundled(),
      database: database,
      frames: frames,
      evidenceDirectory: evidence,
      gitCommitID: "test",
      host: "test"
    )
  }

  func engine(_ activities: Cpg1Activities) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return try await WorkflowEngine.open(
      directory: path + "/journal",
      workflows: [Cpg1Workflow.self],
      activities: [activities],
      options: options
    )
  }

  /// Runs one reconciliation in a fresh engine and returns what `body` makes of its handle.
  func reconcile<Result: Sendable>(
    _ activities: Cpg1Activities,
    _ input: Cpg1Input,
    _ body: (WorkflowHandle<Cpg1Workflow>) async throws -> Result
  ) async throws -> Result {
    let engine = try await engine(activities)
    do {
      let handle = try await engine.client.start(Cpg1Workflow.self, id: "reconciliation", input: input)
      let result = try await body(handle)
      try await engine.shutdown()
      return result
    } catch {
      try await engine.shutdown()
      throw error
    }
  }
}

extension SampleData {
  /// The input that the sample's parameters stand for.
  static func input() throws -> Cpg1Input {
    let parameters = try parameters()
    var input = Cpg1Input(cutoffDate: parameters.cutoff.description)
    input.yearStart = parameters.yearStart.description
    input.yearEnd = parameters.yearEnd.description
    input.glAccounts = parameters.glAccounts
    input.companies = parameters.companies
    input.jdashFile = directory.appending(path: "JDASH.csv").path
    input.retryInitialInterval = 0.01
    return input
  }

  static func scope(startedAt: String = "2025-10-01T08:00:00Z") throws -> RunScope {
    RunScope(try parameters(), country: nil, startedAt: startedAt)
  }

  /// The differences between a `results.json` and the recommended results.
  static func differences(of results: OrderedJSON) throws -> [String] {
    let expected = try expected()
    var differences: [String?] = []
    for name in [
      "customer_posting_group", "timing_difference", "nav_voucher_categories", "vtc_adjustment", "integration_errors",
      "business_line_reclass", "variance",
    ] { differences.append(OrderedJSON.difference(results[name], expected.at(name, "recommended"), path: name)) }
    for item in ["IPE_31", "IPE_10"] {
      differences.append(
        OrderedJSON.difference(
          results.at("classification", item),
          expected.at("classification", item, "recommended"),
          path: item
        )
      )
    }
    for name in ["recommended_rates", "recommended_conflicts", "companies_without_rate"] {
      differences.append(OrderedJSON.difference(results.at("fx", name), expected.at("fx", name), path: name))
    }
    for hash in expected.at("evidence_integrity_hash")?.members ?? [] {
      differences.append(
        OrderedJSON.difference(
          results.at("evidence_integrity_hash", hash.name),
          hash.value["canonical_soxc1"],
          path: hash.name
        )
      )
    }
    return differences.compactMap { $0 }
  }
}
