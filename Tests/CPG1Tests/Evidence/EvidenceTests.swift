import Foundation
import Testing

@testable import CPG1

@Suite struct EvidenceTests {
  static let context = EvidenceContext(gitCommitID: "0000000", executionHost: "test", runnerVersion: "1")
  static let moment = CivilTimestamp(microseconds: 1_759_305_600 * 1_000_000)

  static func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "evidence-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static func evidence(_ id: String = "IPE_07", country: String? = "NG") throws -> QueryEvidence {
    let item = try Catalog.bundled().item(id)
    let frame = try SampleData.frame(id)
    let parameters = try SampleData.parameters()
    return QueryEvidence(
      item: item,
      cutoff: parameters.cutoff,
      country: country,
      statements: try item.bind(parameters.queryValues),
      frame: frame,
      validation: ValidationReport(
        expectedCount: frame.rowCount,
        actualCount: frame.rowCount,
        witnessCount: nil,
        violationCount: 0
      ),
      quality: try item.checkQuality(of: frame),
      startedAt: moment,
      extractedAt: moment
    )
  }

  @Test func packageOfAQueryVerifies() throws {
    try Self.withDirectory { path in
      let store = EvidenceStore(directory: path, context: Self.context)
      let package = try store.save(Self.evidence(), finishedAt: Self.moment)
      #expect(package.name == "IPE_07_NG_202509_20251001_080000")
      let hashes = try SampleData.expected().at("evidence_integrity_hash", "IPE_07")
      #expect(package.dataHash == hashes?["typed_with_trace_columns"]?.string)
      #expect(package.canonicalHash == hashes?["canonical_soxc1"]?.string)
      let result = EvidenceVerifier.verify(folder: package.path, anchor: package)
      #expect(result.problems == [])
      #expect(result.notVerified == [])
      #expect(result.verified.count == 6)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
          package.name, package.name + "_evidence.zip",
        ]
      )
      #expect(
        package.files.map(\.name) == [
          "00_system_context.json", "01_executed_query.sql", "02_query_parameters.json", "03_data_columns.json",
          "03_data_complete.csv", "03_data_snapshot.csv", "04_data_summary.json", "05_integrity_hash.json",
          "05_integrity_hash.sha256", "06_validation_results.json", "07_execution_log.json", "08_manifest.json",
          "execution_metadata.json",
        ]
      )
    }
  }

  @Test func summaryAgreesWithTheOriginal() throws {
    try Self.withDirectory { path in
      let package = try EvidenceStore(directory: path, context: Self.context).save(
        Self.evidence(),
        finishedAt: Self.moment
      )
      let own = try OrderedJSON(parsing: PackageHash.readFile(package.path + "/04_data_summary.json"))
      let sample = try OrderedJSON(
        parsing: SampleData.bytes(
          "evidence_sample/IPE_07_NG_202509_20251001_080000/04_data_summary.json"
        )
      )
      for key in ["total_rows", "total_columns", "columns", "snapshot_rows", "snapshot_type", "extraction_timestamp"] {
        #expect(own[key] == sample[key], "\(key)")
      }
      for column in sample["numeric_statistics"]?.members ?? [] {
        for figure in column.value.members ?? [] {
          guard case .number(let one) = figure.value,
            case .number(let other)? = own.at("numeric_statistics", column.name, figure.name),
            let expected = Double(one), let actual = Double(other)
          else {
            Issue.record("\(column.name) \(figure.name)")
            continue
          }
          #expect(abs(expected - actual) <= abs(expected) * 1e-12, "\(column.name) \(figure.name)")
        }
      }
    }
  }

  @Test func anyChangedByteIsFound() throws {
    try Self.withDirectory { path in
      let package = try EvidenceStore(directory: path, context: Self.context)
        .save(Self.evidence("IPE_REC_ERRORS"), finishedAt: Self.moment)
      for file in package.files {
        let target = package.path + "/" + file.name
        let original = try PackageHash.readFile(target)
        for position in Set([0, original.count / 2, original.count - 1]) {
          var changed = original
          changed[position] ^= 1
          try Data(changed).write(to: URL(filePath: target))
          #expect(!EvidenceVerifier.verify(folder: package.path).isValid, "\(file.name) byte \(position)")
        }
        try Data(original).write(to: URL(filePath: target))
      }
      #expect(EvidenceVerifier.verify(folder: package.path).isValid)
      let zip = try PackageHash.readFile(package.zipPath)
      for position in stride(from: 0, to: zip.count, by: max(1, zip.count / 150)) {
        var changed = zip
        changed[position] ^= 0x20
        try Data(changed).write(to: URL(filePath: package.zipPath))
        #expect(!EvidenceVerifier.verify(folder: package.path).isValid, "zip byte \(position) of \(zip.count)")
      }
      for position in zip.count - 110..<zip.count {
        var changed = zip
        changed[position] ^= 1
        try Data(changed).write(to: URL(filePath: package.zipPath))
        #expect(!EvidenceVerifier.verify(folder: package.path).isValid, "zip byte \(position) of \(zip.count)")
      }
      try Data(zip + [0]).write(to: URL(filePath: package.zipPath))
      #expect(!EvidenceVerifier.verify(folder: package.path).isValid)
      try Data(zip).write(to: URL(filePath: package.zipPath))
      #expect(EvidenceVerifier.verify(folder: package.path).isValid)
    }
  }

  @Test func missingAndExtraFilesAreFound() throws {
    try Self.withDirectory { path in
      let package = try EvidenceStore(directory: path, context: Self.context)
        .save(Self.evidence("CR_05"), finishedAt: Self.moment)
      for file in package.files {
        let target = package.path + "/" + file.name
        let original = try PackageHash.readFile(target)
        try FileManager.default.removeItem(atPath: target)
        #expect(!EvidenceVerifier.verify(folder: package.path).isValid, "\(file.name)")
        try Data(original).write(to: URL(filePath: target))
      }
      try Data("x".utf8).write(to: URL(filePath: package.path + "/extra.txt"))
      #expect(EvidenceVerifier.verify(folder: package.path).problems.contains { $0.contains("extra.txt") })
      try FileManager.default.removeItem(atPath: package.path + "/extra.txt")
      try FileManager.default.createDirectory(atPath: package.path + "/sub", withIntermediateDirectories: false)
      #expect(!EvidenceVerifier.verify(folder: package.path).isValid)
      try FileManager.default.removeItem(atPath: package.path + "/sub")
      #expect(EvidenceVerifier.verify(folder: package.path).isValid)
      try FileManager.default.removeItem(atPath: package.zipPath)
      #expect(!EvidenceVerifier.verify(folder: package.path).isValid)
    }
  }

  @Test func aConsistentForgeryDiffersFromTheAnchor() throws {
    try Self.withDirectory { path in
      let store = EvidenceStore(directory: path, context: Self.context)
      let package = try store.save(
        type: "bridge_calculations",
        data: .object([.init("a", .string("1"))]),
        finishedAt: Self.moment
      )
      let forged = try store.save(
        type: "bridge_calculations",
        data: .object([.init("a", .string("2"))]),
        finishedAt: Self.moment
      )
      #expect(EvidenceVerifier.verify(folder: forged.path).isValid)
      #expect(EvidenceVerifier.verify(folder: forged.path, anchor: forged).isValid)
      #expect(!EvidenceVerifier.verify(folder: forged.path, anchor: package).isValid)
    }
  }

  @Test func resultsAreSavedWithTheirFiles() throws {
    try Self.withDirectory { path in
      let results = try ReconciliationResultsTests.results()
      let store = EvidenceStore(directory: path, context: Self.context)
      let package = try store.save(
        type: "bridge_calculations",
        data: results.variance.json,
        metadata: [.init("workflow_id", .string("w"))],
        files: ["results.json": results.json.bytes()],
        cutoff: SampleData.parameters().cutoff,
        finishedAt: Self.moment
      )
      #expect(package.name == "bridge_calculations_20251001_080000")
      let result = EvidenceVerifier.verify(folder: package.path, anchor: package)
      #expect(result.problems == [])
      let saved = try OrderedJSON(parsing: PackageHash.readFile(package.path + "/results.json"))
      #expect(saved == results.json)
      #expect(throws: CPG1Error.self) {
        _ = try store.save(type: "x", data: .null, files: ["../x": []], finishedAt: Self.moment)
      }
      #expect(throws: CPG1Error.self) {
        _ = try store.save(type: "a/b", data: .null, finishedAt: Self.moment)
      }
    }
  }

  @Test func packagesOfOneSecondGetDistinctNames() throws {
    try Self.withDirectory { path in
      let store = EvidenceStore(directory: path, context: Self.context)
      let packages = try (0..<3).map { _ in
        try store.save(Self.evidence("CR_05", country: nil), finishedAt: Self.moment)
      }
      #expect(packages.map(\.name) == ["CR_05_20251001_080000", "CR_05_20251001_080000_2", "CR_05_20251001_080000_3"])
      for package in packages { #expect(EvidenceVerifier.verify(folder: package.path, anchor: package).isValid) }
    }
  }

  @Test func packagesSavedAtOnceAreAllComplete() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "evidence-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = EvidenceStore(directory: path, context: Self.context)
    let evidence = try Self.evidence("CR_05")
    let packages = try await withThrowingTaskGroup(of: EvidencePackage.self) { group in
      for _ in 0..<8 { group.addTask { try store.save(evidence, finishedAt: Self.moment) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(packages.map(\.name)).count == 8)
    for package in packages { #expect(EvidenceVerifier.verify(folder: package.path, anchor: package).problems == []) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 16)
  }

  @Test func aDirectoryThatCannotBeWrittenIsNamed() throws {
    try Self.withDirectory { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path + "/file"))
      let store = EvidenceStore(directory: path + "/file/evidence", context: Self.context)
      let error = #expect(throws: CPG1Error.self) {
        _ = try store.save(type: "bridge_calculations", data: .null, finishedAt: Self.moment)
      }
      #expect(error?.code == .evidence)
      #expect(error?.message.contains(path + "/file/evidence") == true)
    }
  }

  @Test func emptyTableIsEvidenceToo() throws {
    try Self.withDirectory { path in
      var evidence = try Self.evidence("IPE_REC_ERRORS")
      evidence.frame = Frame(emptyWith: evidence.item.columns)
      let package = try EvidenceStore(directory: path, context: Self.context).save(evidence, finishedAt: Self.moment)
      #expect(EvidenceVerifier.verify(folder: package.path, anchor: package).problems == [])
    }
  }
}
