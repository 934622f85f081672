import Foundation
import Testing

@testable import CPG1

/// What the programs say, and with which exit code they end, when something is wrong.
@Suite(.enabled(if: Program.directory != nil, "the programs are not built")) struct ProgramTests {
  private func program(_ name: String) throws -> Program {
    Program(path: try #require(Program.directory) + "/" + name)
  }

  private func connection(_ sandbox: Sandbox) -> String {
    "DRIVER={SQLite3};Database=\(sandbox.path)/sample.sqlite;StepAPI=1"
  }

  private func directories(_ sandbox: Sandbox) -> [String] {
    [
      "--journal", sandbox.path + "/journal", "--evidence", sandbox.evidence, "--frames", sandbox.frames.directory,
      "--address", "127.0.0.1:0",
    ]
  }

  /// The worker ends with code 1 and exactly one line that holds all the words.
  private func expectRefusal(
    _ sandbox: Sandbox,
    _ environment: [String: String],
    _ arguments: [String] = [],
    says words: String...
  ) async throws {
    let outcome = try await program("cpg1-worker").run(
      directories(sandbox) + arguments,
      environment: environment,
      in: sandbox
    )
    #expect(outcome.status == 1)
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("cpg1-worker: error: "))
    for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    #expect(!(outcome.error + outcome.output).contains("hidden-word"))
  }

  @Test(.timeLimit(.minutes(1)))
  func theWorkerNamesWhatIsWrongWithItsEnvironment() async throws {
    let sandbox = try Sandbox()
    try await expectRefusal(sandbox, [:], says: "DB_CONNECTION_STRING is not set")
    try await expectRefusal(sandbox, ["AWS_SECRET_ID": "x"], says: "AWS_SECRET_ID", "DB_CONNECTION_STRING")
    try await expectRefusal(sandbox, ["TEMPORAL_HOST": "nowhere"], says: "TEMPORAL_HOST", "host:port")
    try await expectRefusal(sandbox, ["DB_CONNECTION_STRING": "PWD={hidden-word"], says: "malformed", "character 5")
    try await expectRefusal(
      sandbox,
      ["DB_CONNECTION_STRING": "DRIVER={PostgreSQL Unicode};Servername=127.0.0.1;Port=1;PWD=hidden-word"],
      says: "cannot be reached",
      "127.0.0.1"
    )
  }

  @Test(.timeLimit(.minutes(1)))
  func theWorkerNamesFilesThatAreWrong() async throws {
    let sandbox = try Sandbox()
    let environment = ["DB_CONNECTION_STRING": connection(sandbox)]
    try Data().write(to: URL(filePath: sandbox.path + "/file"))
    try await expectRefusal(
      sandbox,
      environment,
      ["--evidence", sandbox.path + "/file"],
      says: "--evidence",
      "/file",
      "not writable"
    )
    let catalog = sandbox.path + "/catalog"
    try FileManager.default.createDirectory(atPath: catalog, withIntermediateDirectories: true)
    try Data("SELECT 1".utf8).write(to: URL(filePath: catalog + "/CR_05.sql"))
    try await expectRefusal(sandbox, environment, ["--catalog", catalog], says: "CR_05.sql", "no column contract")
    let contract = #"{"id": "CR_05", "type": "CR", "title": "Rates"}"#
    try Data(contract.utf8).write(to: URL(filePath: catalog + "/CR_05.json"))
    try await expectRefusal(sandbox, environment, ["--catalog", catalog], says: "CR_05.json", "columns")
  }

  @Test(.timeLimit(.minutes(2)))
  func theWorkerGuardsItsJournalAndItsPort() async throws {
    let sandbox = try Sandbox()
    let environment = ["DB_CONNECTION_STRING": connection(sandbox)]
    let ready = sandbox.path + "/ready"
    let directory = sandbox.path + "/first"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let first = try program("cpg1-worker").start(
      directories(sandbox) + ["--ready-file", ready],
      environment: environment,
      in: directory
    )
    defer { if first.process.isRunning { first.process.terminate() } }
    while !FileManager.default.fileExists(atPath: ready), first.process.isRunning { await Task.yield() }
    let address = try String(contentsOfFile: ready, encoding: .utf8).filter { !$0.isNewline }

    try await expectRefusal(
      sandbox,
      environment,
      says: "in use by process \(first.process.processIdentifier)",
      "--journal"
    )
    try await expectRefusal(
      sandbox,
      environment,
      ["--journal", sandbox.path + "/other", "--address", address],
      says: address,
      "--address"
    )

    let starter = try await program("cpg1-starter").run(
      ["--attach", "--workflow-id", "none"],
      environment: ["TEMPORAL_ADDRESS": address],
      in: sandbox
    )
    #expect(starter.status == 1)
    #expect(starter.error.contains("none"))

    first.process.terminate()
    #expect(await first.status() == 0)
    // A byte of the sealed journal is changed: the worker must not start over it.
    let journal = URL(filePath: sandbox.path + "/journal/00000001.journal")
    var bytes = try Data(contentsOf: journal)
    bytes[100] ^= 0xFF
    try bytes.write(to: journal)
    try await expectRefusal(sandbox, environment, says: "journal", "damaged")
  }

  @Test(.timeLimit(.minutes(1)))
  func theStarterTellsUsageFromConnection() async throws {
    let sandbox = try Sandbox()
    let starter = try program("cpg1-starter")
    for arguments in [["--nonsense"], ["--cutoff-date", "2025-02-30"], ["--attach"], ["--jdash-file", "/nowhere"]] {
      let outcome = try await starter.run(arguments, in: sandbox)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(!outcome.error.isEmpty)
    }
    let outcome = try await starter.run([], environment: ["TEMPORAL_ADDRESS": "127.0.0.1:1"], in: sandbox)
    #expect(outcome.status == 3)
    #expect(outcome.error.contains("127.0.0.1:1") && outcome.error.contains("cpg1-worker"))
    #expect(try await starter.run(["--help"], in: sandbox).status == 0)
  }

  @Test(.timeLimit(.minutes(1)))
  func theToolReportsChangedEvidenceAndResults() async throws {
    let sandbox = try Sandbox()
    let tool = try program("cpg1-tool")
    let original = SampleData.directory.appending(path: "evidence_sample/IPE_07_NG_202509_20251001_080000").path
    let copy = sandbox.path + "/IPE_07_NG_202509_20251001_080000"
    try FileManager.default.copyItem(atPath: original, toPath: copy)
    try FileManager.default.copyItem(atPath: original + "_evidence.zip", toPath: copy + "_evidence.zip")
    #expect(try await tool.run(["verify-evidence", copy], in: sandbox).status == 0)
    let file = URL(filePath: copy + "/03_data_snapshot.csv")
    try (Data(contentsOf: file) + Data(" ".utf8)).write(to: file)
    let changed = try await tool.run(["verify-evidence", copy], in: sandbox)
    #expect(changed.status == 1)
    #expect(changed.output.contains("03_data_snapshot.csv"))

    let results = sandbox.path + "/results.json"
    try Data(ReconciliationResultsTests.results().json.bytes()).write(to: URL(filePath: results))
    let expected = SampleData.directory.appending(path: "expected.json").path
    #expect(try await tool.run(["compare", results, expected], in: sandbox).status == 0)
    let text = try String(contentsOfFile: results, encoding: .utf8)
    try Data(text.replacing("VARIANCE_DETECTED", with: "RECONCILED").utf8).write(to: URL(filePath: results))
    let different = try await tool.run(["compare", results, expected], in: sandbox)
    #expect(different.status == 1)
    #expect(different.output.contains("variance/status"))
  }
}
