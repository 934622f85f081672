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
final class PosixLock: JournalLock {
  private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private static let held = Mutex<Set<FileIdentity>>([])

  private let descriptor: Atomic<Int32>
  private let identity: FileIdentity

  private init(descriptor: Int32, identity: FileIdentity) {
    self.descriptor = Atomic(descriptor)
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
    guard held.withLock({ $0.insert(identity).inserted }) else {
      _ = close(descriptor)
      throw JournalFileSystemError(operation: "lock", path: path, errno: EWOULDBLOCK, lockHolder: getpid())
    }
    let failure = lock(descriptor, waiting: waiting)
    guard failure == 0 else {
      held.withLock { _ = $0.remove(identity) }
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
    writeHolder(descriptor)
    return PosixLock(descriptor: descriptor, identity: identity)
  }

  func release() {
    let descriptor = descriptor.exchange(-1, ordering: .relaxed)
    guard descriptor >= 0 else { return }
    _ = ftruncate(descriptor, 0)
    // Closing alone is not enough: a child that another thread is just forking has the descriptor too until it has
    // become its program, and would hold the lock so long.
    Self.unlock(descriptor)
    _ = close(descriptor)
    Self.held.withLock { _ = $0.remove(identity) }
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

  /// The lock file's text is the owner's process id, for the message that a second owner gets. It proves nothing,
  /// so failing to write or read it is no error.
  private static func writeHolder(_ descriptor: Int32) {
    var text = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, &text, text.count, 0)
  }

  private static func readHolder(_ descriptor: Int32) -> Int32? {
    var text = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &text, text.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: text.prefix(count).prefix { $0 != 10 }, as: UTF8.self))
  }
}
