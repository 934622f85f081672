/// The result of ``Cpg1Workflow``.
public struct Cpg1Result: Sendable, Hashable, Codable {
  /// The last day of the period.
  public var cutoffDate: CivilDate
  /// `completed`. A run that fails has no result: its execution fails.
  public var status: String
  /// The operational items by id.
  public var ipeResults: [String: ItemResult]
  /// The ledger items by id.
  public var crResults: [String: ItemResult]
  /// The Jdash file.
  public var jdash: JdashResult
  /// The bridges.
  public var bridgeCalculations: BridgeCalculations
  /// All evidence folders, those of the items first.
  public var evidencePaths: [String]
  /// What a reader must know.
  public var warnings: [String]
  /// The file with the complete results, inside the evidence package `bridge_calculations`.
  public var resultsPath: String
  /// Always nil; kept for readers of the original result.
  public var error: String?

  private enum CodingKeys: String, CodingKey {
    case cutoffDate = "cutoff_date"
    case status
    case ipeResults = "ipe_results"
    case crResults = "cr_results"
    case jdash
    case bridgeCalculations = "bridge_calculations"
    case evidencePaths = "evidence_paths"
    case warnings
    case resultsPath = "results_path"
    case error
  }
}
