internal import Testing
internal import WorkflowJournal

/// Compaction: segments that are no longer needed go, oldest first.
///
/// Would fail if files were removed before the manifest says so, or if a missing segment were always taken for a
/// discarded one.
@Suite struct DiscardTests {
  /// A journal with several segments and the record that begins each.
  static func journal(_ fileSystem: InMemoryFileSystem) throws -> (Journal, [CommittedBatch]) {
    let journal = try open(fileSystem).journal
    let batches = try (0..<30).map { try journal.commit([TestRecord(1, [UInt8](repeating: UInt8($0), count: 300))]) }
    return (journal, batches)
  }

  static func expected(_ batches: [CommittedBatch], from segment: UInt32) -> Transcript {
    Transcript(
      batches.indices.filter { batches[$0].segment >= segment }
        .map { TestRecord(1, [UInt8](repeating: UInt8($0), count: 300)) }
    )
  }

  @Test func whatIsDiscardedIsGoneAndTheRestStays() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, batches) = try Self.journal(fileSystem)
    #expect(journal.currentSegment > 4)
    #expect(try journal.discardSegments(before: 1) == 0)
    #expect(try journal.discardSegments(before: 3) == 2)
    #expect(journal.firstSegment == 3)
    #expect(fileSystem.files.filter { $0.hasSuffix(".journal") }.count == Int(journal.currentSegment) - 2)
    let error = #expect(throws: JournalError.self) { try journal.read(batches[0].pointer(at: 0)) }
    #expect(error?.code == .recordNotFound)
    let kept = try #require(batches.first { $0.segment == 3 })
    #expect(try journal.read(kept.pointer(at: 0)).count == 300)
    let opened = try open(fileSystem.crash())
    #expect(opened.transcript == Self.expected(batches, from: 3))
    #expect(opened.report.warnings.isEmpty)
    // Record numbers go on.
    #expect(opened.journal.recordCount == 30)
    #expect(try journal.discardSegments(before: .max) == Int(journal.currentSegment) - 3)
    #expect(try open(fileSystem.crash()).transcript == Self.expected(batches, from: journal.currentSegment))
  }

  @Test func aSegmentThatWasNotDiscardedIsStillMissed() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, _) = try Self.journal(fileSystem)
    try journal.discardSegments(before: 3)
    fileSystem.removeContents(of: Corpus.directory + "/00000003.journal")
    #expect(#expect(throws: JournalError.self) { try open(fileSystem.copy()) }?.code == .damaged)
  }

  @Test func aStopAtAnyCallLeavesAllOrTheRest() throws {
    let calls: Int
    do {
      let fileSystem = InMemoryFileSystem()
      let (journal, _) = try Self.journal(fileSystem)
      let before = fileSystem.callCount
      try journal.discardSegments(before: 4)
      calls = fileSystem.callCount - before
    }
    #expect(calls > 6)
    for number in 1...calls {
      let fileSystem = InMemoryFileSystem()
      let (journal, batches) = try Self.journal(fileSystem)
      fileSystem.failCall(fileSystem.callCount + number, errno: 5, sticky: true)
      let error = #expect(throws: JournalError.self) { try journal.discardSegments(before: 4) }
      #expect(error?.code == .poisoned)
      for survival in CrashTests.survivals(fileSystem, number) {
        let after = fileSystem.crash(survival)
        let opened = try open(after)
        let first = opened.journal.firstSegment
        #expect(first == 1 || first == 4)
        #expect(opened.transcript == Self.expected(batches, from: first))
        #expect(opened.report.warnings.isEmpty)
        #expect(after.files.filter { $0.hasSuffix(".journal") }.count == Int(opened.journal.currentSegment - first) + 1)
      }
    }
  }
}
