internal import Crypto
internal import FoundationEssentials

/// What the verification of a package found.
public struct EvidenceVerification: Sendable, Hashable, Codable {
  /// Everything that is not as it was written. Empty when the package is intact.
  public let problems: [String]
  /// What could not be checked, and why.
  public let notVerified: [String]
  /// What was recomputed and agrees.
  public let verified: [String]
  /// Whether nothing is wrong.
  public var isValid: Bool { problems.isEmpty }
}

/// Checks evidence packages by recomputing everything: file hashes, package hash, data hashes and the zip's content.
public enum EvidenceVerifier {
  /// Verifies a package.
  ///
  /// Packages of the original program are read too; what they do not carry is listed as not verified.
  ///
  /// - Parameters:
  ///   - folder: the package's folder; the zip file is expected beside it
  ///   - anchor: the digests recorded when the package was saved, if they are at hand
  ///   - completeData: the complete table, for original packages, which carry only its last rows
  public static func verify(
    folder: String,
    anchor: EvidencePackage? = nil,
    completeData: Frame? = nil
  ) -> EvidenceVerification {
    var run = VerificationRun(folder: folder)
    do {
      try run.verify(anchor: anchor, completeData: completeData)
    } catch {
      run.problems.append("\(error)")
    }
    return EvidenceVerification(problems: run.problems, notVerified: run.notVerified, verified: run.verified)
  }
}

/// One verification in progress.
struct VerificationRun {
  let folder: String
  let name: String
  var problems: [String] = []
  var notVerified: [String] = []
  var verified: [String] = []
  private var contents: [String: [UInt8]] = [:]

  init(folder: String) {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
    self.name = folder.split(separator: "/").last.map { String($0) } ?? folder
  }

  mutating func verify(anchor: EvidencePackage?, completeData: Frame?) throws {
    try readFolder()
    if let manifest = contents[EvidenceFileName.manifest] {
      try checkManifest(manifest)
    } else if contents[EvidenceFileName.completeData] != nil || contents[EvidenceFileName.evidenceData] != nil {
      problems.append("\(EvidenceFileName.manifest) is missing")
    } else {
      notVerified.append("file hashes: the package has no manifest (original format)")
      for required in [
        EvidenceFileName.query, EvidenceFileName.snapshot, EvidenceFileName.summary, EvidenceFileName.integrity,
        EvidenceFileName.validation, EvidenceFileName.log,
      ] where contents[required] == nil { problems.append("\(required) is missing") }
    }
    let packageHash = try checkPackageHash()
    try checkData(completeData: completeData)
    let zipSHA256 = checkZip()
    if let anchor { check(anchor, packageHash: packageHash, zipSHA256: zipSHA256) }
  }

