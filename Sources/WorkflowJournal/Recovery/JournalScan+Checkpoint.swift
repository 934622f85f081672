// The checkpoint from which reading begins.

extension JournalScan {
  /// Chooses the checkpoint that the manifest names, or without a manifest the last whole one: the segments that any
  /// checkpoint needs are kept for as long as it is.
  mutating func selectCheckpoint(_ names: [String]) throws(JournalError) {
    let files = names.compactMap { JournalFormat.CheckpointFile(name: $0) }
    if let manifest {
      checkpoint = manifest.checkpoint
      previousCheckpoint = manifest.previousCheckpoint
      if usesPreviousCheckpoint, previousCheckpoint.firstSegment < checkpoint.firstSegment {
        checkpoint = previousCheckpoint
      }
      for file in files where !manifest.needs(file) {
        let path = JournalFormat.path(directory, file.name)
        if file.number > manifest.checkpoint.number { unfinished.append(path) } else { obsolete.append(path) }
      }
      found.checkpoint = checkpoint.number
      return
    }
    var whole: [CheckpointEntry] = []
    let all = Set(files)
    for number in Set(files.map(\.number)).sorted(by: >) where whole.count < 2 {
      if let entry = try wholeCheckpoint(number, all) { whole.append(entry) }
    }
    checkpoint = whole.first ?? .none
    found.checkpoint = checkpoint.number
    previousCheckpoint = whole.count > 1 ? whole[1] : .none
    let present = Set(names.compactMap { JournalFormat.segmentIndex($0) })
    let between = previousCheckpoint.firstSegment..<max(checkpoint.firstSegment, previousCheckpoint.firstSegment)
    if !between.allSatisfy(present.contains) {
      // The one before it is of no use.
      previousCheckpoint = .none
      previousCheckpoint.firstSegment = checkpoint.firstSegment
    }
  }

  /// The checkpoint of that number if the headers of all its parts are there and belong together.
  private func wholeCheckpoint(
    _ number: UInt32,
    _ files: Set<JournalFormat.CheckpointFile>
  ) throws(JournalError) -> CheckpointEntry? {
    var entry = CheckpointEntry(number: number, parts: 0, firstSegment: 1, bytes: 0, hash: .zero)
    while entry.parts < RecordPointer.maximumPart {
      let file = JournalFormat.CheckpointFile(number: number, part: entry.parts + 1)
      guard files.contains(file) else { return nil }
      let header: CheckpointHeader
      do throws(JournalError) {
        header = try readHeader(file)
      } catch {
        guard error.isPerhapsDamage else { throw error }
        return nil
      }
      entry.parts += 1
      entry.firstSegment = header.firstSegment
      entry.bytes += UInt64(header.size)
      entry.hash = header.after.hash
      if header.isLast { return entry }
    }
    return nil
  }

  /// Reads the header of a part and compares it with the file's name and size.
  func readHeader(_ file: JournalFormat.CheckpointFile) throws(JournalError) -> CheckpointHeader {
    let path = JournalFormat.path(directory, file.name)
    let bytes: [UInt8]
    let size: Int
    do throws(JournalFileSystemError) {
      (bytes, size) = try firstBlock(path)
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Reading the journal") }
      throw .damaged("A part of checkpoint \(file.number) is missing", file: path, offset: 0)
    }
    let header = try CheckpointHeader(decoding: bytes.span, file: path)
    guard header.number == file.number, header.part == file.part else {
      throw .damaged(
        "The header says that it is part \(header.part) of checkpoint \(header.number)",
        file: path,
        offset: 44
      )
    }
    guard header.size == size else {
      throw .damaged(
        "The file has \(size) bytes; its header says \(header.size)",
        file: path,
        offset: min(size, header.size)
      )
    }
    if let identifier = found.identifier, identifier != header.identifier {
      throw .damaged("The file belongs to journal \(header.identifier), not \(identifier)", file: path, offset: 24)
    }
    return header
  }

