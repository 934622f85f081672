/// The first 64 bytes of a batch.
///
/// | bytes | content |
/// |---|---|
/// | 0–2 | `DWB` |
/// | 3 | kind: `D` data, `W` watermark, `S` seal |
/// | 4–11 | both halves of the journal identifier, combined by exclusive or; in a checkpoint also its number |
/// | 12–15 | epoch of the open that wrote the batch |
/// | 16–23 | sequence number of the batch, from 1 |
/// | 24–31 | sequence number of its first record, from 0 |
/// | 32–35 | number of records |
/// | 36–39 | length of the records in bytes |
/// | 40–43 | CRC-32C of everything from byte 64 to the end of the padding |
/// | 44–59 | first 16 bytes of the previous batch's hash |
/// | 60–63 | CRC-32C of the bytes before |
///
/// The hash of a batch is SHA-256 of its header and records, without padding. A batch is only written after the one
/// before it was synced, so a valid batch proves that everything before it was durable. Watermarks and seals hold no
/// records: they are there to be that proof, after a pause and at a clean close.
struct BatchHeader: Equatable, Sendable {
  enum Kind: UInt8, Sendable {
    case data = 0x44
    case watermark = 0x57
    case seal = 0x53
  }

  static let byteCount = 64
  private static let checksumOffset = 60

  var kind: Kind
  var identifierFold: UInt64
  var epoch: UInt32
  var sequence: UInt64
  var firstRecord: UInt64
  var count: UInt32
  var length: UInt32
  var payloadChecksum: UInt32
  var previousHash: (UInt64, UInt64)

  /// Header and records, without padding.
  var unpaddedCount: Int { Self.byteCount + Int(length) }

  /// Writes the header over the first bytes of a batch.
  func store(in batch: inout [UInt8]) {
    batch[0] = 0x44
    batch[1] = 0x57
    batch[2] = 0x42
    batch[3] = kind.rawValue
    batch.store(identifierFold, at: 4)
    batch.store(epoch, at: 12)
    batch.store(sequence, at: 16)
    batch.store(firstRecord, at: 24)
    batch.store(count, at: 32)
    batch.store(length, at: 36)
    batch.store(payloadChecksum, at: 40)
    batch.store(previousHash.0, at: 44)
    batch.store(previousHash.1, at: 52)
    batch.store(CRC32C.checksum(batch.span.extracting(0..<Self.checksumOffset)), at: Self.checksumOffset)
  }

  /// The header of a batch that continues `chain`.
  init(
    _ kind: Kind,
    continuing chain: Chain,
    fold: UInt64,
    epoch: UInt32,
    count: Int,
    length: Int,
    payloadChecksum: UInt32
  ) {
    self.kind = kind
    identifierFold = fold
    self.epoch = epoch
    sequence = chain.sequence &+ 1
    firstRecord = chain.records
    self.count = UInt32(count)
    self.length = UInt32(length)
    self.payloadChecksum = payloadChecksum
    previousHash = (chain.hash.words.0, chain.hash.words.1)
  }

  /// Reads a header from `bytes` at `offset`, or returns `nil` when there is none with this fold that checks.
  init?(decoding bytes: Span<UInt8>, at offset: Int, fold: UInt64) {
    guard offset >= 0, bytes.count - offset >= Self.byteCount, bytes[offset] == 0x44, bytes[offset + 1] == 0x57,
      bytes[offset + 2] == 0x42, let kind = Kind(rawValue: bytes[offset + 3])
    else { return nil }
    let checksum = CRC32C.checksum(bytes.extracting(offset..<(offset + Self.checksumOffset)))
    guard bytes.load(UInt32.self, at: offset + Self.checksumOffset) == checksum else { return nil }
    self.kind = kind
    identifierFold = bytes.load(UInt64.self, at: offset + 4)
    guard identifierFold == fold else { return nil }
    epoch = bytes.load(UInt32.self, at: offset + 12)
    sequence = bytes.load(UInt64.self, at: offset + 16)
    firstRecord = bytes.load(UInt64.self, at: offset + 24)
    count = bytes.load(UInt32.self, at: offset + 32)
    length = bytes.load(UInt32.self, at: offset + 36)
    payloadChecksum = bytes.load(UInt32.self, at: offset + 40)
    previousHash = (bytes.load(UInt64.self, at: offset + 44), bytes.load(UInt64.self, at: offset + 52))
  }

  /// What is wrong with the batch's place in the journal, or `nil` when it continues `chain`.
  func mismatch(continuing chain: Chain) -> String? {
    if sequence != chain.sequence &+ 1 { return "its sequence number is \(sequence), not \(chain.sequence &+ 1)" }
    if previousHash.0 != chain.hash.words.0 || previousHash.1 != chain.hash.words.1 {
      return "it does not continue the chain of hashes"
    }
    if firstRecord != chain.records { return "its first record is number \(firstRecord), not \(chain.records)" }
    if epoch < chain.epoch { return "its epoch \(epoch) is before epoch \(chain.epoch)" }
    return nil
  }

  static func == (left: BatchHeader, right: BatchHeader) -> Bool {
    left.kind == right.kind && left.identifierFold == right.identifierFold && left.epoch == right.epoch
      && left.sequence == right.sequence && left.firstRecord == right.firstRecord && left.count == right.count
      && left.length == right.length && left.payloadChecksum == right.payloadChecksum
      && left.previousHash == right.previousHash
  }
}
