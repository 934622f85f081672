internal import Testing
internal import WorkflowJournal

@Suite struct BlobStoreTests {
  static func store(_ fileSystem: InMemoryFileSystem) throws -> BlobStore {
    _ = try open(fileSystem)
    return try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
  }

  @Test func whatIsPutIsFoundAfterACrash() throws {
    let fileSystem = InMemoryFileSystem()
    let store = try Self.store(fileSystem)
    for length in [0, 1, 511, 70_000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      let reference = try store.put(bytes)
      #expect(reference.length == UInt64(length))
      #expect(BlobReference(encoded: reference.encoded) == reference)
      let after = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem.crash())
      #expect(try after.get(reference) == bytes)
    }
    #expect(try store.list().count == 4)
  }

  @Test func theSameBytesAreOneFile() throws {
    let fileSystem = InMemoryFileSystem()
    let store = try Self.store(fileSystem)
    let reference = try store.put([1, 2, 3])
    let writes = fileSystem.callCount(of: .write)
    #expect(try store.put([1, 2, 3]) == reference)
    #expect(fileSystem.callCount(of: .write) == writes)
    #expect(try store.list() == [reference])
    #expect(reference.hash.description == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
  }

  @Test func damageIsNoticedAndRepairedByPuttingAgain() throws {
    let fileSystem = InMemoryFileSystem()
    let store = try Self.store(fileSystem)
    let bytes = [UInt8](repeating: 5, count: 1000)
    let reference = try store.put(bytes)
    let path = store.directory + "/" + reference.description
    fileSystem.modifyContents(of: path) { $0[500] ^= 4 }
    #expect(#expect(throws: JournalError.self) { try store.get(reference) }?.code == .damaged)
    fileSystem.modifyContents(of: path) { $0.removeLast() }
    #expect(#expect(throws: JournalError.self) { try store.get(reference) }?.code == .damaged)
    #expect(try store.put(bytes) == reference)
    #expect(try store.get(reference) == bytes)
    try store.remove(reference)
    try store.remove(reference)
    #expect(#expect(throws: JournalError.self) { try store.get(reference) }?.code == .blobNotFound)
    #expect(BlobReference(encoded: [1, 2]) == nil)
  }

  @Test func aPutThatReturnsIsDurableWhateverFails() throws {
    let bytes = [UInt8](repeating: 9, count: 3000)
    let clean = InMemoryFileSystem()
    let first = try Self.store(clean)
    let before = clean.callCount
    _ = try first.put(bytes)
    let calls = clean.callCount - before
    #expect(calls >= 5)
    for number in 1...calls {
      for sticky in [false, true] {
        let fileSystem = InMemoryFileSystem()
        let store = try Self.store(fileSystem)
        fileSystem.failCall(fileSystem.callCount + number, errno: number % 2 == 0 ? 5 : 28, sticky: sticky)
        let result = Result { try store.put(bytes) }
        let after = fileSystem.crash()
        let reopened = try BlobStore(journalDirectory: Corpus.directory, fileSystem: after)
        if let reference = try? result.get() { #expect(try reopened.get(reference) == bytes) }
        // After any failure, the same call succeeds on a healthy device.
        #expect(try reopened.get(reopened.put(bytes)) == bytes)
        #expect(!after.files.contains { $0.hasSuffix(".tmp") })
      }
    }
  }

  @Test func manyTasksMayPutAtOnce() async throws {
    let fileSystem = InMemoryFileSystem()
    let store = try Self.store(fileSystem)
    let references = try await withThrowingTaskGroup(of: BlobReference.self) { group in
      for index in 0..<64 {
        group.addTask { try store.put([UInt8](repeating: UInt8(index % 8), count: 100)) }
      }
      return try await group.reduce(into: Set<BlobReference>()) { $0.insert($1) }
    }
    #expect(references.count == 8)
    #expect(Set(try store.list()) == references)
    for reference in references { #expect(try store.get(reference).count == 100) }
  }

  @Test func onlyWhatNobodyNeedsIsCollected() throws {
    let fileSystem = InMemoryFileSystem()
    let first = try Self.store(fileSystem)
    let kept = try first.put([1])
    let garbage = try first.put([2, 2])
    // A new owner has stored nothing yet.
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let fresh = try store.put([3])
    let candidates = try store.beginCollection()
    #expect(Set(candidates) == [kept, garbage, fresh])
    // Stored meanwhile: one that is new, and one that existed and that nothing named any more.
    let concurrent = try store.put([4])
    let result = try store.collect(candidates, referenced: [kept])
    #expect(result.blobs == 1 && result.bytes == 2)
    #expect(Set(try store.list()) == [kept, fresh, concurrent])
    // One generation later, what was stored before the previous one began is no longer safe.
    #expect(try store.collect(store.beginCollection(), referenced: [kept]).blobs == 1)
    #expect(Set(try store.list()) == [kept, concurrent])
    #expect(try store.collect(store.beginCollection(), referenced: [kept]).blobs == 1)
    #expect(try store.list() == [kept])
  }

  @Test func storingAgainSavesABlobFromBeingCollected() throws {
    let fileSystem = InMemoryFileSystem()
    let bytes: [UInt8] = [5, 6, 7]
    let reference = try Self.store(fileSystem).put(bytes)
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let candidates = try store.beginCollection()
    #expect(try store.put(bytes) == reference)
    #expect(try store.collect(candidates, referenced: []).blobs == 0)
    #expect(try store.get(reference) == bytes)
  }

  @Test func aBlobThatWasJustStoredIsNeverCollected() async throws {
    let fileSystem = InMemoryFileSystem()
    // What nobody needs any more, and what is being stored again while it is collected.
    let former = try Self.store(fileSystem)
    let contents = (0..<200).map { [UInt8](repeating: UInt8($0), count: 50) }
    for bytes in contents { _ = try former.put(bytes) }
    let store = try BlobStore(journalDirectory: Corpus.directory, fileSystem: fileSystem)
    let candidates = try store.beginCollection()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try store.collect(candidates, referenced: []) }
      for _ in 0..<3 {
        group.addTask {
          for bytes in contents.reversed() {
            let reference = try store.put(bytes)
            #expect(try store.get(reference) == bytes)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.list().count == contents.count)
  }
}
