/// Goes through the batches of one segment or checkpoint part, checking each against the chain.
struct BatchWalker: ~Copyable {
  enum Step {
    /// A batch; its records lie in `reader.window` from `payload`, `header.length` bytes.
    case batch(BatchHeader, at: Int, payload: Int)
    /// The file is full.
    case full
    /// There is no valid batch here. With `cannotBeTorn`, an unfinished write cannot have left these bytes.
    case invalid(String, cannotBeTorn: Bool)
  }

  /// What lies behind the last valid batch.
  struct Tail {
    /// A valid batch that comes later in the chain than the next one: proof that the next one was durable.
    var later: (offset: Int, sequence: UInt64)?
    /// The end of the last byte that is not zero.
    var end: Int?
  }

  /// What the file's header says of its batches.
  let alignment: Int
  let size: Int
  let fold: UInt64
  var reader: SegmentReader
  /// Whether a batch counts only if the device has it. Then one that nothing follows is fetched from there: where a
  /// batch was begun behind it, it was synced before.
  private let distrustsCache: Bool
  /// Where the next batch begins.
  private(set) var position: Int
  private(set) var chain: Chain

  /// A walker through a segment whose header is given. `epoch` is that of the last batch before it.
  init(_ header: SegmentHeader, epoch: UInt32, reader: consuming SegmentReader) {
    self.init(header, resuming: header.before.with(epoch: epoch), at: header.alignment, reader: reader)
  }

  /// A walker that goes on at `position` of a segment, where the chain has come to `chain`.
  init(
    _ header: SegmentHeader, resuming chain: Chain, at position: Int, distrustsCache: Bool = false,
    reader: consuming SegmentReader
  ) {
    self.distrustsCache = distrustsCache
    alignment = header.alignment
    size = header.size
    fold = header.identifier.fold
    self.chain = chain
    self.reader = reader
    self.position = position
  }

  /// A walker through a part of a checkpoint.
  init(_ header: CheckpointHeader, reader: consuming SegmentReader) {
    distrustsCache = false
    alignment = header.alignment
    size = header.size
    fold = header.identifier.fold(ofCheckpoint: header.number)
    chain = header.before
    chain.epoch = header.epoch
    self.reader = reader
    position = header.alignment
  }

  /// Steps over the next batch if there is a valid one.
  mutating func next() throws(JournalError) -> Step {
    guard size - position >= alignment else { return .full }
    return try step(fromDevice: false)
  }

  private mutating func step(fromDevice: Bool) throws(JournalError) -> Step {
    let start = try reader.load(position, alignment)
    guard let batch = BatchHeader(decoding: reader.window.span, at: start, fold: fold) else {
      return .invalid("there is no batch with a valid header", cannotBeTorn: false)
    }
    // Segments begin as zeros and nothing is written twice, so a torn write leaves zeros or parts of the right batch.
    if let mismatch = batch.mismatch(continuing: chain) {
      return .invalid("the batch does not belong here: \(mismatch)", cannotBeTorn: true)
    }
    let extent = JournalFormat.roundUp(batch.unpaddedCount, to: alignment)
    guard extent <= size - position else {
      return .invalid("the batch is longer than the file", cannotBeTorn: true)
    }
    if distrustsCache, !fromDevice, try !isBegun(batch.sequence &+ 1, at: position + extent) {
      _ = try reader.fetch(position, extent)
      return try step(fromDevice: true)
    }
    let begin = try reader.load(position, extent)
    guard let hash = hashIfIntact(batch, begin..<(begin + extent)) else {
      return .invalid("the checksum of batch \(batch.sequence) does not match", cannotBeTorn: false)
    }
    chain = chain.advanced(over: batch, hash: hash)
    let offset = position
    position += extent
    return .batch(batch, at: offset, payload: begin + BatchHeader.byteCount)
  }

  /// Whether the header of the batch with that number stands at `offset`.
  private mutating func isBegun(_ sequence: UInt64, at offset: Int) throws(JournalError) -> Bool {
    guard size - offset >= alignment else { return false }
    let start = try reader.load(offset, alignment)
    return BatchHeader(decoding: reader.window.span, at: start, fold: fold)?.sequence == sequence
  }

  /// The hash of the batch that lies in `range` of the window, or `nil` when its checksum does not match.
  private func hashIfIntact(_ batch: BatchHeader, _ range: Range<Int>) -> ChainHash? {
    let bytes = reader.window.span.extracting(range)
    guard CRC32C.checksum(bytes.extracting(BatchHeader.byteCount..<bytes.count)) == batch.payloadChecksum else {
      return nil
    }
    return .hash(bytes.extracting(0..<batch.unpaddedCount))
  }

  /// Searches everything from the present position to the end of the segment.
  mutating func examineTail() throws(JournalError) -> Tail {
    var tail = Tail()
    var offset = position
    reader.forget()
    while offset < size {
      let start = try reader.load(offset, alignment)
      let count = reader.available(from: offset) / alignment * alignment
      let window = reader.window.span.extracting(start..<(start + count))
      if let end = lastNonZero(window) {
        tail.end = offset + end + 1
        if tail.later == nil {
          tail.later = findLater(window, offset)
        }
      }
      offset += count
    }
    return tail
  }

  private func findLater(_ window: Span<UInt8>, _ offset: Int) -> (offset: Int, sequence: UInt64)? {
    for block in stride(from: 0, to: window.count, by: alignment) {
      if let batch = BatchHeader(decoding: window, at: block, fold: fold),
        batch.sequence > chain.sequence &+ 1
      {
        return (offset + block, batch.sequence)
      }
    }
    return nil
  }

  /// Goes on behind damage: moves to the next valid batch header behind the present position and takes its place in the
  /// chain for granted. Returns false when there is none.
  mutating func resynchronize() throws(JournalError) -> Bool {
    position += alignment
    while size - position >= alignment {
      let start = try reader.load(position, alignment)
      if let batch = BatchHeader(decoding: reader.window.span, at: start, fold: fold), batch.sequence > 0 {
        chain.sequence = batch.sequence - 1
        chain.records = batch.firstRecord
        chain.epoch = batch.epoch
        chain.hash = ChainHash(words: (batch.previousHash.0, batch.previousHash.1, 0, 0))
        return true
      }
      position += alignment
    }
    return false
  }
}

/// The index of the last byte of `bytes` that is not zero.
func lastNonZero(_ bytes: Span<UInt8>) -> Int? {
  var end = bytes.count
  while end >= 8, bytes.load(UInt64.self, at: end - 8) == 0 {
    end -= 8
  }
  while end > 0, bytes[end - 1] == 0 {
    end -= 1
  }
  return end > 0 ? end - 1 : nil
}
