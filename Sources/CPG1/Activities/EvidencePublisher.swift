internal import FoundationEssentials

/// Saves evidence so that a repeated attempt leaves one package and not two.
///
/// An activity whose process died after it had published its evidence, but before its result was recorded, runs
/// again. Its evidence is replaced: nothing recorded refers to it. Packages of other runs are never touched. One
/// package is written at a time.
actor EvidencePublisher {
  nonisolated let directory: String

  init(directory: String) { self.directory = directory }

  /// Saves the evidence of a query.
  func save(_ evidence: QueryEvidence, at moment: CivilTimestamp, context: EvidenceContext) throws -> EvidencePackage {
    try Task.checkCancellation()
    let name = try EvidenceStore.name(
      id: evidence.item.id,
      country: evidence.country,
      period: evidence.period,
      at: moment
    )
    try removeUnrecorded(name, of: context)
    return try EvidenceStore(directory: directory, context: context).save(evidence, finishedAt: moment)
  }

  /// Saves results.
  func save(
    type: String,
    data: OrderedJSON,
    metadata: [OrderedJSON.Member],
    files: [String: [UInt8]],
    scope: RunScope,
    at moment: CivilTimestamp,
    context: EvidenceContext
  ) throws -> EvidencePackage {
    try Task.checkCancellation()
    let period = String(scope.cutoffDate.year * 100 + scope.cutoffDate.month)
    let name = try EvidenceStore.name(id: type, country: scope.country, period: period, at: moment)
    try removeUnrecorded(name, of: context)
    return try EvidenceStore(directory: directory, context: context).save(
      type: type,
      data: data,
      metadata: metadata,
      files: files,
      country: scope.country,
      cutoff: scope.cutoffDate,
      finishedAt: moment
    )
  }

  /// Removes what an earlier attempt of the same run published under this name or its numbered successors.
  private func removeUnrecorded(_ name: String, of context: EvidenceContext) throws {
    guard context.runID != nil else { return }
    for attempt in 1...1000 {
      let folder = directory + "/" + (attempt == 1 ? name : "\(name)_\(attempt)")
      let zip = folder + "_evidence.zip"
      let (hasFolder, hasZip) = (exists(folder), exists(zip))
      if !hasFolder, !hasZip { return }
      guard Self.isOfRun(context, folder: hasFolder ? folder : nil, zip: zip) else { continue }
      do {
        if hasFolder {
          let hidden = directory + "/.evidence-replaced-" + UUID().uuidString
          try FileManager.default.moveItem(atPath: folder, toPath: hidden)
          if hasZip { try PosixFile.remove(zip) }
          try FileManager.default.removeItem(atPath: hidden)
        } else {
          try PosixFile.remove(zip)
        }
      } catch {
        throw CPG1Error(
          .evidence,
          "the unrecorded evidence '\(folder)' of an interrupted attempt cannot be replaced; check its permissions",
          cause: error
        )
      }
    }
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Whether a package says that this run wrote it. A folder is published after its zip, so a zip may stand alone.
  private static func isOfRun(_ context: EvidenceContext, folder: String?, zip: String) -> Bool {
    var bytes: [UInt8]?
    if let folder {
      bytes = try? PackageHash.readFile(folder + "/" + EvidenceFileName.systemContext)
    } else {
      // A zip that cannot be read is no package that this run has finished; it is left for the verifier to report.
      let entries = (try? ZipArchive.entries(of: zip, limit: 1 << 31)) ?? []
      bytes = entries.first { $0.name.hasSuffix("/" + EvidenceFileName.systemContext) }?.bytes
    }
    guard let bytes, let json = try? OrderedJSON(parsing: bytes) else { return false }
    return json["workflow_id"]?.string == context.workflowID && json["run_id"]?.string == context.runID
  }

  /// Removes hidden working folders that processes left behind which died more than an hour ago.
  ///
  /// - Throws: ``CPG1Error/Code/evidence`` when the directory cannot be read.
  static func removeLeftovers(in directory: String, now: Date = Date()) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw CPG1Error(
        .evidence,
        "the evidence directory '\(directory)' cannot be read; check its permissions",
        cause: error
      )
    }
    for name in names where name.hasPrefix(".evidence-") {
      let path = directory + "/" + name
      guard let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date,
        now.timeIntervalSince(changed) > 3600
      else { continue }
      // What cannot be removed stays hidden and does no harm.
      try? FileManager.default.removeItem(atPath: path)
    }
  }
}

extension Cpg1Activities {
  /// Removes the hidden working folders of attempts that were killed more than an hour ago.
  ///
  /// - Throws: ``CPG1Error/Code/evidence`` when the directory cannot be read.
  public static func removeLeftovers(evidenceDirectory: String) throws {
    try EvidencePublisher.removeLeftovers(in: evidenceDirectory)
  }
}
