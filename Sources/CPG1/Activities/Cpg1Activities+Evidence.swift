extension Cpg1Activities {
  /// The file with all results in the package `bridge_calculations`.
  static let resultsFile = "results.json"

  func save(_ type: String, _ data: EvidenceData, scope: RunScope) async throws -> EvidenceResult {
    try await environment.perform("saving the evidence \(type)", item: type, rows: { _ in nil }) {
      var files: [String: [UInt8]] = [:]
      if let bridges = data.bridges {
        files[Self.resultsFile] = try results(bridges, items: data.items ?? [:]).bytes()
        if let breakdown = bridges.variance?.documents?["variance_breakdown"] {
          files["variance_breakdown.json"] = try environment.frames.loadDocument(breakdown)
        }
      }
      if let jdash = data.jdash?.data { files["JDASH.csv"] = try environment.frames.loadDocument(jdash) }
      let moment = try scope.moment()
      let metadata: [OrderedJSON.Member] = [
        .init("year_start", .string(scope.yearStart.description)),
        .init("year_end", .string(scope.yearEnd.description)),
        .init("gl_accounts", .strings(scope.glAccounts)),
        .init("group_gl_accounts", .strings(scope.groupGLAccounts)),
        .init("companies", .strings(scope.companies)),
      ]
      let package = try await environment.evidence.save(
        type: type,
        data: try data.json(),
        metadata: metadata,
        files: files,
        scope: scope,
        at: moment,
        context: environment.evidenceContext()
      )
      return EvidenceResult(package, resultsFile: files[Self.resultsFile] == nil ? nil : Self.resultsFile)
    }
  }

  /// The content of `results.json`, in the form of ``ReconciliationResults/json``.
  private func results(_ bridges: BridgeCalculations, items: [String: EvidenceData.Item]) throws -> OrderedJSON {
    func load(_ reference: DocumentReference?) throws -> OrderedJSON {
      guard let reference else { return .null }
      return try OrderedJSON(parsing: environment.frames.loadDocument(reference))
    }
    return .object([
      .init("customer_posting_group", try load(bridges.customerPostingGroup?.document)),
      .init("timing_difference", try load(bridges.timingDifference?.document)),
      .init("nav_voucher_categories", try load(bridges.navVoucherCategories?.document)),
      .init("vtc_adjustment", try load(bridges.vtcAdjustment?.document)),
      .init(
        "classification",
        .object([
          .init("IPE_10", try load(bridges.classifiedIPE10?.document)),
          .init("IPE_31", try load(bridges.classifiedIPE31?.document)),
        ])
      ),
      .init("integration_errors", try load(bridges.integrationErrors?.document)),
      .init("business_line_reclass", try load(bridges.businessLineReclass?.document)),
      .init("variance", try load(bridges.variance?.document)),
      .init("fx", try load(bridges.variance?.documents?["fx"])),
      .init("evidence_integrity_hash", .sorted(items.mapValues { .string($0.soxc1) })),
    ])
  }
}
