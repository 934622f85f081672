internal import ArgumentParser
internal import WorkflowJournal

/// `workflow-journal backup`: copies a journal while an engine uses it.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Makes a consistent, verified copy of a journal, also while an engine uses it.",
    discussion: """
      On the same file system, files that nobody changes any more are hard-linked; copy to another disk to be safe from \
      the loss of this one. The copy is a journal that an engine can open; never use both.
      """
  )

  @Argument(help: "The journal's directory.")
  var source: String

  @Argument(help: "The directory of the copy, which must not exist or be empty.")
  var destination: String

  func run() throws {
    var output = StandardOutput()
    try Self.backup(source, destination, PosixFileSystem(), to: &output)
  }

  static func backup(
    _ source: String,
    _ destination: String,
    _ fileSystem: any JournalFileSystem,
    to output: inout some TextOutputStream
  ) throws {
    let backup = try Journal.backup(from: source, to: destination, fileSystem: fileSystem)
    print(
      """
      \(destination): journal \(backup.head.identifier) up to batch \(backup.head.batchSequence), \
      record \(backup.head.recordCount)
      \(backup.linkedFiles) files linked, \(backup.copiedFiles) copied (\(backup.copiedBytes) bytes)
      chain head \(backup.head.hash)
      """,
      to: &output
    )
  }
}
