internal import ArgumentParser
internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The process that rows cut off: commits records to a journal on a real file system and notes, elsewhere, how many
/// were acknowledged.
struct JournalWriterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal-writer", abstract: "Commits records until it is killed.", shouldDisplay: false)

  @Argument(help: "The directory of the journal.")
  var directory: String

  @Option(help: "The file that gets one byte for every acknowledged batch. It is on another file system.")
  var ledger: String

  @Option(help: "What the records are drawn from.")
  var seed: UInt64 = 1

  @Option(help: "How many batches to commit; without it, as many as it can.")
  var count: Int?

  @Option(help: "A checkpoint after so many batches.")
  var checkpoint: Int = 50

  func run() throws {
    let notes = systemOpen(ledger, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard notes >= 0 else { throw RowError("\(ledger) cannot be opened: errno \(errno)") }
    defer { close(notes) }
    var found = 0
    let (journal, _) = try Journal.open(directory: directory, options: Self.options) { _, _, _ in found += 1 }
    var done = 0
    while done < count ?? .max {
      try journal.commit([Self.record(found + done, seed: seed)])
      var mark: UInt8 = 1
      guard write(notes, &mark, 1) == 1 else { throw RowError("\(ledger) cannot be written: errno \(errno)") }
      done += 1
      if done % checkpoint == 0 { try Self.checkpoint(journal, directory) }
    }
    try journal.close()
  }

  /// Segments of 32 to 64 KiB, made by the writing thread, so that calls are counted in one thread.
  static let options = JournalOptions(
    segmentSize: 1 << 16, initialSegmentSize: 1 << 15, reserveSize: 1 << 14, preparation: .inline,
    preparationThreshold: 60)

  /// Record number `index`.
  static func record(_ index: Int, seed: UInt64) -> JournalRecord {
    var random = SeededRandom(seed, part: index)
    return random.record(upTo: 3000)
  }

  /// The first `count` records.
  static func transcript(_ count: Int, seed: UInt64) -> Transcript {
    Transcript((0..<count).map { record($0, seed: seed) })
  }

  /// Puts everything so far into a checkpoint, as it is.
  private static func checkpoint(_ journal: Journal, _ directory: String) throws {
    let cut = try journal.beginCheckpoint()
    let builder = try CheckpointBuilder(cut, directory: directory, fileSystem: PosixFileSystem(), options: options)
    try builder.visitRecords { type, body, _ in try builder.append(type: type, body: body) }
    try journal.install(try builder.finish())
  }
}

/// What a writer left behind, compared with what it was told.
enum WriterCheck {
  /// What is wrong with the journal of a writer that has ended, or `nil`. Counts what was acknowledged.
  static func complaint(
    about directory: String, ledger: String, seed: UInt64, _ result: inout RowResult
  ) -> String? {
    let acknowledged = (try? PosixFileSystem().open(ledger, .read).size()) ?? 0
    result.count("acknowledged batches", acknowledged)
    do {
      var transcript = Transcript()
      let (journal, _) = try Journal.open(directory: directory, options: JournalWriterCommand.options) {
        type, body, _ in transcript.append(type, body)
      }
      guard transcript.count == acknowledged || transcript.count == acknowledged + 1 else {
        return "\(acknowledged) batches were acknowledged, \(transcript.count) are there"
      }
      guard transcript == JournalWriterCommand.transcript(transcript.count, seed: seed) else {
        return "the records are not those that were written"
      }
      if transcript.count > acknowledged { result.count("unacknowledged batches found") }
      try journal.commit([JournalRecord(1, [1])])
      return nil
    } catch let error as JournalError where error.code == .io && error.errno == ENOENT && acknowledged == 0 {
      return nil
    } catch {
      return "\(acknowledged) batches were acknowledged, and opening throws \(error)"
    }
  }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
