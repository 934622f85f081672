internal import WorkflowJournal

/// A journal in memory, and what was acknowledged of it.
struct JournalCorpus: Sendable {
  var name: String
  var seed: UInt64
  var fileSystem: InMemoryFileSystem
  var options: JournalOptions
  /// What an open has to give.
  var expected: Transcript
  /// The same without the last batch that has records.
  var beforeLast: Transcript
  /// Bytes of segments that an open found to be an unfinished write and set aside: they mean nothing any more.
  var abandoned: [String: Range<Int>] = [:]
  /// Whether something behind the last batch with records proves it durable: a watermark or a seal.
  var isLastProven = false

  static let manifest = journalDirectory + "/MANIFEST"

  /// The name, with what it takes to make the corpus again.
  var label: String { "\(name):\(seed)" }

  /// The names of all corpora.
  static let names = ["mixed", "rolls", "checkpoints", "epochs", "idle", "sealed"]

  /// Makes the corpus of that name, or `nil` when there is none.
  static func make(_ name: String, seed: UInt64) throws -> JournalCorpus? {
    switch name {
    case "mixed": try mixed(seed)
    case "rolls": try rolls(seed)
    case "checkpoints": try checkpoints(seed)
    case "epochs": try epochs(seed)
    case "idle": try idle(seed)
    case "sealed": try sealed(seed)
    default: nil
    }
  }

  /// Records of mixed sizes, batches of mixed lengths, about 60 KiB in one segment of 64 KiB.
  static func mixed(_ seed: UInt64) throws -> JournalCorpus {
    var options = JournalOptions.tiny
    options.segmentSize = 1 << 16
    options.initialSegmentSize = 1 << 16
    let fileSystem = InMemoryFileSystem()
    var writer = CorpusWriter(journal: try openJournal(fileSystem, options).journal, seed: seed)
    var count = 0
    while writer.journal.remainingBytes > 6000 {
      try writer.commit(of: 1...6, upTo: [20, 100, 900][count % 3])
      count += 1
    }
    return writer.corpus("mixed", fileSystem.copy(), options)
  }

  /// Several segments, one of them for a batch that is longer than a segment.
  static func rolls(_ seed: UInt64) throws -> JournalCorpus {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.tiny
    options.segmentSize = 2048
    var writer = CorpusWriter(journal: try openJournal(fileSystem, options).journal, seed: seed)
    for _ in 0..<4 { try writer.commit(of: 1...3, upTo: 150) }
    try writer.commit([JournalRecord(7, [UInt8](repeating: 0xA5, count: 1700))])
    for _ in 0..<3 { try writer.commit(of: 1...3, upTo: 150) }
    return writer.corpus("rolls", fileSystem.copy(), options)
  }

  /// Four owners: the first is killed while it writes, the second closes, the third is killed after a watermark, the
  /// fourth is killed without one.
  static func epochs(_ seed: UInt64) throws -> JournalCorpus {
    var current = InMemoryFileSystem()
    let options = JournalOptions.tiny
    var writer = CorpusWriter(journal: try openJournal(current, options).journal, seed: seed)
    try writer.commit(of: 1...2, upTo: 120)
    current.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: 300) : nil }
    let torn = JournalRecord(1, [UInt8](repeating: 0x5A, count: 400))
    do throws(JournalError) {
      try writer.journal.commit([torn])
    } catch {
      guard error.code == .poisoned else { throw error }
    }
    current = current.crash(.everything)
    let second = try openJournal(current, options)
    let tail = second.report.tornTail
    writer.journal = second.journal
    for _ in 0..<2 { try writer.commit(of: 1...2, upTo: 120) }
    try writer.journal.close()
    writer.journal = try openJournal(current, options).journal
    try writer.commit(of: 1...2, upTo: 120)
    try writer.journal.markIdle()
    current = current.crash()
    writer.journal = try openJournal(current, options).journal
    try writer.commit(of: 1...2, upTo: 120)
    var corpus = writer.corpus("epochs", current.crash(), options)
    if let tail { corpus.abandoned[tail.file] = tail.offset..<(tail.offset + tail.length) }
    return corpus
  }

  /// One segment that ends with a watermark; then the owner was killed.
  static func idle(_ seed: UInt64) throws -> JournalCorpus {
    let fileSystem = InMemoryFileSystem()
    var writer = CorpusWriter(journal: try openJournal(fileSystem, .tiny).journal, seed: seed)
    for _ in 0..<2 { try writer.commit(of: 1...2, upTo: 100) }
    try writer.journal.markIdle()
    var corpus = writer.corpus("idle", fileSystem.copy(), .tiny)
    corpus.isLastProven = true
    return corpus
  }

  /// One segment, closed cleanly.
  static func sealed(_ seed: UInt64) throws -> JournalCorpus {
    let fileSystem = InMemoryFileSystem()
    var writer = CorpusWriter(journal: try openJournal(fileSystem, .tiny).journal, seed: seed)
    for _ in 0..<2 { try writer.commit(of: 1...2, upTo: 100) }
    try writer.journal.close()
    var corpus = writer.corpus("sealed", fileSystem.copy(), .tiny)
    corpus.isLastProven = true
    return corpus
  }
}

/// Writes a corpus and keeps its books.
struct CorpusWriter {
  var journal: Journal
  let seed: UInt64
  private(set) var records: [JournalRecord] = []
  private var lastBatchCount = 0
  private var random: SeededRandom

  init(journal: Journal, seed: UInt64) {
    self.journal = journal
    self.seed = seed
    random = SeededRandom(seed)
  }

  /// Commits a batch of random records.
  mutating func commit(of count: ClosedRange<Int>, upTo length: Int) throws {
    try commit(random.batch(of: count, upTo: length))
  }

  /// Commits a batch.
  mutating func commit(_ batch: [JournalRecord]) throws {
    try journal.commit(batch)
    records += batch
    lastBatchCount = batch.count
  }

  /// What was committed so far stands in a checkpoint with these records instead.
  mutating func replaceAll(by checkpoint: [JournalRecord], behind count: Int) {
    records.replaceSubrange(..<count, with: checkpoint)
  }

  /// The corpus as it is on `fileSystem`.
  func corpus(_ name: String, _ fileSystem: InMemoryFileSystem, _ options: JournalOptions) -> JournalCorpus {
    JournalCorpus(
      name: name, seed: seed, fileSystem: fileSystem, options: options, expected: Transcript(records),
      beforeLast: Transcript(records.dropLast(lastBatchCount)))
  }
}
