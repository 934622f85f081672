/// Reads a whole journal: manifest, checkpoint, segments, batches, records.
///
/// It changes nothing. With ``Mode/opening`` everything is synced before it is believed, and the first damage is
/// thrown; with ``Mode/inspecting`` damage is collected and reading goes on behind it.
struct JournalScan {
  enum Mode {
    case opening
    case inspecting
    /// What a cut covers is read, for a checkpoint: files that are durable and that nobody changes. Damage is thrown.
    case covering
    /// Whole batches are read while the owner writes the next ones. Damage is thrown, nothing is synced.
    case following
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
  let encryption: JournalEncryption?
  /// Whether an inspection needs the records, and so every key.
  let needsRecords: Bool
  /// Whether reading begins at the checkpoint before the installed one.
  var usesPreviousCheckpoint = false

  var manifest: Manifest?
  var manifestIsLost = false
  /// The checkpoint from which reading begins, and the one before it.
  var checkpoint = CheckpointEntry.none
  var previousCheckpoint = CheckpointEntry.none
  /// The segments that are needed, in order.
  var segments: [Segment] = []
  /// Whether a write or sync of the last owner failed.
  var isSuspect = false
  /// Segments and checkpoints that are not needed any more or never were, but whose files remain.
  var obsolete: [String] = []
  /// Files of a checkpoint that was never installed. The next one has the same number.
  var unfinished: [String] = []
  var found = JournalInspection()
  var chain: Chain?
  /// Where the last segment's next batch would begin.
  var tail = 0

  init(
    directory: String,
    fileSystem: any JournalFileSystem,
    mode: Mode,
    encryption: JournalEncryption?,
    needsRecords: Bool = true
  ) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.mode = mode
    self.encryption = encryption
    self.needsRecords = needsRecords
  }

  typealias RecordVisitor = (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  typealias BatchVisitor = (JournalBatch) throws -> Void

  /// Reads everything. Returns false when there is no journal yet. Throws ``JournalError`` and what the visitors throw.
  ///
  /// - Parameters:
  ///   - follower: has read a part already, if that can be relied on.
  ///   - willVisit: called before the first visit, with whether the visits go on behind those of the follower.
  mutating func run(
    after follower: JournalFollower? = nil, willVisit: (_ isResumed: Bool) -> Void = { _ in },
    visitBatch: BatchVisitor, visit: RecordVisitor
  ) throws -> Bool {
    let names: [String]
    if mode == .inspecting {
      names = try readManifestUnlocked()
    } else {
      names = try reading { () throws(JournalFileSystemError) in try fileSystem.list(directory) }
      if mode == .opening {
        try reading { () throws(JournalFileSystemError) in try fileSystem.synchronizeDirectory(directory) }
      }
      try readManifest(names)
    }
    isSuspect = names.contains(JournalFormat.suspectName)
    try selectCheckpoint(names)
    try selectSegments(names)
    guard !segments.isEmpty else { return false }
    // What lies before the follower's last segment was synced before that one was begun.
    let proven = follower?.scan.segments.last?.index ?? 0
    for index in segments.indices {
      try readHeader(index, synchronizing: segments[index].index >= proven)
    }
    var start: Start?
    if let follower { start = try resume(after: follower) }
    if start == nil {
      for index in segments.indices where segments[index].index < proven { try readHeader(index) }
    }
    willVisit(start != nil)
    if start == nil { try walkCheckpoint(visitBatch: visitBatch, visit: visit) }
    for index in segments.indices.dropFirst(start?.segment ?? 0) {
      try walk(index, from: start, visitBatch: visitBatch, visit: visit)
    }
    if found.beganAtPreviousCheckpoint { found.bytes = bytesSinceCheckpoint }
    if let chain {
      found.lastBatchSequence = chain.sequence
      found.chainHead = found.damage.isEmpty ? chain.hash : nil
      found.head = found.damage.isEmpty ? found.identifier.map { JournalHead(chain, of: $0) } : nil
      try checkManifest(against: chain)
    }
    return true
  }

  /// Reads what lies before a cut: the installed checkpoint, then the segments that it does not cover.
  mutating func run(before cut: CheckpointCut, visit: RecordVisitor) throws {
    found.identifier = cut.identifier
    checkpoint = cut.base
    segments = (checkpoint.firstSegment...cut.firstSegment).map { Segment(index: $0, path: segmentPath($0)) }
    for index in segments.indices {
      try readHeader(index)
    }
    try walkCheckpoint(visitBatch: { _ in }, visit: visit)
    // The last one lies behind the cut; its header says where the one before it ends.
    for index in segments.indices.dropLast() {
      try walk(index, visitBatch: { _ in }, visit: visit)
    }
    guard chain?.withoutEpoch == cut.chain.withoutEpoch else {
      throw JournalError.damaged(
        "The records before the cut do not lead to it",
        file: segmentPath(cut.firstSegment),
        offset: 56
      )
    }
  }

  // MARK: Errors

  mutating func damaged(_ error: JournalError) throws(JournalError) {
    if mode != .inspecting { throw error }
    found.damage.append(error)
  }

  func reading<Result>(
    _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalError) -> Result {
    do throws(JournalFileSystemError) {
      return try body()
    } catch {
      throw JournalError(error, doing: "Reading the journal")
    }
  }

  func segmentPath(_ index: UInt32) -> String {
    JournalFormat.path(directory, JournalFormat.segmentName(index))
  }
}
