/// What a repair kept, and what it could not keep (``Journal/repair(from:to:fileSystem:)``).
public struct JournalRepair: Sendable {
  /// Something that is not in the repaired journal.
  public struct Loss: Sendable {
    /// The file.
    public var file: String
    /// Where in it the loss begins.
    public var offset: Int
    /// What is wrong there.
    public var reason: String
    /// How many batches are lost, at least: also those that could be read but do not continue what is kept.
    public var batches: UInt64
    /// How many records these had, at least; `nil` when nothing tells.
    public var records: UInt64?
    /// How many bytes that are not zero lie from there on, to the last one of each file.
    public var bytes: Int
  }

  /// How far the repaired journal reaches.
  public var head: JournalHead
  /// The number of the checkpoint from which it begins, 0 for none.
  public var checkpoint: UInt32
  /// Whether that is not the one that was installed, because the installed one is damaged.
  public var usesEarlierCheckpoint: Bool
  /// What could not be kept of batches. Empty when everything was kept.
  public var losses: [Loss]
  /// Files of blobs that are damaged and were left out.
  public var damagedBlobs: [String]
  /// How many bytes of a write that was never acknowledged were left out.
  public var unfinishedBytes: Int

  /// Whether nothing that had been acknowledged is lost.
  public var isComplete: Bool { losses.isEmpty && damagedBlobs.isEmpty }
}

extension Journal {
  /// Makes a new journal of what can be kept of a damaged one, which is not changed.
  ///
  /// Kept is everything up to the first damage; or, when the installed checkpoint is damaged, the checkpoint before it
  /// and the segments since, which hold the same, up to the first damage. Nothing behind damage is kept, because later
  /// records depend on earlier ones. The result says exactly what is lost. No key is needed.
  ///
  /// - Parameters:
  ///   - source: The directory of the damaged journal. Nobody may have it open.
  ///   - destination: A directory that does not exist or is empty.
  ///   - fileSystem: Where both are.
  /// - Throws: ``JournalError``: `damaged` when nothing can be kept, with the first damage; `locked`, `invalidOptions`
  ///   when the destination is not empty; `full`, `io`, `unsupportedVersion`.
  public static func repair(
    from source: String,
    to destination: String,
    fileSystem: any JournalFileSystem = PosixFileSystem()
  ) throws -> JournalRepair {
    let opening = JournalOpening(directory: source, fileSystem: fileSystem, options: JournalOptions())
    let lock = try opening.takeLock(waiting: false)
    defer { lock.release() }
    let damaged = try DamagedJournal(source, fileSystem)
    let view = try damaged.bestView()
    guard let chain = view.chain, view.checkpoint.number != 0 || !view.segments.isEmpty else {
      throw view.damage ?? damaged.nothing
    }
    var copy = JournalCopy(source: source, destination: destination, fileSystem: fileSystem)
    try copy.begin()
    let blobs = try copy.takeBlobs(linking: false, verifying: true)
    try JournalCopy.doing("Copying the journal") { () throws(JournalFileSystemError) in
      for file in view.checkpoint.files { try copy.take(file.name, linking: false) }
      for segment in view.segments { try copy.take(segment.name, upTo: segment.end, size: segment.size) }
    }
    if view.segments.isEmpty { try copy.makeSegment(view.checkpoint.firstSegment, damaged.identifier, chain) }
    let checkpoint = view.checkpoint
    var none = CheckpointEntry.none
    none.firstSegment = checkpoint.firstSegment
    try copy.finish(
      Manifest(
        identifier: damaged.identifier,
        epoch: damaged.epoch,
        lastSegment: view.segments.last.flatMap { JournalFormat.segmentIndex($0.name) } ?? checkpoint.firstSegment,
        durableSequence: chain.sequence,
        checkpoint: checkpoint,
        previousCheckpoint: none
      )
    )
    let found = try verify(directory: destination, fileSystem: fileSystem)
    if let damage = found.damage.first { throw damage }
    return JournalRepair(
      head: JournalHead(chain, of: damaged.identifier),
      checkpoint: checkpoint.number,
      usesEarlierCheckpoint: checkpoint.number != damaged.installed.number,
      losses: try damaged.losses(behind: view),
      damagedBlobs: blobs,
      unfinishedBytes: view.tornBytes
    )
  }
}

/// A journal that is to be repaired.
struct DamagedJournal {
  let directory: String
  let fileSystem: any JournalFileSystem
  let identifier: JournalIdentifier
  /// An epoch that every batch has at most.
  let epoch: UInt32
  let installed: CheckpointEntry
  private let previous: CheckpointEntry
  /// The segments whose files are there.
  private let indices: Set<UInt32>
  /// The number of the last segment that is known to have been there.
  private let lastSegment: UInt32
  private let durable: UInt64

