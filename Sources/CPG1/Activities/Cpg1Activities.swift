public import DurableWorkflows

/// The activities of the reconciliation, under the names of the original program.
///
/// Rows travel as references to a ``FrameStore``; what an activity returns is a summary. Activities may run again
/// after a crash: they then leave the same files and the same evidence.
@ActivityContainer
public struct Cpg1Activities {
  let environment: ActivityEnvironment

  /// Creates the activities.
  ///
  /// - Parameters:
  ///   - catalog: the items with their queries
  ///   - database: where the queries go
  ///   - frames: where query results are kept
  ///   - evidenceDirectory: where evidence packages are saved
  ///   - gitCommitID: the commit of the running code, for the evidence
  ///   - host: the name of the host, for the evidence
  ///   - version: the version of the program, for the evidence
  public init(
    catalog: Catalog,
    database: DatabaseSettings,
    frames: FrameStore,
    evidenceDirectory: String,
    gitCommitID: String = "unknown",
    host: String = "unknown",
    version: String = Cpg1Activities.version
  ) {
    environment = ActivityEnvironment(
      catalog: catalog,
      database: database,
      frames: frames,
      evidence: EvidencePublisher(directory: evidenceDirectory),
      gitCommitID: gitCommitID,
      host: host,
      version: version
    )
  }

  /// The version of the activities.
  public static let version = "1.0.0"

  /// Executes, validates and saves an IPE or DOC item.
  @Activity(name: "execute_ipe_query", startToClose: .seconds(30 * 60), heartbeat: .seconds(120))
  public func executeIPEQuery(ipeID: String, scope: RunScope) async throws -> ItemResult {
    try await executeQuery(ipeID, scope: scope)
  }

  /// Executes, validates and saves a CR item.
  @Activity(name: "execute_cr_query", startToClose: .seconds(30 * 60), heartbeat: .seconds(120))
  public func executeCRQuery(crID: String, scope: RunScope) async throws -> ItemResult {
    try await executeQuery(crID, scope: scope)
  }

  /// Reads and checks the Jdash file; without a path the result says that there is none.
  @Activity(name: "load_jdash", startToClose: .seconds(10 * 60))
  public func loadJdash(path: String?) async throws -> JdashResult {
    try await readJdash(path)
  }

  /// Finds customers with several posting groups.
  @Activity(name: "calculate_customer_posting_group_bridge", startToClose: .seconds(10 * 60))
  public func calculateCustomerPostingGroupBridge(ipe07: FrameReference, scope: RunScope) async throws -> BridgeResult {
    try await customerPostingGroup(ipe07, scope: scope)
  }

  /// Compares voucher usage in Jdash with that in the order system.
  @Activity(name: "calculate_timing_difference_bridge", startToClose: .seconds(10 * 60))
  public func calculateTimingDifferenceBridge(
    ipe08: FrameReference,
    jdash: DocumentReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await timingDifference(ipe08: ipe08, jdash: jdash, cr05: cr05, scope: scope)
  }

  /// Assigns categories to the ledger lines on the voucher account.
  @Activity(name: "categorize_nav_vouchers", startToClose: .seconds(10 * 60))
  public func categorizeNavVouchers(
    cr03: FrameReference,
    ipe08: FrameReference,
    usage: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await navVoucherCategories(cr03: cr03, ipe08: ipe08, usage: usage, scope: scope)
  }

  /// Finds deactivated vouchers without a cancelling ledger line.
  @Activity(name: "calculate_vtc_adjustment", startToClose: .seconds(10 * 60))
  public func calculateVTCAdjustment(
    ipe08: FrameReference,
    cr03: FrameReference,
    categories: DocumentReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await vtcAdjustment(ipe08: ipe08, cr03: cr03, categories: categories, cr05: cr05, scope: scope)
  }

  /// Classifies the rows of an item by the bridge rules.
  @Activity(name: "classify_bridges", startToClose: .seconds(10 * 60))
  public func classifyBridges(data: FrameReference) async throws -> BridgeResult {
    try await classification(of: data)
  }

  /// Adds up the transactions that did not reach the ledger.
  @Activity(name: "calculate_integration_errors", startToClose: .seconds(10 * 60))
  public func calculateIntegrationErrors(
    errors: FrameReference,
    cr05: FrameReference,
    scope: RunScope
  ) async throws -> BridgeResult {
    try await integrationErrors(errors, cr05: cr05, scope: scope)
  }

  /// Proposes reclasses between business lines.
  @Activity(name: "calculate_business_line_reclass", startToClose: .seconds(10 * 60))
  public func calculateBusinessLineReclass(ipe07: FrameReference, scope: RunScope) async throws -> BridgeResult {
    try await businessLineReclass(ipe07, scope: scope)
  }

  /// Compares actual with target values, and lists the exchange rates.
  @Activity(name: "calculate_variance", startToClose: .seconds(10 * 60))
  public func calculateVariance(tables: [FrameReference], cr05: FrameReference, scope: RunScope) async throws
    -> BridgeResult
  {
    try await variance(tables: tables, cr05: cr05, scope: scope)
  }

  /// Saves results as evidence.
  @Activity(name: "save_evidence", startToClose: .seconds(5 * 60))
  public func saveEvidence(
    evidenceType: String,
    evidenceData: EvidenceData,
    scope: RunScope
  ) async throws -> EvidenceResult {
    try await save(evidenceType, evidenceData, scope: scope)
  }
}