  /// Reads the checkpoint's records. Afterwards ``chain`` is that of the journal at the cut, if it is known.
  mutating func walkCheckpoint(visitBatch: BatchVisitor, visit: RecordVisitor) throws {
    guard checkpoint.number != 0 else {
      if segments.first?.index == 1, let identifier = found.identifier { chain = Chain(genesisOf: identifier) }
      return
    }
    var own: Chain?
    for file in checkpoint.files {
      let path = JournalFormat.path(directory, file.name)
      let header: CheckpointHeader
      do throws(JournalError) {
        header = try readHeader(file)
        try requirePlace(header, after: own, path)
        found.epoch = max(found.epoch, header.epoch)
        found.checkpointBytes += header.size
        found.identifier = header.identifier
        chain = header.cut
        own = header.before
        found.checkpointCut = JournalHead(header.cut, of: header.identifier)
      } catch {
        try damaged(error)
        own = nil
        continue
      }
      own = try walkPart(header, path, visitBatch, visit)
    }
    if let own, own.hash != checkpoint.hash, let last = checkpoint.files.last {
      try damaged(
        .damaged(
          "The checkpoint is not the one that was installed",
          file: JournalFormat.path(directory, last.name),
          offset: 184
        )
      )
    }
  }

  /// Throws unless a part continues the checkpoint, whose own chain has come to `own`.
  private func requirePlace(_ header: CheckpointHeader, after own: Chain?, _ path: String) throws(JournalError) {
    let genesis = Chain(
      genesisOf: header.number,
      epoch: header.epoch,
      identifier: header.identifier,
      cut: header.cut
    )
    let isBegin = header.part > 1 || header.before == genesis.withoutEpoch
    let isContinuation = own.map { $0.withoutEpoch == header.before && chain == header.cut } ?? true
    guard isBegin, isContinuation, header.firstSegment == checkpoint.firstSegment,
      header.isLast == (header.part == checkpoint.parts)
    else {
      throw .damaged("The part does not belong to the checkpoint that was installed", file: path, offset: 52)
    }
  }

  /// Reads the records of a part whose header was verified. Returns the checkpoint's own chain after it.
  private mutating func walkPart(
    _ header: CheckpointHeader,
    _ path: String,
    _ visitBatch: BatchVisitor,
    _ visit: RecordVisitor
  ) throws -> Chain? {
    let fileSystem = fileSystem
    let handle = try reading { () throws(JournalFileSystemError) in try fileSystem.open(path, .read) }
    defer { handle.close() }
    var walker = BatchWalker(
      header,
      reader: SegmentReader(file: handle, path: path, size: header.size)
    )
    let segment = RecordPointer.segment(ofCheckpoint: header.number, part: header.part)
    let content = try content(
      .checkpoint,
      header.identifier,
      key: header.key,
      salt: header.salt,
      path
    )
    let before = found.records
    defer { found.checkpointRecords += found.records - before }
    while walker.position < header.size {
      switch try walker.next() {
      case .batch(let batch, let offset, let payload):
        try visitBatch(
          JournalBatch(
            batch, segment: segment, checkpoint: header.number, offset: offset, hash: walker.chain.hash)
        )
        try visitRecords(
          walker.reader.window,
          batch,
          payload,
          BatchPlace(file: segment, path: path, offset: offset),
          content,
          visit
        )
      case .full:
        try damaged(.damaged("The file does not end with a batch", file: path, offset: walker.position))
        return nil
      case .invalid(let reason, _):
        try damaged(.damaged("A batch is damaged: \(reason)", file: path, offset: walker.position))
        guard try walker.resynchronize() else { return nil }
      }
    }
    guard walker.chain.withoutEpoch == header.after else {
      try damaged(.damaged("The batches are not those that the header counts", file: path, offset: 168))
      return nil
    }
    return walker.chain
  }
}
