internal import Testing
internal import WorkflowJournal

/// New journals from damaged ones.
///
/// Would fail if anything behind damage were kept, if anything before it were lost, if the fallback were not used, or
/// if a loss were not named.
@Suite struct RepairTests {
  static let out = "/data/repaired"

  static func open(_ fileSystem: InMemoryFileSystem) throws -> Transcript {
    var transcript = Transcript()
    let (journal, report) = try Journal.open(
      directory: out, fileSystem: fileSystem, options: .small
    ) { type, body, _ in transcript.append(type, body) }
    #expect(report.warnings.isEmpty)
    try journal.commit([TestRecord(1, [1])])
    try journal.checkpoint(in: out, fileSystem)
    try journal.close()
    return transcript
  }

  static func repair(_ fileSystem: InMemoryFileSystem) throws -> JournalRepair {
    let before = fileSystem.files.filter { $0.hasPrefix(Corpus.directory) && !$0.hasSuffix("LOCK") }
      .map { fileSystem.contents(of: $0) }
    let repair = try Journal.repair(from: Corpus.directory, to: out, fileSystem: fileSystem)
    let after = fileSystem.files.filter { $0.hasPrefix(Corpus.directory) && !$0.hasSuffix("LOCK") }
      .map { fileSystem.contents(of: $0) }
    #expect(before == after, "a repair changes nothing in place")
    return repair
  }

