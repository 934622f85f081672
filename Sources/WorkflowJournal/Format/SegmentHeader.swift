/// The first block of a segment file: 128 bytes, then zeros up to the alignment.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | `DWSEGMNT` |
/// | 8–9 | major version |
/// | 10–11 | zero |
/// | 12–15, 16–19 | required and optional feature bits |
/// | 20–23 | alignment of batches in bytes |
/// | 24–39 | journal identifier, network order |
/// | 40–43 | epoch of the open that created the segment |
/// | 44–47 | index of the segment |
/// | 48–55 | size of the file in bytes |
/// | 56–63 | sequence number of the last batch before this segment, 0 for none |
/// | 64–71 | number of records before this segment |
/// | 72–79 | where the last batch of the previous segment ends, in bytes, 0 for none |
/// | 80–111 | hash of the last batch before this segment (``ChainHash``) |
/// | 112–119 | how many bytes after that end hold an unfinished write; its copy is in a `.torn` file |
/// | 120–123 | number of the key with which batches are encrypted, 0 when they are not |
/// | 124–127 | CRC-32C of the whole block without these four bytes |
///
/// It is durable before the file gets its name, so it is never torn: a header that does not check is damage. That the
/// next segment states where this one ends also proves that everything before that end was durable.
struct SegmentHeader: Equatable, Sendable {
  static let byteCount = 128

  var requiredFeatures: UInt32
  var optionalFeatures = JournalFormat.optionalFeatures
  var alignment: Int
  var identifier: JournalIdentifier
  var epoch: UInt32
  var index: UInt32
  var size: Int
  /// The state of the chain before this segment; its epoch is not stored.
  var before: Chain
  var previousEnd: Int
  var previousTornBytes: Int
  var key: UInt32

  init(
    alignment: Int,
    identifier: JournalIdentifier,
    epoch: UInt32,
    index: UInt32,
    size: Int,
    after chain: Chain,
    previousEnd: Int,
    previousTornBytes: Int,
    key: UInt32
  ) {
    requiredFeatures = key == 0 ? 0 : JournalFormat.encryptedFeature
    self.alignment = alignment
    self.identifier = identifier
    self.epoch = epoch
    self.index = index
    self.size = size
    before = chain.withoutEpoch
    self.previousEnd = previousEnd
    self.previousTornBytes = previousTornBytes
    self.key = key
  }

  /// The block as it stands in the file.
  func encoded() -> [UInt8] {
    var block = HeaderBlock(
      alignment: alignment,
      identifier: identifier,
      epoch: epoch,
      requiredFeatures: requiredFeatures,
      optionalFeatures: optionalFeatures
    ).encoded(.segment)
    block.store(index, at: 44)
    block.store(UInt64(size), at: 48)
    before.store(in: &block, at: 56, hashAt: 80)
    block.store(UInt64(previousEnd), at: 72)
    block.store(UInt64(previousTornBytes), at: 112)
    block.store(key, at: 120)
    HeaderBlock.seal(&block, .segment)
    return block
  }

  /// Reads a header from the first bytes of a file, `JournalOptions`' largest alignment of them or all there are.
  /// Throws `damaged` or `unsupportedVersion`.
  init(decoding bytes: Span<UInt8>, file: String) throws(JournalError) {
    let block = try HeaderBlock(decoding: bytes, .segment, file: file)
    requiredFeatures = block.requiredFeatures
    optionalFeatures = block.optionalFeatures
    alignment = block.alignment
    identifier = block.identifier
    epoch = block.epoch
    index = bytes.load(UInt32.self, at: 44)
    let size = bytes.load(UInt64.self, at: 48)
    let end = bytes.load(UInt64.self, at: 72)
    let torn = bytes.load(UInt64.self, at: 112)
    guard size >= UInt64(2 * alignment), size <= UInt64(JournalOptions.maximumFileSize), size % UInt64(alignment) == 0,
      end <= UInt64(JournalOptions.maximumFileSize), torn <= UInt64(JournalOptions.maximumFileSize)
    else { throw HeaderBlock.Kind.segment.damaged("its sizes are impossible", file) }
    self.size = Int(size)
    before = Chain(bytes, at: 56, hashAt: 80)
    previousEnd = Int(end)
    previousTornBytes = Int(torn)
    key = bytes.load(UInt32.self, at: 120)
    guard (key != 0) == (requiredFeatures & JournalFormat.encryptedFeature != 0) else {
      throw HeaderBlock.Kind.segment.damaged("it names no key, or one that is not needed", file)
    }
  }
}
