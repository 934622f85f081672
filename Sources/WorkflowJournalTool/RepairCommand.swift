internal import ArgumentParser
internal import WorkflowJournal

/// `workflow-journal repair`: makes a new journal of what can be kept of a damaged one.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Makes a new journal of what can be kept of a damaged one, and says what cannot be kept.",
    discussion: """
      The damaged journal is not changed; no engine may have it open. Exits with 0 when everything is kept, with 3 \
      when something is lost, with 1 when there is nothing to keep.
      """
  )

  /// The exit code when something is lost.
  static let lossCode: Int32 = 3

  @Argument(help: "The damaged journal's directory.")
  var directory: String

  @Option(help: "The directory of the new journal, which must not exist or be empty.")
  var out: String

  func run() throws {
    var output = StandardOutput()
    guard try Self.repair(directory, out, PosixFileSystem(), to: &output) else { throw ExitCode(Self.lossCode) }
  }

  /// Writes what was kept and what not. Returns whether everything was kept.
  static func repair(
    _ source: String,
    _ destination: String,
    _ fileSystem: any JournalFileSystem,
    to output: inout some TextOutputStream
  ) throws -> Bool {
    let repair = try Journal.repair(from: source, to: destination, fileSystem: fileSystem)
    print(
      "kept: everything up to batch \(repair.head.batchSequence), record \(repair.head.recordCount)",
      to: &output
    )
    if repair.usesEarlierCheckpoint {
      print(
        "the installed checkpoint is damaged; kept are the one before it and the segments since"
          + (repair.losses.isEmpty ? ", which hold the same" : ""), to: &output)
    }
    if repair.unfinishedBytes > 0 {
      print("left out: \(repair.unfinishedBytes) bytes of a write that was never acknowledged", to: &output)
    }
    for loss in repair.losses {
      print(
        """
        lost: at least \(loss.batches) batches, \(loss.records.map { "\($0)" } ?? "an unknown number of") records, \
        \(loss.bytes) bytes, from \(loss.file) at byte \(loss.offset): \(loss.reason)
        """,
        to: &output
      )
    }
    for path in repair.damagedBlobs {
      print("lost: blob \(path)", to: &output)
    }
    print(repair.isComplete ? "everything is kept" : "not everything is kept", to: &output)
    return repair.isComplete
  }
}
