internal import Foundation
internal import WorkflowJournal

/// A record of a journal.
struct JournalRecord: Hashable, Sendable {
  var type: UInt8
  var body: [UInt8]

  init(_ type: UInt8, _ body: [UInt8]) {
    self.type = type
    self.body = body
  }
}

extension SeededRandom {
  /// A record with a body of at most `length` bytes.
  mutating func record(upTo length: Int) -> JournalRecord {
    let count = below(length + 1)
    return JournalRecord(UInt8(truncatingIfNeeded: next()), bytes(count))
  }

  /// Some records.
  mutating func batch(of count: ClosedRange<Int>, upTo length: Int) -> [JournalRecord] {
    (0..<Int.random(in: count, using: &self)).map { _ in record(upTo: length) }
  }
}

/// A sequence of records as one array of bytes: quick to make and to compare.
struct Transcript: Equatable, Sendable, CustomStringConvertible {
  private(set) var count = 0
  private var bytes: [UInt8] = []

  init() {}

  init(_ records: some Sequence<JournalRecord>) {
    for record in records { append(record) }
  }

  mutating func append(_ record: JournalRecord) { append(record.type, record.body.span) }

  mutating func append(_ type: UInt8, _ body: Span<UInt8>) {
    count += 1
    bytes.append(type)
    withUnsafeBytes(of: UInt32(body.count)) { bytes.append(contentsOf: $0) }
    body.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  /// This one with further records behind it.
  func adding(_ records: some Sequence<JournalRecord>) -> Transcript {
    var more = self
    for record in records { more.append(record) }
    return more
  }

  /// Whether this transcript begins with another.
  func hasPrefix(_ other: Transcript) -> Bool {
    guard other.bytes.count <= bytes.count else { return false }
    return bytes.withUnsafeBytes { mine in
      other.bytes.withUnsafeBytes { theirs in
        guard let mine = mine.baseAddress, let first = theirs.baseAddress else { return theirs.isEmpty }
        return memcmp(mine, first, theirs.count) == 0
      }
    }
  }

  static func == (left: Transcript, right: Transcript) -> Bool {
    left.count == right.count && left.bytes.count == right.bytes.count && left.hasPrefix(right)
  }

  /// The number of records, and a checksum that tells transcripts apart.
  var description: String { "\(count) records (\(String(CRC32C.checksum(bytes), radix: 16)))" }
}

/// What opening a journal gave.
struct OpenedJournal {
  var transcript: Transcript
  var report: JournalOpenReport
  var journal: Journal
}

/// The directory of the rows' journals in file systems that are made for them.
let journalDirectory = "/j"

/// Opens the journal and collects its records.
func openJournal(
  _ fileSystem: any JournalFileSystem, _ options: JournalOptions, directory: String = journalDirectory
) throws -> OpenedJournal {
  var transcript = Transcript()
  let (journal, report) = try Journal.open(directory: directory, fileSystem: fileSystem, options: options) {
    type, body, _ in
    transcript.append(type, body)
  }
  return OpenedJournal(transcript: transcript, report: report, journal: journal)
}

extension Journal {
  /// Appends the records as one batch and makes it durable.
  @discardableResult
  func commit(_ records: [JournalRecord]) throws(JournalError) -> CommittedBatch {
    for record in records { _ = try append(type: record.type, body: record.body) }
    return try commit()
  }
}

extension JournalOptions {
  /// Segments of 2 to 4 KiB with blocks of 512 bytes.
  static let tiny: JournalOptions = {
    var options = JournalOptions(
      segmentSize: 4096, initialSegmentSize: 2048, alignment: 512, reserveSize: 2048, preparationThreshold: 100)
    options.identifier = JournalIdentifier(high: 0x0123_4567_89AB_4DEF, low: 0x8899_AABB_CCDD_EEFF)
    return options
  }()
}
