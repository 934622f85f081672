internal import Testing
internal import WorkflowJournal

/// Damage to checkpoints, and manifests that are lost.
///
/// Would fail if a part were not covered by checksums to its last byte, if a checkpoint's parts could be exchanged or
/// left out, or if a lost manifest made an open believe half a checkpoint.
@Suite struct CheckpointDamageTests {
  /// Two installed checkpoints, of several parts each, and a few batches behind the second.
  static func corpus() throws -> (fileSystem: InMemoryFileSystem, transcript: Transcript) {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    var random = TestRandom(41)
    var records: [TestRecord] = []
    for round in 0..<3 {
      for _ in 0..<5 {
        let batch = random.batch(of: 1...2, upTo: 900)
        try journal.commit(batch)
        records += batch
      }
      if round < 2 { try journal.checkpoint(fileSystem) }
    }
    return (fileSystem.copy(), Transcript(records))
  }

  static func parts(_ fileSystem: InMemoryFileSystem, _ number: Int) -> [String] {
    fileSystem.files.filter { $0.contains("/0000000\(number)-") }
  }

  @Test func everyFlippedBitOfAPartIsRefused() throws {
    let (fileSystem, _) = try Self.corpus()
    let parts = Self.parts(fileSystem, 2)
    #expect(parts.count > 1)
    for path in parts {
      let bytes = try #require(fileSystem.contents(of: path))
      for bit in stride(from: 0, to: bytes.count * 8, by: isExhaustive ? 1 : 37) {
        let copy = fileSystem.copy()
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        copy.setContents(of: path, to: damaged)
        let error = #expect(throws: JournalError.self) { try open(copy) }
        guard error?.file == path, error?.code == .damaged || error?.code == .unsupportedVersion else {
          Issue.record("bit \(bit) of \(path): \(String(describing: error))")
          return
        }
      }
    }
  }

  @Test func everyTruncatedPartIsRefused() throws {
    let (fileSystem, _) = try Self.corpus()
    for path in Self.parts(fileSystem, 2) {
      let bytes = try #require(fileSystem.contents(of: path))
      for cut in stride(from: 0, to: bytes.count, by: isExhaustive ? 1 : 17) {
        let copy = fileSystem.copy()
        copy.setContents(of: path, to: Array(bytes[..<cut]))
        let error = #expect(throws: JournalError.self) { try open(copy) }
        guard error?.code == .damaged, error?.file == path else {
          Issue.record("cut at \(cut) of \(path): \(String(describing: error))")
          return
        }
      }
      let longer = fileSystem.copy()
      longer.setContents(of: path, to: bytes + [UInt8](repeating: 0, count: 512))
      #expect(#expect(throws: JournalError.self) { try open(longer) }?.file == path)
    }
  }

  @Test func missingExchangedAndForeignPartsAreRefused() throws {
    let (fileSystem, _) = try Self.corpus()
    let parts = Self.parts(fileSystem, 2)
    for path in parts {
      let missing = fileSystem.copy()
      missing.removeContents(of: path)
      #expect(#expect(throws: JournalError.self) { try open(missing) }?.file == path)
      for other in fileSystem.files where other.hasSuffix(".checkpoint") && other != path {
        let exchanged = fileSystem.copy()
        exchanged.setContents(of: path, to: try #require(fileSystem.contents(of: other)))
        #expect(#expect(throws: JournalError.self) { try open(exchanged) }?.file == path)
      }
    }
    // The same checkpoint of the same journal in another life has other bytes.
    let (twin, _) = try Self.corpus()
    #expect(twin.contents(of: parts[0]) == fileSystem.contents(of: parts[0]))
    let journal = try open(twin).journal
    try journal.commit([TestRecord(9, [9])])
    try journal.checkpoint(twin)
    let later = twin.files.filter { $0.contains("/00000003-") }
    let copy = fileSystem.copy()
    for (path, other) in zip(parts, later) { copy.setContents(of: path, to: try #require(twin.contents(of: other))) }
    #expect(#expect(throws: JournalError.self) { try open(copy) }?.code == .damaged)
  }

  @Test func damageToWhatIsKeptOnlyAsAFallbackDoesNotStopTheOpen() throws {
    let (fileSystem, transcript) = try Self.corpus()
    for path in Self.parts(fileSystem, 1) { fileSystem.modifyContents(of: path) { $0[700] ^= 1 } }
    fileSystem.modifyContents(of: Corpus.directory + "/00000002.journal") { $0[600] ^= 1 }
    #expect(try open(fileSystem).transcript == transcript)
  }

  @Test func aLostManifestIsRestoredFromTheLastWholeCheckpoint() throws {
    let (fileSystem, transcript) = try Self.corpus()
    let lost = fileSystem.copy()
    lost.removeContents(of: Corpus.manifest)
    // A checkpoint that was never finished.
    lost.setContents(
      of: Corpus.directory + "/00000003-0001.checkpoint",
      to: try #require(fileSystem.contents(of: Self.parts(fileSystem, 2)[0]))
    )
    let opened = try open(lost)
    #expect(opened.transcript == transcript)
    #expect(opened.report.checkpoint == 2)
    #expect(opened.report.warnings.count == 1)
    let journal = opened.journal
    try journal.checkpoint(lost)
    try journal.checkpoint(lost)
    #expect(try open(lost.crash()).transcript == transcript)
    // With damage to the last one as well, the one before it and the segments since still hold everything.
    let older = fileSystem.copy()
    older.removeContents(of: Corpus.manifest)
    older.modifyContents(of: Self.parts(fileSystem, 2)[0]) { $0[3] ^= 1 }
    let fallback = try open(older)
    #expect(fallback.transcript == transcript)
    #expect(fallback.report.checkpoint == 1)
    try fallback.journal.close()
    #expect(try open(older).transcript == transcript)
  }

  @Test func withoutManifestAndSegmentsNoNewJournalIsMade() throws {
    let (fileSystem, _) = try Self.corpus()
    fileSystem.removeContents(of: Corpus.manifest)
    for path in fileSystem.files where path.hasSuffix(".journal") { fileSystem.removeContents(of: path) }
    let before = fileSystem.files
    #expect(#expect(throws: JournalError.self) { try open(fileSystem) }?.code == .damaged)
    #expect(fileSystem.files == before)
  }

  @Test func anInspectionGoesOnBehindADamagedPart() throws {
    let (fileSystem, transcript) = try Self.corpus()
    let parts = Self.parts(fileSystem, 2)
    fileSystem.modifyContents(of: parts[0]) { $0[3] ^= 1 }
    let found = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    #expect(found.damage.first?.file == parts[0])
    #expect(found.records > 0 && found.records < transcript.count)
    #expect(found.chainHead == nil)
  }

  /// The bytes of a part's header, changed at random, with checksums that are right again.
  @Test func theDecoderOfPartsNeverTraps() throws {
    let (fileSystem, _) = try Self.corpus()
    let path = Self.parts(fileSystem, 2)[0]
    let original = try #require(fileSystem.contents(of: path))
    var random = TestRandom(98)
    for _ in 0..<2000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let start = Int.random(in: 0..<252, using: &random)
        bytes[Bool.random(using: &random) ? start : 512 + start % 128] = UInt8.random(in: 0...255, using: &random)
      }
      let first = CRC32C.checksum(bytes.span.extracting(0..<252))
      let checksum = CRC32C.update(first, bytes.span.extracting(256..<512))
      for index in 0..<4 { bytes[252 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index)) }
      fileSystem.setContents(of: path, to: bytes)
      _ = try? open(fileSystem.copy())
      _ = try? Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    }
  }
}
