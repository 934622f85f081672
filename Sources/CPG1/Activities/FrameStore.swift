internal import Crypto
internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Keeps frames and documents in files named by their SHA-256, so that histories carry references only.
///
/// A file appears complete or not at all, storing the same content twice gives the same file, and reading verifies
/// the hash.
public struct FrameStore: Sendable {
  /// The directory that holds the files.
  public let directory: String

  /// A store in a directory, which is created with the first file.
  public init(directory: String) { self.directory = directory }

  /// Stores a frame.
  ///
  /// - Throws: ``CPG1Error/Code/frameStore`` when the directory cannot be written.
  public func store(_ frame: Frame, item: String) throws -> FrameReference {
    let document = try write(FrameFile.bytes(of: frame), suffix: "frame")
    return FrameReference(
      item: item,
      sha256: document.sha256,
      rows: frame.rowCount,
      columns: frame.columns.map(\.name),
      path: document.path
    )
  }

  /// Reads a frame.
  ///
  /// - Throws: ``CPG1Error/Code/frameStore`` when the file is missing, unreadable or not what was stored.
  public func load(_ reference: FrameReference) throws -> Frame {
    let bytes = try read(reference.path, sha256: reference.sha256, what: "the stored result of \(reference.item)")
    let frame = try FrameFile.frame(of: bytes)
    guard frame.rowCount == reference.rows, frame.columns.map(\.name) == reference.columns else {
      throw CPG1Error(
        .frameStore,
        "the stored result of \(reference.item) has other rows or columns than its reference says; start a new run"
      )
    }
    return frame
  }

  /// Stores a document.
  ///
  /// - Throws: ``CPG1Error/Code/frameStore`` when the directory cannot be written.
  public func storeDocument(_ bytes: [UInt8]) throws -> DocumentReference { try write(bytes, suffix: "data") }

  /// Reads a document.
  ///
  /// - Throws: ``CPG1Error/Code/frameStore`` when the file is missing, unreadable or not what was stored.
  public func loadDocument(_ reference: DocumentReference) throws -> [UInt8] {
    try read(reference.path, sha256: reference.sha256, what: "a stored document")
  }

  private func write(_ bytes: [UInt8], suffix: String) throws -> DocumentReference {
    let hash = Hex.string(SHA256.hash(data: bytes))
    let folder = String(hash.prefix(2))
    let path = folder + "/" + hash + "." + suffix
    let reference = DocumentReference(sha256: hash, size: bytes.count, path: path)
    let target = directory + "/" + path
    if let present = try? Data(contentsOf: URL(filePath: target)), Hex.string(SHA256.hash(data: present)) == hash {
      return reference
    }
    do {
      try FileManager.default.createDirectory(atPath: directory + "/" + folder, withIntermediateDirectories: true)
      let draft = directory + "/" + folder + "/.draft-" + UUID().uuidString
      try PosixFile.create(draft, bytes: bytes)
      guard rename(draft, target) == 0 else {
        let reason = String(cString: strerror(errno))
        // The draft is hidden; the failed rename is the error to report.
        unlink(draft)
        throw CPG1Error(.frameStore, "cannot create '\(target)': \(reason)")
      }
      try PosixFile.syncDirectory(directory + "/" + folder)
    } catch {
      throw CPG1Error(
        .frameStore,
        "the frames directory '\(directory)' cannot be written; give a directory that is writable and has space",
        cause: error
      )
    }
    return reference
  }

  private func read(_ path: String, sha256: String, what: String) throws -> [UInt8] {
    let file = directory + "/" + path
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw CPG1Error(.frameStore, "the path '\(path)' of \(what) leaves the frames directory; start a new run")
    }
    guard FileManager.default.fileExists(atPath: file) else {
      throw CPG1Error(
        .frameStore,
        "\(what) is missing: '\(file)' does not exist; restore the frames directory from a backup or start a new run"
      )
    }
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
    } catch {
      throw CPG1Error(.frameStore, "\(what), '\(file)', cannot be read; check its permissions", cause: error)
    }
    guard Hex.string(SHA256.hash(data: bytes)) == sha256 else {
      throw CPG1Error(
        .frameStore,
        "\(what), '\(file)', was changed since it was stored (its SHA-256 is no longer \(sha256)); "
          + "restore it from a backup or start a new run"
      )
    }
    return bytes
  }
}

/// The form of a stored frame: one line of JSON with the columns, then CSV.
private enum FrameFile {
  static func bytes(of frame: Frame) -> [UInt8] {
    let columns = OrderedJSON.array(
      frame.columns.map { column in
        .object([.init("name", .string(column.name)), .init("type", .string(column.type.rawValue))])
      }
    )
    var bytes = columns.bytes(indent: 0)
    bytes.append(10)
    bytes.append(contentsOf: CSVWriter(dialect: .sox).write(frame))
    return bytes
  }

  static func frame(of bytes: [UInt8]) throws -> Frame {
    guard let end = bytes.firstIndex(of: 10) else {
      throw CPG1Error(.frameStore, "a stored frame has no column line; start a new run")
    }
    let columns = try (OrderedJSON(parsing: Array(bytes[..<end])).array ?? []).map { column in
      guard let name = column["name"]?.string, let type = column["type"]?.string.flatMap(FrameColumnType.init(name:))
      else { throw CPG1Error(.frameStore, "a stored frame has a column without name or type; start a new run") }
      return FrameColumn(name, type)
    }
    return try CSVReader(dialect: .sox).read(Array(bytes[(end + 1)...]), columns: columns)
  }
}
