internal import Synchronization
internal import Testing
internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What a full disk leaves.
///
/// Would fail if the reserve were given to new work, if it were lost by a restart, if a full disk ended the journal, or
/// if space that returns went unnoticed.
@Suite struct ReserveTests {
  static let reserve = Corpus.directory + "/RESERVE"

  /// Makes every new file fail with ENOSPC; what exists can still be written.
  static func fill(_ fileSystem: InMemoryFileSystem) {
    fileSystem.setFaults { $0.operation == .open && $0.path.hasSuffix(".tmp") ? .error(28) : nil }
  }

  /// Commits until the disk is full. Returns what was acknowledged.
  static func commitUntilFull(_ journal: Journal, usingReserve: Bool) throws -> [TestRecord] {
    var records: [TestRecord] = []
    while records.count < 100 {
      let record = TestRecord(1, [UInt8](repeating: UInt8(records.count), count: 300))
      try journal.append(type: record.type, body: record.body)
      do throws(JournalError) {
        _ = try journal.commit(usingReserve: usingReserve)
        records.append(record)
      } catch {
        #expect(error.code == .full)
        journal.discardPending()
        return records
      }
    }
    Issue.record("the disk is never full")
    return records
  }

  @Test func theReserveIsForAcceptedWork() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    #expect(fileSystem.contents(of: Self.reserve)?.count == 2048)
    #expect(!journal.isShortOfSpace)
    let calls = fileSystem.callCount
    try journal.refillReserve()
    #expect(fileSystem.callCount == calls)
    Self.fill(fileSystem)
    var records = try Self.commitUntilFull(journal, usingReserve: false)
    #expect(records.count == 2)
    #expect(fileSystem.contents(of: Self.reserve)?.count == 2048)
    let finishing = try Self.commitUntilFull(journal, usingReserve: true)
    #expect(finishing.count == 2)
    records += finishing
    #expect(fileSystem.contents(of: Self.reserve) == nil)
    #expect(journal.isShortOfSpace && !journal.isPoisoned)
    try journal.refillReserve()
    #expect(journal.isShortOfSpace)
    #expect(try open(fileSystem.crash()).transcript == Transcript(records))
    fileSystem.setFaults(nil)
    try journal.refillReserve()
    #expect(!journal.isShortOfSpace)
    #expect(journal.preparationFailure == nil)
    #expect(fileSystem.contents(of: Self.reserve)?.count == 2048)
    let more = TestRecord(2, [2])
    try journal.commit([more])
    let opened = try open(fileSystem.crash())
    #expect(opened.transcript == Transcript(records + [more]))
    #expect(opened.report.warnings.isEmpty)
  }

  @Test func closingUsesTheReserve() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    Self.fill(fileSystem)
    let records = try Self.commitUntilFull(journal, usingReserve: false)
    let last = TestRecord(3, [UInt8](repeating: 3, count: 200))
    try journal.append(type: last.type, body: last.body)
    try journal.close()
    let opened = try open(fileSystem.crash())
    #expect(opened.transcript == Transcript(records + [last]))
    #expect(opened.report.wasClosedCleanly)
  }

  @Test func aFailedPreparationIsTriedAgain() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.preparationThreshold = 40
    let journal = try open(fileSystem, options).journal
    Self.fill(fileSystem)
    try journal.commit([TestRecord(1, [1])])
    #expect(journal.isShortOfSpace)
    try journal.refillReserve()
    #expect(journal.isShortOfSpace)
    fileSystem.setFaults(nil)
    try journal.refillReserve()
    #expect(!journal.isShortOfSpace)
    #expect(fileSystem.files.contains { $0.contains("spare") })
  }

  @Test func anOpenOnAFullDiskTakesTheSpaceOfTheReserve() throws {
    for isSuspect in [false, true] {
      let fileSystem = InMemoryFileSystem()
      let journal = try open(fileSystem).journal
      let records = [TestRecord(1, [1]), TestRecord(2, [2])]
      for record in records { try journal.commit([record]) }
      if isSuspect {
        fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
        #expect(throws: JournalError.self) { try journal.commit([TestRecord(3, [3])]) }
      }
      let restarted = fileSystem.copy()
      let hasSpace = Mutex(false)
      restarted.setFaults { call in
        if call.operation == .remove, call.path == Self.reserve { hasSpace.withLock { $0 = true } }
        let isNew = call.operation == .open && call.path.hasSuffix(".tmp")
        // The space of the reserve is not enough for another one.
        let isReserve = call.path.hasPrefix(Self.reserve)
        return isNew && (isReserve || !hasSpace.withLock { $0 }) ? .error(28) : nil
      }
      let opened = try open(restarted)
      #expect(opened.transcript == Transcript(records))
      #expect(opened.journal.isShortOfSpace)
      #expect(hasSpace.withLock { $0 })
      try opened.journal.commit([TestRecord(4, [4])])
      #expect(try open(restarted.crash()).transcript.count == 3)
    }
  }

  @Test func aReserveThatWasWrittenToIsMadeAnew() throws {
    let fileSystem = InMemoryFileSystem()
    try open(fileSystem).journal.close()
    for damaged in [[UInt8](repeating: 7, count: 2048), [UInt8](repeating: 0, count: 600)] {
      fileSystem.setContents(of: Self.reserve, to: damaged)
      let journal = try open(fileSystem).journal
      #expect(!journal.isShortOfSpace)
      #expect(fileSystem.contents(of: Self.reserve) == [UInt8](repeating: 0, count: 2048))
      try journal.close()
    }
    // A whole one is left alone.
    let writes = fileSystem.callCount(of: .write)
    try open(fileSystem).journal.close()
    #expect(fileSystem.callCount(of: .write) == writes + 2)
  }

  @Test func noReserveIsKeptWhenNoneIsWanted() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.reserveSize = 0
    let journal = try open(fileSystem, options).journal
    #expect(fileSystem.contents(of: Self.reserve) == nil)
    #expect(!journal.isShortOfSpace)
    Self.fill(fileSystem)
    #expect(try Self.commitUntilFull(journal, usingReserve: true).count == 2)
  }

  @Test func aCheckpointWithoutSpaceIsNotInstalled() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    try journal.commit([TestRecord(1, [1])])
    let builder = try CheckpointBuilder(
      journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
    let finished = try builder.finish()
    Self.fill(fileSystem)
    #expect(#expect(throws: JournalError.self) { try journal.install(finished) }?.code == .full)
    #expect(!journal.isPoisoned && journal.checkpointNumber == 0)
    fileSystem.setFaults(nil)
    try journal.install(finished)
    #expect(try open(fileSystem.crash()).report.checkpoint == 1)
  }

  #if os(Linux)
    /// A file system that is really full. Needs the right to mount one.
    @Test func aJournalOutlivesAFullFileSystem() throws {
      let directory = try PosixFileSystemTests.TemporaryDirectory()
      guard mount("tmpfs", directory.path, "tmpfs", 0, "size=1m") == 0 else {
        print("skipped: mounting a file system is not allowed here (errno \(errno))")
        return
      }
      defer { umount2(directory.path, Int32(MNT_DETACH)) }
      let path = directory.path + "/journal"
      let options = JournalOptions(
        segmentSize: 64 << 10, initialSegmentSize: 64 << 10, reserveSize: 64 << 10, preparation: .inline)
      var (journal, _, _) = try PosixFileSystemTests.open(path, options)
      var expected = Transcript()
      func commit(_ value: UInt8, usingReserve: Bool) throws {
        let record = TestRecord(value, [UInt8](repeating: value, count: 3000))
        try journal.append(type: record.type, body: record.body)
        _ = try journal.commit(usingReserve: usingReserve)
        expected.append(record.type, record.body.span)
      }
      for value in 0..<20 { try commit(UInt8(value), usingReserve: false) }
      // Somebody else takes all the space there is.
      let ballast = try PosixFileSystem().open(directory.path + "/ballast", .create)
      var length = 0
      while let count = try? ballast.write([UInt8](repeating: 1, count: 4096).span, at: length) { length += count }
      var refused = 0
      for value in 20..<60 {
        do {
          try commit(UInt8(value), usingReserve: false)
        } catch let error as JournalError where error.code == .full {
          refused += 1
          #expect(journal.isShortOfSpace)
          do throws(JournalError) {
            _ = try journal.commit(usingReserve: true)
            expected.append(UInt8(value), [UInt8](repeating: UInt8(value), count: 3000).span)
          } catch {
            guard error.code == .full else { throw error }
            journal.discardPending()
            break
          }
        }
      }
      #expect(refused >= 2)
      #expect(!journal.isPoisoned)
      try journal.close()
      // Also the open has no space but that of the reserve, which is used up.
      #expect(throws: JournalError.self) { _ = try PosixFileSystemTests.open(path, options) }
      ballast.close()
      try PosixFileSystem().remove(directory.path + "/ballast")
      let again = try PosixFileSystemTests.open(path, options)
      #expect(again.2 == expected)
      journal = again.0
      #expect(!journal.isShortOfSpace)
      try commit(99, usingReserve: false)
      try journal.close()
      #expect(try PosixFileSystemTests.open(path, options).2 == expected)
    }
  #endif
}
