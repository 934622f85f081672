internal import Synchronization
internal import Testing
internal import WorkflowJournal

/// Copies of journals that are in use.
///
/// Would fail if a copy held half a batch, if it missed a file that a checkpoint removes meanwhile, if it changed with
/// the original, or if an unfinished copy passed for a journal.
@Suite struct BackupTests {
  static let copy = "/data/copy"

  static func open(copyIn fileSystem: InMemoryFileSystem) throws -> (Transcript, Journal, JournalOpenReport) {
    var transcript = Transcript()
    let (journal, report) = try Journal.open(
      directory: copy, fileSystem: fileSystem, options: .small
    ) { type, body, _ in transcript.append(type, body) }
    return (transcript, journal, report)
  }

  /// A journal with two checkpoints and batches behind them, open, and what it holds.
  static func journal(_ fileSystem: InMemoryFileSystem) throws -> (Journal, [TestRecord]) {
    let journal = try WorkflowJournalTests.open(fileSystem).journal
    var random = TestRandom(51)
    var records: [TestRecord] = []
    for round in 0..<3 {
      for _ in 0..<6 {
        let batch = random.batch(of: 1...3, upTo: 500)
        try journal.commit(batch)
        records += batch
      }
      if round < 2 { try journal.checkpoint(fileSystem) }
    }
    return (journal, records)
  }

