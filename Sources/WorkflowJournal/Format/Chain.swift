/// How far a journal has come: what the next batch must continue from.
struct Chain: Equatable, Sendable {
  /// The sequence number of the last batch, 0 before the first.
  var sequence: UInt64
  /// The number of records so far; the next record gets this sequence number.
  var records: UInt64
  /// The hash of the last batch.
  var hash: ChainHash
  /// The epoch of the last batch. Epochs never decrease.
  var epoch: UInt32

  /// The state before the first batch of a journal.
  init(genesisOf identifier: JournalIdentifier) {
    sequence = 0
    records = 0
    hash = .genesis(of: identifier)
    epoch = 0
  }

  /// The state before the first batch of a segment.
  init(before header: SegmentHeader) {
    sequence = header.previousSequence
    records = header.previousRecords
    hash = header.previousHash
    epoch = 0
  }

  /// The state after `batch`, whose unpadded bytes hash to `hash`.
  func advanced(over batch: BatchHeader, hash: ChainHash) -> Chain {
    var next = self
    next.sequence = batch.sequence
    next.records = batch.firstRecord &+ UInt64(batch.count)
    next.hash = hash
    next.epoch = batch.epoch
    return next
  }
}
