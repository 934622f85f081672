internal import Testing
internal import WorkflowJournal

/// Readers without the owner's lock, while the owner goes on.
///
/// Would fail if batches that are newer than a reader's first look at their place passed for damage.
@Suite struct OvertakenReaderTests {
  @Test("batches that are committed while their place is in the reader's window are no damage", arguments: [1, 2, 5])
  func commits(count: Int) throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    let last = journal.head.batchSequence
    let found = try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem) { batch in
      guard batch.sequence == last else { return }
      for value in 0..<count { try journal.commit([CheckpointTests.record(value)]) }
    }
    #expect(found.damage.isEmpty)
    #expect(found.lastBatchSequence >= last)
    #expect(try Journal.head(of: Corpus.directory, fileSystem: fileSystem) == journal.head)
  }

  @Test("damage is damage, also when the owner goes on behind it")
  func damage() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    var batches: [JournalBatch] = []
    _ = try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem) { batches.append($0) }
    let damaged = try #require(batches.last)
    fileSystem.modifyContents(of: Corpus.directory + "/00000001.journal") { $0[damaged.offset + 66] ^= 1 }
    for value in 0..<2 { try journal.commit([CheckpointTests.record(value)]) }
    let found = try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem)
    #expect(found.damage.first?.offset == damaged.offset)
  }
}
