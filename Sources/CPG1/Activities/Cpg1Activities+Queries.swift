internal import DurableWorkflows
internal import FoundationEssentials

extension Cpg1Activities {
  /// Evidence before the verdict: a failed test is recorded like a passed one.
  func executeQuery(_ id: String, scope: RunScope) async throws -> ItemResult {
    try await environment.perform("executing \(id)", item: id, rows: { $0.rowsExtracted }) {
      let parameters = try scope.parameters()
      let moment = try scope.moment()
      let item = try environment.catalog.item(id)
      let progress = FetchProgress()
      return try await environment.withHeartbeat(progress) {
        let outcome = try await QueryRunner(database: environment.database).run(
          item,
          values: parameters.queryValues,
          progress: progress
        )
        let quality = try item.checkQuality(of: outcome.frame)
        let data = try environment.frames.store(outcome.frame, item: id)
        let evidence = QueryEvidence(
          item: item,
          cutoff: parameters.cutoff,
          country: scope.country,
          statements: outcome.statements,
          frame: outcome.frame,
          validation: outcome.validation,
          quality: quality,
          startedAt: moment,
          extractedAt: moment,
          secretName: environment.database.secretName
        )
        let package = try await environment.evidence.save(
          evidence,
          at: moment,
          context: environment.evidenceContext()
        )
        let result = ItemResult(data: data, validation: outcome.validation, quality: quality, package: package)
        try Self.check(result, scope: scope)
        return result
      }
    }
  }

  private static func check(_ result: ItemResult, scope: RunScope) throws {
    let tests = result.validationResults
    let failed = [
      ("completeness", tests.completeness), ("positive accuracy", tests.accuracyPositive),
      ("negative accuracy", tests.accuracyNegative),
    ].filter { $0.1 == ValidationReport.Status.fail.rawValue }.map(\.0)
    if scope.failsOnValidation, !failed.isEmpty {
      throw CPG1Error(
        .validation,
        "\(result.itemID) failed the test of \(failed.joined(separator: ", ")); see 06_validation_results.json in "
          + "'\(result.evidencePath)'"
      )
    }
    if scope.failsOnQuality, result.quality.status == .fail {
      throw CPG1Error(
        .quality,
        "\(result.itemID) failed its quality checks: \(result.quality.details.joined(separator: "; "))"
      )
    }
  }

  func readJdash(_ path: String?) async throws -> JdashResult {
    try await environment.perform("loading the Jdash file", item: "JDASH", rows: { $0.rows }) {
      guard let path else {
        return JdashResult(
          data: nil,
          rows: 0,
          skippedRows: 0,
          warnings: ["no Jdash file was given: the timing difference was not computed; it is not zero"]
        )
      }
      let bytes: [UInt8]
      do {
        bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
      } catch {
        throw CPG1Error(
          .invalidParameter,
          "the Jdash file '\(path)' cannot be read by the worker; give an existing, readable file",
          cause: error
        )
      }
      let file = try JdashFile(bytes: bytes)
      guard file.validation.isValid else {
        throw CPG1Error(.invalidData, "the Jdash file '\(path)': \(file.validation.errors.joined(separator: "; "))")
      }
      return JdashResult(
        data: try environment.frames.storeDocument(bytes),
        rows: file.rowCount,
        skippedRows: file.skippedRows,
        warnings: file.validation.warnings.map { "Jdash file: \($0)" }
      )
    }
  }
}
