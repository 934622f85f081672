/// The steps of opening a journal.
struct JournalOpening: Sendable {
  let directory: String
  let fileSystem: any JournalFileSystem
  let options: JournalOptions

  // MARK: Before reading

  /// Creates the directory if need be and refuses file systems that do not keep their promises.
  func prepareDirectory() throws(JournalError) -> FileSystemKind {
    let kind = try doing("Preparing the journal's directory") { () throws(JournalFileSystemError) in
      try Self.createDirectory(directory, fileSystem)
      return try fileSystem.kind(of: directory)
    }
    guard kind.isSupported else {
      throw JournalError(
        .unsupportedFileSystem,
        "The directory is on a file system of kind '\(kind.name)'. Network and user-space file systems do not keep "
          + "locks and syncs reliably. Choose a directory on a local disk.",
        file: directory
      )
    }
    return kind
  }

  /// Creates a directory with its parents, durably.
  static func createDirectory(
    _ path: String,
    _ fileSystem: any JournalFileSystem
  ) throws(JournalFileSystemError) {
    var created: Bool
    do throws(JournalFileSystemError) {
      created = try fileSystem.createDirectory(path)
    } catch {
      guard error.isNotFound, let parent = parent(of: path) else { throw error }
      try createDirectory(parent, fileSystem)
      created = try fileSystem.createDirectory(path)
    }
    if created, let parent = parent(of: path) {
      try fileSystem.synchronizeDirectory(parent)
    }
  }

