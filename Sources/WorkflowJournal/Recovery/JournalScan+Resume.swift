// An open that begins where somebody who followed the journal had come to.

extension JournalScan {
  /// Where the reading of a segment begins.
  struct Start {
    /// The position in ``segments``.
    var segment: Int
    /// The next batch.
    var position: Int
    var chain: Chain
  }

  /// Takes over what was read by somebody who followed the journal, after the manifest and the headers were read: if it
  /// began at the installed checkpoint or at the one before it, whose files are there as well, the segments are the same,
  /// and the last batch that was read stands in its place still, on the device. Every batch before it is fixed by its
  /// hash.
  ///
  /// - Returns: where to read on; `nil` if everything must be read.
  mutating func resume(after follower: JournalFollower) throws(JournalError) -> Start? {
    let selected = segments
    if let start = try takeOver(follower) { return start }
    segments = selected
    return nil
  }

  private mutating func takeOver(_ follower: JournalFollower) throws(JournalError) -> Start? {
    let read = follower.scan
    // What an owner with a failed disk has left must be read from the device, all of it.
    guard !isSuspect, !manifestIsLost, let manifest, let isAging = manifest.isAging(read.checkpoint),
      let known = read.segments.last, let chain = read.chain, found.identifier == read.found.identifier
    else { return nil }
    if isAging, let first = segments.first, known.index < first.index {
      // It had not come to the installed checkpoint's cut.
      let earlier = (known.index..<first.index).map { Segment(index: $0, path: segmentPath($0)) }
      segments.insert(contentsOf: earlier, at: 0)
      for index in earlier.indices { try readHeader(index) }
    }
    guard isAging || segments.first?.index == read.segments.first?.index,
      let index = segments.firstIndex(where: { $0.index == known.index }),
      let header = segments[index].header, header == known.header
    else { return nil }
    guard try stillStands(follower, in: segments[index], header, chain) else { return nil }
    found.checkpointBytes = read.found.checkpointBytes
    found.checkpointRecords = read.found.checkpointRecords
    found.checkpointCut = read.found.checkpointCut
    found.batches = read.found.batches
    found.records = read.found.records
    found.bytes = read.found.bytes
    found.beganAtPreviousCheckpoint = isAging
    found.wasClosedCleanly = read.found.wasClosedCleanly
    found.keys.formUnion(read.found.keys)
    found.epoch = max(found.epoch, read.found.epoch, chain.epoch)
    self.chain = chain
    return Start(segment: index, position: follower.position, chain: chain)
  }

  /// Whether the last batch that was read is what it was. It is fetched from the device if nothing follows it.
  private func stillStands(
    _ follower: JournalFollower, in segment: Segment, _ header: SegmentHeader, _ chain: Chain
  ) throws(JournalError) -> Bool {
    guard let last = follower.last else { return chain.withoutEpoch == header.before }
    let fileSystem = fileSystem
    let file = try reading { () throws(JournalFileSystemError) in try fileSystem.open(segment.path, .read) }
    defer { file.close() }
    var walker = BatchWalker(
      header, resuming: last.before, at: last.offset, distrustsCache: true,
      reader: SegmentReader(file: file, path: segment.path, size: header.size, windowSize: 1 << 16))
    guard case .batch = try walker.next() else { return false }
    return walker.position == follower.position && walker.chain == chain
  }

  /// The bytes of the batches behind the installed checkpoint, when more than those were read.
  var bytesSinceCheckpoint: Int {
    var bytes = 0
    for (index, segment) in segments.enumerated() where segment.index >= checkpoint.firstSegment {
      let end = index + 1 < segments.count ? segments[index + 1].header?.previousEnd : tail
      bytes += (end ?? 0) - (segment.header?.alignment ?? 0)
    }
    return bytes
  }
}
