/// Where a query result is stored and what it is. This travels through histories; the rows do not.
public struct FrameReference: Sendable, Hashable, Codable {
  /// The catalog item whose result it is.
  public let item: String
  /// SHA-256 of the stored file, in hexadecimal.
  public let sha256: String
  /// How many rows it has.
  public let rows: Int
  /// The names of its columns.
  public let columns: [String]
  /// The file, relative to the store's directory.
  public let path: String

  /// Creates a reference.
  public init(item: String, sha256: String, rows: Int, columns: [String], path: String) {
    self.item = item
    self.sha256 = sha256
    self.rows = rows
    self.columns = columns
    self.path = path
  }
}

/// Where a document, such as the complete result of a bridge, is stored.
public struct DocumentReference: Sendable, Hashable, Codable {
  /// SHA-256 of the file, in hexadecimal.
  public let sha256: String
  /// Its size in bytes.
  public let size: Int
  /// The file, relative to the store's directory.
  public let path: String

  /// Creates a reference.
  public init(sha256: String, size: Int, path: String) {
    self.sha256 = sha256
    self.size = size
    self.path = path
  }
}
