extension Journal {
  /// The longest batch in bytes: what one file can hold besides its header and a seal.
  static let maximumBatchLength = 1 << 30

  /// Adds a record to the open batch. It becomes durable with ``commit()``, and not before.
  ///
  /// - Parameters:
  ///   - type: The owner's own type. By convention a reader that meets an unknown type may skip the record when bit 7
  ///     (0x80) is set, and must refuse the journal when it is not. The journal itself treats all alike.
  ///   - body: The record.
  /// - Returns: The record's index in the batch, for ``CommittedBatch/pointer(at:)``.
  /// - Throws: `recordTooLarge`, `batchTooLarge` (commit and append again), `poisoned`, `closed`.
  @discardableResult
  public func append(type: UInt8, body: [UInt8]) throws(JournalError) -> Int {
    try append(type: type, body: body.span)
  }

  /// Adds a record to the open batch, like ``append(type:body:)-([UInt8],_)``.
  @discardableResult
  public func append(type: UInt8, body: Span<UInt8>) throws(JournalError) -> Int {
    try requireUsable()
    guard body.count <= options.maximumRecordLength else {
      throw JournalError(
        .recordTooLarge,
        "The record has \(body.count) bytes; the limit is \(options.maximumRecordLength). Keep long payloads in the "
          + "blob store, or raise maximumRecordLength.",
        file: directory
      )
    }
    guard buffer.count + body.count + 16 <= Self.maximumBatchLength else {
      throw JournalError(
        .batchTooLarge,
        "The open batch has \(buffer.count) bytes; with \(body.count) more it would exceed \(Self.maximumBatchLength). "
          + "Commit it first.",
        file: directory
      )
    }
    RecordFormat.appendLength(body.count, to: &buffer)
    let typeOffset = buffer.count
    buffer.append(type)
    body.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
    RecordFormat.appendChecksum(from: typeOffset, to: &buffer)
    bodies.append(CommittedBatch.RecordBody(offset: UInt32(typeOffset + 1), length: UInt32(body.count)))
    return bodies.count - 1
  }

  /// Drops the open batch.
  public func discardPending() {
    buffer.removeLast(buffer.count - BatchHeader.byteCount)
    bodies.removeAll(keepingCapacity: true)
  }

  /// Makes the open batch durable, with one write and one sync, and begins a new one. Does nothing when it is empty.
  ///
  /// - Returns: The batch, which tells where its records lie.
  /// - Throws: `full` when a new segment is needed and there is no space for it: the batch stays open, and the call may
  ///   be
  ///   repeated. `poisoned` when a write or sync fails, now or earlier: nothing of the batch is acknowledged, though a
  ///   later open may find it. `closed`.
  public func commit() throws(JournalError) -> CommittedBatch {
    try requireUsable()
    guard !bodies.isEmpty else {
      return CommittedBatch(
        sequence: 0,
        firstRecord: chain.records,
        segment: segment.index,
        base: segment.tail,
        bodies: []
      )
    }
    if !segment.hasSpace(for: buffer.count) {
      try roll(for: buffer.count)
    }
    let batch = CommittedBatch(
      sequence: chain.sequence + 1,
      firstRecord: chain.records,
      segment: segment.index,
      base: segment.tail,
      bodies: bodies
    )
    try write(.data, &buffer, count: bodies.count)
    discardPending()
    statistics.batches += 1
    statistics.records += batch.count
    prepareIfDue()
    return batch
  }

  /// Proves what was committed to be durable, by a batch without records behind it: "durable through here".
  ///
  /// Call it when no batch was committed for about 50 ms. After it, damage to the last batch with records is recognised
  /// as damage; without it, damage to the very last batch of a journal cannot be told from a write that a crash cut
  /// short. Does nothing when it has been done since the last commit. The open batch stays as it is.
  ///
  /// Throws like ``commit()``.
  public func markIdle() throws(JournalError) {
    try requireUsable()
    guard endsWithData else { return }
    if segment.hasSpace(for: BatchHeader.byteCount) {
      try writeControl(.watermark)
    } else {
      // A new segment's header, and the manifest, are the same proof.
      try roll(for: BatchHeader.byteCount)
      endsWithData = false
    }
  }

  /// Writes a batch without records. The seal may use the block that is kept free for it.
  func writeControl(_ kind: BatchHeader.Kind) throws(JournalError) {
    if kind == .seal, segment.size - segment.tail < segment.alignment {
      // Only when a seal already took the reserved block and nothing was written since; it still stands last.
      return
    }
    controlBuffer.removeAll(keepingCapacity: true)
    controlBuffer.appendZeros(BatchHeader.byteCount)
    try write(kind, &controlBuffer, count: 0)
  }

  /// Writes and syncs one batch at the tail. `bytes` holds space for the header, then the records.
  private func write(_ kind: BatchHeader.Kind, _ bytes: inout [UInt8], count: Int) throws(JournalError) {
    let unpadded = bytes.count
    let extent = JournalFormat.roundUp(unpadded, to: segment.alignment)
    bytes.appendZeros(extent - unpadded)
    let header = BatchHeader(
      kind,
      continuing: chain,
      fold: identifier.fold,
      epoch: epoch,
      count: count,
      length: unpadded - BatchHeader.byteCount,
      payloadChecksum: CRC32C.checksum(bytes.span.extracting(BatchHeader.byteCount..<extent))
    )
    header.store(in: &bytes)
    let hash = ChainHash.hash(bytes.span.extracting(0..<unpadded))
    do throws(JournalFileSystemError) {
      try segment.file.writeAll(bytes.span, at: segment.tail, path: segment.path)
    } catch {
      throw poisoned(by: error, doing: "Writing batch \(header.sequence)", file: segment.path)
    }
    do throws(JournalFileSystemError) {
      try segment.file.synchronizeData()
    } catch {
      throw poisoned(by: error, doing: "Syncing batch \(header.sequence)", file: segment.path)
    }
    statistics.syncs += 1
    statistics.bytesWritten += extent
    chain = chain.advanced(over: header, hash: hash)
    segment.tail += extent
    bytesSinceCheckpoint += extent
    endsWithData = kind == .data
  }
}
