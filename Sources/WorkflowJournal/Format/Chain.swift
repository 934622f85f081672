/// How far a journal has come: what the next batch must continue from.
struct Chain: Hashable, Sendable {
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

  /// The state before the first batch of checkpoint `number`, which stands for everything up to `cut`.
  ///
  /// It depends on the cut, so that no batch of one checkpoint passes for one of another.
  init(genesisOf number: UInt32, epoch: UInt32, identifier: JournalIdentifier, cut: Chain) {
    sequence = 0
    records = 0
    var bytes = identifier.bytes + cut.hash.bytes
    bytes.appendZeros(24)
    bytes.store(number, at: 48)
    bytes.store(epoch, at: 52)
    bytes.store(cut.sequence, at: 56)
    bytes.store(cut.records, at: 64)
    hash = .hash(bytes.span)
    self.epoch = epoch
  }

  /// Reads a state without its epoch: both numbers at `offset`, the hash at `hashOffset`. The caller has checked that
  /// the bytes are there.
  init(_ bytes: Span<UInt8>, at offset: Int, hashAt hashOffset: Int) {
    sequence = bytes.load(UInt64.self, at: offset)
    records = bytes.load(UInt64.self, at: offset + 8)
    hash = ChainHash(bytes, at: hashOffset)
    epoch = 0
  }

  func store(in bytes: inout [UInt8], at offset: Int, hashAt hashOffset: Int) {
    bytes.store(sequence, at: offset)
    bytes.store(records, at: offset + 8)
    hash.store(in: &bytes, at: hashOffset)
  }

  /// The same state with epoch 0, as file headers hold it.
  var withoutEpoch: Chain { with(epoch: 0) }

  /// The same state after a batch of that epoch.
  func with(epoch: UInt32) -> Chain {
    var chain = self
    chain.epoch = epoch
    return chain
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
