internal import Testing
internal import WorkflowJournal

/// Checkpoints: what stands for everything before a cut.
///
/// Would fail if a checkpoint were believed before it is installed, if files were removed before the manifest says so,
/// if what is kept as a fallback went too early, or if the chain did not go on behind a cut.
@Suite struct CheckpointTests {
  static func record(_ value: Int, length: Int = 300) -> TestRecord {
    TestRecord(UInt8(value % 200), [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: length))
  }

  /// A journal with `count` batches of one record each.
  static func journal(_ fileSystem: InMemoryFileSystem, _ count: Int) throws -> Journal {
    let journal = try open(fileSystem).journal
    for value in 0..<count { try journal.commit([record(value)]) }
    return journal
  }

  static func files(_ fileSystem: InMemoryFileSystem, _ suffix: String) -> [String] {
    fileSystem.files.filter { $0.hasSuffix(suffix) }
  }

  @Test func aCheckpointStandsForEverythingBeforeItsCut() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 20)
    try journal.append(type: 5, body: [1])
    let cut = try journal.beginCheckpoint()
    #expect(cut.number == 1)
    #expect(cut.firstSegment == journal.currentSegment)
    #expect(cut.recordCount == 20)
    #expect(cut.chainHead == journal.chainHead)
    // What was pending lies behind the cut.
    #expect(try journal.commit().segment == cut.firstSegment)
    let builder = try CheckpointBuilder(
      cut, directory: Corpus.directory, fileSystem: fileSystem, options: .small)
    var index = 0
    try builder.visitRecords { type, body, pointer in
      #expect(!pointer.isCheckpoint)
      if index % 2 == 0 { try builder.append(type: type, body: body) }
      index += 1
    }
    #expect(index == 20)
    let finished = try builder.finish()
    #expect(finished.records == 10)
    // Not installed, it counts for nothing, and the next open removes it.
    let before = fileSystem.crash()
    #expect(Self.files(before, ".checkpoint").count > 1)
    #expect(try open(before).transcript.count == 21)
    #expect(Self.files(before, ".checkpoint").isEmpty)
    #expect(journal.checkpointNumber == 0)
    let head = journal.chainHead

    try journal.install(finished)
    #expect(journal.checkpointNumber == 1)
    #expect(journal.checkpointBytes == finished.bytes)
    #expect(journal.bytesSinceCheckpoint == 512)
    #expect(journal.firstSegment == cut.firstSegment)
    #expect(journal.chainHead == head)
    let parts = Self.files(fileSystem, ".checkpoint")
    #expect(parts.reduce(0) { $0 + (fileSystem.contents(of: $1)?.count ?? 0) } == finished.bytes)
    let opened = try open(fileSystem.crash())
    let kept = stride(from: 0, to: 20, by: 2).map { Self.record($0) }
    #expect(opened.transcript == Transcript(kept + [TestRecord(5, [1])]))
    #expect(opened.report.checkpoint == 1)
    #expect(opened.report.checkpointRecords == 10)
    #expect(opened.report.checkpointBytes == finished.bytes)
    #expect(opened.report.warnings.isEmpty)
    // Numbers go on.
    #expect(opened.journal.recordCount == 21)
    #expect(opened.journal.chainHead == head)
    #expect(opened.journal.bytesSinceCheckpoint == 512)
  }

  @Test func theNextCheckpointBuildsOnTheOneBefore() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 10)
    try journal.checkpoint(fileSystem, keeping: { $0 < 4 })
    for value in 10..<15 { try journal.commit([Self.record(value)]) }
    var kinds: [Bool] = []
    let builder = try CheckpointBuilder(
      journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
    #expect(builder.cut.previousNumber == 1)
    try builder.visitRecords { type, body, pointer in
      kinds.append(pointer.isCheckpoint)
      let copy = try builder.read(pointer)
      #expect(copy == [UInt8](copying: body))
      try builder.append(type: type, body: body)
    }
    #expect(kinds == [true, true, true, true, false, false, false, false, false])
    try journal.install(builder.finish())
    let expected = ([0, 1, 2, 3] + Array(10..<15)).map { Self.record($0) }
    #expect(try open(fileSystem.crash()).transcript == Transcript(expected))
  }

  @Test func theCheckpointBeforeStaysUntilTheNextInstall() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 12)
    var firstSegments = [1]
    for round in 1...4 {
      try journal.checkpoint(fileSystem)
      firstSegments.append(Int(journal.firstSegment))
      let segments = Self.files(fileSystem, ".journal")
      #expect(segments.first?.hasSuffix("\(firstSegments[round - 1]).journal") == true)
      #expect(segments.count == Int(journal.currentSegment) - firstSegments[round - 1] + 1)
      let numbers = Set(Self.files(fileSystem, ".checkpoint").map { $0.split(separator: "/").last?.prefix(8) })
      #expect(numbers.count == min(2, round))
      for value in 0..<6 { try journal.commit([Self.record(value)]) }
    }
    #expect(try open(fileSystem.crash()).transcript.count == 36)
    #expect(journal.removalFailure == nil)
  }

  @Test func pointersIntoCheckpointsAreRead() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 12)
    var pointers: [[RecordPointer]] = []
    for _ in 1...3 {
      let builder = try CheckpointBuilder(
        journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
      var own: [RecordPointer] = []
      try builder.visitRecords { own.append(try builder.append(type: $0, body: $1)); _ = $2 }
      try journal.install(builder.finish())
      pointers.append(own)
    }
    #expect(Set(pointers.joined()).count == 36)
    #expect(pointers.joined().allSatisfy { $0.isCheckpoint })
    let reader = JournalRecordReader(directory: Corpus.directory, fileSystem: fileSystem)
    for (index, pointer) in pointers[2].enumerated() {
      #expect(try journal.read(pointer) == Self.record(index).body)
      #expect(try reader.read(pointer) == Self.record(index).body)
    }
    // The one before is still there, the one before that is not.
    #expect(try journal.read(pointers[1][3]) == Self.record(3).body)
    #expect(#expect(throws: JournalError.self) { try journal.read(pointers[0][3]) }?.code == .recordNotFound)
    #expect(#expect(throws: JournalError.self) { try reader.read(pointers[0][3]) }?.code == .recordNotFound)
    var found: [RecordPointer] = []
    _ = try Journal.open(directory: Corpus.directory, fileSystem: fileSystem.copy()) { _, _, pointer in
      found.append(pointer)
    }
    #expect(found == pointers[2])
  }

  @Test func longRecordsAndManyPartsAreFoundAgain() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    var random = TestRandom(31)
    var expected: [TestRecord] = []
    for index in 0..<60 {
      let batch = random.batch(of: 1...3, upTo: index % 9 == 4 ? 9000 : 700)
      try journal.commit(batch)
      expected += batch
    }
    let finished = try journal.checkpoint(fileSystem)
    #expect(Self.files(fileSystem, ".checkpoint").count > 10)
    #expect(finished.records == expected.count)
    let opened = try open(fileSystem.crash())
    #expect(opened.transcript == Transcript(expected))
    let inspection = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    #expect(inspection.checkpointRecords == expected.count)
    #expect(inspection.damage.isEmpty && inspection.warnings.isEmpty)
  }

  @Test func anEmptyCheckpointForgetsEverything() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    // Also of a journal without a record.
    try journal.checkpoint(fileSystem)
    try journal.checkpoint(fileSystem)
    try journal.commit([Self.record(1)])
    try journal.checkpoint(fileSystem, keeping: { _ in false })
    let opened = try open(fileSystem.crash())
    #expect(opened.transcript == Transcript())
    #expect(opened.journal.recordCount == 1)
    #expect(opened.report.checkpoint == 3)
  }

  @Test func onlyTheCheckpointThatWasBegunLastIsInstalled() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 3)
    func build() throws -> FinishedCheckpoint {
      try CheckpointBuilder(
        journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small
      ).finish()
    }
    let first = try build()
    let second = try build()
    #expect(#expect(throws: JournalError.self) { try journal.install(first) }?.code == .invalidCheckpoint)
    try journal.install(second)
    #expect(#expect(throws: JournalError.self) { try journal.install(second) }?.code == .invalidCheckpoint)
    #expect(journal.checkpointNumber == 2)
    #expect(try open(fileSystem.crash()).transcript == Transcript())
  }

  @Test func aFinishedOrAbandonedBuilderTakesNothing() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 3)
    for isFinished in [true, false] {
      let builder = try CheckpointBuilder(
        journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
      try builder.append(type: 1, body: [1].span)
      if isFinished { _ = try builder.finish() } else { builder.abandon() }
      for attempt in [{ try builder.append(type: 1, body: [1].span) }, { _ = try builder.finish() }] as [() throws -> Void] {
        #expect(#expect(throws: JournalError.self) { try attempt() }?.code == .closed)
      }
      #expect(Self.files(fileSystem, ".tmp").isEmpty)
    }
    var tooLong = JournalOptions.small
    tooLong.maximumRecordLength = 10
    let builder = try CheckpointBuilder(
      journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: tooLong)
    let error = #expect(throws: JournalError.self) {
      try builder.append(type: 1, body: [UInt8](repeating: 1, count: 11).span)
    }
    #expect(error?.code == .recordTooLarge)
    let foreign = RecordPointer(segment: builder.cut.firstSegment, offset: 578, length: 1)
    #expect(#expect(throws: JournalError.self) { try builder.read(foreign) }?.code == .recordNotFound)
  }

  @Test func aBuilderThatFailsLeavesTheJournalAsItWas() throws {
    func build(_ journal: Journal, _ fileSystem: InMemoryFileSystem, fault: (Int, Int32)?) throws -> Int {
      let builder = try CheckpointBuilder(
        journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: .small)
      let before = fileSystem.callCount
      if let fault { fileSystem.failCall(before + fault.0, errno: fault.1) }
      defer { fileSystem.setFaults(nil) }
      try builder.visitRecords { type, body, _ in try builder.append(type: type, body: body) }
      let finished = try builder.finish()
      let calls = fileSystem.callCount - before
      fileSystem.setFaults(nil)
      try journal.install(finished)
      return calls
    }
    let healthy = InMemoryFileSystem()
    let calls = try build(Self.journal(healthy, 8), healthy, fault: nil)
    #expect(calls > 15)
    for errno in [Int32(5), 28] {
      for number in 1...calls {
        let fileSystem = InMemoryFileSystem()
        let journal = try Self.journal(fileSystem, 8)
        let error = #expect(throws: JournalError.self) { try build(journal, fileSystem, fault: (number, errno)) }
        #expect(error?.code == .io || (error?.code == .full && errno == 28), "\(String(describing: error))")
        #expect(!journal.isPoisoned)
        #expect(Self.files(fileSystem, ".checkpoint").isEmpty && Self.files(fileSystem, ".tmp").isEmpty)
        try journal.commit([Self.record(8)])
        #expect(try open(fileSystem.crash()).transcript == Transcript((0..<9).map { Self.record($0) }))
        try journal.checkpoint(fileSystem)
        #expect(try open(fileSystem.crash()).transcript == Transcript((0..<9).map { Self.record($0) }))
      }
    }
  }

  @Test func aFileThatCannotBeRemovedIsRemovedLater() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 10)
    try journal.checkpoint(fileSystem)
    fileSystem.setFaults { $0.operation == .remove ? .error(5) : nil }
    try journal.checkpoint(fileSystem)
    #expect(journal.removalFailure?.errno == 5)
    #expect(!journal.isPoisoned)
    #expect(Self.files(fileSystem, "00000001.journal").count == 1)
    let reopened = fileSystem.copy()
    #expect(try open(reopened).transcript.count == 10)
    #expect(Self.files(reopened, "00000001.journal").isEmpty)
    fileSystem.setFaults(nil)
    try journal.checkpoint(fileSystem)
    #expect(journal.removalFailure == nil)
    #expect(Self.files(fileSystem, "00000001.journal").isEmpty)
  }

  @Test func aFullDiskRefusesTheCutAndChangesNothing() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try Self.journal(fileSystem, 3)
    fileSystem.setFaults { $0.operation == .write ? .error(28) : nil }
    #expect(#expect(throws: JournalError.self) { try journal.beginCheckpoint() }?.code == .full)
    fileSystem.setFaults(nil)
    try journal.commit([Self.record(3)])
    try journal.checkpoint(fileSystem)
    #expect(try open(fileSystem.crash()).transcript.count == 4)
  }
}