  /// All batches in the segments that an open reads.
  static func batches(_ fileSystem: InMemoryFileSystem) throws -> [JournalBatch] {
    var batches: [JournalBatch] = []
    _ = try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem) { batch in
      if batch.checkpoint == 0 { batches.append(batch) }
    }
    return batches
  }

  @Test func anIntactJournalIsKeptWhole() throws {
    let (fileSystem, transcript) = try CheckpointDamageTests.corpus()
    let repair = try Self.repair(fileSystem)
    #expect(repair.isComplete && !repair.usesEarlierCheckpoint && repair.checkpoint == 2)
    #expect(try Self.open(fileSystem) == transcript)
  }

  @Test func anEncryptedJournalNeedsNoKey() throws {
    let options = EncryptionTests.options(EncryptionTests.encryption(1))
    let fileSystem = InMemoryFileSystem()
    let (journal, records, _) = try EncryptionTests.journal(fileSystem, options)
    try journal.close()
    let repair = try Self.repair(fileSystem)
    #expect(repair.isComplete && repair.checkpoint == 1)
    var transcript = Transcript()
    let copy = try Journal.open(directory: Self.out, fileSystem: fileSystem, options: options) { type, body, _ in
      transcript.append(type, body)
    }
    try copy.journal.close()
    #expect(transcript == Transcript(records))
  }

  @Test("a header whose version is damaged costs what lies behind it, and no more", arguments: [8, 9])
  func damagedVersion(offset: Int) throws {
    let (original, transcript) = try CheckpointDamageTests.corpus()
    let segments = Set(try Self.batches(original).map(\.segment)).sorted()
    let path = Corpus.directory + "/" + String(repeating: "0", count: 7) + "\(segments[segments.count - 1]).journal"
    let fileSystem = original.copy()
    fileSystem.modifyContents(of: path) { $0[offset] ^= 4 }
    let repair = try Self.repair(fileSystem)
    #expect(!repair.isComplete)
    #expect(repair.losses.first?.file == path)
    let kept = try Self.open(fileSystem)
    #expect(kept.count > 0 && kept.count < transcript.count)
  }

  @Test func everythingBeforeADamagedBatchIsKept() throws {
    let (original, transcript) = try CheckpointDamageTests.corpus()
    let batches = try Self.batches(original)
    #expect(batches.count > 3)
    let last = try #require(batches.last)
    let total = last.firstRecord + UInt64(last.records)
    for batch in batches where batch.sequence != last.sequence {
      let fileSystem = original.copy()
      let name = String(repeating: "0", count: 7) + "\(batch.segment).journal"
      let path = Corpus.directory + "/" + name
      fileSystem.modifyContents(of: path) { $0[batch.offset + 66] ^= 1 }
      let repair = try Self.repair(fileSystem)
      #expect(!repair.isComplete)
      #expect(repair.head.batchSequence == batch.sequence - 1)
      let loss = try #require(repair.losses.first)
      #expect(loss.file == path && loss.offset == batch.offset)
      #expect(loss.batches == last.sequence - batch.sequence + 1)
      #expect(loss.records == total - batch.firstRecord)
      #expect(loss.bytes > 64)
      let kept = try Self.open(fileSystem)
      #expect(kept.count == transcript.count - Int(total - batch.firstRecord))
    }
  }

  @Test func theCheckpointBeforeHoldsTheSame() throws {
    let (original, transcript) = try CheckpointDamageTests.corpus()
    for path in CheckpointDamageTests.parts(original, 2) {
      for offset in [20, 700] {
        let fileSystem = original.copy()
        fileSystem.modifyContents(of: path) { $0[offset] ^= 1 }
        #expect(throws: JournalError.self) { try WorkflowJournalTests.open(fileSystem.copy()) }
        let repair = try Self.repair(fileSystem)
        #expect(repair.isComplete && repair.usesEarlierCheckpoint && repair.checkpoint == 1)
        #expect(try Self.open(fileSystem) == transcript)
      }
    }
    // Without a first checkpoint, the segments alone hold everything.
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 10)
    try journal.checkpoint(fileSystem)
    let damaged = fileSystem.copy()
    damaged.modifyContents(of: CheckpointDamageTests.parts(damaged, 1)[0]) { $0[700] ^= 1 }
    let repair = try Self.repair(damaged)
    #expect(repair.isComplete && repair.usesEarlierCheckpoint && repair.checkpoint == 0)
    #expect(try Self.open(damaged).count == 10)
  }

  @Test func theViewThatKeepsMoreIsTaken() throws {
    let (fileSystem, transcript) = try CheckpointDamageTests.corpus()
    // The installed checkpoint and a batch behind it, so that both views are damaged.
    let batch = try #require(try Self.batches(fileSystem).dropFirst(2).first)
    let name = String(repeating: "0", count: 7) + "\(batch.segment).journal"
    fileSystem.modifyContents(of: Corpus.directory + "/" + name) { $0[batch.offset + 66] ^= 1 }
    fileSystem.modifyContents(of: CheckpointDamageTests.parts(fileSystem, 2)[0]) { $0[700] ^= 1 }
    let repair = try Self.repair(fileSystem)
    #expect(repair.checkpoint == 1 && !repair.isComplete)
    #expect(repair.head.batchSequence == batch.sequence - 1)
    #expect(try Self.open(fileSystem).count == Int(batch.firstRecord))
    #expect(transcript.count > Int(batch.firstRecord))
  }

  @Test func whereNothingCanBeKeptNothingIsMade() throws {
    let (fileSystem, _) = try CheckpointDamageTests.corpus()
    for number in [1, 2] {
      fileSystem.modifyContents(of: CheckpointDamageTests.parts(fileSystem, number)[0]) { $0[700] ^= 1 }
    }
    let error = #expect(throws: JournalError.self) { _ = try Self.repair(fileSystem) }
    #expect(error?.code == .damaged)
    #expect(!fileSystem.files.contains { $0.hasPrefix(Self.out) })
    let empty = InMemoryFileSystem()
    _ = try empty.createDirectory("/data")
    _ = try empty.createDirectory(Corpus.directory)
    #expect(throws: JournalError.self) { _ = try Self.repair(empty) }
  }

  @Test func missingSegmentsAreNamed() throws {
    let corpus = try Corpus.rolls()
    for (index, path) in corpus.segments.enumerated().dropFirst() {
      let fileSystem = corpus.fileSystem.copy()
      fileSystem.removeContents(of: path)
      let repair = try Self.repair(fileSystem)
      #expect(repair.losses.first?.file == path, "segment \(index + 1)")
      #expect((repair.losses.first?.batches ?? 0) > 0)
      _ = try Self.open(fileSystem)
    }
    let first = corpus.fileSystem.copy()
    first.removeContents(of: corpus.segments[0])
    #expect(throws: JournalError.self) { _ = try Self.repair(first) }
  }

  @Test func anUnfinishedWriteIsNoLoss() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try WorkflowJournalTests.open(fileSystem).journal
    try journal.commit([TestRecord(1, [1])])
    fileSystem.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: 200) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(2, [UInt8](repeating: 2, count: 400))]) }
    let after = fileSystem.crash(.everything)
    let repair = try Self.repair(after)
    #expect(repair.isComplete)
    #expect(repair.unfinishedBytes == 200)
    #expect(try Self.open(after) == Transcript([TestRecord(1, [1])]))
  }

  @Test func aLostManifestCostsNothing() throws {
    let (fileSystem, transcript) = try CheckpointDamageTests.corpus()
    fileSystem.removeContents(of: Corpus.manifest)
    #expect(try Self.repair(fileSystem).isComplete)
    #expect(try Self.open(fileSystem) == transcript)
  }

  @Test func damagedBlobsAreLeftOutAndNamed() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try CheckpointTests.journal(fileSystem, 2).close()
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let (whole, damaged) = (try store.put([1]), try store.put([2, 2]))
    let path = store.directory + "/" + damaged.description
    fileSystem.modifyContents(of: path) { $0[0] ^= 1 }
    let repair = try Self.repair(fileSystem)
    #expect(!repair.isComplete && repair.losses.isEmpty)
    #expect(repair.damagedBlobs == [path])
    #expect(try BlobStore(readingFrom: Self.out, fileSystem: fileSystem).list() == [whole])
  }

  @Test func aJournalInUseIsNotRepaired() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try CheckpointTests.journal(fileSystem, 2)
    let error = #expect(throws: JournalError.self) {
      _ = try Journal.repair(from: Corpus.directory, to: Self.out, fileSystem: fileSystem)
    }
    #expect(error?.code == .locked)
    try journal.close()
  }
}
