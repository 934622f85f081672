internal import ArgumentParser
internal import WorkflowJournal

/// `workflow-journal verify`: reads everything and tells what is damaged.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Reads every byte of a journal and names the file and offset of any damage.",
    discussion: "Exits with 0 when nothing that was acknowledged is damaged, else with 1."
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
    let found = try Journal.read(directory: directory, fileSystem: fileSystem) { _, _, _ in }
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
    print(
      found.damage.isEmpty ? (found.wasClosedCleanly ? "intact, closed cleanly" : "intact, not closed") : "damaged",
      to: &output
    )
    return found.damage.isEmpty
  }

  private static func describe(_ error: JournalError) -> String {
    let place = error.file.map { $0 + (error.offset.map { " at byte \($0)" } ?? "") + ": " } ?? ""
    return place + error.message
  }
}
