internal import Testing

@_spi(Ownership) @testable internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What stands in a lock file, and who is ended for it.
@Suite struct LockSignsTests {
  @Test func signsAreReadAsTheyWereWritten() {
    for sign in [nil, 0, 1, 99, UInt64.max] as [UInt64?] {
      let signs = LockSigns(process: 4711, sign: sign)
      #expect(LockSigns(decoding: signs.encoded) == signs)
      #expect(signs.encoded.count <= LockSigns.maximumCount)
    }
    // The length is that of the first sign, so that a later one hides it.
    #expect(LockSigns(process: 1, sign: 1).encoded.count == LockSigns(process: 1, sign: .max).encoded.count)
    for text in ["", "\n", "x\n", "-1\n", "0\n", "99999999999999\n7\n"] {
      #expect(LockSigns(decoding: text.utf8) == nil, "\(text)")
    }
    // A sign that is cut off is none.
    #expect(LockSigns(decoding: "7\n0000001".utf8) == LockSigns(process: 7, sign: nil))
  }

  @Test func anOwnersSignsEndWithIt() throws {
    let directory = try PosixFileSystemTests.TemporaryDirectory()
    let files = PosixFileSystem()
    let path = directory.path
    #expect(LockSigns(journal: path, fileSystem: files) == nil)
    let (journal, _, _) = try PosixFileSystemTests.open(path)
    #expect(LockSigns(journal: path, fileSystem: files) == LockSigns(process: getpid(), sign: nil))
    journal.lock.giveSign(8)
    journal.lock.giveSign(9)
    #expect(LockSigns(journal: path, fileSystem: files) == LockSigns(process: getpid(), sign: 9))
    let lock = journal.lock
    try journal.close()
    #expect(LockSigns(journal: path, fileSystem: files) == nil)
    lock.giveSign(10)
    #expect(LockSigns(journal: path, fileSystem: files) == nil, "a lock that was released gives no sign")
    let (next, _, _) = try PosixFileSystemTests.open(path)
    let signs = try #require(LockSigns(journal: path, fileSystem: files))
    #expect(signs.sign == nil, "the sign of an earlier owner is not the next one's")
    try next.close()
  }

  #if os(Linux)
    @Test func onlyTheHolderIsEnded() throws {
      let directory = try PosixFileSystemTests.TemporaryDirectory()
      let path = directory.path
      let lock = path + "/LOCK"
      #expect(try !LockHolder.holdsLock(getpid(), lock), "there is no lock file")
      let (journal, _, _) = try PosixFileSystemTests.open(path)
      #expect(try LockHolder.holdsLock(getpid(), lock))
      #expect(try !LockHolder.holdsLock(Int32.max, lock), "there is no such process")
      // A process that has the file open without the lock, as one that waits for it does.
      let other = path + "/other"
      let descriptor = creat(other, 0o644)
      #expect(try !LockHolder.holdsLock(getpid(), other))
      close(descriptor)
      for process in [-1, 0, 1, getpid()] as [Int32] {
        #expect(throws: LockHolder.Refusal.self, "\(process)") { try LockHolder.end(process, journal: path) }
      }
      let refusal = #expect(throws: LockHolder.Refusal.self) { try LockHolder.end(Int32.max, journal: path) }
      #expect(refusal?.description.contains("does not hold the lock") == true)
      try journal.close()
      #expect(try !LockHolder.holdsLock(getpid(), lock))
    }

    @Test func aStoppedHolderIsEnded() async throws {
      let directory = try PosixFileSystemTests.TemporaryDirectory()
      let path = directory.path
      // On a thread of its own: the exit test keeps one of Swift's pool, which may have no other.
      let ending = try #require(
        PlainThread {
          while true {
            if let signs = LockSigns(journal: path, fileSystem: PosixFileSystem()), signs.sign != nil {
              // Only the process that holds the lock is ended; if that fails, the child is woken up and says so.
              try? LockHolder.end(signs.process, journal: path)
              kill(signs.process, SIGCONT)
              return
            }
            usleep(2000)
          }
        })
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        let (journal, _, _) = try PosixFileSystemTests.open(path)
        journal.lock.giveSign(1)
        kill(getpid(), SIGSTOP)
        // The call may return before all threads stand still. It is woken up when it is too late.
        sleep(5)
        exit(3)
      }
      ending.join()
      // The lock is free.
      _ = try PosixFileSystemTests.open(path)
    }
  #endif
}
