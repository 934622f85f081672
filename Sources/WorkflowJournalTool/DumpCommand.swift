internal import ArgumentParser
internal import WorkflowJournal

/// `workflow-journal dump`: shows batches and records.
struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Prints one line for every batch and record of a journal.",
    discussion: "Exits with 1 when there was damage, which is printed at the end."
  )

  @Argument(help: "The journal's directory.")
  var directory: String

  @Option(help: "The number of records after which to stop.")
  var limit: Int?

  @Option(help: "Only batches of the segment with this number.")
  var segment: UInt32?

  @Option(help: "Only the record with this number, as the dump of a segment numbers them.")
  var record: UInt64?

  @Flag(help: "Only the installed checkpoint.")
  var checkpoint = false

  @Option(help: "A file with a key of 32 bytes in hexadecimal, as NUMBER=FILE. May be repeated.")
  var key: [String] = []

  func validate() throws {
    if checkpoint, segment != nil || record != nil {
      throw ValidationError("--checkpoint cannot be combined with --segment or --record.")
    }
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it must not be negative.") }
  }

  func run() throws {
    var output = StandardOutput()
    let filter = DumpFilter(segment: segment, record: record, checkpoint: checkpoint)
    let isWhole = try Self.dump(
      directory,
      PosixFileSystem(),
      limit: limit,
      filter: filter,
      encryption: KeyFiles.encryption(key),
      to: &output
    )
    guard isWhole else { throw ExitCode.failure }
  }

  /// Ends the reading when enough was printed.
  private struct LimitReached: Error {}

  /// Writes the lines. Returns whether what was read is whole.
  static func dump(
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    limit: Int?,
    filter: DumpFilter = DumpFilter(),
    encryption: JournalEncryption? = nil,
    to output: inout some TextOutputStream
  ) throws -> Bool {
    var lines = DumpLines(limit: limit, filter: filter)
    do {
      let found = try Journal.read(
        directory: directory,
        fileSystem: fileSystem,
        encryption: encryption,
        visitBatch: { batch in
          guard lines.begin(batch) else { return }
          guard let line = lines.line(for: batch) else { throw LimitReached() }
          print(line, to: &output)
        },
        visit: { type, body, pointer in
          guard lines.beginRecord() else { return }
          guard let line = lines.line(type: type, body: [UInt8](copying: body), pointer) else { throw LimitReached() }
          print(line, to: &output)
        }
      )
      for damage in found.damage {
        print("damage: \(damage)", to: &output)
      }
      return found.damage.isEmpty
    } catch is LimitReached {
      return true
    }
  }
}

/// What of a journal a dump shows.
struct DumpFilter {
  var segment: UInt32?
  var record: UInt64?
  var checkpoint = false

  func includes(_ batch: JournalBatch) -> Bool {
    if checkpoint { return batch.checkpoint != 0 }
    if let segment, batch.checkpoint != 0 || batch.segment != segment { return false }
    guard let record else { return true }
    return batch.checkpoint == 0 && record >= batch.firstRecord && record - batch.firstRecord < UInt64(batch.records)
  }
}

/// Makes the lines of a dump, and counts them.
struct DumpLines {
  private var remaining: Int?
  private let filter: DumpFilter
  private var isShown = true
  /// The number of the next record.
  private var sequence: UInt64 = 0

  init(limit: Int?, filter: DumpFilter = DumpFilter()) {
    remaining = limit
    self.filter = filter
  }

  /// Whether the batch that begins is to be shown.
  mutating func begin(_ batch: JournalBatch) -> Bool {
    sequence = batch.firstRecord
    isShown = filter.includes(batch)
    return isShown
  }

  /// Whether the next record is to be shown.
  mutating func beginRecord() -> Bool {
    guard isShown, filter.record.map({ $0 == sequence }) ?? true else {
      sequence += 1
      return false
    }
    return true
  }

  /// The line of a batch, or `nil` when the limit is reached.
  mutating func line(for batch: JournalBatch) -> String? {
    if remaining == 0 { return nil }
    let place =
      batch.checkpoint == 0
      ? "segment \(batch.segment)" : "checkpoint \(batch.checkpoint) part \(batch.segment & 0xFFF)"
    return "batch \(batch.sequence) \(batch.kind) epoch \(batch.epoch) \(place) offset \(batch.offset) "
      + "records \(batch.records) bytes \(batch.length)"
  }

  /// The line of a record, or `nil` when the limit is reached.
  mutating func line(type: UInt8, body: [UInt8], _ pointer: RecordPointer) -> String? {
    if let count = remaining {
      guard count > 0 else { return nil }
      remaining = count - 1
    }
    defer { sequence += 1 }
    return "  record \(sequence) type \(type) offset \(pointer.offset) length \(body.count) \(Self.preview(body))"
  }

  /// The first bytes: in quotes when they are printable ASCII, else in hexadecimal; dots when there are more.
  static func preview(_ body: [UInt8]) -> String {
    let isText = body.prefix(48).allSatisfy { (0x20...0x7E).contains($0) }
    if isText {
      return "\"" + String(decoding: body.prefix(48), as: UTF8.self) + "\"" + (body.count > 48 ? "..." : "")
    }
    let digits = Array("0123456789abcdef")
    return String(body.prefix(24).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
      + (body.count > 24 ? "..." : "")
  }
}
