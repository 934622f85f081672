/// Reads a whole journal: manifest, segments, batches, records.
///
/// It changes nothing. With ``Mode/opening`` everything is synced before it is believed, and the first damage is
/// thrown; with ``Mode/inspecting`` damage is collected and reading goes on behind it.
struct JournalScan {
  enum Mode {
    case opening
    case inspecting
  }

  struct Segment {
    var index: UInt32
    var path: String
    /// `nil` when the header is damaged, which only an inspection survives.
    var header: SegmentHeader?
  }

  let directory: String
  let fileSystem: any JournalFileSystem
  let mode: Mode

  private(set) var manifest: Manifest?
  private(set) var manifestIsLost = false
  /// The segments that are needed, in order.
  private(set) var segments: [Segment] = []
  /// Whether a write or sync of the last owner failed.
  private(set) var isSuspect = false
  /// Segments that were discarded, but whose files remain.
  private(set) var obsolete: [String] = []
  private(set) var found = JournalInspection()
  private(set) var chain: Chain?
  /// Where the last segment's next batch would begin.
  private(set) var tail = 0

  init(directory: String, fileSystem: any JournalFileSystem, mode: Mode) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.mode = mode
  }

  typealias RecordVisitor = (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  typealias BatchVisitor = (JournalBatch) throws -> Void

  /// Reads everything. Returns false when there is no journal yet. Throws ``JournalError`` and what the visitors throw.
  mutating func run(visitBatch: BatchVisitor, visit: RecordVisitor) throws -> Bool {
    let names = try reading { () throws(JournalFileSystemError) in try fileSystem.list(directory) }
    if mode == .opening {
      try reading { () throws(JournalFileSystemError) in try fileSystem.synchronizeDirectory(directory) }
    }
    isSuspect = names.contains(JournalFormat.suspectName)
    try readManifest(names)
    try selectSegments(names)
    guard !segments.isEmpty else { return false }
    for index in segments.indices {
      try readHeader(index)
    }
    for index in segments.indices {
      try walk(index, visitBatch: visitBatch, visit: visit)
    }
    if let chain {
      found.lastBatchSequence = chain.sequence
      found.chainHead = found.damage.isEmpty ? chain.hash : nil
      try checkManifest(against: chain)
    }
    return true
  }

  // MARK: Manifest and names

  private mutating func readManifest(_ names: [String]) throws(JournalError) {
    guard names.contains(JournalFormat.manifestName) else {
      manifestIsLost = true
      return
    }
    let path = JournalFormat.path(directory, JournalFormat.manifestName)
    let fileSystem = fileSystem
    let bytes = try reading { () throws(JournalFileSystemError) in
      let file = try fileSystem.open(path, .read)
      defer { file.close() }
      var bytes = [UInt8](repeating: 0, count: Manifest.byteCount + 1)
      let count = try file.readAll(into: &bytes, 0..<bytes.count, at: 0)
      return Array(bytes.prefix(count))
    }
    manifest = try Manifest(decoding: bytes, file: path)
    found.identifier = manifest?.identifier
    found.epoch = manifest?.epoch ?? 0
    guard manifest == nil else { return }
    manifestIsLost = true
    found.warnings.append(
      JournalError(
        .damaged,
        "The manifest is damaged. The segments hold everything that was in it; opening the journal restores it",
        file: path,
        offset: 0
      )
    )
  }

  private mutating func selectSegments(_ names: [String]) throws(JournalError) {
    var indices = names.compactMap { JournalFormat.segmentIndex($0) }.sorted()
    if let manifest {
      obsolete = indices.filter { $0 < manifest.firstSegment }.map { segmentPath($0) }
      indices.removeAll { $0 < manifest.firstSegment }
    }
    var expected = manifest?.firstSegment ?? indices.first ?? 1
    for index in indices {
      try requireNone(missing: expected..<index)
      segments.append(Segment(index: index, path: segmentPath(index)))
      expected = index == .max ? index : index + 1
    }
    if let manifest, manifest.lastSegment >= expected {
      try requireNone(missing: expected..<(manifest.lastSegment == .max ? .max : manifest.lastSegment + 1))
    }
    found.segments = segments.count
  }

  private mutating func requireNone(missing indices: Range<UInt32>) throws(JournalError) {
    guard let first = indices.first else { return }
    try damaged(
      .damaged(
        indices.count == 1 ? "The segment is missing" : "\(indices.count) segments from here on are missing",
        file: segmentPath(first),
        offset: 0
      )
    )
  }

  private func segmentPath(_ index: UInt32) -> String {
    JournalFormat.path(directory, JournalFormat.segmentName(index))
  }

  /// The manifest states a batch that was durable when the journal was last opened or got its last segment.
  private mutating func checkManifest(against chain: Chain) throws(JournalError) {
    guard let manifest, let last = segments.last else {
      // A crash while the journal was created may leave a first segment without batches and no manifest.
      if found.warnings.isEmpty, chain.sequence > 0 || segments.count > 1 {
        found.warnings.append(
          JournalError(
            .damaged,
            "The manifest is missing. The segments hold everything that was in it; opening the journal restores it",
            file: JournalFormat.path(directory, JournalFormat.manifestName)
          )
        )
      }
      return
    }
    if manifest.durableSequence > chain.sequence {
      try damaged(
        .damaged(
          "The journal ends with batch \(chain.sequence), but batch \(manifest.durableSequence) had been written",
          file: last.path,
          offset: tail
        )
      )
    }
    if chain.epoch > manifest.epoch {
      found.warnings.append(
        JournalError(
          .damaged,
          "The manifest is older than the journal: it states epoch \(manifest.epoch), not \(chain.epoch)",
          file: JournalFormat.path(directory, JournalFormat.manifestName)
        )
      )
    }
  }

  // MARK: Headers

  private mutating func readHeader(_ position: Int) throws(JournalError) {
    let path = segments[position].path
    let fileSystem = fileSystem
    let mode = mode
    let (bytes, size) = try reading { () throws(JournalFileSystemError) in
      let file = try fileSystem.open(path, .read)
      defer { file.close() }
      if mode == .opening { try file.synchronize() }
      let size = try file.size()
      var bytes = [UInt8](repeating: 0, count: max(0, min(4096, size)))
      let count = try file.readAll(into: &bytes, 0..<bytes.count, at: 0)
      return (Array(bytes.prefix(count)), size)
    }
    do throws(JournalError) {
      segments[position].header = try check(SegmentHeader(decoding: bytes.span, file: path), size, segments[position])
    } catch {
      try damaged(error)
    }
  }

  private mutating func check(
    _ header: SegmentHeader,
    _ size: Int,
    _ segment: Segment
  ) throws(JournalError) -> SegmentHeader {
    if let identifier = found.identifier, identifier != header.identifier {
      throw .damaged(
        "The segment belongs to journal \(header.identifier), not \(identifier)",
        file: segment.path,
        offset: 24
      )
    }
    found.identifier = header.identifier
    guard header.index == segment.index else {
      throw .damaged("The segment's header says that it is number \(header.index)", file: segment.path, offset: 44)
    }
    guard header.size == size else {
      throw .damaged(
        "The file has \(size) bytes; its header says \(header.size)",
        file: segment.path,
        offset: min(size, header.size)
      )
    }
    found.epoch = max(found.epoch, header.epoch)
    return header
  }

  // MARK: Batches

  private mutating func walk(_ position: Int, visitBatch: BatchVisitor, visit: RecordVisitor) throws {
    let segment = segments[position]
    guard let header = segment.header else {
      chain = nil
      return
    }
    let isLast = position == segments.count - 1
    let successor = isLast ? nil : segments[position + 1].header
    let before = Chain(before: header)
    if var chain, position > 0 {
      chain.epoch = 0
      if chain != before {
        try damaged(
          .damaged("The segment does not continue the one before it", file: segment.path, offset: 56)
        )
      }
    } else if position == 0, header.index == 1, before != Chain(genesisOf: header.identifier) {
      try damaged(.damaged("The first segment does not begin the journal", file: segment.path, offset: 56))
    }
    let fileSystem = fileSystem
    let file = try reading { () throws(JournalFileSystemError) in try fileSystem.open(segment.path, .read) }
    defer { file.close() }
    let reader = SegmentReader(
      file: file,
      path: segment.path,
      size: header.size,
      readsFromDevice: isLast && mode == .opening
    )
    var walker = BatchWalker(header: header, epoch: chain?.epoch ?? 0, reader: reader)
    try walkBatches(&walker, segment, successor, visitBatch, visit)
    chain = walker.chain
    tail = walker.position
    found.epoch = max(found.epoch, walker.chain.epoch)
    if let successor {
      try checkEnd(&walker, segment, successor)
    }
  }

  private mutating func walkBatches(
    _ walker: inout BatchWalker,
    _ segment: Segment,
    _ successor: SegmentHeader?,
    _ visitBatch: BatchVisitor,
    _ visit: RecordVisitor
  ) throws {
    let isLast = segment.index == segments.last?.index
    while true {
      if let successor, walker.position >= successor.previousEnd { return }
      switch try walker.next() {
      case .batch(let batch, let offset, let payload):
        found.batches += 1
        found.bytes += walker.position - offset
        found.wasClosedCleanly = batch.kind == .seal
        try visitBatch(JournalBatch(batch, segment: segment.index, offset: offset))
        guard try visitRecords(walker.reader.window.span, batch, payload, segment, offset, visit) else {
          try damaged(
            .damaged(
              "Batch \(batch.sequence) has a valid checksum, but its records cannot be told apart",
              file: segment.path,
              offset: offset
            )
          )
          continue
        }
      case .full:
        if let successor {
          try damaged(
            .damaged(
              "Batches up to byte \(successor.previousEnd) are missing",
              file: segment.path,
              offset: walker.position
            )
          )
        }
        return
      case .invalid(let reason, let cannotBeTorn):
        if isLast, !cannotBeTorn {
          if try judgeTail(&walker, segment, reason) { return }
        } else {
          // Where the next segment's header is damaged, nobody says where this one ends.
          if !isLast, successor == nil, !cannotBeTorn, try walker.examineTail().later == nil { return }
          try damaged(.damaged("A batch is damaged: \(reason)", file: segment.path, offset: walker.position))
        }
        // Only an inspection comes here.
        guard try walker.resynchronize() else { return }
      }
    }
  }

  /// Decides whether what follows the last valid batch of the journal is the trace of an unfinished write. Returns
  /// false when it is damage, which has then been reported.
  private mutating func judgeTail(
    _ walker: inout BatchWalker,
    _ segment: Segment,
    _ reason: String
  ) throws(JournalError) -> Bool {
    let next = walker.chain.sequence &+ 1
    // What is not in the chain matters only as evidence; the cache is good enough for that.
    walker.reader.readsFromDevice = false
    let tail = try walker.examineTail()
    if let later = tail.later {
      try damaged(
        .damaged(
          "Batch \(next) is damaged: \(reason). It had been written, since batch \(later.sequence) follows at byte "
            + "\(later.offset)",
          file: segment.path,
          offset: walker.position
        )
      )
      return false
    }
    if let durable = manifest?.durableSequence, durable >= next {
      // Reported by `checkManifest`.
      return true
    }
    if let end = tail.end {
      found.wasClosedCleanly = false
      found.tornTail = JournalTornTail(file: segment.path, offset: walker.position, length: end - walker.position)
    }
    return true
  }

  /// Returns false when the bytes are not the stated number of records.
  private mutating func visitRecords(
    _ window: Span<UInt8>,
    _ batch: BatchHeader,
    _ payload: Int,
    _ segment: Segment,
    _ offset: Int,
    _ visit: RecordVisitor
  ) throws -> Bool {
    let end = payload + Int(batch.length)
    var position = payload
    var count: UInt32 = 0
    while position < end {
      guard count < batch.count, let record = RecordFormat.locate(in: window, at: position, limit: end) else { break }
      let bodyOffset = offset + BatchHeader.byteCount + record.body.lowerBound - payload
      try visit(
        record.type,
        window.extracting(record.body),
        RecordPointer(
          segment: segment.index,
          offset: UInt32(bodyOffset),
          length: UInt32(record.body.count)
        )
      )
      position = record.next
      count += 1
    }
    found.records += Int(count)
    return position == end && count == batch.count
  }

  /// Compares the end of a segment with what the next segment's header says of it.
  private mutating func checkEnd(
    _ walker: inout BatchWalker,
    _ segment: Segment,
    _ successor: SegmentHeader
  ) throws(JournalError) {
    guard walker.position == successor.previousEnd else {
      if mode == .opening {
        try damaged(
          .damaged(
            "The batches end at byte \(walker.position); the next segment says \(successor.previousEnd)",
            file: segment.path,
            offset: walker.position
          )
        )
      }
      return
    }
    let tail = try walker.examineTail()
    if let end = tail.end, end > walker.position + successor.previousTornBytes {
      found.warnings.append(
        JournalError(
          .damaged,
          "Bytes that were never written are not zero; no record is affected. Check the device",
          file: segment.path,
          offset: end - 1
        )
      )
    }
  }

  // MARK: Errors

  private mutating func damaged(_ error: JournalError) throws(JournalError) {
    if mode == .opening { throw error }
    found.damage.append(error)
  }

  private func reading<Result>(
    _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalError) -> Result {
    do throws(JournalFileSystemError) {
      return try body()
    } catch {
      throw JournalError(error, doing: "Reading the journal")
    }
  }
}
