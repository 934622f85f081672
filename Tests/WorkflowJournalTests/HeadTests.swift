internal import Testing
internal import WorkflowJournal

/// Heads of the chain of hashes that were kept elsewhere.
///
/// Would fail if a rewritten, shortened or foreign journal were taken for the one that a head was exported from, or if
/// more were claimed than is proven.
@Suite struct HeadTests {
  static func check(_ head: JournalHead, _ fileSystem: InMemoryFileSystem) throws -> JournalHeadCheck {
    try Journal.check(head, in: Corpus.directory, fileSystem: fileSystem)
  }

  @Test func everyHeadOfALifeIsContained() throws {
    var fileSystem = InMemoryFileSystem()
    var heads: [JournalHead] = []
    for round in 0..<4 {
      let journal = try open(fileSystem).journal
      heads.append(journal.head)
      for value in 0..<5 {
        try journal.commit([CheckpointTests.record(value + round)])
        heads.append(journal.head)
      }
      #expect(try Journal.head(of: Corpus.directory, fileSystem: fileSystem) == journal.head)
      fileSystem = fileSystem.crash()
    }
    for head in heads { #expect(try Self.check(head, fileSystem) == .contained(since: 1)) }
  }

  @Test func aRewrittenOrShortenedJournalIsNoticed() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 4)
    let head = journal.head
    // Written again, with other content and right checksums.
    let other = InMemoryFileSystem()
    let rewritten = try open(other).journal
    for value in [0, 1, 9, 3, 4] { try rewritten.commit([CheckpointTests.record(value)]) }
    guard case .contradicted(let reason) = try Self.check(head, other) else {
      Issue.record("a rewritten journal goes unnoticed")
      return
    }
    #expect(reason.contains("rewritten"))
    let shorter = InMemoryFileSystem()
    _ = try CheckpointTests.journal(shorter, 3)
    guard case .contradicted = try Self.check(head, shorter) else {
      Issue.record("a shortened journal goes unnoticed")
      return
    }
    var foreign = head
    foreign.identifier = JournalIdentifier(high: 1, low: 2).description
    guard case .contradicted = try Self.check(foreign, fileSystem) else {
      Issue.record("another journal's head is accepted")
      return
    }
    fileSystem.modifyContents(of: Corpus.directory + "/00000001.journal") { $0[600] ^= 1 }
    #expect(throws: JournalError.self) { _ = try Self.check(head, fileSystem) }
    #expect(throws: JournalError.self) { _ = try Journal.head(of: Corpus.directory, fileSystem: fileSystem) }
  }

  @Test func damageOfTheInstalledCheckpointIsNoticedBesideAnIntactFallback() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 4)
    let head = journal.head
    try journal.checkpoint(fileSystem)
    #expect(try Self.check(head, fileSystem) == .contained(since: 1))
    let path = try #require(fileSystem.files.first { $0.contains("checkpoint") })
    let size = fileSystem.contents(of: path)?.count ?? 0
    fileSystem.modifyContents(of: path) { $0[size - 500] ^= 1 }
    #expect(throws: JournalError.self) { _ = try Self.check(head, fileSystem) }
  }

  @Test func whatACheckpointReplacedCannotBeProven() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 4)
    let first = journal.head
    var cuts: [UInt64] = []
    for _ in 0..<2 {
      try journal.checkpoint(fileSystem)
      cuts.append(journal.lastBatchSequence)
      for value in 0..<3 { try journal.commit([CheckpointTests.record(value)]) }
    }
    // The segments since the checkpoint before the last are still there.
    let middle = journal.head
    #expect(try Self.check(first, fileSystem) == .contained(since: cuts[0] + 1))
    #expect(try Self.check(middle, fileSystem) == .contained(since: cuts[0] + 1))
    try journal.checkpoint(fileSystem)
    #expect(try Self.check(first, fileSystem) == .replaced(cut: cuts[1]))
    #expect(try Self.check(middle, fileSystem) == .contained(since: cuts[1] + 1))
    var wrong = middle
    wrong.hash = first.hash
    guard case .contradicted = try Self.check(wrong, fileSystem) else {
      Issue.record("a wrong hash is accepted")
      return
    }
  }
}
