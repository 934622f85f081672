internal import Synchronization
internal import Testing

@testable internal import WorkflowJournal

/// Encryption of records and blobs.
///
/// Would fail if anything of a record stood in a file, if a key or nonce were used twice, if a changed batch with right
/// checksums were believed, or if a journal could not be verified without its key.
@Suite struct EncryptionTests {
  static func key(_ identifier: UInt32, seed: UInt64 = 1) -> JournalKey {
    var random = TestRandom(UInt64(identifier) &* 77 &+ seed)
    let bytes = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    do {
      return try JournalKey(identifier: identifier, bytes: bytes)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  static func encryption(_ identifier: UInt32, former: [UInt32] = []) -> JournalEncryption {
    JournalEncryption(key: key(identifier), formerKeys: former.map { key($0) })
  }

  static func options(_ encryption: JournalEncryption?) -> JournalOptions {
    var options = JournalOptions.small
    options.encryption = encryption
    return options
  }

  static let secret = Array("the number of the account is 4711-0815".utf8)

  static func isVisible(_ secret: [UInt8], in fileSystem: InMemoryFileSystem) -> Bool {
    fileSystem.files.contains { path in
      let bytes = fileSystem.contents(of: path) ?? []
      guard bytes.count >= secret.count else { return false }
      return (0...(bytes.count - secret.count)).contains { bytes[$0..<($0 + secret.count)].elementsEqual(secret) }
    }
  }

  /// Batches of several lengths, one of many blocks, then a checkpoint and more batches.
  static func journal(
    _ fileSystem: InMemoryFileSystem,
    _ options: JournalOptions
  ) throws -> (journal: Journal, records: [TestRecord], pointers: [RecordPointer]) {
    let journal = try open(fileSystem, options).journal
    var records: [TestRecord] = []
    var pointers: [RecordPointer] = []
    func commit(_ count: Int) throws {
      let batch = (0..<count).map { TestRecord(UInt8($0), secret + [UInt8($0), UInt8(records.count)]) }
      let committed = try journal.commit(batch)
      pointers += batch.indices.map { committed.pointer(at: $0) }
      records += batch
    }
    for count in [1, 3, 60, 1, 7] { try commit(count) }
    let builder = try CheckpointBuilder(
      journal.beginCheckpoint(), directory: Corpus.directory, fileSystem: fileSystem, options: options)
    pointers = []
    try builder.visitRecords { type, body, pointer in
      let copy = try builder.read(pointer)
      #expect(copy == [UInt8](copying: body))
      pointers.append(try builder.append(type: type, body: body))
    }
    try journal.install(builder.finish())
    for count in [2, 40] { try commit(count) }
    return (journal, records, pointers)
  }

  @Test func salts() throws {
    func written(_ encryption: JournalEncryption) throws -> [[UInt8]?] {
      let fileSystem = InMemoryFileSystem()
      var options = Self.options(encryption)
      options.identifier = JournalIdentifier(high: 1, low: 2)
      _ = try Self.journal(fileSystem, options)
      return fileSystem.files.map { fileSystem.contents(of: $0) }
    }
    var repeatable = Self.encryption(1)
    let random = Mutex(TestRandom(5))
    repeatable.saltSource = { random.withLock { $0.next() } }
    let first = try written(repeatable)
    random.withLock { $0 = TestRandom(5) }
    #expect(try written(repeatable) == first, "the source of the salts decides every byte")
    #expect(try written(Self.encryption(1)) != written(Self.encryption(1)), "the system's salts never repeat")
  }

  @Test func nothingOfARecordIsVisible() throws {
    let fileSystem = InMemoryFileSystem()
    let options = Self.options(Self.encryption(1))
    let (journal, records, pointers) = try Self.journal(fileSystem, options)
    #expect(!Self.isVisible(Self.secret, in: fileSystem))
    let plain = InMemoryFileSystem()
    _ = try Self.journal(plain, .small)
    #expect(Self.isVisible(Self.secret, in: plain))
    let reader = JournalRecordReader(
      directory: Corpus.directory, fileSystem: fileSystem, encryption: options.encryption)
    for (pointer, record) in zip(pointers, records) {
      #expect(try journal.read(pointer) == record.body)
      #expect(try reader.read(pointer) == record.body)
    }
    var wrong = pointers[3]
    wrong.offset += 1
    #expect(#expect(throws: JournalError.self) { try journal.read(wrong) }?.code == .damaged)
    wrong.offset = 100_000
    #expect(#expect(throws: JournalError.self) { try journal.read(wrong) }?.code == .recordNotFound)
    let opened = try open(fileSystem.crash(), options)
    #expect(opened.transcript == Transcript(records))
    #expect(opened.report.warnings.isEmpty)
  }

  @Test func theErrorNamesTheKeyThatIsNeeded() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try Self.journal(fileSystem, Self.options(Self.encryption(7)))
    let missing = #expect(throws: JournalError.self) { try open(fileSystem.copy()) }
    #expect(missing?.code == .missingKey)
    #expect(missing?.message.contains("key 7") == true)
    let other = #expect(throws: JournalError.self) { try open(fileSystem.copy(), Self.options(Self.encryption(8))) }
    #expect(other?.code == .missingKey)
    let wrong = Self.options(JournalEncryption(key: Self.key(7, seed: 2)))
    let error = #expect(throws: JournalError.self) { try open(fileSystem.copy(), wrong) }
    #expect(error?.code == .wrongKey)
    #expect(error?.message.contains("7") == true)
    #expect(throws: JournalError.self) { try JournalKey(identifier: 1, bytes: [1, 2]) }
    #expect(throws: JournalError.self) { try JournalKey(identifier: 0, bytes: [UInt8](repeating: 0, count: 32)) }
    #expect("\(Self.key(7))" == "key 7")
    #expect(throws: JournalError.self) {
      _ = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    }
  }

