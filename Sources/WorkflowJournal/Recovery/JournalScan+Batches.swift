// The batches of segments, and what lies behind the last one.

extension JournalScan {
  mutating func walk(_ position: Int, visitBatch: BatchVisitor, visit: RecordVisitor) throws {
    let segment = segments[position]
    guard let header = segment.header else {
      chain = nil
      return
    }
    let isLast = position == segments.count - 1
    let successor = isLast ? nil : segments[position + 1].header
    if let chain, chain.withoutEpoch != header.before {
      let what =
        position > 0
        ? "The segment does not continue the one before it"
        : header.index == 1
          ? "The first segment does not begin the journal" : "The segment does not continue the checkpoint before it"
      try damaged(.damaged(what, file: segment.path, offset: 56))
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
    var walker = BatchWalker(header, epoch: chain?.epoch ?? 0, reader: reader)
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
        try visitBatch(JournalBatch(batch, segment: segment.index, checkpoint: 0, offset: offset))
        guard try visitRecords(walker.reader.window.span, batch, payload, segment.index, offset, visit) else {
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

  /// Returns false when the bytes are not the stated number of records. `file` is what pointers call the file.
  mutating func visitRecords(
    _ window: Span<UInt8>,
    _ batch: BatchHeader,
    _ payload: Int,
    _ file: UInt32,
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
          segment: file,
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
      if mode != .inspecting {
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
    guard mode != .covering else { return }
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
}
