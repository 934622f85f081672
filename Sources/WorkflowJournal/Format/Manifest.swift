/// What a journal knows about itself as a whole: 64 bytes, replaced by renaming.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | `DWMANIFT` |
/// | 8–9 | major version |
/// | 10–11 | zero |
/// | 12–15 | epoch of the last open, durable before that open wrote anything |
/// | 16–31 | journal identifier |
/// | 32–35 | index of the first segment that is still needed |
/// | 36–39 | index of the last segment, at least; its absence is damage |
/// | 40–47 | sequence number of a batch that is known to be durable |
/// | 48–59 | zero |
/// | 60–63 | CRC-32C of the bytes before |
///
/// Everything in it but the epoch can be had from the segments. So a manifest that is missing or damaged is replaced
/// and reported, with an epoch far beyond any that can have been used.
struct Manifest: Equatable, Sendable {
  static let byteCount = 64
  /// How far the epoch jumps when the manifest is lost.
  static let epochJump: UInt32 = 1 << 16
  private static let magic = Array("DWMANIFT".utf8)

  var identifier: JournalIdentifier
  var epoch: UInt32
  var firstSegment: UInt32
  var lastSegment: UInt32
  var durableSequence: UInt64

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.replaceSubrange(0..<8, with: Self.magic)
    bytes.store(JournalFormat.majorVersion, at: 8)
    bytes.store(epoch, at: 12)
    identifier.store(in: &bytes, at: 16)
    bytes.store(firstSegment, at: 32)
    bytes.store(lastSegment, at: 36)
    bytes.store(durableSequence, at: 40)
    bytes.store(CRC32C.checksum(bytes.span.extracting(0..<60)), at: 60)
    return bytes
  }

  init(
    identifier: JournalIdentifier,
    epoch: UInt32,
    firstSegment: UInt32,
    lastSegment: UInt32,
    durableSequence: UInt64
  ) {
    self.identifier = identifier
    self.epoch = epoch
    self.firstSegment = firstSegment
    self.lastSegment = lastSegment
    self.durableSequence = durableSequence
  }

  /// Reads a manifest, or returns `nil` when `bytes` are not exactly one. Throws `unsupportedVersion` when they are one
  /// of another version.
  init?(decoding bytes: [UInt8], file: String) throws(JournalError) {
    let span = bytes.span
    guard span.count == Self.byteCount, Array(bytes.prefix(8)) == Self.magic,
      span.load(UInt32.self, at: 60) == CRC32C.checksum(span.extracting(0..<60))
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
    firstSegment = span.load(UInt32.self, at: 32)
    lastSegment = span.load(UInt32.self, at: 36)
    durableSequence = span.load(UInt64.self, at: 40)
  }
}
