internal import FoundationEssentials

/// What a workflow saves as evidence: summaries in `evidence_data.json`, the complete results beside it.
public struct EvidenceData: Sendable, Hashable, Codable {
  /// An item with the digests of its own evidence.
  public struct Item: Sendable, Hashable, Codable {
    let rows: Int
    let evidenceID: String
    let packageHash: String
    let zipSHA256: String
    let dataHash: String
    let soxc1: String
    let validation: ItemResult.Validation
    let quality: QualityReport

    private enum CodingKeys: String, CodingKey {
      case rows
      case evidenceID = "evidence_id"
      case packageHash = "package_hash"
      case zipSHA256 = "zip_sha256"
      case dataHash = "data_hash"
      case soxc1, validation, quality
    }

    /// The digests of a result.
    public init(_ result: ItemResult) {
      rows = result.rowsExtracted
      evidenceID = result.evidenceID
      packageHash = result.packageHash
      zipSHA256 = result.zipSHA256
      dataHash = result.dataHash
      soxc1 = result.soxc1
      validation = result.validationResults
      quality = result.quality
    }
  }

  /// The items by id.
  public var items: [String: Item]?
  /// The bridges.
  public var bridges: BridgeCalculations?
  /// The Jdash file.
  public var jdash: JdashResult?
  /// How many rows each bridge rule caught, by item.
  public var classificationCounts: [String: [String: Int]]?
  /// What a reader must know.
  public var warnings: [String]?

  private enum CodingKeys: String, CodingKey {
    case items, bridges, jdash
    case classificationCounts = "classification_counts"
    case warnings
  }

  /// Nothing yet.
  public init() {}

  /// The data as the content of `evidence_data.json`.
  func json() throws -> OrderedJSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try OrderedJSON(parsing: [UInt8](encoder.encode(self)))
  }
}