  private mutating func readFolder() throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw CPG1Error(.evidence, "the evidence folder '\(folder)' cannot be read; check the path", cause: error)
    }
    for name in names.sorted(by: codePointOrder) {
      guard PosixFile.isRegularFile(folder + "/" + name) else {
        problems.append("'\(name)' is not a plain file")
        continue
      }
      contents[name] = try PackageHash.readFile(folder + "/" + name)
    }
  }

  private mutating func checkManifest(_ bytes: [UInt8]) throws {
    let manifest = try OrderedJSON(parsing: bytes)
    var expected: Set<String> = [EvidenceFileName.manifest, EvidenceFileName.log]
    for entry in manifest["files"]?.array ?? [] {
      guard let name = entry["name"]?.string, let size = entry["size"]?.integer, let hash = entry["sha256"]?.string
      else {
        problems.append("\(EvidenceFileName.manifest) has an entry without name, size or hash")
        continue
      }
      expected.insert(name)
      guard let content = contents[name] else {
        problems.append("'\(name)' is missing")
        continue
      }
      if content.count != size { problems.append("'\(name)' has \(content.count) bytes, the manifest says \(size)") }
      if Hex.string(SHA256.hash(data: content)) != hash {
        problems.append("'\(name)' differs from its hash in the manifest")
      }
    }
    if contents[EvidenceFileName.log] == nil { problems.append("'\(EvidenceFileName.log)' is missing") }
    for extra in contents.keys.filter({ !expected.contains($0) }).sorted() {
      problems.append("'\(extra)' is not in the manifest")
    }
    if problems.isEmpty { verified.append("size and SHA-256 of \(expected.count - 2) files") }
  }

  private mutating func checkPackageHash() throws -> String {
    var hasher = SHA256()
    for (name, content) in contents.sorted(by: { codePointOrder($0.key, $1.key) }) where name != EvidenceFileName.log {
      hasher.update(data: content)
    }
    let hash = Hex.string(hasher.finalize())
    guard let log = contents[EvidenceFileName.log] else { return hash }
    if try OrderedJSON(parsing: log)["package_integrity"]?.string == hash {
      verified.append("package hash \(hash)")
    } else {
      problems.append("the package hash is \(hash), not the one in \(EvidenceFileName.log)")
    }
    return hash
  }

  private mutating func checkData(completeData: Frame?) throws {
    guard let integrity = try contents[EvidenceFileName.integrity].map({ try OrderedJSON(parsing: $0) }) else {
      if contents[EvidenceFileName.completeData] != nil { problems.append("\(EvidenceFileName.integrity) is missing") }
      return
    }
    let stored = integrity["hash_value"]?.string ?? ""
    if let bare = contents[EvidenceFileName.integrityHash], !bare.elementsEqual(stored.utf8) {
      problems.append("\(EvidenceFileName.integrityHash) and \(EvidenceFileName.integrity) disagree")
    }
    if let csv = contents[EvidenceFileName.completeData], let contract = contents[EvidenceFileName.dataColumns] {
      let frame = try CSVReader(dialect: .sox).read(csv, columns: Self.columns(OrderedJSON(parsing: contract)))
      try check(frame, against: integrity, stored: stored)
    } else if let completeData {
      try check(completeData, against: integrity, stored: stored)
    } else {
      let rows = integrity["data_rows"]?.integer ?? 0
      notVerified.append(
        "data hash: the package holds only a snapshot of its \(rows) rows, so the hash can be recomputed only from "
          + "the complete data"
      )
    }
  }

  private static func columns(_ json: OrderedJSON) throws -> [FrameColumn] {
    try (json["columns"]?.array ?? []).map { column in
      guard let name = column["name"]?.string, let type = column["type"]?.string.flatMap(FrameColumnType.init(name:))
      else {
        throw CPG1Error(.evidenceMismatch, "\(EvidenceFileName.dataColumns) has a column without name or type")
      }
      return FrameColumn(name, type)
    }
  }

  private mutating func check(_ frame: Frame, against integrity: OrderedJSON, stored: String) throws {
    var trace: [(name: String, value: String)] = []
    if let members = integrity["trace_columns"]?.members {
      trace = members.map { ($0.name, $0.value.string ?? "") }
    } else if let metadata = try contents[EvidenceFileName.metadata].map({ try OrderedJSON(parsing: $0) }) {
      trace = [
        ("_ipe_id", metadata["ipe_id"]?.string ?? ""),
        ("_extraction_date", integrity["generation_timestamp"]?.string ?? ""),
        ("_cutoff_date", metadata["cutoff_date"]?.string ?? ""),
      ]
    }
    if let rows = integrity["data_rows"]?.integer, rows != frame.rowCount {
      problems.append("the complete data have \(frame.rowCount) rows, \(EvidenceFileName.integrity) says \(rows)")
    }
    if PandasHash.hash(try frame.addingConstants(trace)) == stored {
      verified.append("data hash \(stored)")
    } else {
      problems.append("the complete data do not give the data hash in \(EvidenceFileName.integrity)")
    }
    guard let canonical = integrity["canonical"]?["hash_value"]?.string else { return }
    if CanonicalHash.hash(frame) == canonical {
      verified.append("\(CanonicalHash.name) hash \(canonical)")
    } else {
      problems.append("the complete data do not give the \(CanonicalHash.name) hash in \(EvidenceFileName.integrity)")
    }
  }

  private mutating func checkZip() -> String? {
    let path = folder + "_evidence.zip"
    let before = problems.count
    do {
      let bytes = try PackageHash.readFile(path)
      switch ZipSeal.check(bytes) {
      case true?: verified.append("seal of the zip file")
      case false?: problems.append("the zip file differs from its seal")
      case nil where contents[EvidenceFileName.manifest] != nil: problems.append("the zip file has no seal")
      case nil: notVerified.append("bytes of the zip file outside its entries: it has no seal (original format)")
      }
      let limit = contents.values.map(\.count).max() ?? 0
      var seen: Set<String> = []
      for entry in try ZipArchive.entries(of: path, limit: limit) {
        let prefix = name + "/"
        let file = entry.name.hasPrefix(prefix) ? String(entry.name.dropFirst(prefix.count)) : entry.name
        if !entry.name.hasPrefix(prefix) || !seen.insert(file).inserted {
          problems.append("the zip entry '\(entry.name)' is not expected")
        } else if let content = contents[file] {
          if content != entry.bytes { problems.append("'\(file)' differs between folder and zip file") }
        } else {
          problems.append("the zip file has '\(file)', the folder has not")
        }
      }
      for file in contents.keys.sorted() where !seen.contains(file) { problems.append("the zip file lacks '\(file)'") }
      if problems.count == before { verified.append("content of the zip file") }
      return Hex.string(SHA256.hash(data: bytes))
    } catch {
      problems.append("\(error)")
      return nil
    }
  }

  private mutating func check(_ anchor: EvidencePackage, packageHash: String, zipSHA256: String?) {
    if anchor.packageHash != packageHash {
      problems.append("the package hash is not the one recorded when it was saved")
    }
    if anchor.zipSHA256 != zipSHA256 {
      problems.append("the zip file is not the one recorded when the package was saved")
    }
    let recorded = Dictionary(anchor.files.map { ($0.name, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    for (name, content) in contents where recorded[name] != Hex.string(SHA256.hash(data: content)) {
      problems.append("'\(name)' is not the file recorded when the package was saved")
    }
  }
}