  /// What is to be thrown when there is nothing.
  var nothing: JournalError {
    .damaged("There is no journal, or nothing of it can be read", file: directory, offset: 0)
  }

  init(_ directory: String, _ fileSystem: any JournalFileSystem) throws {
    self.directory = directory
    self.fileSystem = fileSystem
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .inspecting,
      encryption: nil,
      needsRecords: false
    )
    let names = try scan.reading { () throws(JournalFileSystemError) in try fileSystem.list(directory) }
    try scan.readManifest(names)
    try scan.selectCheckpoint(names)
    indices = Set(names.compactMap { JournalFormat.segmentIndex($0) })
    lastSegment = max(indices.max() ?? 0, scan.manifest?.lastSegment ?? 0)
    (installed, previous) = (scan.checkpoint, scan.previousCheckpoint)
    durable = scan.manifest?.durableSequence ?? 0
    var epoch = scan.manifest?.epoch ?? 0
    var identifier = scan.manifest?.identifier
    for index in indices.sorted() {
      guard let header = try? scan.segmentHeader(index) else { continue }
      identifier = identifier ?? header.identifier
      epoch = max(epoch, header.epoch)
    }
    guard let identifier else {
      throw JournalError.damaged("There is no journal, or nothing of it can be read", file: directory, offset: 0)
    }
    self.identifier = identifier
    // Without a manifest, opens may have written batches with later epochs than any header states.
    self.epoch = scan.manifest == nil ? epoch.addingReportingOverflow(Manifest.epochJump).partialValue : epoch
  }

  /// The view that keeps the most; of equals the newest.
  func bestView() throws -> JournalView {
    var views: [JournalView] = []
    // Without a checkpoint, a view begins with the first segment.
    for entry in [installed, previous] where entry.number != 0 || entry.firstSegment == 1 {
      if views.contains(where: { $0.checkpoint == entry }) { continue }
      let view = try JournalView(
        entry, directory, fileSystem, identifier: identifier, last: lastSegment, durable: durable)
      if view.damage == nil { return view }
      views.append(view)
    }
    guard var best = views.first else { throw nothing }
    for view in views.dropFirst() where (view.chain?.sequence ?? 0) > (best.chain?.sequence ?? 0) || best.chain == nil {
      best = view
    }
    return best
  }

  /// What lies behind the end of a view.
  func losses(behind view: JournalView) throws -> [JournalRepair.Loss] {
    guard let damage = view.damage, let chain = view.chain, let file = damage.file else { return [] }
    var lastSequence = max(durable, chain.sequence)
    var lastRecord: UInt64?
    _ = try Journal.verify(directory: directory, fileSystem: fileSystem) { batch in
      guard batch.checkpoint == 0, batch.sequence > chain.sequence else { return }
      lastSequence = max(lastSequence, batch.sequence)
      lastRecord = max(lastRecord ?? 0, batch.firstRecord + UInt64(batch.records))
    }
    return [
      JournalRepair.Loss(
        file: file,
        offset: damage.offset ?? 0,
        reason: damage.message,
        batches: max(1, lastSequence - chain.sequence),
        records: lastRecord.map { $0 >= chain.records ? $0 - chain.records : 0 },
        bytes: try bytes(behind: view)
      )
    ]
  }

  /// How many bytes of segments are not in the view, zeros at the ends not counted.
  private func bytes(behind view: JournalView) throws -> Int {
    let ends = Dictionary(view.segments.map { ($0.name, $0.end) }, uniquingKeysWith: { first, _ in first })
    var total = 0
    for index in indices.sorted() where index >= view.checkpoint.firstSegment {
      let name = JournalFormat.segmentName(index)
      let path = JournalFormat.path(directory, name)
      let start = ends[name] ?? 0
      let file = try fileSystem.open(path, .read)
      defer { file.close() }
      let size = try file.size()
      // Piece by piece: nobody vouches for the size of a damaged file.
      var chunk = [UInt8](repeating: 0, count: 1 << 20)
      var (position, end) = (start, start)
      while position < size {
        let count = try file.readAll(into: &chunk, 0..<min(chunk.count, size - position), at: position)
        guard count > 0 else { break }
        if let last = lastNonZero(chunk.span.extracting(0..<count)) { end = position + last + 1 }
        position += count
      }
      total += end - start
    }
    return total
  }
}