  @Test func verifyingNeedsNoKey() throws {
    let fileSystem = InMemoryFileSystem()
    let (journal, records, _) = try Self.journal(fileSystem, Self.options(Self.encryption(3)))
    let found = try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem)
    #expect(found.damage.isEmpty)
    #expect(found.records == records.count)
    #expect(found.chainHead == journal.chainHead)
    #expect(found.keys == [3])
    let path = try #require(fileSystem.files.last { $0.hasSuffix(".checkpoint") })
    fileSystem.modifyContents(of: path) { $0[600] ^= 1 }
    #expect(try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem).damage.count == 1)
  }

  @Test func keysAreReplaced() throws {
    var fileSystem = InMemoryFileSystem()
    // Not encrypted at first.
    var (journal, records, _) = try Self.journal(fileSystem, .small)
    let steps: [(JournalEncryption, Set<UInt32>)] = [
      (Self.encryption(1), [1]),
      (Self.encryption(2, former: [1]), [1, 2]),
      (Self.encryption(3, former: [2, 1]), [1, 2, 3]),
    ]
    for (encryption, keys) in steps {
      try journal.close()
      fileSystem = fileSystem.crash()
      let opened = try open(fileSystem, Self.options(encryption))
      #expect(opened.transcript == Transcript(records))
      journal = opened.journal
      let record = TestRecord(9, Self.secret + [9])
      try journal.commit([record])
      records.append(record)
      #expect(try Journal.verify(directory: Corpus.directory, fileSystem: fileSystem).keys == keys)
    }
    // Two checkpoints later, nothing needs an old key.
    let last = Self.options(Self.encryption(3, former: [2, 1]))
    try journal.checkpoint(fileSystem, last)
    try journal.checkpoint(fileSystem, last)
    try journal.close()
    #expect(try open(fileSystem, Self.options(Self.encryption(3))).transcript == Transcript(records))
  }

  @Test func equalBatchesLookDifferent() throws {
    let fileSystem = InMemoryFileSystem()
    let options = Self.options(Self.encryption(1))
    for _ in 0..<3 {
      let journal = try open(fileSystem, options).journal
      for _ in 0..<2 { try journal.commit([TestRecord(1, Self.secret)]) }
    }
    var seen: Set<[UInt8]> = []
    var count = 0
    _ = try Journal.read(
      directory: Corpus.directory,
      fileSystem: fileSystem,
      encryption: options.encryption,
      visitBatch: { batch in
        let name = "/" + String(repeating: "0", count: 7) + "\(batch.segment).journal"
        let bytes = fileSystem.contents(of: Corpus.directory + name) ?? []
        count += batch.records
        seen.insert(Array(bytes[(batch.offset + 64)..<(batch.offset + 64 + batch.length)]))
      },
      visit: { _, _, _ in }
    )
    // Every open began a segment, with a salt of its own.
    #expect(count == 6 && seen.count == 6)
    let salts = Set(
      fileSystem.files.filter { $0.hasSuffix(".journal") }.compactMap { fileSystem.contents(of: $0)?[124..<140] })
    #expect(salts.count == 3)
  }

  /// A batch changed by somebody who can make checksums right, but has no key.
  @Test func aForgedBatchIsRefused() throws {
    let fileSystem = InMemoryFileSystem()
    let options = Self.options(Self.encryption(1))
    try open(fileSystem, options).journal.commit([TestRecord(1, Self.secret)])
    let path = Corpus.directory + "/00000001.journal"
    for change in [(64 + 3, UInt8(1)), (33, 1), (64 + 50, 0x80)] {
      let copy = fileSystem.copy()
      copy.modifyContents(of: path) { bytes in
        bytes[512 + change.0] ^= change.1
        bytes.store(CRC32C.checksum(bytes.span.extracting(576..<1024)), at: 552)
        bytes.store(CRC32C.checksum(bytes.span.extracting(512..<572)), at: 572)
      }
      let error = #expect(throws: JournalError.self) { try open(copy, options) }
      #expect(error?.code == .damaged)
      #expect(error?.offset == 512)
    }
  }

  @Test func blobsAreEncryptedToo() throws {
    let fileSystem = InMemoryFileSystem()
    let options = Self.options(Self.encryption(1))
    _ = try open(fileSystem, options)
    let store = try BlobStore(
      journalDirectory: Corpus.directory, fileSystem: fileSystem, encryption: options.encryption)
    let bytes = Self.secret + [UInt8](repeating: 7, count: 5000)
    let reference = try store.put(bytes)
    #expect(try store.put(bytes) == reference)
    #expect(try store.put([]).length == 0)
    #expect(try store.list().count == 2)
    #expect(try store.get(reference) == bytes)
    #expect(try store.get(store.put([])) == [])
    #expect(!Self.isVisible(Self.secret, in: fileSystem))
    // The name tells nothing of the content, also not whether another journal has it.
    #expect(reference != BlobReference(of: bytes.span))
    let other = InMemoryFileSystem()
    var otherOptions = options
    otherOptions.identifier = JournalIdentifier(high: 5, low: 6)
    _ = try open(other, otherOptions)
    let otherStore = try BlobStore(
      journalDirectory: Corpus.directory, fileSystem: other, encryption: options.encryption)
    #expect(try otherStore.put(bytes) != reference)

    let reader = BlobStore(readingFrom: Corpus.directory, fileSystem: fileSystem)
    #expect(#expect(throws: JournalError.self) { try reader.get(reference) }?.code == .missingKey)
    #expect(try reader.isIntact(reference))
    let later = BlobStore(
      readingFrom: Corpus.directory, fileSystem: fileSystem, encryption: Self.encryption(2, former: [1]))
    #expect(try later.get(reference) == bytes)
    fileSystem.modifyContents(of: store.directory + "/" + reference.description) { $0[3000] ^= 1 }
    #expect(try !reader.isIntact(reference))
    #expect(#expect(throws: JournalError.self) { try store.get(reference) }?.code == .damaged)
    #expect(try store.put(bytes) == reference)
    #expect(try store.get(reference) == bytes)
    let empty = InMemoryFileSystem()
    _ = try empty.createDirectory("/data")
    #expect(throws: JournalError.self) {
      _ = try BlobStore(journalDirectory: "/data", fileSystem: empty, encryption: options.encryption)
    }
  }
}
