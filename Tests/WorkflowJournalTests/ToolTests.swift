internal import ArgumentParser
internal import Testing
internal import WorkflowJournal

@testable internal import WorkflowJournalTool

@Suite struct ToolTests {
  static func verify(_ fileSystem: InMemoryFileSystem) throws -> (isWhole: Bool, text: String) {
    var text = ""
    let isWhole = try VerifyCommand.verify(Corpus.directory, fileSystem, to: &text)
    return (isWhole, text)
  }

  @Test func anIntactJournalIsVerified() throws {
    let corpus = try Corpus.sealed()
    let result = try Self.verify(corpus.fileSystem)
    #expect(result.isWhole)
    #expect(result.text.contains("journal 01234567-89ab-4def-8899-aabbccddeeff, epoch 1, 1 segments, 3 batches"))
    #expect(result.text.hasSuffix("intact, closed cleanly\n"))
  }

  @Test func damageIsNamedAndTheRestIsStillCounted() throws {
    let corpus = try Corpus.rolls()
    let whole = try Journal.read(directory: Corpus.directory, fileSystem: corpus.fileSystem) { _, _, _ in }
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.modifyContents(of: corpus.segments[0]) { $0[600] ^= 1 }
    fileSystem.modifyContents(of: corpus.segments[1]) { $0[3] ^= 1 }
    let before = fileSystem.copy()
    let result = try Self.verify(fileSystem)
    #expect(!result.isWhole)
    #expect(result.text.contains("damage: \(corpus.segments[0]) at byte 512: "))
    #expect(result.text.contains("damage: \(corpus.segments[1]) at byte 0: "))
    let found = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    #expect(found.damage.count == 2)
    #expect(found.batches < whole.batches && found.batches > 0)
    #expect(found.lastBatchSequence == whole.lastBatchSequence)
    for path in fileSystem.files { #expect(fileSystem.contents(of: path) == before.contents(of: path)) }
  }

  @Test func aTornTailIsNoDamage() throws {
    let corpus = try Corpus.rolls()
    let fileSystem = corpus.fileSystem.copy()
    let layout = try SegmentLayout(last: corpus)
    let last = try #require(layout.batches.last)
    fileSystem.modifyContents(of: try #require(corpus.segments.last)) { $0[last.offset + 70] ^= 1 }
    let result = try Self.verify(fileSystem)
    #expect(result.isWhole)
    #expect(result.text.contains("unfinished write"))
  }

  @Test func aDirectoryWithoutAJournalIsNotIntact() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try fileSystem.createDirectory("/data")
    _ = try fileSystem.createDirectory(Corpus.directory)
    #expect(try !Self.verify(fileSystem).isWhole)
  }

  @Test func theDumpHasALineForEachBatchAndRecord() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    try journal.commit([TestRecord(1, Array("first".utf8)), TestRecord(200, [0, 255])])
    try journal.markIdle()
    try journal.commit([TestRecord(3, Array(repeating: 65, count: 60))])
    try journal.close()
    var text = ""
    #expect(try DumpCommand.dump(Corpus.directory, fileSystem, limit: nil, to: &text))
    let lines = text.split(separator: "\n")
    #expect(
      lines == [
        "batch 1 data epoch 1 segment 1 offset 512 records 2 bytes 19",
        "  record 0 type 1 offset 578 length 5 \"first\"",
        "  record 1 type 200 offset 589 length 2 00ff",
        "batch 2 watermark epoch 1 segment 1 offset 1024 records 0 bytes 0",
        "batch 3 data epoch 1 segment 2 offset 512 records 1 bytes 66",
        "  record 2 type 3 offset 578 length 60 \"\(String(repeating: "A", count: 48))\"...",
        "batch 4 seal epoch 1 segment 2 offset 1024 records 0 bytes 0",
      ]
    )
    text = ""
    #expect(try DumpCommand.dump(Corpus.directory, fileSystem, limit: 1, to: &text))
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test func theCommandLineIsUnderstood() throws {
    let dump = try #require(
      try WorkflowJournalCommand.parseAsRoot(["dump", "/x", "--limit", "5"]) as? DumpCommand
    )
    #expect(dump.directory == "/x")
    #expect(dump.limit == 5)
    #expect(throws: (any Error).self) { try WorkflowJournalCommand.parseAsRoot(["dump", "/x", "--limit", "-5"]) }
    #expect(throws: (any Error).self) { try WorkflowJournalCommand.parseAsRoot(["verify"]) }
  }
}