  private static func parent(of path: String) -> String? {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard trimmed != "/" else { return nil }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  func takeLock(waiting: Bool) throws(JournalError) -> any JournalLock {
    let path = JournalFormat.path(directory, JournalFormat.lockName)
    do throws(JournalFileSystemError) {
      return try fileSystem.lock(path, waiting: waiting)
    } catch {
      guard error.isLocked else { throw JournalError(error, doing: "Locking the journal") }
      let holder = error.lockHolder.map { "process \($0)" } ?? "another process"
      throw JournalError(
        .locked,
        "The journal is in use by \(holder). Stop that process or close its journal, or choose another directory; do "
          + "not remove the lock file.",
        file: path,
        errno: error.errno,
        cause: error
      )
    }
  }

  // MARK: Reading and repairing

  mutating func finish(
    lock: any JournalLock,
    kind: FileSystemKind,
    following follower: JournalFollower? = nil,
    willVisit: (_ isResumed: Bool) -> Void = { _ in },
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> (journal: Journal, report: JournalOpenReport) {
    let (scan, exists) = try read(after: follower, willVisit, visit)
    try removeLeftovers(scan.unfinished)
    let state = exists ? try resumeMakingSpace(scan) : try create()
    let journal = Journal(
      directory: directory,
      fileSystem: fileSystem,
      options: options,
      lock: lock,
      manifest: state.manifest,
      segment: state.segment,
      chain: state.chain,
      bytesSinceCheckpoint: scan.found.bytes
    )
    journal.removeFiles(scan.obsolete)
    journal.prepareReserve()
    journal.prepareIfDue()
    return (journal, report(scan, state, kind, isNew: !exists))
  }

  /// Reads the journal, which changes nothing. What goes wrong behind what a follower has read is judged by reading
  /// everything.
  private func read(
    after follower: JournalFollower?, _ willVisit: (_ isResumed: Bool) -> Void, _ visit: JournalScan.RecordVisitor
  ) throws -> (scan: JournalScan, exists: Bool) {
    var scan = JournalScan(directory: directory, fileSystem: fileSystem, mode: .opening, encryption: options.encryption)
    if let follower {
      do {
        let exists = try scan.run(after: follower, willVisit: willVisit, visitBatch: { _ in }, visit: visit)
        return (scan, exists)
      } catch {
        scan = JournalScan(
          directory: directory, fileSystem: fileSystem, mode: .opening, encryption: options.encryption)
      }
    }
    let exists = try scan.run(willVisit: willVisit, visitBatch: { _ in }, visit: visit)
    return (scan, exists)
  }

  private struct State {
    var manifest: Manifest
    var segment: Journal.ActiveSegment
    var chain: Chain
    var tornTail: JournalTornTail?
  }

  private func create() throws(JournalError) -> State {
    let identifier = options.identifier ?? JournalIdentifier()
    let chain = Chain(genesisOf: identifier)
    let size = min(options.initialSegmentSize, options.segmentSize)
    let cipher = Journal.newCipher(options, identifier)
    let header = SegmentHeader(
      alignment: options.alignment,
      identifier: identifier,
      epoch: 1,
      index: 1,
      size: size,
      after: chain,
      previousEnd: 0,
      previousTornBytes: 0,
      cipher: cipher
    )
    let segment = try begin(header, cipher)
    let manifest = Manifest(
      identifier: identifier,
      epoch: 1,
      lastSegment: 1,
      durableSequence: 0,
      checkpoint: .none,
      previousCheckpoint: .none
    )
    try write(manifest)
    return State(manifest: manifest, segment: segment, chain: chain)
  }

  /// Makes a journal that was read ready for appending. On a full disk files that nothing needs are removed at once, and
  /// then the reserve gives way, so that what was accepted can be finished.
  private func resumeMakingSpace(_ scan: JournalScan) throws(JournalError) -> State {
    do throws(JournalError) {
      return try resume(scan, isShortOfSpace: false)
    } catch {
      guard error.code == .full else { throw error }
      if !scan.obsolete.isEmpty {
        var scan = scan
        try removeLeftovers(scan.obsolete)
        scan.obsolete = []
        return try resumeMakingSpace(scan)
      }
      let path = JournalFormat.path(directory, JournalFormat.reserveName)
      do throws(JournalFileSystemError) {
        try fileSystem.remove(path)
        try fileSystem.synchronizeDirectory(directory)
      } catch let failure {
        guard !failure.isNotFound else { throw error }
        throw JournalError(failure, doing: "Removing the reserve")
      }
      return try resume(scan, isShortOfSpace: true)
    }
  }

  /// Makes a journal that was read ready for appending.
  private func resume(_ scan: JournalScan, isShortOfSpace: Bool) throws(JournalError) -> State {
    guard let last = scan.segments.last, let header = last.header,
      let chain = scan.chain, let identifier = scan.found.identifier
    else {
      throw .damaged("The journal has no readable segment", file: directory, offset: 0)
    }
    let isFresh = scan.segments.count == 1 && chain.sequence == 0
    let jump = scan.manifestIsLost && !isFresh ? Manifest.epochJump : 1
    let (epoch, overflow) = scan.found.epoch.addingReportingOverflow(jump)
    guard !overflow, last.index < JournalFormat.maximumSegment else {
      throw JournalError(.full, "The journal has used up its epochs or segment numbers.", file: directory)
    }
    var segment: Journal.ActiveSegment
    var torn = scan.found.tornTail
    // A file's key serves one open only, so that a copy of the journal cannot lead to a nonce that is used twice.
    if torn != nil || scan.isSuspect || options.encryption != nil {
      if let tail = torn { torn?.copy = try keep(tail, of: last) }
      let cipher = Journal.newCipher(options, identifier)
      // Whoever opens waits until it is filled, so it begins small.
      let usual = Journal.nextSize(after: 0, for: 0, options)
      let next = SegmentHeader(
        alignment: options.alignment,
        identifier: identifier,
        epoch: epoch,
        index: last.index + 1,
        size: isShortOfSpace ? min(usual, max(options.usedReserveSize, 4 * options.alignment)) : usual,
        after: chain,
        previousEnd: scan.tail,
        previousTornBytes: torn?.length ?? 0,
        cipher: cipher
      )
      segment = try begin(next, cipher)
    } else {
      let file = try doing("Opening the last segment") { () throws(JournalFileSystemError) in
        try fileSystem.open(last.path, .readWrite)
      }
      segment = Journal.ActiveSegment(
        index: last.index,
        path: last.path,
        file: file,
        size: header.size,
        alignment: header.alignment,
        tail: scan.tail
      )
    }
    let manifest = Manifest(
      identifier: identifier,
      epoch: epoch,
      lastSegment: segment.index,
      durableSequence: chain.sequence,
      checkpoint: scan.checkpoint,
      previousCheckpoint: scan.previousCheckpoint
    )
    do throws(JournalError) {
      try write(manifest)
    } catch {
      segment.file.close()
      throw error
    }
    if scan.isSuspect {
      try doing("Removing the mark of the failed owner") { () throws(JournalFileSystemError) in
        try fileSystem.remove(JournalFormat.path(directory, JournalFormat.suspectName))
        try fileSystem.synchronizeDirectory(directory)
      }
    }
    return State(manifest: manifest, segment: segment, chain: chain, tornTail: torn)
  }

  /// Creates a segment in the foreground.
  private func begin(
    _ header: SegmentHeader,
    _ cipher: FileCipher?
  ) throws(JournalError) -> Journal.ActiveSegment {
    let path = JournalFormat.path(directory, JournalFormat.segmentName(header.index))
    let temporary = path + JournalFormat.temporarySuffix
    let file: any JournalFile
    do throws(JournalFileSystemError) {
      file = try SegmentFiller.fill(temporary, size: header.size, fileSystem: fileSystem)
    } catch {
      throw Journal.describePreparation(error)
    }
    do throws(JournalFileSystemError) {
      try Journal.install(file, temporary, header, as: path, in: directory, fileSystem)
    } catch {
      file.close()
      throw JournalError(error, doing: "Beginning segment \(header.index)")
    }
    return Journal.ActiveSegment(
      index: header.index,
      path: path,
      file: file,
      size: header.size,
      alignment: header.alignment,
      tail: header.alignment,
      cipher: cipher
    )
  }

  /// Copies the bytes of an unfinished write into a file of their own. Returns its path.
  private func keep(_ tail: JournalTornTail, of segment: JournalScan.Segment) throws(JournalError) -> String {
    let name = JournalFormat.tornName(segment.index, offset: tail.offset)
    let path = JournalFormat.path(directory, name)
    try doing("Setting the unfinished write aside") { () throws(JournalFileSystemError) in
      let source = try fileSystem.open(segment.path, .read)
      defer { source.close() }
      let target = try fileSystem.open(path + JournalFormat.temporarySuffix, .create)
      defer { target.close() }
      var chunk = [UInt8](repeating: 0, count: min(1 << 20, tail.length))
      var done = 0
      while done < tail.length {
        let count = try source.readAll(into: &chunk, 0..<min(chunk.count, tail.length - done), at: tail.offset + done)
        guard count > 0 else { break }
        try target.writeAll(chunk.span.extracting(0..<count), at: done, path: path)
        done += count
      }
      try target.synchronize()
      try fileSystem.rename(path + JournalFormat.temporarySuffix, to: path)
      try fileSystem.synchronizeDirectory(directory)
    }
    return path
  }

  private func write(_ manifest: Manifest) throws(JournalError) {
    try doing("Writing the manifest") { () throws(JournalFileSystemError) in
      try SegmentFiller.replace(
        JournalFormat.manifestName,
        in: directory,
        with: manifest.encoded(),
        fileSystem: fileSystem
      )
    }
  }

  /// Removes unfinished files of an earlier owner, and others that nothing needs.
  private func removeLeftovers(_ paths: [String]) throws(JournalError) {
    try doing("Removing unfinished files") { () throws(JournalFileSystemError) in
      for name in try fileSystem.list(directory) where name.hasSuffix(JournalFormat.temporarySuffix) {
        try fileSystem.remove(JournalFormat.path(directory, name))
      }
      for path in paths {
        try fileSystem.remove(path)
      }
    }
  }

  private func report(
    _ scan: JournalScan,
    _ state: State,
    _ kind: FileSystemKind,
    isNew: Bool
  ) -> JournalOpenReport {
    var report = JournalOpenReport(
      identifier: state.manifest.identifier,
      epoch: state.manifest.epoch,
      chainHead: state.chain.hash,
      fileSystem: kind
    )
    report.isNew = isNew
    report.checkpoint = scan.found.checkpoint
    report.checkpointBytes = scan.found.checkpointBytes
    report.checkpointRecords = scan.found.checkpointRecords
    report.beganAtPreviousCheckpoint = scan.found.beganAtPreviousCheckpoint
    report.segments = isNew ? 1 : scan.found.segments
    report.batches = scan.found.batches
    report.records = scan.found.records
    report.bytes = scan.found.bytes
    report.lastBatchSequence = state.chain.sequence
    report.wasClosedCleanly = scan.found.wasClosedCleanly
    report.tornTail = state.tornTail
    report.warnings = scan.found.warnings
    return report
  }

  private func doing<Result>(
    _ action: String,
    _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalError) -> Result {
    do throws(JournalFileSystemError) {
      return try body()
    } catch {
      guard error.isFull else { throw JournalError(error, doing: action) }
      throw JournalError(
        .full,
        "\(action) failed: \(error.reason). Nothing is lost. Free some space and open the journal again.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    }
  }
}
