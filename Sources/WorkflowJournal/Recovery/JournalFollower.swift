/// Reads a journal while its owner writes it: first everything, then from look to look what is new, batch by batch,
/// each checked against the chain like at an open.
///
/// It takes no lock, changes nothing and syncs nothing. What it has read becomes the beginning of an open only if the
/// files that the open finds continue it (``JournalScan/resume(after:)``); until then it is no more than a guess.
@_spi(Ownership) public struct JournalFollower {
  /// What a look has found.
  public enum Look: Sendable {
    /// Everything that was whole has been read.
    case upToDate(hasNews: Bool)
    /// The same, but the owner has installed another checkpoint: what was read is good until the next one, which removes
    /// the files that it names. Follow anew meanwhile.
    case isAging
    /// What was read names files that have gone away. Follow anew.
    case moved
    /// The reading was given up between two batches.
    case givenUp
  }

  /// What is known of the journal so far; its last segment is the one that is being written.
  private(set) var scan: JournalScan
  /// Where the last segment's next batch begins.
  private(set) var position: Int
  /// The last batch that was read, if the last segment has any: where it begins, and the chain before it.
  private(set) var last: (offset: Int, before: Chain)?

  /// How much is read at once: what is new between two looks is usually less.
  private static let windowSize = 256 << 10

  /// Reads the installed checkpoint and finds the first segment behind it; ``look(isOver:visit:)`` reads on.
  ///
  /// - Parameters:
  ///   - isOver: asked before every record; once it says yes, the reading ends with ``GivenUp``.
  ///   - visit: called for every record, in order. What it throws ends the reading.
  /// - Throws: ``JournalError``: also for reasons that are over soon, since the owner removes files; ``NotBegun``;
  ///   ``GivenUp``; what `visit` throws.
  public init(
    directory: String, fileSystem: any JournalFileSystem, encryption: JournalEncryption?, isOver: () -> Bool,
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws {
    scan = JournalScan(directory: directory, fileSystem: fileSystem, mode: .following, encryption: encryption)
    let names = try Self.list(directory, fileSystem)
    try scan.readManifest(names)
    guard scan.manifest != nil else {
      if !names.contains(where: { JournalFormat.segmentIndex($0) != nil }) { throw NotBegun() }
      throw JournalError.damaged(
        "There is no readable manifest", file: JournalFormat.path(directory, JournalFormat.manifestName), offset: 0)
    }
    try scan.selectCheckpoint(names)
    let first = scan.checkpoint.firstSegment
    scan.segments = [JournalScan.Segment(index: first, path: scan.segmentPath(first))]
    try scan.readHeader(0)
    position = scan.segments[0].header?.alignment ?? 0
    try scan.walkCheckpoint(visitBatch: { _ in }) { type, body, pointer in
      if isOver() { throw GivenUp() }
      try visit(type, body, pointer)
    }
    try requireContinuation(0)
  }

  /// There is no journal yet.
  public struct NotBegun: Error {}

  /// The reading was given up.
  public struct GivenUp: Error {}

  // MARK: Looking

  /// Reads what the owner has completed since the last look.
  ///
  /// - Parameters:
  ///   - isOver: asked before every batch; once it says yes, the look ends.
  ///   - visit: called for every record, in order. After it has thrown, the follower and what it visited are of no use.
  /// - Throws: ``JournalError``, and what `visit` throws.
  public mutating func look(
    isOver: () -> Bool, visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> Look {
    var probe = scan
    try probe.readManifest([JournalFormat.manifestName])
    guard let manifest = probe.manifest, let isAging = manifest.isAging(scan.checkpoint) else { return .moved }
    let before = scan.found.batches
    while true {
      guard try readOn(isOver: isOver, visit: visit) else { return .givenUp }
      guard let next = try nextSegment() else {
        return isAging ? .isAging : .upToDate(hasNews: scan.found.batches > before)
      }
      // It was begun after the last batch of this one was durable, which may be newer than what was just read.
      guard try readOn(isOver: isOver, visit: visit) else { return .givenUp }
      guard position == next.header?.previousEnd else {
        throw JournalError.damaged(
          "The batches end at byte \(position); the next segment says \(next.header?.previousEnd ?? 0)",
          file: scan.segments.last?.path ?? scan.directory, offset: position)
      }
      scan.segments.append(next)
      last = nil
      position = next.header?.alignment ?? 0
      try requireContinuation(scan.segments.count - 1)
    }
  }

  /// Reads the whole batches behind the present position. Returns false when the reading was given up.
  private mutating func readOn(
    isOver: () -> Bool, visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> Bool {
    guard let segment = scan.segments.last, let header = segment.header, let chain = scan.chain else { return true }
    let fileSystem = scan.fileSystem
    let file = try scan.reading { () throws(JournalFileSystemError) in try fileSystem.open(segment.path, .read) }
    defer { file.close() }
    let reader = SegmentReader(file: file, path: segment.path, size: header.size, windowSize: Self.windowSize)
    var walker = BatchWalker(header, resuming: chain, at: position, reader: reader)
    let content = try scan.content(.segment, header.identifier, key: header.key, salt: header.salt, segment.path)
    while true {
      if isOver() { return false }
      let before = walker.chain
      switch try walker.next() {
      case .batch(let batch, let offset, let payload):
        try scan.visitRecords(
          walker.reader.window, batch, payload,
          JournalScan.BatchPlace(file: segment.index, path: segment.path, offset: offset), content, visit)
        scan.found.batches += 1
        scan.found.bytes += walker.position - offset
        scan.found.wasClosedCleanly = batch.kind == .seal
        scan.chain = walker.chain
        position = walker.position
        last = (offset, before)
      case .full:
        return true
      case .invalid(let reason, let cannotBeTorn):
        // The next batch may be half written at this moment.
        guard !cannotBeTorn else {
          throw JournalError.damaged("A batch is damaged: \(reason)", file: segment.path, offset: position)
        }
        return true
      }
    }
  }

  /// The segment after the last one, if there is one.
  private func nextSegment() throws -> JournalScan.Segment? {
    guard let last = scan.segments.last, last.index < JournalFormat.maximumSegment else { return nil }
    var probe = scan
    probe.segments = [JournalScan.Segment(index: last.index + 1, path: scan.segmentPath(last.index + 1))]
    do throws(JournalError) {
      try probe.readHeader(0)
    } catch {
      guard error.isMissingFile else { throw error }
      return nil
    }
    return probe.segments[0]
  }

  private func requireContinuation(_ index: Int) throws(JournalError) {
    let segment = scan.segments[index]
    guard let chain = scan.chain, chain.withoutEpoch == segment.header?.before else {
      throw .damaged("The segment does not continue what was read before it", file: segment.path, offset: 56)
    }
  }

  private static func list(
    _ directory: String, _ fileSystem: any JournalFileSystem
  ) throws(JournalError) -> [String] {
    do throws(JournalFileSystemError) {
      return try fileSystem.list(directory)
    } catch {
      throw JournalError(error, doing: "Reading the journal")
    }
  }
}

extension JournalError {
  /// Whether a file was not there.
  fileprivate var isMissingFile: Bool { (cause as? JournalFileSystemError)?.isNotFound == true }
}
