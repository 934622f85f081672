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

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it must not be negative.") }
  }

  func run() throws {
    var output = StandardOutput()
    guard try Self.dump(directory, PosixFileSystem(), limit: limit, to: &output) else { throw ExitCode.failure }
  }

  /// Ends the reading when enough was printed.
  private struct LimitReached: Error {}

  /// Writes the lines. Returns whether what was read is whole.
  static func dump(
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    limit: Int?,
    to output: inout some TextOutputStream
  ) throws -> Bool {
    var lines = DumpLines(limit: limit)
    do {
      let found = try Journal.read(
        directory: directory,
        fileSystem: fileSystem,
        visitBatch: { batch in
          guard let line = lines.line(for: batch) else { throw LimitReached() }
          print(line, to: &output)
        },
        visit: { type, body, pointer in
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

/// Makes the lines of a dump, and counts them.
struct DumpLines {
  private var remaining: Int?
  private var sequence: UInt64 = 0

  init(limit: Int?) {
    remaining = limit
  }

  /// The line of a batch, or `nil` when the limit is reached.
  mutating func line(for batch: JournalBatch) -> String? {
    if remaining == 0 { return nil }
    sequence = batch.firstRecord
    return "batch \(batch.sequence) \(batch.kind) epoch \(batch.epoch) segment \(batch.segment) offset \(batch.offset) "
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
