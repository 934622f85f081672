internal import Testing
internal import WorkflowJournal

/// Random lives of a journal beside a plain array.
@Suite struct ModelTests {
  @Test(arguments: 0..<40)
  func aJournalIsAnArrayThatSurvives(seed: Int) throws {
    var random = TestRandom(UInt64(seed) &* 7919)
    var options = JournalOptions.small
    options.preparationThreshold = [30, 70, 100][seed % 3]
    options.alignment = seed % 2 == 0 ? 512 : 4096
    if options.alignment == 4096 {
      (options.segmentSize, options.initialSegmentSize, options.checkpointPartSize) = (1 << 16, 1 << 14, 1 << 14)
    }
    var fileSystem = InMemoryFileSystem()
    // What an open gives, and where it lies.
    var model: [TestRecord] = []
    var pointers: [RecordPointer] = []
    var total: UInt64 = 0
    var journal = try open(fileSystem, options).journal
    for step in 0..<120 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<12:
        let batch = random.batch(of: 1...5, upTo: step % 17 == 0 ? 6000 : 150)
        let committed = try journal.commit(batch)
        #expect(committed.firstRecord == total)
        pointers += batch.indices.map { committed.pointer(at: $0) }
        model += batch
        total += UInt64(batch.count)
      case 12..<14:
        try journal.markIdle()
      case 14..<16:
        if let index = model.indices.randomElement(using: &random) {
          #expect(try journal.read(pointers[index]) == model[index].body)
        }
      case 16:
        // Never committed, so never found.
        try journal.append(type: 1, body: [1, 2, 3])
        journal.discardPending()
        #expect(journal.pendingRecords == 0)
      case 17:
        let ending = Int.random(in: 0..<5, using: &random)
        let builder = try CheckpointBuilder(
          journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: options)
        let covered = model.count
        if ending % 2 == 0 {
          let batch = random.batch(of: 1...3, upTo: 100)
          let committed = try journal.commit(batch)
          pointers += batch.indices.map { committed.pointer(at: $0) }
          model += batch
          total += UInt64(batch.count)
        }
        var kept: [(TestRecord, RecordPointer)] = []
        var index = 0
        try builder.visitRecords { type, body, pointer in
          #expect(pointer == pointers[index])
          if index % 7 == 0 { #expect(try builder.read(pointer) == model[index].body) }
          // Some are not needed any more, some change.
          switch Int.random(in: 0..<8, using: &random) {
          case 0: break
          case 1:
            let changed = random.record(upTo: 60)
            kept.append((changed, try builder.append(type: changed.type, body: changed.body.span)))
          default: kept.append((model[index], try builder.append(type: type, body: body)))
          }
          index += 1
        }
        #expect(index == covered)
        switch ending {
        case 0: builder.abandon()
        case 1: _ = try builder.finish()
        default:
          let finished = try builder.finish()
          #expect(finished.records == kept.count)
          try journal.install(finished)
          model.replaceSubrange(..<covered, with: kept.map(\.0))
          pointers.replaceSubrange(..<covered, with: kept.map(\.1))
          #expect(journal.checkpointBytes == finished.bytes)
        }
      default:
        switch Int.random(in: 0..<5, using: &random) {
        case 0: try journal.close()
        case 1: fileSystem = fileSystem.copy()
        case 2: fileSystem = fileSystem.crash()
        case 3: fileSystem = fileSystem.crash(.everything)
        default: fileSystem = fileSystem.crash(.random(seed: random.next()))
        }
        if fileSystem.callCount > 0 { fileSystem = fileSystem.copy() }
        let bytes = journal.bytesSinceCheckpoint
        let opened = try open(fileSystem, options)
        #expect(opened.transcript == Transcript(model))
        #expect(opened.journal.recordCount == total)
        #expect(opened.journal.bytesSinceCheckpoint == bytes)
        #expect(opened.journal.checkpointNumber == journal.checkpointNumber)
        journal = opened.journal
      }
    }
    let inspection = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    #expect(inspection.damage.isEmpty && inspection.warnings.isEmpty)
    #expect(inspection.records == model.count)
    #expect(inspection.chainHead == journal.chainHead)
  }

  @Test func pointersAreTheSameWhenReadAgain() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    var random = TestRandom(11)
    var expected: [RecordPointer] = []
    for _ in 0..<20 {
      let batch = random.batch(of: 1...4, upTo: 300)
      let committed = try journal.commit(batch)
      expected += batch.indices.map { committed.pointer(at: $0) }
    }
    var found: [RecordPointer] = []
    _ = try Journal.open(directory: Corpus.directory, fileSystem: fileSystem.copy()) { _, _, pointer in
      found.append(pointer)
    }
    #expect(found == expected)
  }

  @Test func aWrongPointerIsRefused() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    let pointer = try journal.commit([TestRecord(1, Array(0..<100))]).pointer(at: 0)
    func code(_ change: (inout RecordPointer) -> Void) -> JournalError.Code? {
      var wrong = pointer
      change(&wrong)
      do throws(JournalError) {
        _ = try journal.read(wrong)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.segment = 9 } == .recordNotFound)
    #expect(code { $0.offset = 0 } == .recordNotFound)
    #expect(code { $0.offset += 1 } == .damaged)
    #expect(code { $0.length -= 1 } == .damaged)
    #expect(code { $0.length = .max } == .recordNotFound)
    #expect(code { $0.offset = .max } == .recordNotFound)
    let segment = Corpus.directory + "/00000001.journal"
    fileSystem.modifyContents(of: segment) { $0[Int(pointer.offset) + 5] ^= 1 }
    #expect(code { _ in } == .damaged)
  }

  /// A batch that needs a longer segment than the prepared one must not make the prepared one useless.
  @Test func thePreparedSegmentIsUsedAfterALongBatch() throws {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.small
    options.segmentSize = 1 << 16
    options.preparationThreshold = 30
    let journal = try open(fileSystem, options).journal
    try journal.commit([TestRecord(1, [1])])
    #expect(fileSystem.files.filter { $0.contains("spare") }.count == 1)
    try journal.commit([TestRecord(1, [UInt8](repeating: 1, count: 9000))])
    #expect(journal.currentSegment == 2)
    try journal.commit([TestRecord(1, [2])])
    #expect(journal.currentSegment == 3)
    // The file of 4096 bytes that was prepared in the first segment, and the next one.
    #expect(fileSystem.contents(of: Corpus.directory + "/00000003.journal")?.count == 4096)
  }

  @Test func tooLongRecordsAreRefused() throws {
    var options = JournalOptions.small
    options.maximumRecordLength = 100
    let journal = try open(InMemoryFileSystem(), options).journal
    let error = #expect(throws: JournalError.self) {
      try journal.append(type: 1, body: [UInt8](repeating: 0, count: 101))
    }
    #expect(error?.code == .recordTooLarge)
    #expect(journal.pendingRecords == 0)
    try journal.append(type: 1, body: [UInt8](repeating: 0, count: 100))
    #expect(journal.pendingRecords == 1)
  }

  @Test func anEmptyCommitWritesNothing() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    let calls = fileSystem.callCount
    #expect(try journal.commit().isEmpty)
    try journal.markIdle()
    #expect(fileSystem.callCount == calls)
    try journal.commit([TestRecord(1, [])])
    // One write and one sync for a batch, and the same for a watermark.
    #expect(fileSystem.callCount == calls + 2)
    try journal.markIdle()
    try journal.markIdle()
    #expect(fileSystem.callCount == calls + 4)
    #expect(journal.syncCount == 2)
  }

  @Test(arguments: [
    JournalOptions(alignment: 1000), JournalOptions(segmentSize: 5000), JournalOptions(initialSegmentSize: 0),
    JournalOptions(segmentSize: 1 << 32), JournalOptions(maximumRecordLength: 0),
    JournalOptions(preparationThreshold: 0), JournalOptions(checkpointPartSize: 1000),
  ])
  func impossibleOptionsAreRefused(options: JournalOptions) {
    let error = #expect(throws: JournalError.self) { try open(InMemoryFileSystem(), options) }
    #expect(error?.code == .invalidOptions)
  }
}
