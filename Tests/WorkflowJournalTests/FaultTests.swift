internal import Testing
internal import WorkflowJournal

/// A life of a journal, with whatever faults are set, that keeps the books of what was acknowledged.
struct Life {
  var acknowledged: [[TestRecord]] = []
  /// The batch whose commit failed with a poisoned journal; a later open may find it.
  var inFlight: [TestRecord]?
  var failures: [JournalError] = []
  /// Set when the journal did something that it must never do.
  var violation: String?

  /// Opens, commits `count` batches with pauses, rolls and checkpoints, closes.
  mutating func live(on fileSystem: InMemoryFileSystem, count: Int = 9, seed: UInt64 = 5) {
    var random = TestRandom(seed)
    do {
      let journal = try open(fileSystem).journal
      for index in 0..<count {
        commit(random.batch(of: 1...3, upTo: index == 5 ? 2500 : 200), journal)
        if index % 3 == 1 { attempt { () throws(JournalError) in try journal.markIdle() } }
        if index % 3 == 2 { checkpoint(journal, fileSystem, between: random.batch(of: 1...2, upTo: 100)) }
      }
      attempt { () throws(JournalError) in try journal.close() }
    } catch let error as JournalError {
      failures.append(error)
    } catch {
      violation = "open threw \(error)"
    }
  }

  private mutating func commit(_ batch: [TestRecord], _ journal: Journal) {
    let wasPoisoned = journal.isPoisoned
    do {
      try journal.commit(batch)
      if wasPoisoned { violation = "a poisoned journal acknowledged a batch" }
      acknowledged.append(batch)
    } catch let error as JournalError {
      failures.append(error)
      switch error.code {
      case .poisoned:
        if !wasPoisoned { inFlight = batch }
        if !journal.isPoisoned { violation = "poisoned was thrown, but the journal goes on" }
      case .full:
        journal.discardPending()
      default:
        violation = "a commit failed with \(error)"
      }
    } catch {
      violation = "a commit threw \(error)"
    }
  }

  /// Makes a checkpoint of everything; commits one batch while it is made.
  private mutating func checkpoint(_ journal: Journal, _ fileSystem: InMemoryFileSystem, between batch: [TestRecord]) {
    let wasPoisoned = journal.isPoisoned
    var isBuilding = false
    do {
      let cut = try journal.beginCheckpoint()
      let expected = Transcript(acknowledged)
      commit(batch, journal)
      let isPoisoned = journal.isPoisoned
      isBuilding = true
      let builder = try CheckpointBuilder(
        cut, directory: Corpus.directory, fileSystem: fileSystem, options: .small)
      var found = Transcript()
      try builder.visitRecords { type, body, _ in
        found.append(type, body)
        try builder.append(type: type, body: body)
      }
      if found != expected { violation = "the cut covers \(found), not \(expected)" }
      let finished = try builder.finish()
      isBuilding = false
      if journal.isPoisoned != isPoisoned { violation = "a checkpoint's builder poisoned the journal" }
      try journal.install(finished)
      if wasPoisoned { violation = "a poisoned journal installed a checkpoint" }
    } catch let error as JournalError {
      failures.append(error)
      let allowed: Set<JournalError.Code> = isBuilding ? [.full, .io] : [.full, .poisoned]
      if !allowed.contains(error.code) { violation = "a checkpoint failed with \(error)" }
    } catch {
      violation = "a checkpoint threw \(error)"
    }
  }

  private mutating func attempt(_ body: () throws(JournalError) -> Void) {
    do throws(JournalError) {
      try body()
    } catch {
      failures.append(error)
    }
  }

  /// What is wrong with the journal that is found afterwards, or `nil`.
  func complaint(about fileSystem: InMemoryFileSystem) -> String? {
    if let violation { return violation }
    do {
      let opened = try open(fileSystem)
      var expected = Transcript(acknowledged)
      if opened.transcript != expected {
        guard let inFlight else { return "found \(opened.transcript), acknowledged were \(expected)" }
        expected = Transcript(acknowledged + [inFlight])
        guard opened.transcript == expected else {
          return "found \(opened.transcript), at most \(expected) were written"
        }
      }
      let more = TestRecord(3, [1, 2, 3, 4])
      try opened.journal.commit([more])
      expected.append(more.type, more.body.span)
      let again = try open(fileSystem.crash())
      guard again.transcript == expected else { return "after one more: \(again.transcript), not \(expected)" }
      return nil
    } catch {
      return "reopening failed: \(error)"
    }
  }
}

/// Every call to the file system, failing once or for ever, with every error that may come.
///
/// Would fail if a batch were acknowledged before its sync, if a failed sync were repeated, if the journal went on
/// after a failure, or if a full disk lost accepted work.
@Suite struct FaultTests {
  static let errors: [(name: String, errno: Int32)] = [
    ("EIO", 5), ("ENOSPC", 28), ("EDQUOT", 122), ("EROFS", 30), ("EMFILE", 24),
  ]

