// Which files there are, and what their headers say.

extension JournalScan {
  // MARK: Manifest and names

  mutating func readManifest(_ names: [String]) throws(JournalError) {
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
        "The manifest is damaged. The other files hold everything that was in it; opening the journal restores it",
        file: path,
        offset: 0
      )
    )
  }

  /// Reads the manifest without the owner's lock.
  ///
  /// - Returns: The names of the files at a moment at which the manifest was the one that was read.
  mutating func readManifestUnlocked() throws(JournalError) -> [String] {
    let fileSystem = fileSystem
    var names: [String] = []
    for _ in 0..<8 {
      let before = manifest
      names = try reading { () throws(JournalFileSystemError) in try fileSystem.list(directory) }
      try readManifest(names)
      // What is damaged stays so.
      if manifest == nil || manifest == before { break }
    }
    return names
  }

  /// Whether the owner has installed another checkpoint since the manifest was read.
  func isOutdated() -> Bool {
    var scan = JournalScan(
      directory: directory, fileSystem: fileSystem, mode: .inspecting, encryption: nil, needsRecords: false)
    guard (try? scan.readManifestUnlocked()) != nil else { return false }
    return scan.manifest?.checkpoint != manifest?.checkpoint
  }

  /// Chooses the segments that the checkpoint does not cover.
  mutating func selectSegments(_ names: [String]) throws(JournalError) {
    let all = names.compactMap { JournalFormat.segmentIndex($0) }.sorted()
    if manifest != nil {
      obsolete += all.filter { $0 < previousCheckpoint.firstSegment }.map { segmentPath($0) }
    }
    let indices = all.filter { $0 >= checkpoint.firstSegment }
    // Without a manifest, no file at all means that there is no journal.
    let hasCheckpoints = names.contains { JournalFormat.CheckpointFile(name: $0) != nil }
    guard manifest != nil || hasCheckpoints || !indices.isEmpty else { return }
    var expected = checkpoint.firstSegment
    for index in indices {
      try requireNone(missing: expected..<index)
      segments.append(Segment(index: index, path: segmentPath(index)))
      expected = index + 1
    }
    let last = max(manifest?.lastSegment ?? 0, checkpoint.firstSegment)
    if last >= expected {
      try requireNone(missing: expected..<(last == .max ? .max : last + 1))
    }
    found.segments = segments.count
  }

  mutating func requireNone(missing indices: Range<UInt32>) throws(JournalError) {
    guard let first = indices.first else { return }
    try damaged(
      .damaged(
        indices.count == 1 ? "The segment is missing" : "\(indices.count) segments from here on are missing",
        file: segmentPath(first),
        offset: 0
      )
    )
  }

  /// The manifest states a batch that was durable when the journal was last opened or got its last segment.
  mutating func checkManifest(against chain: Chain) throws(JournalError) {
    guard let manifest, let last = segments.last else {
      // A crash while the journal was created may leave a first segment without batches and no manifest.
      if found.warnings.isEmpty, chain.sequence > 0 || segments.count > 1 {
        found.warnings.append(
          JournalError(
            .damaged,
            "The manifest is missing. The other files hold everything that was in it; opening the journal restores it",
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

  /// - Parameter synchronizing: whether an open makes the file durable first.
  mutating func readHeader(_ position: Int, synchronizing: Bool = true) throws(JournalError) {
    let path = segments[position].path
    let (bytes, size) = try reading { () throws(JournalFileSystemError) in
      try firstBlock(path, synchronizing: synchronizing)
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

  /// The first bytes of a file, at least its header if it has one, and the file's size.
  func firstBlock(
    _ path: String, synchronizing: Bool = true
  ) throws(JournalFileSystemError) -> (bytes: [UInt8], size: Int) {
    let file = try fileSystem.open(path, .read)
    defer { file.close() }
    if mode == .opening, synchronizing { try file.synchronize() }
    let size = try file.size()
    var bytes = [UInt8](repeating: 0, count: max(0, min(4096, size)))
    let count = try file.readAll(into: &bytes, 0..<bytes.count, at: 0)
    return (Array(bytes.prefix(count)), size)
  }
}
