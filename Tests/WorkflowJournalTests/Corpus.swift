internal import Testing
internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A record as tests see it.
struct TestRecord: Hashable, Sendable {
  var type: UInt8
  var body: [UInt8]

  init(_ type: UInt8, _ body: [UInt8]) {
    self.type = type
    self.body = body
  }
}

/// A journal in memory and what was acknowledged of it.
struct Corpus: Sendable {
  var name: String
  var fileSystem: InMemoryFileSystem
  var options: JournalOptions
  /// The acknowledged batches with records, in order.
  var batches: [[TestRecord]]
  /// Bytes of segments that an open found to be an unfinished write and set aside: they mean nothing any more.
  var abandoned: [String: Range<Int>] = [:]

  static let directory = "/data/journal"

  /// All records, and all but the last batch's.
  var transcript: Transcript { Transcript(batches) }
  var transcriptBeforeLast: Transcript { Transcript(batches.dropLast()) }

  /// The segment files.
  var segments: [String] { fileSystem.files.filter { $0.hasSuffix(".journal") } }

  static let manifest = directory + "/MANIFEST"
}

/// What opening a journal gave.
struct Opened {
  var transcript: Transcript
  var report: JournalOpenReport
  var journal: Journal
}

func open(_ fileSystem: InMemoryFileSystem, _ options: JournalOptions = .small) throws -> Opened {
  var transcript = Transcript()
  let (journal, report) = try Journal.open(
    directory: Corpus.directory,
    fileSystem: fileSystem,
    options: options
  ) { type, body, _ in
    transcript.append(type, body)
  }
  return Opened(transcript: transcript, report: report, journal: journal)
}

/// A sequence of records as one array of bytes, so that comparing is fast also in debug builds.
struct Transcript: Equatable, CustomStringConvertible {
  private(set) var count = 0
  private var bytes: [UInt8] = []

  init() {}

  init(_ records: some Sequence<TestRecord>) {
    for record in records { append(record.type, record.body.span) }
  }

  init(_ batches: some Sequence<[TestRecord]>) {
    self.init(batches.flatMap { $0 })
  }

  mutating func append(_ type: UInt8, _ body: Span<UInt8>) {
    count += 1
    bytes.append(type)
    withUnsafeBytes(of: UInt32(body.count)) { bytes.append(contentsOf: $0) }
    body.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  static func == (left: Transcript, right: Transcript) -> Bool {
    let length = left.bytes.count
    guard left.count == right.count, length == right.bytes.count else { return false }
    return left.bytes.withUnsafeBytes { left in
      right.bytes.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return true }
        return memcmp(left, right, length) == 0
      }
    }
  }

  var description: String { "\(count) records" }
}

extension Journal {
  /// Appends the records as one batch.
  @discardableResult
  func commit(_ records: [TestRecord]) throws -> CommittedBatch {
    for record in records { try append(type: record.type, body: record.body) }
    return try commit()
  }
}

extension Journal {
  /// Builds and installs a checkpoint of the records that `keep` wants, by their index among those that it covers.
  @discardableResult
  func checkpoint(
    in directory: String = Corpus.directory,
    _ fileSystem: InMemoryFileSystem,
    _ options: JournalOptions = .small,
    keeping keep: (Int) -> Bool = { _ in true }
  ) throws -> FinishedCheckpoint {
    let builder = try CheckpointBuilder(
      beginCheckpoint(), directory: directory, fileSystem: fileSystem, options: options)
    var index = 0
    try builder.visitRecords { type, body, _ in
      if keep(index) { try builder.append(type: type, body: body) }
      index += 1
    }
    let finished = try builder.finish()
    try install(finished)
    return finished
  }
}

extension JournalOptions {
  static let identifierForTests = JournalIdentifier(high: 0x0123_4567_89AB_4DEF, low: 0x8899_AABB_CCDD_EEFF)

  /// Segments of 2 to 4 KiB with blocks of 512 bytes.
  static let small = JournalOptions(
    segmentSize: 4096,
    initialSegmentSize: 2048,
    alignment: 512,
    checkpointPartSize: 4096,
    reserveSize: 2048,
    preparationThreshold: 100,
    identifier: identifierForTests
  )
}

/// Numbers that are the same in every run (Steele, Lea and Flood 2014).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func record(upTo length: Int) -> TestRecord {
    let count = Int.random(in: 0...length, using: &self)
    var body: [UInt8] = []
    while body.count < count {
      withUnsafeBytes(of: next()) { body.append(contentsOf: $0.prefix(count - body.count)) }
    }
    return TestRecord(UInt8.random(in: 0...255, using: &self), body)
  }

  mutating func batch(of count: ClosedRange<Int>, upTo length: Int) -> [TestRecord] {
    (0..<Int.random(in: count, using: &self)).map { _ in record(upTo: length) }
  }
}