  /// The number of calls of a life without faults.
  static func callCount() -> Int {
    let fileSystem = InMemoryFileSystem()
    var life = Life()
    life.live(on: fileSystem)
    return fileSystem.callCount
  }

  @Test(arguments: errors.map(\.errno), [false, true])
  func anyCallMayFail(errno: Int32, sticky: Bool) throws {
    let calls = Self.callCount()
    #expect(calls > 70)
    var poisoned = 0
    for number in 1...calls {
      let fileSystem = InMemoryFileSystem()
      fileSystem.failCall(number, errno: errno, sticky: sticky)
      var life = Life()
      life.live(on: fileSystem)
      poisoned += life.inFlight == nil ? 0 : 1
      for (name, after) in [
        ("killed", fileSystem.copy()), ("crashed", fileSystem.crash()), ("flushed", fileSystem.crash(.everything)),
      ] {
        if let complaint = life.complaint(about: after) {
          Issue.record("call \(number), errno \(errno), \(sticky ? "sticky" : "once"), \(name): \(complaint)")
          return
        }
      }
    }
    #expect(poisoned > 10)
  }

  @Test func noCallFailsInALifeWithoutFaults() {
    let fileSystem = InMemoryFileSystem()
    var life = Life()
    life.live(on: fileSystem)
    #expect(life.failures.isEmpty)
    #expect(life.acknowledged.count == 12)
    #expect(life.complaint(about: fileSystem.crash()) == nil)
  }

  @Test(arguments: [1, 7, 100])
  func shortReadsAndWritesAreContinued(length: Int) {
    let fileSystem = InMemoryFileSystem()
    fileSystem.setFaults { $0.operation == .write || $0.operation == .read ? .short(length) : nil }
    var life = Life()
    life.live(on: fileSystem, count: length == 1 ? 3 : 9)
    #expect(life.failures.isEmpty)
    let after = fileSystem.crash()
    after.setFaults { $0.operation == .read ? .short(length) : nil }
    #expect(life.complaint(about: after) == nil)
  }

  @Test func aPoisonedJournalNamesTheFirstCauseAndRefusesEverything() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    try journal.commit([TestRecord(1, [7])])
    fileSystem.setFaults { $0.operation == .synchronizeData ? .error(5) : nil }
    let first = #expect(throws: JournalError.self) { try journal.commit([TestRecord(1, [8])]) }
    #expect(first?.code == .poisoned)
    #expect(first?.errno == 5)
    fileSystem.setFaults(nil)
    let syncs = fileSystem.callCount(of: .synchronizeData)
    for attempt in [
      { try journal.append(type: 1, body: [1]) }, { _ = try journal.commit() }, { try journal.markIdle() },
      { try journal.close() },
    ] as [() throws -> Void] {
      let error = #expect(throws: JournalError.self) { try attempt() }
      #expect(error?.code == .poisoned)
      #expect((error?.cause as? JournalError)?.errno == 5)
    }
    #expect(fileSystem.callCount(of: .synchronizeData) == syncs)
    // The lost batch could still be read from the cache; the open looks at the device.
    #expect(try open(fileSystem).transcript == Transcript([TestRecord(1, [7])]))
  }

  @Test func aFullDiskRefusesTheRollAndGoesOnWhenThereIsSpace() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    fileSystem.setFaults { $0.operation == .write && $0.path.contains("spare") ? .error(28) : nil }
    var records: [TestRecord] = []
    var failure: JournalError?
    while failure == nil, records.count < 100 {
      records.append(TestRecord(1, [UInt8](repeating: UInt8(records.count), count: 300)))
      do throws(JournalError) {
        try journal.append(type: 1, body: records[records.count - 1].body)
        _ = try journal.commit()
      } catch {
        failure = error
      }
    }
    #expect(failure?.code == .full)
    #expect(journal.pendingRecords == 1)
    let again = #expect(throws: JournalError.self) { _ = try journal.commit() }
    #expect(again?.code == .full)
    #expect(!journal.isPoisoned)
    fileSystem.setFaults(nil)
    #expect(try journal.commit().count == 1)
    #expect(try open(fileSystem.crash()).transcript == Transcript(records))
  }

  @Test func aFailedPreparationIsAnEarlyWarning() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.preparationThreshold = 40
    let journal = try open(fileSystem, options).journal
    fileSystem.setFaults { $0.operation == .write && $0.path.contains("spare") ? .error(28) : nil }
    try journal.commit([TestRecord(1, [1])])
    #expect(journal.preparationFailure?.code == .full)
    #expect(journal.remainingBytes > 0)
    try journal.commit([TestRecord(1, [2])])
    fileSystem.setFaults(nil)
    try journal.commit([TestRecord(1, [3])])
    #expect(journal.currentSegment == 2)
  }
}
