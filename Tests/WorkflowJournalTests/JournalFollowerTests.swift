internal import Testing

@_spi(Ownership) @testable internal import WorkflowJournal

/// A journal is read while its owner writes it, and an open reads on from there.
///
/// Would fail if a follower read what is not whole, missed or repeated something, or if an open believed it without the
/// files that continue it.
@Suite struct JournalFollowerTests {
  /// Follows, and notes what it is shown.
  private final class Reading {
    var transcript = Transcript()
    var follower: JournalFollower?

    func begin(_ fileSystem: InMemoryFileSystem, encryption: JournalEncryption? = nil) throws {
      transcript = Transcript()
      follower = try JournalFollower(
        directory: Corpus.directory, fileSystem: fileSystem, encryption: encryption, isOver: { false }
      ) { type, body, _ in transcript.append(type, body) }
      guard case .upToDate = try look() else {
        Issue.record("the first look found no end")
        return
      }
    }

    func look(isOver: () -> Bool = { false }) throws -> JournalFollower.Look? {
      try follower?.look(isOver: isOver) { type, body, _ in transcript.append(type, body) }
    }

    /// Opens the journal where the follower has come to.
    /// - Returns: the journal, the report, whether it was resumed, and how many records were visited.
    func open(
      _ fileSystem: InMemoryFileSystem, _ options: JournalOptions = .small
    ) throws -> (journal: Journal, report: JournalOpenReport, isResumed: Bool, visited: Int) {
      var (isResumed, visited) = (false, 0)
      let ownership = try Journal.acquire(
        directory: Corpus.directory, fileSystem: fileSystem, options: options, waiting: false)
      let (journal, report) = try Journal.open(ownership, following: follower) { resumed in
        isResumed = resumed
        if !resumed { transcript = Transcript() }
      } visit: { type, body, _ in
        visited += 1
        transcript.append(type, body)
      }
      return (journal, report, isResumed, visited)
    }
  }

  private static func record(_ value: Int) -> TestRecord { CheckpointTests.record(value) }

