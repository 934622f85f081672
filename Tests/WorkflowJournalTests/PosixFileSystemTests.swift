internal import Testing

@testable internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The real file system and real processes.
@Suite struct PosixFileSystemTests {
  /// A directory that is removed when the test ends.
  final class TemporaryDirectory {
    let path: String

    init() throws {
      var template = Array("/tmp/workflow-journal-XXXXXX".utf8CString)
      path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
      Self.remove(path)
    }

    private static func remove(_ path: String) {
      let fileSystem = PosixFileSystem()
      for name in (try? fileSystem.list(path)) ?? [] {
        if unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
      }
      rmdir(path)
    }
  }

  static func open(_ path: String, _ options: JournalOptions = .init()) throws -> (
    Journal, JournalOpenReport, Transcript
  ) {
    var transcript = Transcript()
    let (journal, report) = try Journal.open(directory: path, options: options) { type, body, _ in
      transcript.append(type, body)
    }
    return (journal, report, transcript)
  }

  @Test func aJournalOnDiskSurvivesClosingAndDropping() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/a/b"
    // Small segments, prepared in the background while batches are committed.
    let options = JournalOptions(segmentSize: 1 << 18, initialSegmentSize: 1 << 16, preparationThreshold: 30)
    var random = TestRandom(21)
    var expected = Transcript()
    var pointers: [(RecordPointer, [UInt8])] = []
    for round in 0..<4 {
      let (journal, report, transcript) = try Self.open(path, options)
      #expect(transcript == expected)
      #expect(report.isNew == (round == 0))
      #expect(report.wasClosedCleanly == (round == 1 || round == 3))
      #expect(report.epoch == UInt32(round + 1))
      for index in 0..<60 {
        let batch = random.batch(of: 1...20, upTo: index == 30 ? 100_000 : 900)
        let committed = try journal.commit(batch)
        for (index, record) in batch.enumerated() {
          expected.append(record.type, record.body.span)
          pointers.append((committed.pointer(at: index), record.body))
        }
      }
      #expect(journal.statistics.rolls > 0)
      for (pointer, body) in pointers { #expect(try journal.read(pointer) == body) }
      try journal.markIdle()
      if round % 2 == 0 { try journal.close() }
    }
    #expect(try PosixFileSystem().list(path).allSatisfy { !$0.hasSuffix(".tmp") || $0.hasPrefix("spare") })
    let inspection = try Journal.read(directory: path) { _, _, _ in }
    #expect(inspection.damage.isEmpty)
    #expect(inspection.records == expected.count)
  }

  @Test func aCheckpointFindsItsSegmentReady() throws {
    let directory = try TemporaryDirectory()
    let options = JournalOptions(segmentSize: 1 << 20, initialSegmentSize: 1 << 20, reserveSize: 0)
    let (journal, _, _) = try Self.open(directory.path, options)
    func spares() throws -> [String] { try PosixFileSystem().list(directory.path).filter { $0.hasPrefix("spare") } }
    // Nothing was committed: the present segment will do.
    #expect(journal.prepareCheckpoint())
    #expect(try spares().isEmpty)
    try journal.commit([TestRecord(1, [1, 2, 3])])
    while !journal.prepareCheckpoint() {}
    #expect(try spares().count == 1)
    // The file takes its place in the journal, and no other is made.
    #expect(try journal.beginCheckpoint().firstSegment == 2)
    #expect(try spares().isEmpty)
    #expect(journal.prepareCheckpoint())
    try journal.close()
    #expect(journal.prepareCheckpoint())
  }

  @Test func aJournalHasOneOwnerInAProcess() throws {
    let directory = try TemporaryDirectory()
    let (journal, _, _) = try Self.open(directory.path)
    let error = #expect(throws: JournalError.self) { _ = try Self.open(directory.path) }
    #expect(error?.code == .locked)
    #expect(error?.message.contains("process \(getpid())") == true)
    try journal.close()
    _ = try Self.open(directory.path)
  }

