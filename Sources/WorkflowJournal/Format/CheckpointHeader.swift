/// The first block of a checkpoint's part: 256 bytes, then zeros up to the alignment. The first 44 bytes are those of
/// every ``HeaderBlock``.
///
/// | bytes | content |
/// |---|---|
/// | 0–43 | `DWCHECKP` and the other common fields; the epoch is that of the open that began the checkpoint |
/// | 44–47, 48–51 | number of the checkpoint, number of the part from 1 |
/// | 52–55 | index of the first segment behind the cut |
/// | 56–63 | size of the file in bytes |
/// | 64–67 | 1 in the last part, else 0 |
/// | 68–71 | epoch of the journal's last batch before the cut |
/// | 72–79, 80–87, 88–119 | the journal's chain at the cut: sequence of the last batch, number of records, hash |
/// | 120–127, 128–135, 136–167 | the checkpoint's own chain before this part |
/// | 168–175, 176–183, 184–215 | the checkpoint's own chain after this part |
/// | 216–219 | number of the key with which batches are encrypted, 0 when they are not |
/// | 220–251 | zero |
/// | 252–255 | CRC-32C of the whole block without these four bytes |
///
/// The block is written last, when everything in it is known, and the file gets its name only after that is durable.
struct CheckpointHeader: Equatable, Sendable {
  static let byteCount = 256

  var alignment: Int
  var identifier: JournalIdentifier
  var epoch: UInt32
  var number: UInt32
  var part: UInt32
  var firstSegment: UInt32
  var size: Int
  var isLast: Bool
  /// The journal's chain at the cut, its epoch included.
  var cut: Chain
  /// The checkpoint's own chain before and after this part, without epochs: all are the checkpoint's.
  var before: Chain
  var after: Chain
  var key: UInt32

  func encoded() -> [UInt8] {
    var block = HeaderBlock(
      alignment: alignment,
      identifier: identifier,
      epoch: epoch,
      requiredFeatures: key == 0 ? 0 : JournalFormat.encryptedFeature,
      optionalFeatures: JournalFormat.optionalFeatures
    ).encoded(.checkpoint)
    block.store(number, at: 44)
    block.store(part, at: 48)
    block.store(firstSegment, at: 52)
    block.store(UInt64(size), at: 56)
    block.store(UInt32(isLast ? 1 : 0), at: 64)
    block.store(cut.epoch, at: 68)
    cut.store(in: &block, at: 72, hashAt: 88)
    before.store(in: &block, at: 120, hashAt: 136)
    after.store(in: &block, at: 168, hashAt: 184)
    block.store(key, at: 216)
    HeaderBlock.seal(&block, .checkpoint)
    return block
  }

  /// Reads a header from the first bytes of a file. Throws `damaged` or `unsupportedVersion`.
  init(decoding bytes: Span<UInt8>, file: String) throws(JournalError) {
    let block = try HeaderBlock(decoding: bytes, .checkpoint, file: file)
    alignment = block.alignment
    identifier = block.identifier
    epoch = block.epoch
    number = bytes.load(UInt32.self, at: 44)
    part = bytes.load(UInt32.self, at: 48)
    firstSegment = bytes.load(UInt32.self, at: 52)
    let size = bytes.load(UInt64.self, at: 56)
    isLast = bytes.load(UInt32.self, at: 64) == 1
    cut = Chain(bytes, at: 72, hashAt: 88)
    cut.epoch = bytes.load(UInt32.self, at: 68)
    before = Chain(bytes, at: 120, hashAt: 136)
    after = Chain(bytes, at: 168, hashAt: 184)
    key = bytes.load(UInt32.self, at: 216)
    guard size >= UInt64(2 * alignment), size <= UInt64(JournalOptions.maximumFileSize), size % UInt64(alignment) == 0,
      (1...JournalFormat.maximumSegment).contains(firstSegment),
      (key != 0) == (block.requiredFeatures & JournalFormat.encryptedFeature != 0)
    else { throw HeaderBlock.Kind.checkpoint.damaged("its fields contradict each other", file) }
    self.size = Int(size)
  }

  init(
    _ cut: CheckpointCut,
    part: UInt32,
    alignment: Int,
    size: Int,
    isLast: Bool,
    before: Chain,
    after: Chain,
    key: UInt32
  ) {
    self.alignment = alignment
    identifier = cut.identifier
    epoch = cut.epoch
    number = cut.number
    self.part = part
    firstSegment = cut.firstSegment
    self.size = size
    self.isLast = isLast
    self.cut = cut.chain
    self.before = before.withoutEpoch
    self.after = after.withoutEpoch
    self.key = key
  }
}
