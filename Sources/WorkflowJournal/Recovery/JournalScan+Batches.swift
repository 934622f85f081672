// The batches of segments, and what lies behind the last one.

extension JournalScan {
  /// - Parameter start: where the reading of its segment begins, if not at that segment's beginning.
  mutating func walk(
    _ position: Int, from start: Start? = nil, visitBatch: BatchVisitor, visit: RecordVisitor
  ) throws {
    let segment = segments[position]
    guard let header = segment.header else {
      chain = nil
      return
    }
    let isLast = position == segments.count - 1
    let successor = isLast ? nil : segments[position + 1].header
    let start = start?.segment == position ? start : nil
    if start == nil, let chain, chain.withoutEpoch != header.before {
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
      size: header.size
    )
    var walker = BatchWalker(
      header,
      resuming: start?.chain ?? header.before.with(epoch: chain?.epoch ?? 0),
      at: start?.position ?? header.alignment,
      distrustsCache: isLast && mode == .opening,
      reader: reader
    )
    let content = try content(
      .segment,
      header.identifier,
      key: header.key,
      salt: header.salt,
      segment.path
    )
    try walkBatches(&walker, segment, successor, content, visitBatch, visit)
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
    _ content: Content,
    _ visitBatch: BatchVisitor,
    _ visit: RecordVisitor
  ) throws {
    let isLast = segment.index == segments.last?.index
    var lookedTwiceAt: Int?
    while true {
      if let successor, walker.position >= successor.previousEnd { return }
      switch try walker.next() {
      case .batch(let batch, let offset, let payload):
        found.batches += 1
        found.bytes += walker.position - offset
        found.wasClosedCleanly = batch.kind == .seal
        try visitBatch(
          JournalBatch(batch, segment: segment.index, checkpoint: 0, offset: offset, hash: walker.chain.hash)
        )
        try visitRecords(
          walker.reader.window,
          batch,
          payload,
          BatchPlace(file: segment.index, path: segment.path, offset: offset),
          content,
          visit
        )
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
          switch try judgeTail(&walker, segment, reason, isSecondLook: lookedTwiceAt == walker.position) {
          case .end: return
          case .damage: break
          case .outdated:
            lookedTwiceAt = walker.position
            walker.reader.forget()
            continue
          }
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

  /// What follows the last valid batch of the journal.
  private enum TailVerdict {
    /// Nothing, or the trace of an unfinished write.
    case end
    /// Damage, which has been reported.
    case damage
    /// The owner has gone on since the batches were looked at.
    case outdated
  }

  /// Decides whether what follows the last valid batch of the journal is the trace of an unfinished write.
  ///
  /// - Parameter isSecondLook: Whether the place of the next batch was read after a later one had been seen.
  private mutating func judgeTail(
    _ walker: inout BatchWalker,
    _ segment: Segment,
    _ reason: String,
    isSecondLook: Bool
  ) throws(JournalError) -> TailVerdict {
    let next = walker.chain.sequence &+ 1
    let tail = try walker.examineTail()
    if let later = tail.later {
      // Nobody holds the owner's lock: both may be newer than the first look. The next one was whole before the later
      // one was begun.
      if mode == .inspecting, !isSecondLook { return .outdated }
      try damaged(
        .damaged(
          "Batch \(next) is damaged: \(reason). It had been written, since batch \(later.sequence) follows at byte "
            + "\(later.offset)",
          file: segment.path,
          offset: walker.position
        )
      )
      return .damage
    }
    if let durable = manifest?.durableSequence, durable >= next {
      // Reported by `checkManifest`.
      return .end
    }
    if let end = tail.end {
      found.wasClosedCleanly = false
      found.tornTail = JournalTornTail(file: segment.path, offset: walker.position, length: end - walker.position)
    }
    return .end
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