extension Corpus {
  /// Records of mixed sizes, batches of mixed lengths, about 60 KiB in one segment of 64 KiB.
  static func mixed() throws -> Corpus {
    let options = JournalOptions(
      segmentSize: 1 << 16,
      initialSegmentSize: 1 << 16,
      alignment: 512,
      preparationThreshold: 100,
      identifier: JournalOptions.identifierForTests
    )
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem, options).journal
    var random = TestRandom(1)
    var batches: [[TestRecord]] = []
    while journal.remainingBytes > 6000 {
      let batch = random.batch(of: 1...6, upTo: [20, 100, 900][batches.count % 3])
      try journal.commit(batch)
      batches.append(batch)
    }
    return Corpus(name: "mixed", fileSystem: fileSystem.copy(), options: options, batches: batches)
  }

  /// Several segments, one of them for a batch that is longer than a segment.
  static func rolls() throws -> Corpus {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.segmentSize = 2048
    let journal = try open(fileSystem, options).journal
    var random = TestRandom(2)
    var batches: [[TestRecord]] = []
    func commit(_ batch: [TestRecord]) throws {
      try journal.commit(batch)
      batches.append(batch)
    }
    for _ in 0..<4 { try commit(random.batch(of: 1...3, upTo: 150)) }
    try commit([TestRecord(7, [UInt8](repeating: 0xA5, count: 1700))])
    for _ in 0..<3 { try commit(random.batch(of: 1...3, upTo: 150)) }
    return Corpus(name: "rolls", fileSystem: fileSystem.copy(), options: options, batches: batches)
  }

  /// Four owners: the first is killed while it writes, the second closes, the third is killed after a watermark, the
  /// fourth is killed without one.
  static func epochs() throws -> Corpus {
    let fileSystem = InMemoryFileSystem()
    var random = TestRandom(3)
    var batches: [[TestRecord]] = []
    func commit(_ journal: Journal, _ count: Int) throws {
      for _ in 0..<count {
        let batch = random.batch(of: 1...2, upTo: 120)
        try journal.commit(batch)
        batches.append(batch)
      }
    }
    var current = fileSystem
    var journal = try open(current).journal
    try commit(journal, 1)
    current.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: 300) : nil }
    _ = try? journal.commit([TestRecord(1, [UInt8](repeating: 0x5A, count: 400))])
    current = current.crash(.everything)
    let second = try open(current)
    let torn = try #require(second.report.tornTail)
    journal = second.journal
    try commit(journal, 2)
    try journal.close()
    journal = try open(current).journal
    try commit(journal, 1)
    try journal.markIdle()
    current = current.crash()
    journal = try open(current).journal
    try commit(journal, 1)
    return Corpus(
      name: "epochs",
      fileSystem: current.crash(),
      options: .small,
      batches: batches,
      abandoned: [torn.file: torn.offset..<(torn.offset + torn.length)]
    )
  }

  /// One segment, closed cleanly.
  static func sealed() throws -> Corpus {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    var random = TestRandom(4)
    let batches = [random.batch(of: 1...2, upTo: 100), random.batch(of: 1...2, upTo: 100)]
    for batch in batches { try journal.commit(batch) }
    try journal.close()
    return Corpus(name: "sealed", fileSystem: fileSystem.copy(), options: .small, batches: batches)
  }
}

extension Corpus {
  static func named(_ name: String) throws -> Corpus {
    switch name {
    case "mixed": try mixed()
    case "rolls": try rolls()
    case "epochs": try epochs()
    default: try sealed()
    }
  }
}

/// Whether the environment asks for the complete loops where the usual run takes samples (minutes instead of seconds).
let isExhaustive = getenv("WORKFLOW_JOURNAL_EXHAUSTIVE") != nil

/// Where the batches of a corpus' last segment lie.
struct SegmentLayout {
  struct Batch {
    var sequence: UInt64
    var offset: Int
    /// The end with padding, and that of the last byte that is not zero.
    var end: Int
    var contentEnd: Int
    /// How many batches with records there are in the journal up to this one.
    var dataBatches: Int
  }

  var batches: [Batch] = []
  var dataBatchesBefore = 0
  /// What the manifest states.
  var durableSequence: UInt64 = 0

  init(last corpus: Corpus) throws {
    let bytes = corpus.segments.last.flatMap { corpus.fileSystem.contents(of: $0) } ?? []
    let alignment = corpus.options.alignment
    var all: [JournalBatch] = []
    _ = try Journal.read(
      directory: Corpus.directory,
      fileSystem: corpus.fileSystem,
      visitBatch: { all.append($0) },
      visit: { _, _, _ in }
    )
    var dataBatches = 0
    for batch in all {
      dataBatches += batch.records > 0 ? 1 : 0
      guard batch.segment == all.last?.segment else {
        dataBatchesBefore = dataBatches
        continue
      }
      let end = batch.offset + (64 + batch.length + alignment - 1) / alignment * alignment
      let contentEnd = (bytes[..<end].lastIndex { $0 != 0 } ?? -1) + 1
      batches.append(
        Batch(
          sequence: batch.sequence,
          offset: batch.offset,
          end: end,
          contentEnd: contentEnd,
          dataBatches: dataBatches
        )
      )
    }
    let manifest = corpus.fileSystem.contents(of: Corpus.manifest) ?? []
    for index in (40..<48).reversed() where index < manifest.count {
      durableSequence = durableSequence << 8 | UInt64(manifest[index])
    }
  }
}
