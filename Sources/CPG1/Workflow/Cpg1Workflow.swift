public import DurableWorkflows

/// The monthly reconciliation C-PG-1: ledger balances against operational systems, explained by bridges, with evidence.
///
/// Queries and bridges run in parallel within bounds; only references and summaries enter the history. Whatever fails
/// for good fails the execution.
@Workflow(name: "Cpg1Workflow")
public actor Cpg1Workflow {
  private var progress = Cpg1Progress()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Reconciles one period.
  public func run(input: Cpg1Input) async throws -> Cpg1Result {
    progress.total = Cpg1Plan.activityCount
    do {
      let scope = try scope(of: input)
      let options = Cpg1Plan.options(initialInterval: try input.retryInterval())
      let activities = context.activities(Cpg1Activities.self, options: options)
      let result = try await reconcile(scope, jdashFile: input.jdashFile, activities: activities)
      progress.status = "completed"
      return result
    } catch {
      progress.status = "failed"
      throw ActivityFailure.translate(error, doing: "C-PG-1")
    }
  }

  /// How far the run has come.
  @WorkflowQuery(name: "progress")
  public func currentProgress() -> Cpg1Progress { progress }

  /// How far the run has come; the same as `progress`.
  @WorkflowQuery
  public func getState() -> Cpg1Progress { progress }

  /// The input's meaning. Bad values end the run before any activity.
  private func scope(of input: Cpg1Input) throws -> RunScope {
    RunScope(
      try input.parameters(),
      country: try input.countryCode(),
      startedAt: "\(context.info.startTime)",
      failsOnValidation: input.failOnValidation ?? true,
      failsOnQuality: input.failOnQuality ?? false
    )
  }

  private func reconcile(
    _ scope: RunScope,
    jdashFile: String?,
    activities: Cpg1Activities.Proxy
  ) async throws -> Cpg1Result {
    begin(Cpg1Plan.fetchStep)
    async let jdashFileLoaded = track("JDASH", rows: { $0.rows }) { try await activities.loadJdash(path: jdashFile) }
    let items = try await fetchItems(scope, activities: activities)
    let jdash = try await jdashFileLoaded
    end(Cpg1Plan.fetchStep)

    begin(Cpg1Plan.bridgeStep)
    let bridges = try await calculateBridges(items, jdash: jdash, scope: scope, activities: activities)
    end(Cpg1Plan.bridgeStep)

    begin(Cpg1Plan.evidenceStep)
    let warnings = warnings(scope: scope, items: items, jdash: jdash, bridges: bridges)
    var calculations = EvidenceData()
    calculations.items = items.mapValues { EvidenceData.Item($0) }
    calculations.bridges = bridges
    calculations.jdash = jdash
    calculations.warnings = warnings
    var classifications = EvidenceData()
    classifications.classificationCounts = [
      "IPE_31": bridges.classifiedIPE31?.counts ?? [:], "IPE_10": bridges.classifiedIPE10?.counts ?? [:],
    ]
    let (calculationData, classificationData) = (calculations, classifications)
    async let first = track("bridge_calculations", rows: { _ in nil }) {
      try await activities.saveEvidence(
        evidenceType: "bridge_calculations",
        evidenceData: calculationData,
        scope: scope
      )
    }
    async let second = track("bridge_classifications", rows: { _ in nil }) {
      try await activities.saveEvidence(
        evidenceType: "bridge_classifications",
        evidenceData: classificationData,
        scope: scope
      )
    }
    let saved = try await [first, second]
    end(Cpg1Plan.evidenceStep)

    let order = Cpg1Plan.ipeItems + Cpg1Plan.crItems
    return Cpg1Result(
      cutoffDate: scope.cutoffDate,
      status: "completed",
      ipeResults: items.filter { Cpg1Plan.ipeItems.contains($0.key) },
      crResults: items.filter { Cpg1Plan.crItems.contains($0.key) },
      jdash: jdash,
      bridgeCalculations: bridges,
      evidencePaths: order.compactMap { items[$0]?.evidencePath } + saved.map(\.evidencePath),
      warnings: warnings,
      resultsPath: saved.compactMap(\.resultsPath).first ?? ""
    )
  }

  /// Fetches all items, a few at once.
  private func fetchItems(
    _ scope: RunScope,
    activities: Cpg1Activities.Proxy
  ) async throws -> [String: ItemResult] {
    var waiting = (Cpg1Plan.ipeItems + Cpg1Plan.crItems).makeIterator()
    var results: [String: ItemResult] = [:]
    try await withThrowingTaskGroup(of: ItemResult.self) { group in
      for _ in 0..<Cpg1Plan.parallelQueries {
        if let id = waiting.next() { group.addTask { try await self.fetch(id, scope, activities) } }
      }
      for try await result in group {
        results[result.itemID] = result
        if let id = waiting.next() { group.addTask { try await self.fetch(id, scope, activities) } }
      }
    }
    return results
  }

  private func fetch(_ id: String, _ scope: RunScope, _ activities: Cpg1Activities.Proxy) async throws -> ItemResult {
    try await track(id, rows: { $0.rowsExtracted }) {
      if Cpg1Plan.crItems.contains(id) {
        try await activities.executeCRQuery(crID: id, scope: scope)
      } else {
        try await activities.executeIPEQuery(ipeID: id, scope: scope)
      }
    }
  }

  private func calculateBridges(
    _ items: [String: ItemResult],
    jdash: JdashResult,
    scope: RunScope,
    activities: Cpg1Activities.Proxy
  ) async throws -> BridgeCalculations {
    func data(_ id: String) throws -> FrameReference {
      guard let item = items[id] else {
        throw CPG1Error(.missingColumn, "the result of the item \(id) is missing; run its query first")
      }
      return item.data
    }
    let (ipe07, ipe08) = (try data("IPE_07"), try data("IPE_08"))
    let (ipe10, ipe31) = (try data("IPE_10"), try data("IPE_31"))
    let (cr03, cr04, cr05) = (try data("CR_03"), try data("CR_04"), try data("CR_05"))
    let (usage, errors) = (try data("DOC_VOUCHER_USAGE"), try data("IPE_REC_ERRORS"))
    let jdashData = jdash.data

    async let posting = trackBridge("customer_posting_group") {
      try await activities.calculateCustomerPostingGroupBridge(ipe07: ipe07, scope: scope)
    }
    async let timing = timingDifference(ipe08: ipe08, jdash: jdashData, cr05: cr05, scope: scope, activities)
    async let vouchers = vouchers(ipe08: ipe08, cr03: cr03, usage: usage, cr05: cr05, scope: scope, activities)
    async let collection = trackBridge("classified_ipe_31") { try await activities.classifyBridges(data: ipe31) }
    async let prepayment = trackBridge("classified_ipe_10") { try await activities.classifyBridges(data: ipe10) }
    async let integration = trackBridge("integration_errors") {
      try await activities.calculateIntegrationErrors(errors: errors, cr05: cr05, scope: scope)
    }
    async let reclass = trackBridge("business_line_reclass") {
      try await activities.calculateBusinessLineReclass(ipe07: ipe07, scope: scope)
    }
    async let variance = trackBridge("variance") {
      try await activities.calculateVariance(tables: [ipe07, ipe08, ipe10, ipe31, cr04], cr05: cr05, scope: scope)
    }
    var bridges = BridgeCalculations()
    bridges.customerPostingGroup = try await posting
    bridges.timingDifference = try await timing
    (bridges.navVoucherCategories, bridges.vtcAdjustment) = try await vouchers
    bridges.classifiedIPE31 = try await collection
    bridges.classifiedIPE10 = try await prepayment
    bridges.integrationErrors = try await integration
    bridges.businessLineReclass = try await reclass
    bridges.variance = try await variance
    return bridges
  }

  private func timingDifference(
    ipe08: FrameReference,
    jdash: DocumentReference?,
    cr05: FrameReference,
    scope: RunScope,
    _ activities: Cpg1Activities.Proxy
  ) async throws -> BridgeResult? {
    guard let jdash else {
      progress.items["timing_difference"] = "skipped: no Jdash file"
      progress.done += 1
      return nil
    }
    return try await trackBridge("timing_difference") {
      try await activities.calculateTimingDifferenceBridge(ipe08: ipe08, jdash: jdash, cr05: cr05, scope: scope)
    }
  }

  /// The categories come first: the adjustment needs them.
  private func vouchers(
    ipe08: FrameReference,
    cr03: FrameReference,
    usage: FrameReference,
    cr05: FrameReference,
    scope: RunScope,
    _ activities: Cpg1Activities.Proxy
  ) async throws -> (categories: BridgeResult?, adjustment: BridgeResult?) {
    let categories = try await trackBridge("nav_voucher_categories") {
      try await activities.categorizeNavVouchers(cr03: cr03, ipe08: ipe08, usage: usage, scope: scope)
    }
    let adjustment = try await trackBridge("vtc_adjustment") {
      try await activities.calculateVTCAdjustment(
        ipe08: ipe08,
        cr03: cr03,
        categories: categories.document,
        cr05: cr05,
        scope: scope
      )
    }
    return (categories, adjustment)
  }

  private func warnings(
    scope: RunScope,
    items: [String: ItemResult],
    jdash: JdashResult,
    bridges: BridgeCalculations
  ) -> [String] {
    var warnings: [String] = []
    if scope.companies.count < CompanyTable.standard.companies.count {
      warnings.append(
        "the run is limited to \(scope.companies.joined(separator: ", ")), but only queries "
          + "with id_companies_active are: the variance compares balances of all companies"
      )
    }
    for id in Cpg1Plan.ipeItems + Cpg1Plan.crItems {
      guard let item = items[id] else { continue }
      if item.quality.status == .fail {
        let failed = item.quality.details.filter { $0.contains("FAIL") }
        warnings.append("\(id) failed its quality checks: \(failed.joined(separator: "; "))")
      }
      let tests = item.validationResults
      if [tests.completeness, tests.accuracyPositive, tests.accuracyNegative].contains("FAIL") {
        warnings.append("\(id) failed a completeness or accuracy test")
      }
    }
    return warnings + jdash.warnings + bridges.named.flatMap(\.result.warnings)
  }

  private func begin(_ step: String) { progress.step = step }

  private func end(_ step: String) { progress.completedSteps.append(step) }

  private func trackBridge(
    _ name: String,
    _ body: () async throws -> BridgeResult
  ) async throws -> BridgeResult {
    try await track(name, rows: { _ in nil }, body)
  }

  /// Shows an activity's state in the progress.
  private func track<Result: Sendable>(
    _ name: String,
    rows: (Result) -> Int?,
    _ body: () async throws -> Result
  ) async throws -> Result {
    progress.items[name] = "running"
    do {
      let result = try await body()
      progress.items[name] = rows(result).map { "completed: \($0) rows" } ?? "completed"
      progress.done += 1
      return result
    } catch {
      progress.items[name] = "failed"
      throw error
    }
  }
}
