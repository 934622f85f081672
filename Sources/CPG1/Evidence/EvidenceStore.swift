/// Writes evidence packages into a directory.
///
/// Every package is a folder and a zip file beside it. Both appear at once and complete, or not at all. Packages of
/// one second get distinct names.
public struct EvidenceStore: Sendable {
  /// The directory that holds the packages.
  public let directory: String
  /// Who and what produces the evidence.
  public let context: EvidenceContext

  /// A store in a directory, which is created with the first package.
  public init(directory: String, context: EvidenceContext) {
    self.directory = directory
    self.context = context
  }

  /// Saves the evidence of a query: query, parameters, complete data, snapshot, summary, hashes, validation and log.
  ///
  /// - Parameter finishedAt: when the evidence is written; also the time in the package's name
  /// - Throws: ``CPG1Error/Code/evidence`` when the directory cannot be written.
  public func save(_ evidence: QueryEvidence, finishedAt: CivilTimestamp) throws -> EvidencePackage {
    let name = try Self.name(
      id: evidence.item.id,
      country: evidence.country,
      period: evidence.period,
      at: finishedAt
    )
    let writer = try QueryEvidenceWriter(evidence, context: context)
    var builder = try PackageBuilder(base: directory)
    do {
      try writer.write(to: &builder)
      return try builder.publish(
        name: name,
        id: evidence.item.id,
        startedAt: evidence.startedAt,
        finishedAt: finishedAt,
        dataHash: writer.dataHash,
        canonicalHash: writer.canonicalHash
      )
    } catch {
      builder.discard()
      throw error
    }
  }

  /// Saves results that are not the rows of a query, such as `bridge_calculations` or `bridge_classifications`.
  ///
  /// - Parameters:
  ///   - type: the kind of evidence, which starts the package's name
  ///   - data: the content of `evidence_data.json`
  ///   - metadata: further members of `execution_metadata.json`
  ///   - files: further files by name, such as `results.json`
  ///   - country: country code, nil for all
  ///   - cutoff: the last day of the period, nil when there is none
  ///   - finishedAt: when the evidence is written
  public func save(
    type: String,
    data: OrderedJSON,
    metadata: [OrderedJSON.Member] = [],
    files: [String: [UInt8]] = [:],
    country: String? = nil,
    cutoff: CivilDate? = nil,
    finishedAt: CivilTimestamp
  ) throws -> EvidencePackage {
    let period = cutoff.map { String($0.year * 100 + $0.month) }
    let name = try Self.name(id: type, country: country, period: period, at: finishedAt)
    let reserved: Set<String> = [
      EvidenceFileName.systemContext, EvidenceFileName.metadata, EvidenceFileName.evidenceData, EvidenceFileName.log,
      EvidenceFileName.manifest, EvidenceFileName.query, EvidenceFileName.integrity,
    ]
    for file in files.keys.sorted() where !Self.isPlainName(file) || reserved.contains(file) {
      throw CPG1Error(
        .evidence,
        "'\(file)' cannot be the name of an additional evidence file; "
          + "use letters, digits, '.', '_', '-' and no reserved name"
      )
    }
    var builder = try PackageBuilder(base: directory)
    do {
      try builder.add(EvidenceFileName.systemContext, context.json.bytes())
      var members: [OrderedJSON.Member] = [
        .init("evidence_type", .string(type)), .init("execution_start", .string(finishedAt.text(separator: "T"))),
        .init("sox_compliance_required", .bool(true)), .init("country", .optional(country)),
        .init("period", .optional(period)), .init("cutoff_date", .optional(cutoff?.description)),
      ]
      members += metadata.filter { given in !members.contains { $0.name == given.name } }
      try builder.add(EvidenceFileName.metadata, OrderedJSON.object(members).bytes())
      try builder.add(EvidenceFileName.evidenceData, data.bytes())
      builder.note("EVIDENCE_SAVED", "Evidence data saved: \(type)", at: finishedAt)
      for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
        try builder.add(file, bytes)
        builder.note("FILE_SAVED", "\(file): \(bytes.count) bytes", at: finishedAt)
      }
      return try builder.publish(
        name: name,
        id: type,
        startedAt: finishedAt,
        finishedAt: finishedAt,
        dataHash: nil,
        canonicalHash: nil
      )
    } catch {
      builder.discard()
      throw error
    }
  }

  /// `{id}_{country}_{YYYYMM}_{yyyyMMdd_HHmmss}`, or `{id}_{yyyyMMdd_HHmmss}` when country or period is missing.
  static func name(id: String, country: String?, period: String?, at moment: CivilTimestamp) throws -> String {
    let stamp = moment.text(separator: "_").prefix(19).filter { $0 != "-" && $0 != ":" }
    var parts = [id]
    if let country, let period { parts += [country, period] }
    for part in parts where !isPlainName(part) {
      throw CPG1Error(.evidence, "'\(part)' cannot be part of an evidence name; use letters, digits, '.', '_' and '-'")
    }
    return (parts + [String(stamp)]).joined(separator: "_")
  }

  private static func isPlainName(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, first != UInt8(ascii: "."), bytes.count <= 120 else { return false }
    return bytes.allSatisfy { byte in
      (byte | 32) >= 97 && (byte | 32) <= 122 || byte >= 48 && byte <= 57 || [45, 46, 95].contains(byte)
    }
  }
}
