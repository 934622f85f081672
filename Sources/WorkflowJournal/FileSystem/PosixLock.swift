internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An exclusive lock on a file: an open file description lock, which belongs to the descriptor, not to the process,
/// so a second open in the same process fails too. On systems without it, `flock`, with the same property.
///
/// A registry of the files locked by this process stands beside it. It gives the clearer message, and keeps a waiting
/// open from waiting for its own process.
///
/// The text of the lock file is the owner's process id, and on a second line the number of its last sign of life, if it
/// gives any (``LockSigns``).
final class PosixLock: JournalLock {
  private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private static let held = Mutex<Set<FileIdentity>>([])

  /// -1 once released. Signs are written under the mutex: a number that was closed may soon be another file's.
  private let descriptor: Mutex<Int32>
  private let identity: FileIdentity

  private init(descriptor: Int32, identity: FileIdentity) {
    self.descriptor = Mutex(descriptor)
    self.identity = identity
  }

  deinit {
    release()
  }

  static func acquire(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> PosixLock {
    let descriptor = try PosixFileSystem.openDescriptor(path, O_RDWR | O_CREAT | O_CLOEXEC)
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      let error = JournalFileSystemError(operation: "fstat", path: path, errno: errno)
      _ = close(descriptor)
      throw error
    }
    let identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: information.st_dev),
      inode: UInt64(truncatingIfNeeded: information.st_ino)
    )
    // While it waits it holds nothing: others of this process may wait too.
    guard !held.withLock({ $0.contains(identity) }) else {
      _ = close(descriptor)
      throw JournalFileSystemError(operation: "lock", path: path, errno: EWOULDBLOCK, lockHolder: getpid())
    }
    let failure = lock(descriptor, waiting: waiting)
    guard failure == 0 else {
      let isHeld = failure == EAGAIN || failure == EACCES || failure == EWOULDBLOCK
      let error = JournalFileSystemError(
        operation: "lock",
        path: path,
        errno: isHeld ? EWOULDBLOCK : failure,
        lockHolder: isHeld ? readHolder(descriptor) : nil
      )
      _ = close(descriptor)
      throw error
    }
    held.withLock { _ = $0.insert(identity) }
    writeHolder(descriptor)
    return PosixLock(descriptor: descriptor, identity: identity)
  }

  func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      _ = ftruncate(descriptor, 0)
      // Before the lock ends: the next owner may be in this process.
      Self.held.withLock { _ = $0.remove(identity) }
      // Closing alone is not enough: a child that another thread is just forking has the descriptor too until it has
      // become its program, and would hold the lock so long.
      Self.unlock(descriptor)
      _ = close(descriptor)
      descriptor = -1
    }
  }

  func giveSign(_ number: UInt64) {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      var text = LockSigns(process: getpid(), sign: number).encoded
      _ = pwrite(descriptor, &text, text.count, 0)
    }
  }

  /// Returns 0 or the error number.
  private static func lock(_ descriptor: Int32, waiting: Bool) -> Int32 {
    while true {
      #if canImport(Darwin)
        let result = flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB))
      #else
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        let result = fcntl(descriptor, waiting ? openFileDescriptionLockWait : openFileDescriptionLock, &request)
      #endif
      if result == 0 { return 0 }
      if errno != EINTR { return errno }
    }
  }

  /// Ends the lock for everyone who has the file description.
  private static func unlock(_ descriptor: Int32) {
    #if canImport(Darwin)
      _ = flock(descriptor, LOCK_UN)
    #else
      var request = flock()
      request.l_type = Int16(F_UNLCK)
      request.l_whence = Int16(SEEK_SET)
      _ = fcntl(descriptor, openFileDescriptionLock, &request)
    #endif
  }

  // Linux's F_OFD_SETLK and F_OFD_SETLKW (fcntl.h); not every C library's module exports them.
  private static let openFileDescriptionLock: Int32 = 37
  private static let openFileDescriptionLockWait: Int32 = 38

  /// It proves nothing, so failing to write or read it is no error.
  private static func writeHolder(_ descriptor: Int32) {
    var text = LockSigns(process: getpid(), sign: nil).encoded
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, &text, text.count, 0)
  }

  private static func readHolder(_ descriptor: Int32) -> Int32? {
    var text = [UInt8](repeating: 0, count: LockSigns.maximumCount)
    let count = pread(descriptor, &text, text.count, 0)
    guard count > 0 else { return nil }
    return LockSigns(decoding: text.prefix(count))?.process
  }
}
