internal import Crypto
internal import FoundationEssentials

/// Names a frame that lies in a file, small enough for a workflow's history.
public struct FrameReference: Sendable, Hashable, Codable {
  /// SHA-256 of the file, which is also its name.
  public let sha256: String
  /// Size of the file in bytes.
  public let size: Int
  /// Number of rows.
  public let rowCount: Int
  /// Number of columns.
  public let columnCount: Int
}

/// Keeps frames as files named by their hash, so that activities can pass references instead of rows.
///
/// A file starts with one line of JSON that holds the columns; CSV in the dialect ``CSVDialect/sox`` follows. Equal
/// frames are one file. Files appear complete or not at all.
public struct FrameStore: Sendable {
  /// The directory of the files.
  public let directory: String

  /// A store in a directory, which is created with the first frame.
  public init(directory: String) { self.directory = directory }

  /// Writes a frame. Throws ``CPG1Error/Code/evidence`` when the directory cannot be written.
  public func save(_ frame: Frame) throws -> FrameReference {
    let columns = OrderedJSON.array(
      frame.columns.map { column in
        .object([.init("name", .string(column.name)), .init("type", .string(column.type.rawValue))])
      }
    )
    let bytes = columns.bytes(indent: 0) + [10] + CSVWriter(dialect: .sox).write(frame)
    let reference = FrameReference(
      sha256: Hex.string(SHA256.hash(data: bytes)),
      size: bytes.count,
      rowCount: frame.rowCount,
      columnCount: frame.columns.count
    )
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw CPG1Error(
        .evidence,
        "the frame directory '\(directory)' cannot be created; give a directory that can be written",
        cause: error
      )
    }
    let draft = directory + "/.frame-" + UUID().uuidString
    try PosixFile.create(draft, bytes: bytes)
    // A file of that name has the same content already; either way the draft is not needed any more.
    _ = try PosixFile.linkIfFree(draft, to: path(reference))
    try PosixFile.remove(draft)
    try PosixFile.syncDirectory(directory)
    return reference
  }

  /// Reads a frame and checks it against its hash. Throws ``CPG1Error/Code/evidenceMismatch`` when it differs.
  public func load(_ reference: FrameReference) throws -> Frame {
    let bytes = try PackageHash.readFile(path(reference))
    guard Hex.string(SHA256.hash(data: bytes)) == reference.sha256, let end = bytes.firstIndex(of: 10) else {
      throw CPG1Error(
        .evidenceMismatch,
        "'\(path(reference))' is not the frame that was saved there; run the query again"
      )
    }
    let columns = try (OrderedJSON(parsing: Array(bytes[..<end])).array ?? []).map { column in
      guard let name = column["name"]?.string, let type = column["type"]?.string.flatMap(FrameColumnType.init(name:))
      else { throw CPG1Error(.invalidData, "'\(path(reference))' has a column without name or type") }
      return FrameColumn(name, type)
    }
    return try CSVReader(dialect: .sox).read(Array(bytes[(end + 1)...]), columns: columns)
  }

  private func path(_ reference: FrameReference) -> String { directory + "/" + reference.sha256 + ".frame" }
}
