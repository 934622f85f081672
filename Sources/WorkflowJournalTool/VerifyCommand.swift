internal import ArgumentParser
internal import WorkflowJournal

/// `workflow-journal verify`: reads everything and tells what is damaged.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Reads every byte of a journal and its blobs and names the file and offset of any damage.",
    discussion: "Exits with 0 when nothing that was acknowledged is damaged, else with 1. Needs no key."
  )

  @Argument(help: "The journal's directory.")
  var directory: String

  func run() throws {
    var output = StandardOutput()
    guard try Self.verify(directory, PosixFileSystem(), to: &output) else { throw ExitCode.failure }
  }

  /// Writes the findings. Returns whether the journal is whole.
  static func verify(
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    to output: inout some TextOutputStream
  ) throws -> Bool {
    let found = try Journal.verify(directory: directory, fileSystem: fileSystem, includingFallback: true)
    guard found.segments > 0 || !found.damage.isEmpty else {
      print("\(directory): there is no journal here", to: &output)
      return false
    }
    for damage in found.damage {
      print("damage: \(describe(damage))", to: &output)
    }
    for warning in found.warnings {
      print("warning: \(describe(warning))", to: &output)
    }
    if let tail = found.tornTail {
      print(
        "unfinished write: \(tail.file) at byte \(tail.offset), \(tail.length) bytes; the next open sets it aside",
        to: &output
      )
    }
    print(
      """
      journal \(found.identifier?.description ?? "of unknown identity"), epoch \(found.epoch), \
      \(found.segments) segments, \(found.batches) batches, \(found.records) records, \(found.bytes) bytes
      """,
      to: &output
    )
    if let head = found.chainHead {
      print("last batch \(found.lastBatchSequence), chain head \(head)", to: &output)
    }
    if let cut = found.checkpointCut {
      print(
        "checkpoint \(found.checkpoint) at batch \(cut.batchSequence), \(found.checkpointRecords) records, "
          + "\(found.checkpointBytes) bytes",
        to: &output
      )
    }
    var keys = found.keys
    let isWhole = try verifyBlobs(directory, fileSystem, &keys, to: &output)
    if !keys.isEmpty {
      print("encrypted with keys \(keys.sorted().map { "\($0)" }.joined(separator: ", "))", to: &output)
    }
    guard found.damage.isEmpty, isWhole else {
      print("damaged", to: &output)
      return false
    }
    print(found.wasClosedCleanly ? "intact, closed cleanly" : "intact, not closed", to: &output)
    return true
  }

  /// Writes which blobs are damaged, and adds the keys of the others: blobs keep theirs when the journal's key changes.
  /// Returns whether all are whole.
  private static func verifyBlobs(
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    _ keys: inout Set<UInt32>,
    to output: inout some TextOutputStream
  ) throws -> Bool {
    guard try fileSystem.list(directory).contains("blobs") else { return true }
    let store = BlobStore(readingFrom: directory, fileSystem: fileSystem)
    var isWhole = true
    let blobs = try store.list()
    for blob in blobs {
      if try store.isIntact(blob) {
        if let key = try store.keyIdentifier(of: blob) { keys.insert(key) }
      } else {
        print("damage: \(store.directory)/\(blob): the bytes are not those that were written", to: &output)
        isWhole = false
      }
    }
    print("\(blobs.count) blobs", to: &output)
    return isWhole
  }

  private static func describe(_ error: JournalError) -> String {
    let place = error.file.map { $0 + (error.offset.map { " at byte \($0)" } ?? "") + ": " } ?? ""
    return place + error.message
  }
}