  @Test func aDamagedBlobIsNotCopiedSilently() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, _) = try Self.journal(fileSystem)
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let blob = try store.put([1, 2, 3])
    fileSystem.modifyContents(of: store.directory + "/" + blob.description) { $0[1] ^= 1 }
    let error = #expect(throws: JournalError.self) {
      _ = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)
    }
    #expect(error?.code == .damaged && error?.file == store.directory + "/" + blob.description)
    try journal.close()
  }

  @Test func aCopyIsAJournalOfItsOwn() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, records) = try Self.journal(fileSystem)
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let blob = try store.put([1, 2, 3])
    // Not committed, so not in the copy.
    try journal.append(type: 1, body: [9])
    let backup = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)
    #expect(backup.head == journal.head)
    #expect(backup.copiedFiles > 4)
    let after = fileSystem.crash()
    // The original goes on, and removes what the copy needs.
    for value in 0..<9 {
      try journal.commit([TestRecord(1, [UInt8(value)])])
      try journal.checkpoint(fileSystem)
    }
    for fileSystem in [fileSystem, after] {
      let (transcript, copy, report) = try Self.open(copyIn: fileSystem)
      #expect(transcript == Transcript(records))
      #expect(report.checkpoint == 2 && report.warnings.isEmpty && report.tornTail == nil)
      #expect(try BlobStore(readingFrom: Self.copy, fileSystem: fileSystem).get(blob) == [1, 2, 3])
      try copy.commit([TestRecord(2, [7])])
      try copy.checkpoint(in: Self.copy, fileSystem)
      try copy.close()
      #expect(try Self.open(copyIn: fileSystem).0.count == records.count + 1)
    }
  }

  @Test func aBatchThatIsBeingWrittenIsNotCopied() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, records) = try Self.journal(fileSystem)
    fileSystem.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: 300) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(1, [UInt8](repeating: 1, count: 600))]) }
    fileSystem.setFaults(nil)
    _ = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)
    let (transcript, _, report) = try Self.open(copyIn: fileSystem)
    #expect(transcript == Transcript(records))
    #expect(report.tornTail == nil)
  }

  @Test func aFileThatDisappearsMeansAnotherTry() throws {
    let fileSystem = InMemoryFileSystem()
    let (_, records) = try Self.journal(fileSystem)
    let failures = Mutex(2)
    fileSystem.setFaults { call in
      guard call.operation == .open, call.path.hasPrefix(Corpus.directory), call.path.hasSuffix(".checkpoint") else {
        return nil
      }
      return failures.withLock { left in
        left -= 1
        return left >= 0 ? .error(2) : nil
      }
    }
    _ = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)
    fileSystem.setFaults(nil)
    #expect(try Self.open(copyIn: fileSystem).0 == Transcript(records))
  }

  @Test func anUnfinishedCopyIsNoJournal() throws {
    let healthy = InMemoryFileSystem()
    let (_, records) = try Self.journal(healthy)
    let before = healthy.callCount
    _ = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: healthy)
    let calls = healthy.callCount - before
    var refused = 0
    for number in 1...calls {
      let fileSystem = InMemoryFileSystem()
      _ = try Self.journal(fileSystem)
      fileSystem.failCall(fileSystem.callCount + number, errno: 5, sticky: true)
      let isDone = (try? Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)) != nil
      for survival in [CrashSurvival.synced, .everything] {
        let after = fileSystem.crash(survival)
        guard after.files.contains(where: { $0.hasPrefix(Self.copy) }) else { continue }
        do {
          let (transcript, _, report) = try Self.open(copyIn: after)
          guard transcript == Transcript(records) || (!isDone && report.isNew) else {
            Issue.record("stopped at call \(number), \(survival): \(transcript)")
            return
          }
        } catch {
          refused += 1
          guard !isDone else {
            Issue.record("a finished copy is refused: \(error)")
            return
          }
        }
      }
    }
    #expect(refused > 0)
  }

  @Test func aDirectoryWithFilesIsNotOverwritten() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try Self.journal(fileSystem)
    let error = #expect(throws: JournalError.self) {
      _ = try Journal.backup(from: Corpus.directory, to: Corpus.directory, fileSystem: fileSystem)
    }
    #expect(error?.code == .invalidOptions)
    #expect(throws: JournalError.self) {
      _ = try Journal.backup(from: "/data/nothing", to: Self.copy, fileSystem: fileSystem)
    }
  }

  @Test func damageIsNotCopiedSilently() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try Self.journal(fileSystem)
    let path = try #require(fileSystem.files.first { $0.contains("00000002-") })
    fileSystem.modifyContents(of: path) { $0[700] ^= 1 }
    let error = #expect(throws: JournalError.self) {
      _ = try Journal.backup(from: Corpus.directory, to: Self.copy, fileSystem: fileSystem)
    }
    #expect(error?.code == .damaged)
  }

  /// What two threads tell each other.
  final class Progress: Sendable {
    let isDone = Atomic(false)
    let acknowledged = Atomic(0)
    let copies = Atomic(0)
  }

  /// A thread that commits and makes checkpoints, hundreds of batches for every copy, beside copies, on a real disk.
  @Test func copiesOfABusyJournalAreWhole() async throws {
    let directory = try PosixFileSystemTests.TemporaryDirectory()
    let path = directory.path + "/journal"
    let options = JournalOptions(
      segmentSize: 1 << 16, initialSegmentSize: 1 << 16, checkpointPartSize: 1 << 16, reserveSize: 1 << 16)
    let progress = Progress()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let (journal, _, _) = try PosixFileSystemTests.open(path, options)
        var value = 0
        while !progress.isDone.load(ordering: .sequentiallyConsistent) {
          // A journal that grew on without a bound would take longer to copy each time.
          guard value < 400 * (1 + progress.copies.load(ordering: .sequentiallyConsistent)) else {
            await Task.yield()
            continue
          }
          try journal.commit([TestRecord(1, [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: 900))])
          value += 1
          progress.acknowledged.store(value, ordering: .sequentiallyConsistent)
          if value % 40 == 0 {
            let builder = try CheckpointBuilder(
              journal.beginCheckpoint(), directory: path, fileSystem: PosixFileSystem(), options: options)
            try builder.visitRecords { type, body, _ in try builder.append(type: type, body: body) }
            try journal.install(builder.finish())
          }
          // The pool has few threads, and the one who copies needs one of them.
          await Task.yield()
        }
        try journal.close()
      }
      defer { progress.isDone.store(true, ordering: .sequentiallyConsistent) }
      while progress.acknowledged.load(ordering: .sequentiallyConsistent) < 60 { await Task.yield() }
      for number in 0..<5 {
        let least = progress.acknowledged.load(ordering: .sequentiallyConsistent)
        let copy = directory.path + "/copy-\(number)"
        let backup = try Journal.backup(from: path, to: copy)
        #expect(backup.linkedFiles > 0)
        let (journal, report, transcript) = try PosixFileSystemTests.open(copy, options)
        #expect(transcript.count >= least && transcript.count == Int(backup.head.recordCount))
        let expected = (0..<transcript.count).map { value in
          TestRecord(1, [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: 900))
        }
        #expect(transcript == Transcript(expected))
        #expect(report.tornTail == nil)
        try journal.close()
        progress.copies.add(1, ordering: .sequentiallyConsistent)
      }
      progress.isDone.store(true, ordering: .sequentiallyConsistent)
      try await group.waitForAll()
    }
  }
}
