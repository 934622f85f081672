/// A saved evidence package: where it is, and the digests that prove that it has not changed.
///
/// The digests belong into the workflow's history: whoever rewrites folder and zip alike cannot rewrite those.
public struct EvidencePackage: Sendable, Hashable, Codable {
  /// The folder's name.
  public let name: String
  /// The folder.
  public let path: String
  /// The zip file beside the folder.
  public let zipPath: String
  /// SHA-256 over all files of the folder but the log, in the order of their names.
  public let packageHash: String
  /// SHA-256 of the zip file.
  public let zipSHA256: String
  /// The original data hash, trace columns included; nil for packages without a table.
  public let dataHash: String?
  /// The canonical data hash; nil for packages without a table.
  public let canonicalHash: String?
  /// The files of the folder, sorted by name.
  public let files: [EvidenceFile]
}

/// A file of a package.
public struct EvidenceFile: Sendable, Hashable, Codable {
  /// The name within the folder.
  public let name: String
  /// The size in bytes.
  public let size: Int
  /// SHA-256 of the content, in hexadecimal.
  public let sha256: String
}

/// Names of the files of a package.
enum EvidenceFileName {
  static let systemContext = "00_system_context.json"
  static let query = "01_executed_query.sql"
  static let parameters = "02_query_parameters.json"
  static let snapshot = "03_data_snapshot.csv"
  static let completeData = "03_data_complete.csv"
  static let dataColumns = "03_data_columns.json"
  static let summary = "04_data_summary.json"
  static let integrity = "05_integrity_hash.json"
  static let integrityHash = "05_integrity_hash.sha256"
  static let validation = "06_validation_results.json"
  static let log = "07_execution_log.json"
  static let manifest = "08_manifest.json"
  static let metadata = "execution_metadata.json"
  static let evidenceData = "evidence_data.json"
}