  @Test("every look finds what is new, over segments; an open reads only what came since", arguments: [0, 1, 7])
  func follows(late: Int) throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    let reading = Reading()
    try reading.begin(fileSystem)
    var records: [TestRecord] = []
    for value in 0..<40 {
      records.append(Self.record(value))
      try journal.commit([Self.record(value)])
      if value % 5 == 0 { try journal.markIdle() }
      if value % 3 != 0 { continue }
      _ = try reading.look()
      #expect(reading.transcript == Transcript(records))
    }
    _ = try reading.look()
    for value in 0..<late {
      records.append(Self.record(value))
      try journal.commit([Self.record(value)])
    }
    #expect(journal.currentSegment > 3)
    // The owner is killed.
    let killed = fileSystem.copy()
    let cold = try open(killed.copy())
    let warm = try reading.open(killed)
    #expect(warm.isResumed && warm.visited == late)
    #expect(reading.transcript == Transcript(records))
    #expect(warm.report.records == cold.report.records && warm.report.batches == cold.report.batches)
    #expect(warm.report.bytes == cold.report.bytes && warm.report.epoch == cold.report.epoch)
    #expect(warm.report.chainHead == cold.report.chainHead)
    #expect(warm.journal.recordCount == cold.journal.recordCount)
    #expect(warm.journal.bytesSinceCheckpoint == cold.journal.bytesSinceCheckpoint)
    try warm.journal.commit([Self.record(99)])
    #expect(try open(killed.copy()).transcript == Transcript(records + [Self.record(99)]))
  }

  @Test("what was read before another checkpoint is good until the next one, which removes its files")
  func moved() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 20)
    try journal.checkpoint(fileSystem, keeping: { $0 % 2 == 0 })
    try journal.commit([Self.record(20)])
    let reading = Reading()
    try reading.begin(fileSystem)
    let kept = stride(from: 0, to: 20, by: 2).map(Self.record) + [Self.record(20)]
    #expect(reading.transcript == Transcript(kept))
    let before = fileSystem.copy()
    let warm = try reading.open(before)
    #expect(warm.isResumed && warm.visited == 0 && warm.report.checkpointRecords == 10)

    try journal.checkpoint(fileSystem, keeping: { $0 < 3 })
    for value in 21..<24 { try journal.commit([Self.record(value)]) }
    guard case .isAging? = try reading.look() else {
      Issue.record("it was not seen")
      return
    }
    try journal.commit([Self.record(24)])
    let all = kept + (21..<25).map(Self.record)
    let aged = try reading.open(fileSystem.copy())
    #expect(aged.isResumed && aged.visited == 1 && aged.report.beganAtPreviousCheckpoint)
    #expect(reading.transcript == Transcript(all))
    let cold = try open(fileSystem.copy())
    #expect(cold.transcript == Transcript(kept.prefix(3) + (21..<25).map(Self.record)))
    #expect(aged.journal.bytesSinceCheckpoint == cold.journal.bytesSinceCheckpoint)

    try journal.checkpoint(fileSystem, keeping: { $0 < 2 })
    guard case .moved? = try reading.look() else {
      Issue.record("it was not seen")
      return
    }
    let moved = try reading.open(fileSystem.copy())
    #expect(!moved.isResumed && moved.visited == 2 && !moved.report.beganAtPreviousCheckpoint)
    #expect(reading.transcript == Transcript(kept.prefix(2)))
  }

  @Test("an owner that was resumed from the checkpoint before the installed one goes on like any other")
  func afterAging() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 10)
    try journal.checkpoint(fileSystem, keeping: { _ in true })
    try journal.commit([Self.record(10)])
    let reading = Reading()
    try reading.begin(fileSystem)
    try journal.checkpoint(fileSystem, keeping: { $0 != 3 })
    try journal.commit([Self.record(11)])
    let killed = fileSystem.copy()
    // It had not even come to the installed checkpoint's cut.
    let aged = try reading.open(killed)
    #expect(aged.isResumed && aged.visited == 1 && aged.report.beganAtPreviousCheckpoint)
    #expect(reading.transcript == Transcript((0..<12).map(Self.record)))

    try aged.journal.commit([Self.record(12)])
    for _ in 0..<2 {
      try aged.journal.checkpoint(killed, keeping: { _ in true })
      let expected = Transcript((0..<13).filter { $0 != 3 }.map(Self.record))
      #expect(try open(killed.copy()).transcript == expected)
      let found = try Journal.verify(directory: Corpus.directory, fileSystem: killed, includingFallback: true)
      #expect(found.damage.isEmpty && found.warnings.isEmpty)
    }
  }

  @Test("a checkpoint that was finished and never installed is gone before the next one has its number")
  func finishedOnly() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 10)
    let builder = try CheckpointBuilder(
      journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
    try builder.visitRecords { type, body, _ in try builder.append(type: type, body: body) }
    _ = try builder.finish()
    let killed = fileSystem.copy()
    let finished = killed.files.filter { JournalFormat.CheckpointFile(name: String($0.split(separator: "/").last ?? "")) != nil }
    #expect(!finished.isEmpty)
    // Not left to whoever removes files later: that one would remove the next checkpoint.
    killed.setFaults { $0.operation == .remove ? .error(5) : nil }
    #expect(throws: JournalError.self) { try open(killed) }
    killed.setFaults(nil)
    let next = try open(killed).journal
    #expect(Set(killed.files).isDisjoint(with: finished))
    try next.checkpoint(killed, keeping: { _ in true })
    #expect(try open(killed.copy()).transcript == Transcript((0..<10).map(Self.record)))
  }

  @Test("a batch that is being written is not read, and what the owner leaves of it is set aside", arguments: [70, 600])
  func torn(keeping: Int) throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    let reading = Reading()
    try reading.begin(fileSystem)
    fileSystem.setFaults { $0.operation == .write && $0.length > 512 ? .tornWrite(errno: 5, keeping: keeping) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(9, [UInt8](repeating: 9, count: 900))]) }
    fileSystem.setFaults(nil)
    _ = try reading.look()
    let expected = Transcript((0..<3).map(Self.record))
    #expect(reading.transcript == expected)
    let killed = fileSystem.copy()
    // The killed one could not leave its mark.
    killed.removeContents(of: Corpus.directory + "/SUSPECT")
    let warm = try reading.open(killed)
    #expect(warm.isResumed && warm.visited == 0 && reading.transcript == expected)
    #expect(warm.report.tornTail?.length == keeping)
  }

  @Test("a batch that only the cache had is not believed, although it was read")
  func lost() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    let reading = Reading()
    try reading.begin(fileSystem)
    // The sync fails: the bytes are in the cache and will never be on the device.
    fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    #expect(throws: JournalError.self) { try journal.commit([Self.record(3)]) }
    fileSystem.setFaults(nil)
    _ = try reading.look()
    #expect(reading.transcript.count == 4)
    let killed = fileSystem.copy()
    killed.removeContents(of: Corpus.directory + "/SUSPECT")
    let cold = try reading.open(killed)
    #expect(!cold.isResumed)
    #expect(reading.transcript == Transcript((0..<3).map(Self.record)))
  }

  @Test("an owner that has failed leaves a journal that is read as a whole")
  func suspect() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    let reading = Reading()
    try reading.begin(fileSystem)
    fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    #expect(throws: JournalError.self) { try journal.commit([Self.record(3)]) }
    fileSystem.setFaults(nil)
    let killed = fileSystem.copy()
    try #require(killed.files.contains(Corpus.directory + "/SUSPECT"))
    #expect(try !reading.open(killed).isResumed)
  }

  @Test("damage behind what was read is found like at any open, and nothing is changed")
  func damaged() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.initialSegmentSize = 4096
    let journal = try open(fileSystem, options).journal
    for value in 0..<2 { try journal.commit([Self.record(value)]) }
    let reading = Reading()
    try reading.begin(fileSystem)
    for value in 2..<4 { try journal.commit([Self.record(value)]) }
    let killed = fileSystem.copy()
    killed.modifyContents(of: Corpus.directory + "/00000001.journal") { $0[512 * 3 + 70] ^= 1 }
    let files = killed.files
    let warm = #expect(throws: JournalError.self) { _ = try reading.open(killed) }
    let cold = #expect(throws: JournalError.self) { _ = try open(killed) }
    #expect(warm?.code == .damaged && warm?.offset == cold?.offset && warm?.file == cold?.file)
    #expect(killed.files == files)
  }

  @Test("another journal in the same place is read as a whole")
  func other() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 3)
    let reading = Reading()
    try reading.begin(fileSystem)
    // The same records once more: only the last batch's hash differs, by a shorter beginning.
    let other = InMemoryFileSystem()
    let second = try open(other).journal
    for value in [0, 1, 3] { try second.commit([Self.record(value)]) }
    let opened = try reading.open(other.copy())
    #expect(!opened.isResumed && reading.transcript == Transcript([0, 1, 3].map(Self.record)))
    withExtendedLifetime((journal, second)) {}
  }

  @Test("a reading that is given up ends between two batches, and can go on")
  func givenUp() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 1)
    let reading = Reading()
    try reading.begin(fileSystem)
    for value in 1..<10 { try journal.commit([Self.record(value)]) }
    var asked = 0
    guard case .givenUp? = try reading.look(isOver: {
      asked += 1
      return asked > 4
    }) else {
      Issue.record("it went on")
      return
    }
    let read = reading.transcript.count
    #expect((2..<10).contains(read))
    let warm = try reading.open(fileSystem.copy())
    #expect(warm.isResumed && warm.visited == 10 - read)
    #expect(reading.transcript == Transcript((0..<10).map(Self.record)))
  }

  @Test("there is nothing to follow before the journal is begun")
  func notBegun() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try fileSystem.createDirectory("/data")
    _ = try fileSystem.createDirectory(Corpus.directory)
    let error = #expect(throws: (any Error).self) { try Reading().begin(fileSystem) }
    #expect(error is JournalFollower.NotBegun)
  }

  @Test("encrypted journals are followed with their keys")
  func encrypted() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    let encryption = JournalEncryption(
      key: try JournalKey(identifier: 1, bytes: [UInt8](repeating: 3, count: 32)))
    options.encryption = encryption
    let journal = try open(fileSystem, options).journal
    let reading = Reading()
    try reading.begin(fileSystem, encryption: encryption)
    for value in 0..<12 { try journal.commit([Self.record(value)]) }
    _ = try reading.look()
    #expect(reading.transcript.count == 12)
    try journal.commit([Self.record(12)])
    let warm = try reading.open(fileSystem.copy(), options)
    #expect(warm.isResumed && warm.visited == 1)
    #expect(reading.transcript == Transcript((0..<13).map(Self.record)))
    #expect(throws: JournalError.self) { try Reading().begin(fileSystem) }
  }
}