  @Test func aJournalHasOneOwnerOnAMachine() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let owner = getpid()
    let (journal, _, _) = try Self.open(path)
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String, owner = owner as pid_t] in
      do {
        _ = try Self.open(path)
      } catch let error as JournalError where error.code == .locked {
        // The lock file names the owner.
        guard error.message.contains("process \(owner)") else { exit(8) }
        exit(7)
      }
    }
    try journal.close()
    // A child that dies without closing leaves no lock behind.
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let (journal, _, _) = try Self.open(path)
      try journal.commit([TestRecord(1, [42])])
      kill(getpid(), SIGKILL)
    }
    #expect(try Self.open(path).2 == Transcript([TestRecord(1, [42])]))
  }

  #if os(Linux)
    /// As in a process that starts another one at this moment: the child has all descriptors until it runs its program.
    @Test func aClosedJournalIsFreeAlthoughAChildHasItsDescriptors() throws {
      let directory = try TemporaryDirectory()
      let (journal, _, _) = try Self.open(directory.path)
      var buffer = [CChar](repeating: 0, count: 4096)
      let name = (directory.path + "/LOCK").utf8.map { CChar(bitPattern: $0) }
      let descriptor = (Int32(3)..<1024).first { descriptor in
        let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        return count == name.count && buffer.starts(with: name)
      }
      let inherited = dup(try #require(descriptor, "the lock file is open"))
      defer { close(inherited) }
      try journal.close()
      _ = try Self.open(directory.path)
    }
  #endif

  @Test func aStandbyWaitsForTheOwner() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let (journal, _, _) = try Self.open(path)
    let seen = path + "/../" + (path.split(separator: "/").last.map(String.init) ?? "") + ".waiting"
    defer { unlink(seen) }
    async let child: ExitTest.Result? = #expect(processExitsWith: .success) {
      [path = path as String, seen = seen as String] in
      close(creat(seen, 0o644))
      var options = JournalOptions()
      options.waitsForLock = true
      let (_, _, transcript) = try Self.open(path, options)
      guard transcript == Transcript([TestRecord(1, [1])]) else { exit(9) }
    }
    while access(seen, F_OK) != 0 { await Task.yield() }
    try journal.commit([TestRecord(1, [1])])
    try journal.close()
    _ = await child
  }

  @Test func blobsOnDisk() throws {
    let directory = try TemporaryDirectory()
    let (journal, _, _) = try Self.open(directory.path)
    let store = try BlobStore(journalDirectory: directory.path)
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let reference = try store.put(bytes)
    #expect(try store.put(bytes) == reference)
    #expect(try store.get(reference) == bytes)
    try journal.close()
    // The blobs' directory does not disturb the journal.
    _ = try Self.open(directory.path)
  }

  @Test func errorsNameTheCallAndThePath() {
    let error = #expect(throws: JournalFileSystemError.self) { try PosixFileSystem().open("/no/such/file", .read) }
    #expect(error?.isNotFound == true)
    #expect(error?.description.contains("open /no/such/file: No such file") == true)
    #expect(throws: JournalError.self) { _ = try Self.open("/proc/journal") }
  }

  @Test func networkFileSystemsAreRefused() throws {
    let fileSystem = InMemoryFileSystem()
    fileSystem.setKind(FileSystemKind(name: "nfs4", isDurable: false, isSupported: false))
    let error = #expect(throws: JournalError.self) { try WorkflowJournalTests.open(fileSystem) }
    #expect(error?.code == .unsupportedFileSystem)
    #expect(error?.message.contains("nfs4") == true)
    fileSystem.setKind(FileSystemKind(name: "tmpfs", isDurable: false, isSupported: true))
    #expect(try WorkflowJournalTests.open(fileSystem).report.fileSystem.isDurable == false)
  }

  #if os(Linux)
    @Test func theMountTableTellsTheKind() {
      let table = Array(
        """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        23 22 0:20 / /proc rw - proc proc rw
        40 22 0:33 / /mnt/with\\040space rw shared:2 master:1 - nfs4 server:/x rw
        41 22 0:34 / /mnt/fast rw - tmpfs tmpfs rw
        42 41 0:35 / /mnt/fast rw - fuse.sshfs host: rw
        broken line
        """.utf8
      )
      func kind(_ path: String) -> String? { PosixFileSystem.kindName(of: Array(path.utf8), mountTable: table) }
      #expect(kind("/") == "ext4")
      #expect(kind("/var/lib/journal") == "ext4")
      #expect(kind("/mnt/with space/j") == "nfs4")
      #expect(kind("/mnt/with space") == "nfs4")
      #expect(kind("/mnt/with spaces") == "ext4")
      #expect(kind("/mnt/fast/j") == "fuse.sshfs")
      #expect(!PosixFileSystem.kind(named: "fuse.sshfs").isSupported)
      #expect(!PosixFileSystem.kind(named: "nfs4").isSupported)
      #expect(PosixFileSystem.kind(named: "xfs").isDurable)
      #expect(!PosixFileSystem.kind(named: "tmpfs").isDurable)
      #expect(PosixFileSystem.kind(named: "tmpfs").isSupported)
    }
  #endif
}
