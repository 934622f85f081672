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
/// | 120–123 | zero |
/// | 124–127 | CRC-32C of the whole block without these four bytes |
///
/// It is durable before the file gets its name, so it is never torn: a header that does not check is damage. That the
/// next segment states where this one ends also proves that everything before that end was durable.
struct SegmentHeader: Equatable, Sendable {
  static let byteCount = 128
  private static let magic = Array("DWSEGMNT".utf8)

  var requiredFeatures = JournalFormat.requiredFeatures
  var optionalFeatures = JournalFormat.optionalFeatures
  var alignment: Int
  var identifier: JournalIdentifier
  var epoch: UInt32
  var index: UInt32
  var size: Int
  var previousSequence: UInt64
  var previousRecords: UInt64
  var previousEnd: Int
  var previousHash: ChainHash
  var previousTornBytes: Int

  /// The block as it stands in the file.
  func encoded() -> [UInt8] {
    var block = [UInt8](repeating: 0, count: alignment)
    block.replaceSubrange(0..<8, with: Self.magic)
    block.store(JournalFormat.majorVersion, at: 8)
    block.store(requiredFeatures, at: 12)
    block.store(optionalFeatures, at: 16)
    block.store(UInt32(alignment), at: 20)
    identifier.store(in: &block, at: 24)
    block.store(epoch, at: 40)
    block.store(index, at: 44)
    block.store(UInt64(size), at: 48)
    block.store(previousSequence, at: 56)
    block.store(previousRecords, at: 64)
    block.store(UInt64(previousEnd), at: 72)
    previousHash.store(in: &block, at: 80)
    block.store(UInt64(previousTornBytes), at: 112)
    block.store(Self.checksum(block.span, alignment: alignment), at: 124)
    return block
  }

  private static func checksum(_ block: Span<UInt8>, alignment: Int) -> UInt32 {
    CRC32C.update(
      CRC32C.checksum(block.extracting(0..<124)),
      block.extracting(byteCount..<alignment)
    )
  }

  /// Reads a header from the first bytes of a file, `JournalOptions`' largest alignment of them or all there are.
  /// Throws `damaged` or `unsupportedVersion`.
  init(decoding bytes: Span<UInt8>, file: String) throws(JournalError) {
    func damaged(_ what: String) -> JournalError {
      .damaged("The segment's header is damaged: " + what, file: file, offset: 0)
    }
    guard bytes.count >= Self.byteCount else { throw damaged("the file has only \(bytes.count) bytes") }
    for (index, byte) in Self.magic.enumerated() where bytes[index] != byte {
      throw damaged("it does not begin with DWSEGMNT")
    }
    // The version stands before the checksum, whose place and extent another version may define differently.
    let version = bytes.load(UInt16.self, at: 8)
    let alignment = Int(bytes.load(UInt32.self, at: 20))
    let isAligned = (alignment == 512 || alignment == 4096) && bytes.count >= alignment
    let isIntact = isAligned && Self.checksum(bytes, alignment: alignment) == bytes.load(UInt32.self, at: 124)
    guard version == JournalFormat.majorVersion || isIntact else {
      throw JournalError(
        .unsupportedVersion,
        "The segment has format version \(version), or is damaged; this program reads version "
          + "\(JournalFormat.majorVersion). Open it with a program that knows that version.",
        file: file,
        offset: 8
      )
    }
    guard isAligned else { throw damaged("its alignment is \(alignment)") }
    guard isIntact else { throw damaged("its checksum does not match") }
    requiredFeatures = bytes.load(UInt32.self, at: 12)
    let unknown = requiredFeatures & ~JournalFormat.requiredFeatures
    guard version == JournalFormat.majorVersion, unknown == 0 else {
      throw JournalError(
        .unsupportedVersion,
        "The segment has format version \(version) and needs features \(String(unknown, radix: 2)) that this program "
          + "does not know. Open it with a newer one.",
        file: file,
        offset: 12
      )
    }
    optionalFeatures = bytes.load(UInt32.self, at: 16)
    self.alignment = alignment
    identifier = JournalIdentifier(bytes, at: 24)
    epoch = bytes.load(UInt32.self, at: 40)
    index = bytes.load(UInt32.self, at: 44)
    let size = bytes.load(UInt64.self, at: 48)
    let end = bytes.load(UInt64.self, at: 72)
    let torn = bytes.load(UInt64.self, at: 112)
    guard size >= UInt64(2 * alignment), size <= UInt64(JournalOptions.maximumFileSize), size % UInt64(alignment) == 0,
      end <= UInt64(JournalOptions.maximumFileSize), torn <= UInt64(JournalOptions.maximumFileSize)
    else { throw damaged("its sizes are impossible") }
    self.size = Int(size)
    previousSequence = bytes.load(UInt64.self, at: 56)
    previousRecords = bytes.load(UInt64.self, at: 64)
    previousEnd = Int(end)
    previousHash = ChainHash(bytes, at: 80)
    previousTornBytes = Int(torn)
  }

  init(
    alignment: Int,
    identifier: JournalIdentifier,
    epoch: UInt32,
    index: UInt32,
    size: Int,
    after chain: Chain,
    previousEnd: Int,
    previousTornBytes: Int
  ) {
    self.alignment = alignment
    self.identifier = identifier
    self.epoch = epoch
    self.index = index
    self.size = size
    previousSequence = chain.sequence
    previousRecords = chain.records
    self.previousEnd = previousEnd
    previousHash = chain.hash
    self.previousTornBytes = previousTornBytes
  }
}
