internal import ArgumentParser
internal import Foundation
internal import WorkflowJournal

/// A head as JSON, with the names of its fields as they are printed.
struct HeadDocument: Codable {
  var identifier: String
  var epoch: UInt32
  var batchSequence: UInt64
  var recordCount: UInt64
  var hash: String

  init(_ head: JournalHead) {
    identifier = head.identifier
    epoch = head.epoch
    batchSequence = head.batchSequence
    recordCount = head.recordCount
    hash = head.hash
  }

  var head: JournalHead {
    JournalHead(
      identifier: identifier, epoch: epoch, batchSequence: batchSequence, recordCount: recordCount, hash: hash)
  }
}

/// `workflow-journal head`: exports the chain head.
struct HeadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head",
    abstract: "Prints the head of a journal's chain of hashes as JSON.",
    discussion: "Kept where nobody can change it, it later proves with 'check-head' that nothing was rewritten."
  )

  @Argument(help: "The journal's directory.")
  var directory: String

  func run() throws {
    var output = StandardOutput()
    try Self.head(directory, PosixFileSystem(), to: &output)
  }

  static func head(
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    to output: inout some TextOutputStream
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let document = HeadDocument(try Journal.head(of: directory, fileSystem: fileSystem))
    print(String(decoding: try encoder.encode(document), as: UTF8.self), to: &output)
  }
}

/// `workflow-journal check-head`: proves that a journal still contains an exported head.
struct CheckHeadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-head",
    abstract: "Tells whether a journal still contains, unchanged, what an exported head fixes.",
    discussion: """
      Exits with 0 when it does, with 1 when it was changed or is another journal, with 2 when a checkpoint has \
      replaced the batch, so that nothing can be proven.
      """
  )

  /// The exit code when nothing can be proven.
  static let replacedCode: Int32 = 2

  @Argument(help: "The journal's directory.")
  var directory: String

  @Argument(help: "The file with the output of 'head'.")
  var head: String

  func run() throws {
    var output = StandardOutput()
    let code = try Self.check(
      Data(contentsOf: URL(fileURLWithPath: head)), directory, PosixFileSystem(), to: &output)
    guard code == 0 else { throw ExitCode(code) }
  }

  /// Writes the result. Returns the exit code.
  static func check(
    _ document: Data,
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    to output: inout some TextOutputStream
  ) throws -> Int32 {
    let head = try JSONDecoder().decode(HeadDocument.self, from: document).head
    switch try Journal.check(head, in: directory, fileSystem: fileSystem) {
    case .contained(let since) where since <= 1:
      print(
        """
        contained: batches 1 to \(head.batchSequence) are unchanged; what a checkpoint makes of them is not proven
        """,
        to: &output
      )
      return 0
    case .contained(let since):
      print(
        """
        contained: batches \(since) to \(head.batchSequence) are unchanged. The batches before are in a checkpoint, \
        which continues the same chain; its content is not proven
        """,
        to: &output
      )
      return 0
    case .replaced(let cut):
      print(
        """
        cannot be proven: a checkpoint made at batch \(cut) has replaced batch \(head.batchSequence). Export heads \
        more often than checkpoints are made
        """,
        to: &output
      )
      return replacedCode
    case .contradicted(let reason):
      print("changed: \(reason)", to: &output)
      return 1
    }
  }
}
