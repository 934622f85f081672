internal import Testing
internal import WorkflowJournal

/// What tells damage from an unfinished write.
@Suite struct ProofOfDurabilityTests {
  static let first = Corpus.directory + "/00000001.journal"

  /// A journal whose last batch holds records.
  static func journal() throws -> (InMemoryFileSystem, Journal) {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.initialSegmentSize = 4096
    let journal = try open(fileSystem, options).journal
    try journal.commit([TestRecord(1, [1])])
    try journal.commit([TestRecord(2, [2])])
    return (fileSystem, journal)
  }

  /// The second of two batches, at byte 1024, damaged.
  static func damaged(_ fileSystem: InMemoryFileSystem) -> InMemoryFileSystem {
    let copy = fileSystem.copy()
    copy.modifyContents(of: first) { $0[1024 + 70] ^= 1 }
    return copy
  }

  @Test func theLastBatchAloneMayBeTorn() throws {
    let (fileSystem, _) = try Self.journal()
    let opened = try open(Self.damaged(fileSystem))
    #expect(opened.transcript == Transcript([TestRecord(1, [1])]))
    #expect(opened.report.tornTail?.offset == 1024)
  }

  @Test func aWatermarkProvesTheLastBatch() throws {
    let (fileSystem, journal) = try Self.journal()
    try journal.markIdle()
    let error = #expect(throws: JournalError.self) { try open(Self.damaged(fileSystem)) }
    #expect(error?.code == .damaged)
    #expect(error?.file == Self.first)
    #expect(error?.offset == 1024)
  }

  @Test func aSealProvesTheLastBatch() throws {
    let (fileSystem, journal) = try Self.journal()
    try journal.close()
    #expect(#expect(throws: JournalError.self) { try open(Self.damaged(fileSystem)) }?.offset == 1024)
  }

  @Test func anOpenProvesWhatItFound() throws {
    let (fileSystem, _) = try Self.journal()
    let after = fileSystem.crash()
    _ = try open(after)
    let error = #expect(throws: JournalError.self) { try open(Self.damaged(after)) }
    #expect(error?.code == .damaged)
    #expect(error?.offset == 1024)
    // Also when nothing at all is left of it.
    let zeroed = after.copy()
    zeroed.modifyContents(of: Self.first) { $0.replaceSubrange(1024..<1536, with: [UInt8](repeating: 0, count: 512)) }
    #expect(#expect(throws: JournalError.self) { try open(zeroed) }?.code == .damaged)
  }

  /// A killed process may have written a batch without syncing it. Whoever is told of it may rely on it.
  @Test func whatAnOpenFoundIsDurable() throws {
    let (fileSystem, journal) = try Self.journal()
    fileSystem.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: $0.length) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(3, [3])]) }
    let killed = fileSystem.copy()
    let expected = Transcript([TestRecord(1, [1]), TestRecord(2, [2]), TestRecord(3, [3])])
    #expect(try open(killed).transcript == expected)
    #expect(try open(killed.crash()).transcript == expected)
  }

  /// After a failed write or sync, blocks of the segment may be bad: the next owner does not write there.
  @Test func aSegmentWhoseSyncFailedIsNotAppendedTo() throws {
    let (fileSystem, journal) = try Self.journal()
    fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(3, [3])]) }
    let killed = fileSystem.copy()
    let opened = try open(killed)
    #expect(opened.report.tornTail == nil)
    #expect(opened.journal.currentSegment == 2)
    let before = killed.contents(of: Self.first)
    try opened.journal.commit([TestRecord(4, [4])])
    #expect(killed.contents(of: Self.first) == before)
    let again = try open(killed.crash())
    #expect(again.transcript == Transcript([TestRecord(1, [1]), TestRecord(2, [2]), TestRecord(4, [4])]))
    #expect(again.journal.currentSegment == 2)
    #expect(again.report.warnings.isEmpty)
  }
}
