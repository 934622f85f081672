/// The summary of a query that was executed, validated and saved as evidence.
public struct ItemResult: Sendable, Hashable, Codable {
  /// The outcome of the three tests: PASS, FAIL or SKIPPED.
  public struct Validation: Sendable, Hashable, Codable {
    /// As many rows arrived as the database counts.
    public let completeness: String
    /// The configured witness is there.
    public let accuracyPositive: String
    /// Nothing is out of scope.
    public let accuracyNegative: String

    private enum CodingKeys: String, CodingKey {
      case completeness
      case accuracyPositive = "accuracy_positive"
      case accuracyNegative = "accuracy_negative"
    }

    init(_ report: ValidationReport) {
      completeness = report.completeness.rawValue
      accuracyPositive = report.positiveAccuracy.rawValue
      accuracyNegative = report.negativeAccuracy.rawValue
    }
  }

  /// The catalog item.
  public let itemID: String
  /// How many rows were fetched.
  public let rowsExtracted: Int
  /// Where the rows are stored.
  public let data: FrameReference
  /// The tests of the result.
  public let validationResults: Validation
  /// The findings of the item's quality rules.
  public let quality: QualityReport
  /// The evidence folder.
  public let evidencePath: String
  /// Its name.
  public let evidenceID: String
  /// SHA-256 over the files of the evidence folder.
  public let packageHash: String
  /// SHA-256 of the zip file beside the folder.
  public let zipSHA256: String
  /// The original data hash, trace columns included.
  public let dataHash: String
  /// The canonical data hash.
  public let soxc1: String

  private enum CodingKeys: String, CodingKey {
    case itemID = "item_id"
    case rowsExtracted = "rows_extracted"
    case data
    case validationResults = "validation_results"
    case quality
    case evidencePath = "evidence_path"
    case evidenceID = "evidence_id"
    case packageHash = "package_hash"
    case zipSHA256 = "zip_sha256"
    case dataHash = "data_hash"
    case soxc1
  }

  init(data: FrameReference, validation: ValidationReport, quality: QualityReport, package: EvidencePackage) {
    itemID = data.item
    rowsExtracted = data.rows
    self.data = data
    validationResults = Validation(validation)
    self.quality = quality
    evidencePath = package.path
    evidenceID = package.name
    packageHash = package.packageHash
    zipSHA256 = package.zipSHA256
    dataHash = package.dataHash ?? ""
    soxc1 = package.canonicalHash ?? ""
  }
}

/// The summary of the Jdash file.
public struct JdashResult: Sendable, Hashable, Codable {
  /// The stored file; nil when no file was given.
  public let data: DocumentReference?
  /// How many rows the file has.
  public let rows: Int
  /// Rows left out because they have no voucher id or no amount.
  public let skippedRows: Int
  /// What a reader must know.
  public let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case data, rows
    case skippedRows = "skipped_rows"
    case warnings
  }
}

/// The summary of a saved evidence package.
public struct EvidenceResult: Sendable, Hashable, Codable {
  /// The evidence folder.
  public let evidencePath: String
  /// Its name.
  public let evidenceID: String
  /// `saved`.
  public let status: String
  /// SHA-256 over the files of the folder.
  public let packageHash: String
  /// SHA-256 of the zip file beside the folder.
  public let zipSHA256: String
  /// The complete results, when the package holds them.
  public let resultsPath: String?

  private enum CodingKeys: String, CodingKey {
    case evidencePath = "evidence_path"
    case evidenceID = "evidence_id"
    case status
    case packageHash = "package_hash"
    case zipSHA256 = "zip_sha256"
    case resultsPath = "results_path"
  }

  init(_ package: EvidencePackage, resultsFile: String?) {
    evidencePath = package.path
    evidenceID = package.name
    status = "saved"
    packageHash = package.packageHash
    zipSHA256 = package.zipSHA256
    resultsPath = resultsFile.map { package.path + "/" + $0 }
  }
}
