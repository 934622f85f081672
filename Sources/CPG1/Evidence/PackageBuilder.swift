internal import Crypto
internal import FoundationEssentials

/// Collects the files of a package in a hidden folder and publishes folder and zip when all are complete.
struct PackageBuilder {
  private let base: String
  private let work: String
  private(set) var files: [EvidenceFile] = []
  private var actions: [OrderedJSON] = []

  /// Starts a package under an evidence directory, which is created when it does not exist.
  init(base: String) throws {
    self.base = base
    do {
      try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
    } catch {
      throw CPG1Error(
        .evidence,
        "the evidence directory '\(base)' cannot be created; give a directory that can be written",
        cause: error
      )
    }
    work = base + "/.evidence-" + UUID().uuidString
    try PosixFile.createDirectory(work)
    try PosixFile.createDirectory(work + "/files")
  }

  /// Removes what was collected.
  func discard() {
    // Only the hidden folder is removed; when that fails too, it stays hidden and the first error is the one to report.
    try? FileManager.default.removeItem(atPath: work)
  }

  /// Writes a file.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    try PosixFile.create(work + "/files/" + name, bytes: bytes)
    files.append(EvidenceFile(name: name, size: bytes.count, sha256: Hex.string(SHA256.hash(data: bytes))))
  }

  /// Notes an action for the log.
  mutating func note(_ action: String, _ details: String, at moment: CivilTimestamp) {
    actions.append(
      .object([
        .init("timestamp", .string(moment.text(separator: "T"))), .init("action", .string(action)),
        .init("details", .string(details)),
      ])
    )
  }

  /// Writes manifest and log, packs the zip and publishes both under the name, or the next free one.
  mutating func publish(
    name: String,
    id: String,
    startedAt: CivilTimestamp,
    finishedAt: CivilTimestamp,
    dataHash: String?,
    canonicalHash: String?
  ) throws -> EvidencePackage {
    let listed = files.sorted { codePointOrder($0.name, $1.name) }
    let manifest = OrderedJSON.object([
      .init("algorithm", .string("SHA-256")),
      .init(
        "files",
        .array(
          listed.map { file in
            .object([
              .init("name", .string(file.name)), .init("size", .integer(file.size)),
              .init("sha256", .string(file.sha256)),
            ])
          }
        )
      ),
    ])
    try add(EvidenceFileName.manifest, manifest.bytes())
    let packageHash = try PackageHash.hash(folder: work + "/files", names: files.map(\.name))
    let log = OrderedJSON.object([
      .init("ipe_id", .string(id)),
      .init("execution_start", .string(startedAt.text(separator: "T"))),
      .init("execution_end", .string(finishedAt.text(separator: "T"))),
      .init("actions_log", .array(actions)),
      .init("files_generated", .strings(files.map(\.name).sorted(by: codePointOrder))),
      .init("package_integrity", .string(packageHash)),
    ])
    try add(EvidenceFileName.log, log.bytes())
    try PosixFile.syncDirectory(work + "/files")
    let all = files.sorted { codePointOrder($0.name, $1.name) }
    for attempt in 1...1000 {
      let candidate = attempt == 1 ? name : "\(name)_\(attempt)"
      if let zipSHA256 = try publish(as: candidate, files: all) {
        return EvidencePackage(
          name: candidate,
          path: base + "/" + candidate,
          zipPath: base + "/" + candidate + "_evidence.zip",
          packageHash: packageHash,
          zipSHA256: zipSHA256,
          dataHash: dataHash,
          canonicalHash: canonicalHash,
          files: all
        )
      }
    }
    throw CPG1Error(.evidence, "no free name like '\(name)' in '\(base)'; remove or archive older evidence")
  }

  /// Publishes under a name; nil when it is taken. The zip comes first, the folder's name makes the package visible.
  private func publish(as name: String, files: [EvidenceFile]) throws -> String? {
    let folder = base + "/" + name
    let zip = folder + "_evidence.zip"
    guard !FileManager.default.fileExists(atPath: folder), !FileManager.default.fileExists(atPath: zip) else {
      return nil
    }
    let draft = work + "/" + name + "_evidence.zip"
    let placeholder = ZipArchive.commentPrefix + String(repeating: "0", count: 64)
    try ZipArchive.create(
      draft,
      files: files.map { (name + "/" + $0.name, work + "/files/" + $0.name) },
      comment: placeholder
    )
    let sealed = try ZipSeal.seal(draft)
    guard try PosixFile.linkIfFree(draft, to: zip) else {
      try PosixFile.remove(draft)
      return nil
    }
    do {
      guard try PosixFile.renameIfFree(work + "/files", to: folder) else {
        try PosixFile.remove(zip)
        try PosixFile.remove(draft)
        return nil
      }
    } catch {
      // The zip without its folder must not stay behind; the rename's error is the one to report.
      try? PosixFile.remove(zip)
      throw error
    }
    try PosixFile.syncDirectory(base)
    discard()
    return sealed
  }
}

/// The hash over the files of a package.
enum PackageHash {
  /// SHA-256 over the contents of the files, in the order of their names, without the log.
  static func hash(folder: String, names: [String]) throws -> String {
    var hasher = SHA256()
    for name in names.sorted(by: codePointOrder) where name != EvidenceFileName.log {
      hasher.update(data: try readFile(folder + "/" + name))
    }
    return Hex.string(hasher.finalize())
  }

  static func readFile(_ path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CPG1Error(.evidence, "'\(path)' cannot be read; check that it exists and is readable", cause: error)
    }
  }
}

/// The seal of a zip file: its comment names the SHA-256 of all bytes before the comment.
enum ZipSeal {
  /// Writes the seal over the placeholder at the end of the file and returns the SHA-256 of the whole file.
  static func seal(_ path: String) throws -> String {
    var bytes = try PackageHash.readFile(path)
    let start = bytes.count - ZipArchive.commentLength
    guard start > 0 else { throw CPG1Error(.evidence, "the zip file '\(path)' has no comment") }
    let comment = Array((ZipArchive.commentPrefix + Hex.string(SHA256.hash(data: bytes[..<start]))).utf8)
    try PosixFile.overwrite(path, at: start, bytes: comment)
    bytes.replaceSubrange(start..., with: comment)
    return Hex.string(SHA256.hash(data: bytes))
  }

  /// Whether the seal is right; nil when the file has none.
  static func check(_ bytes: [UInt8]) -> Bool? {
    let start = bytes.count - ZipArchive.commentLength
    guard start > 0, bytes[start...].starts(with: ZipArchive.commentPrefix.utf8) else { return nil }
    let digest = bytes[(start + ZipArchive.commentPrefix.utf8.count)...]
    return digest.elementsEqual(Hex.string(SHA256.hash(data: bytes[..<start])).utf8)
  }
}
