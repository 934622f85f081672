internal import ArgumentParser
internal import Foundation
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

  @Test func theDumpIsFiltered() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 8)
    try journal.checkpoint(fileSystem)
    for value in 0..<4 { try journal.commit([CheckpointTests.record(value), CheckpointTests.record(9)]) }
    func lines(_ filter: DumpFilter) throws -> [Substring] {
      var text = ""
      #expect(try DumpCommand.dump(Corpus.directory, fileSystem, limit: nil, filter: filter, to: &text))
      return text.split(separator: "\n")
    }
    let checkpoint = try lines(DumpFilter(checkpoint: true))
    #expect(checkpoint.allSatisfy { $0.hasPrefix("  record") || $0.contains("checkpoint 1 part ") })
    #expect(checkpoint.filter { $0.hasPrefix("  record") }.count == 8)
    let one = try lines(DumpFilter(record: 11))
    #expect(one.count == 2 && one[1].hasPrefix("  record 11 type 9 "))
    let last = try lines(DumpFilter(segment: journal.currentSegment))
    #expect(!last.isEmpty && last.count < 12)
    #expect(last.allSatisfy { $0.hasPrefix("  record") || $0.contains("segment \(journal.currentSegment) ") })
  }

  @Test func anEncryptedJournalIsDumpedWithItsKey() throws {
    let fileSystem = InMemoryFileSystem()
    let encryption = EncryptionTests.encryption(4)
    let journal = try open(fileSystem, EncryptionTests.options(encryption)).journal
    try journal.commit([TestRecord(1, Array("first".utf8))])
    var text = ""
    #expect(try DumpCommand.dump(Corpus.directory, fileSystem, limit: nil, encryption: encryption, to: &text))
    #expect(text.contains("\"first\""))
    let error = #expect(throws: JournalError.self) {
      _ = try DumpCommand.dump(Corpus.directory, fileSystem, limit: nil, to: &text)
    }
    #expect(error?.code == .missingKey)
    let result = try Self.verify(fileSystem)
    #expect(result.isWhole && result.text.contains("encrypted with keys 4"))
    #expect(try KeyFiles.key(3, String(repeating: "0f", count: 32) + "\n").identifier == 3)
    for text in ["", "0f", String(repeating: "0g", count: 32), String(repeating: "0f", count: 33)] {
      #expect(throws: (any Error).self) { _ = try KeyFiles.key(3, text) }
    }
    #expect(throws: (any Error).self) { _ = try KeyFiles.encryption(["7"]) }
  }

  @Test func verifyingTellsOfCheckpointsAndBlobs() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 8)
    try journal.checkpoint(fileSystem)
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let blob = try store.put([1, 2])
    let result = try Self.verify(fileSystem)
    #expect(result.isWhole)
    #expect(result.text.contains("checkpoint 1 at batch 8, 8 records, "))
    #expect(result.text.contains("1 blobs"))
    fileSystem.modifyContents(of: store.directory + "/" + blob.description) { $0[1] ^= 1 }
    let damaged = try Self.verify(fileSystem)
    #expect(!damaged.isWhole && damaged.text.contains("damage: \(store.directory)/\(blob)"))
  }

  @Test func keysThatOnlyBlobsNeedAreNamed() throws {
    let fileSystem = InMemoryFileSystem()
    let old = EncryptionTests.options(EncryptionTests.encryption(1))
    let (journal, _, _) = try EncryptionTests.journal(fileSystem, old)
    let store = try BlobStore(
      journalDirectory: Corpus.directory, fileSystem: fileSystem, encryption: old.encryption)
    _ = try store.put([1, 2, 3])
    try journal.close()
    let new = EncryptionTests.options(EncryptionTests.encryption(2, former: [1]))
    let next = try open(fileSystem, new).journal
    for value in 0..<3 {
      try next.commit([CheckpointTests.record(value)])
      try next.checkpoint(fileSystem, new)
    }
    try next.close()
    #expect(try Self.verify(fileSystem).text.contains("encrypted with keys 1, 2"))
  }

  @Test func aBackupIsMadeAndChecked() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 8)
    var json = ""
    try HeadCommand.head(Corpus.directory, fileSystem, to: &json)
    #expect(json.contains("\"batchSequence\" : 8"))
    var text = ""
    try BackupCommand.backup(Corpus.directory, "/data/copy", fileSystem, to: &text)
    #expect(text.contains("up to batch 8, record 8"))
    for directory in [Corpus.directory, "/data/copy"] {
      #expect(try CheckHeadCommand.check(Data(json.utf8), directory, fileSystem, to: &text) == 0)
    }
    #expect(text.contains("batches 1 to 8 are unchanged"))
    for value in 0..<3 {
      try journal.commit([CheckpointTests.record(value)])
      try journal.checkpoint(fileSystem)
    }
    #expect(try CheckHeadCommand.check(Data(json.utf8), Corpus.directory, fileSystem, to: &text) == 2)
    let other = json.replacing("\"hash\" : \"", with: "\"hash\" : \"00")
    #expect(try CheckHeadCommand.check(Data(other.utf8), "/data/copy", fileSystem, to: &text) == 1)
    #expect(throws: (any Error).self) {
      _ = try CheckHeadCommand.check(Data("{}".utf8), Corpus.directory, fileSystem, to: &text)
    }
  }

  @Test func aRepairTellsWhatIsLost() throws {
    let fileSystem = InMemoryFileSystem()
    try CheckpointTests.journal(fileSystem, 8).close()
    let path = Corpus.directory + "/00000001.journal"
    var text = ""
    #expect(try RepairCommand.repair(Corpus.directory, "/data/whole", fileSystem, to: &text))
    #expect(text.contains("everything is kept"))
    fileSystem.modifyContents(of: path) { $0[1024 + 70] ^= 1 }
    #expect(try !RepairCommand.repair(Corpus.directory, "/data/partial", fileSystem, to: &text))
    #expect(text.contains("kept: everything up to batch 1, record 1"))
    #expect(text.contains("lost: at least 8 batches, 7 records, "))
    #expect(text.contains("from \(path) at byte 1024: "))
  }

  @Test func theCommandLineIsUnderstood() throws {
    let dump = try #require(
      try WorkflowJournalCommand.parseAsRoot(["dump", "/x", "--limit", "5"]) as? DumpCommand
    )
    #expect(dump.directory == "/x")
    #expect(dump.limit == 5)
    #expect(throws: (any Error).self) { try WorkflowJournalCommand.parseAsRoot(["dump", "/x", "--limit", "-5"]) }
    #expect(throws: (any Error).self) { try WorkflowJournalCommand.parseAsRoot(["verify"]) }
    let repair = try WorkflowJournalCommand.parseAsRoot(["repair", "/x", "--out", "/y"]) as? RepairCommand
    #expect(repair?.out == "/y")
    #expect(try WorkflowJournalCommand.parseAsRoot(["backup", "/x", "/y"]) is BackupCommand)
    #expect(try WorkflowJournalCommand.parseAsRoot(["check-head", "/x", "y"]) is CheckHeadCommand)
    #expect(throws: (any Error).self) { try WorkflowJournalCommand.parseAsRoot(["repair", "/x"]) }
    #expect(throws: (any Error).self) {
      try WorkflowJournalCommand.parseAsRoot(["dump", "/x", "--checkpoint", "--segment", "1"])
    }
  }
}
