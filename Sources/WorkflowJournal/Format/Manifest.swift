/// What a journal knows about itself as a whole: 192 bytes, replaced by renaming.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | `DWMANIFT` |
/// | 8–9 | major version |
/// | 10–11 | zero |
/// | 12–15 | epoch of the last open, durable before that open wrote anything |
/// | 16–31 | journal identifier |
/// | 32–35 | zero |
/// | 36–39 | index of the last segment, at least; its absence is damage |
/// | 40–47 | sequence number of a batch that is known to be durable |
/// | 48–103 | the installed checkpoint (``CheckpointEntry``) |
/// | 104–159 | the checkpoint before it |
/// | 160–187 | zero |
/// | 188–191 | CRC-32C of the bytes before |
///
/// Everything in it but the epoch can be had from the segments and checkpoints. So a manifest that is missing or
/// damaged is replaced and reported, with an epoch far beyond any that can have been used.
struct Manifest: Equatable, Sendable {
  static let byteCount = 192
  /// How far the epoch jumps when the manifest is lost.
  static let epochJump: UInt32 = 1 << 16
  private static let magic = Array("DWMANIFT".utf8)

  var identifier: JournalIdentifier
  var epoch: UInt32
  var lastSegment: UInt32
  var durableSequence: UInt64
  /// The checkpoint from which an open begins.
  var checkpoint: CheckpointEntry
  /// The checkpoint before that, whose files are kept like the segments between both.
  var previousCheckpoint: CheckpointEntry

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.replaceSubrange(0..<8, with: Self.magic)
    bytes.store(JournalFormat.majorVersion, at: 8)
    bytes.store(epoch, at: 12)
    identifier.store(in: &bytes, at: 16)
    bytes.store(lastSegment, at: 36)
    bytes.store(durableSequence, at: 40)
    checkpoint.store(in: &bytes, at: 48)
    previousCheckpoint.store(in: &bytes, at: 104)
    bytes.store(CRC32C.checksum(bytes.span.extracting(0..<188)), at: 188)
    return bytes
  }

  init(
    identifier: JournalIdentifier,
    epoch: UInt32,
    lastSegment: UInt32,
    durableSequence: UInt64,
    checkpoint: CheckpointEntry,
    previousCheckpoint: CheckpointEntry
  ) {
    self.identifier = identifier
    self.epoch = epoch
    self.lastSegment = lastSegment
    self.durableSequence = durableSequence
    self.checkpoint = checkpoint
    self.previousCheckpoint = previousCheckpoint
  }

  /// Reads a manifest, or returns `nil` when `bytes` are not exactly one. Throws `unsupportedVersion` when they are one
  /// of another version.
  init?(decoding bytes: [UInt8], file: String) throws(JournalError) {
    let span = bytes.span
    guard span.count == Self.byteCount, Array(bytes.prefix(8)) == Self.magic,
      span.load(UInt32.self, at: 188) == CRC32C.checksum(span.extracting(0..<188))
    else { return nil }
    let version = span.load(UInt16.self, at: 8)
    guard version == JournalFormat.majorVersion else {
      throw JournalError(
        .unsupportedVersion,
        "The journal has format version \(version); this program reads version \(JournalFormat.majorVersion). "
          + "Open it with a program that knows that version.",
        file: file,
        offset: 8
      )
    }
    epoch = span.load(UInt32.self, at: 12)
    identifier = JournalIdentifier(span, at: 16)
    lastSegment = span.load(UInt32.self, at: 36)
    durableSequence = span.load(UInt64.self, at: 40)
    checkpoint = CheckpointEntry(span, at: 48)
    previousCheckpoint = CheckpointEntry(span, at: 104)
    guard checkpoint.isPossible, previousCheckpoint.isPossible,
      previousCheckpoint.firstSegment <= checkpoint.firstSegment,
      previousCheckpoint.number < checkpoint.number || previousCheckpoint.number == 0
    else { return nil }
  }

  /// Whether everything that is read from a checkpoint on is there until the next install only, since it is not the
  /// installed one but the one before it; `nil` if it may be gone already.
  func isAging(_ entry: CheckpointEntry) -> Bool? {
    if entry == checkpoint { return false }
    return entry == previousCheckpoint ? true : nil
  }

  /// Whether a file of this checkpoint is still of use.
  func needs(_ file: JournalFormat.CheckpointFile) -> Bool {
    checkpoint.includes(file) || previousCheckpoint.includes(file)
  }
}

/// A finished checkpoint as the manifest names it: 56 bytes.
///
/// | bytes | content |
/// |---|---|
/// | 0–3 | number, 0 when there is none: then everything from ``firstSegment`` on is all there is |
/// | 4–7 | number of parts |
/// | 8–11 | index of the first segment behind its cut |
/// | 12–15 | zero |
/// | 16–23 | size of its files in bytes |
/// | 24–55 | hash of its last batch |
struct CheckpointEntry: Hashable, Sendable {
  var number: UInt32
  var parts: UInt32
  var firstSegment: UInt32
  var bytes: UInt64
  var hash: ChainHash

  /// No checkpoint: the segments hold everything.
  static let none = CheckpointEntry(number: 0, parts: 0, firstSegment: 1, bytes: 0, hash: .zero)

  init(number: UInt32, parts: UInt32, firstSegment: UInt32, bytes: UInt64, hash: ChainHash) {
    self.number = number
    self.parts = parts
    self.firstSegment = firstSegment
    self.bytes = bytes
    self.hash = hash
  }

  init(_ span: Span<UInt8>, at offset: Int) {
    number = span.load(UInt32.self, at: offset)
    parts = span.load(UInt32.self, at: offset + 4)
    firstSegment = span.load(UInt32.self, at: offset + 8)
    bytes = span.load(UInt64.self, at: offset + 16)
    hash = ChainHash(span, at: offset + 24)
  }

  func store(in target: inout [UInt8], at offset: Int) {
    target.store(number, at: offset)
    target.store(parts, at: offset + 4)
    target.store(firstSegment, at: offset + 8)
    target.store(bytes, at: offset + 16)
    hash.store(in: &target, at: offset + 24)
  }

  /// Whether a journal can have written it.
  var isPossible: Bool {
    (number == 0) == (parts == 0) && parts <= RecordPointer.maximumPart && bytes < UInt64(Int.max)
      && (1...JournalFormat.maximumSegment).contains(firstSegment)
  }

  func includes(_ file: JournalFormat.CheckpointFile) -> Bool {
    number != 0 && file.number == number && file.part <= parts
  }

  /// Its files, in order.
  var files: [JournalFormat.CheckpointFile] {
    number == 0 ? [] : (0..<parts).map { JournalFormat.CheckpointFile(number: number, part: $0 + 1) }
  }
}
