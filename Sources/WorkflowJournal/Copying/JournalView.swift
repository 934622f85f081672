/// One way to read a journal: from a checkpoint, or from the first segment, on. Stops at the first damage and says how
/// far it came.
struct JournalView {
  struct SegmentEnd {
    var name: String
    var size: Int
    /// Where the last good batch ends.
    var end: Int
  }

  let checkpoint: CheckpointEntry
  /// The segments that can be kept, in order.
  private(set) var segments: [SegmentEnd] = []
  private(set) var chain: Chain?
  /// The first damage.
  private(set) var damage: JournalError?
  /// How many bytes of an unfinished write lie behind the last batch.
  private(set) var tornBytes = 0

  /// Reads the checkpoint `checkpoint` and the segments behind it up to number `last`.
  ///
  /// - Parameter durable: The sequence number of a batch that is known to have been durable.
  init(
    _ checkpoint: CheckpointEntry,
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    identifier: JournalIdentifier,
    last: UInt32,
    durable: UInt64
  ) throws {
    self.checkpoint = checkpoint
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .covering,
      encryption: nil,
      needsRecords: false
    )
    scan.found.identifier = identifier
    scan.checkpoint = checkpoint
    do {
      try scan.walkCheckpoint(visitBatch: { _ in }, visit: { _, _, _ in })
    } catch let error as JournalError where error.isPerhapsDamage {
      damage = error
      return
    }
    chain = scan.chain ?? Chain(genesisOf: identifier)
    let last = max(last, checkpoint.firstSegment)
    for index in checkpoint.firstSegment...last {
      do throws(JournalError) {
        try walk(index, isLast: index == last, scan, durable: durable)
      } catch {
        guard error.isPerhapsDamage else { throw error }
        damage = error
        return
      }
    }
  }

  /// Reads one segment. Throws at damage, after noting how far it is good.
  private mutating func walk(
    _ index: UInt32,
    isLast: Bool,
    _ scan: JournalScan,
    durable: UInt64
  ) throws(JournalError) {
    let path = scan.segmentPath(index)
    guard let header = try scan.segmentHeader(index), let before = chain else {
      throw .damaged("The segment is missing", file: path, offset: 0)
    }
    guard before.withoutEpoch == header.before, header.identifier == scan.found.identifier else {
      throw .damaged("The segment does not continue what is before it", file: path, offset: 56)
    }
    let fileSystem = scan.fileSystem
    let file = try scan.reading { () throws(JournalFileSystemError) in try fileSystem.open(path, .read) }
    defer { file.close() }
    // The next header says where this segment ends, if it can be read.
    var end: Int?
    if !isLast {
      do throws(JournalError) {
        end = try scan.segmentHeader(index + 1)?.previousEnd
      } catch {
        guard error.isPerhapsDamage else { throw error }
      }
    }
    var walker = BatchWalker(
      header,
      epoch: before.epoch,
      reader: SegmentReader(file: file, path: path, size: header.size)
    )
    var reason: String?
    var cannotBeTorn = false
    walking: while end.map({ walker.position < $0 }) ?? true {
      switch try walker.next() {
      case .batch: continue
      case .full: break walking
      case .invalid(let what, let isDamage):
        (reason, cannotBeTorn) = (what, isDamage)
        break walking
      }
    }
    chain = walker.chain
    segments.append(
      SegmentEnd(name: JournalFormat.segmentName(index), size: header.size, end: walker.position)
    )
    if let end {
      guard walker.position == end else {
        throw .damaged("A batch is damaged: \(reason ?? "it is missing")", file: path, offset: walker.position)
      }
      return
    }
    let position = walker.position
    let tail = try walker.examineTail()
    if isLast, !cannotBeTorn, tail.later == nil, durable <= walker.chain.sequence {
      tornBytes = tail.end.map { $0 - position } ?? 0
    } else if tail.end != nil || isLast {
      throw .damaged("A batch is damaged: \(reason ?? "it is missing")", file: path, offset: position)
    }
  }
}

extension JournalScan {
  /// The header of a segment whose file is whole; `nil` when there is no such file. Throws `damaged`, `io`.
  func segmentHeader(_ index: UInt32) throws(JournalError) -> SegmentHeader? {
    let path = segmentPath(index)
    let bytes: [UInt8]
    let size: Int
    do throws(JournalFileSystemError) {
      (bytes, size) = try firstBlock(path)
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Reading the journal") }
      return nil
    }
    let header = try SegmentHeader(decoding: bytes.span, file: path)
    guard header.index == index, header.size == size else {
      throw .damaged("The segment's header does not fit its name and size", file: path, offset: 44)
    }
    return header
  }
}
