/// What the first blocks of segments and of checkpoint parts have in common.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | what kind of file it is, in ASCII |
/// | 8–9 | major version |
/// | 10–11 | zero |
/// | 12–15, 16–19 | required and optional feature bits |
/// | 20–23 | alignment of batches in bytes: the length of the block |
/// | 24–39 | journal identifier, network order |
/// | 40–43 | epoch of the open that created the file |
/// | last four of the fields | CRC-32C of the whole block without these four bytes |
struct HeaderBlock {
  /// A kind of file.
  struct Kind: Sendable {
    let magic: String
    /// What error messages call it.
    let name: String
    /// How many bytes the fields have. The rest of the block is zero.
    let byteCount: Int

    static let segment = Kind(magic: "DWSEGMNT", name: "segment", byteCount: SegmentHeader.byteCount)
    static let checkpoint = Kind(magic: "DWCHECKP", name: "checkpoint", byteCount: CheckpointHeader.byteCount)
  }

  var requiredFeatures: UInt32
  var optionalFeatures: UInt32
  var alignment: Int
  var identifier: JournalIdentifier
  var epoch: UInt32

  /// A block with these fields and space for the others; ``seal(_:_:)`` completes it.
  func encoded(_ kind: Kind) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: alignment)
    block.replaceSubrange(0..<8, with: Array(kind.magic.utf8))
    block.store(JournalFormat.majorVersion, at: 8)
    block.store(requiredFeatures, at: 12)
    block.store(optionalFeatures, at: 16)
    block.store(UInt32(alignment), at: 20)
    identifier.store(in: &block, at: 24)
    block.store(epoch, at: 40)
    return block
  }

  /// Gives a block its checksum.
  static func seal(_ block: inout [UInt8], _ kind: Kind) {
    block.store(checksum(block.span, kind, alignment: block.count), at: kind.byteCount - 4)
  }

  private static func checksum(_ block: Span<UInt8>, _ kind: Kind, alignment: Int) -> UInt32 {
    CRC32C.update(
      CRC32C.checksum(block.extracting(0..<(kind.byteCount - 4))),
      block.extracting(kind.byteCount..<alignment)
    )
  }

  /// Reads the common fields from the first bytes of a file, `JournalOptions`' largest alignment of them or all there
  /// are. Throws `damaged` or `unsupportedVersion`; if it returns, the whole block is as it was written.
  init(decoding bytes: Span<UInt8>, _ kind: Kind, file: String) throws(JournalError) {
    guard bytes.count >= kind.byteCount else {
      throw kind.damaged("the file has only \(bytes.count) bytes", file)
    }
    for (index, byte) in kind.magic.utf8.enumerated() where bytes[index] != byte {
      throw kind.damaged("it does not begin with \(kind.magic)", file)
    }
    // The version stands before the checksum, whose place and extent another version may define differently.
    let version = bytes.load(UInt16.self, at: 8)
    let alignment = Int(bytes.load(UInt32.self, at: 20))
    let isAligned = (alignment == 512 || alignment == 4096) && bytes.count >= alignment
    let isIntact =
      isAligned && Self.checksum(bytes, kind, alignment: alignment) == bytes.load(UInt32.self, at: kind.byteCount - 4)
    guard version == JournalFormat.majorVersion || isIntact else {
      throw JournalError(
        .unsupportedVersion,
        "The \(kind.name) has format version \(version), or is damaged; this program reads version "
          + "\(JournalFormat.majorVersion). Open it with a program that knows that version.",
        file: file,
        offset: 8
      )
    }
    guard isAligned else { throw kind.damaged("its alignment is \(alignment)", file) }
    guard isIntact else { throw kind.damaged("its checksum does not match", file) }
    requiredFeatures = bytes.load(UInt32.self, at: 12)
    let unknown = requiredFeatures & ~JournalFormat.requiredFeatures
    guard version == JournalFormat.majorVersion, unknown == 0 else {
      throw JournalError(
        .unsupportedVersion,
        "The \(kind.name) has format version \(version) and needs features \(String(unknown, radix: 2)) that this "
          + "program does not know. Open it with a newer one.",
        file: file,
        offset: 12
      )
    }
    optionalFeatures = bytes.load(UInt32.self, at: 16)
    self.alignment = alignment
    identifier = JournalIdentifier(bytes, at: 24)
    epoch = bytes.load(UInt32.self, at: 40)
  }

  init(alignment: Int, identifier: JournalIdentifier, epoch: UInt32, requiredFeatures: UInt32, optionalFeatures: UInt32) {
    self.requiredFeatures = requiredFeatures
    self.optionalFeatures = optionalFeatures
    self.alignment = alignment
    self.identifier = identifier
    self.epoch = epoch
  }
}

extension HeaderBlock.Kind {
  /// The error for a header that is not what it should be.
  func damaged(_ what: String, _ file: String) -> JournalError {
    .damaged("The \(name)'s header is damaged: " + what, file: file, offset: 0)
  }
}
