#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The process that holds a journal's lock, as another process sees it.
@_spi(Ownership) public enum LockHolder {
  /// The process cannot be ended from here.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, and what to do.
    public var description: String
  }

  /// Ends a process at once (SIGKILL) if it really holds the lock of the journal in `directory`.
  ///
  /// A process that is ended this way does nothing more, even one that is stopped: it never comes back to its own code.
  /// The kernel lets the lock go when the last of its threads is gone, and with it every write that was under way.
  public static func end(_ process: Int32, journal directory: String) throws(Refusal) {
    let path = JournalFormat.path(directory, JournalFormat.lockName)
    guard process > 1, process != getpid() else {
      throw Refusal(description: "process \(process) is not one that can be ended from here")
    }
    guard try holdsLock(process, path) else {
      throw Refusal(
        description: "process \(process) of this machine does not hold the lock \(path); the owner may run in another "
          + "container: end it there")
    }
    guard kill(process, SIGKILL) == 0 || errno == ESRCH else {
      throw Refusal(
        description: "process \(process) cannot be ended: \(String(cString: strerror(errno))); end it, or run the "
          + "standby as the same user")
    }
  }

  #if os(Linux)
    /// Whether a process has the lock. Its id alone proves nothing: ids are used again, and another container has its
    /// own.
    static func holdsLock(_ process: Int32, _ path: String) throws(Refusal) -> Bool {
      var lock = stat()
      guard stat(path, &lock) == 0 else { return false }
      let names: [String]
      do throws(JournalFileSystemError) {
        names = try PosixFileSystem().list("/proc/\(process)/fd")
      } catch {
        guard !error.isNotFound else { return false }
        throw Refusal(
          description: "the files of process \(process) cannot be seen: \(error.reason); run the standby as the same "
            + "user")
      }
      for name in names {
        var file = stat()
        guard stat("/proc/\(process)/fd/\(name)", &file) == 0, file.st_dev == lock.st_dev, file.st_ino == lock.st_ino
        else { continue }
        if isLocked("/proc/\(process)/fdinfo/\(name)") { return true }
      }
      return false
    }

    /// Whether the kernel lists a write lock of an open file description.
    private static func isLocked(_ information: String) -> Bool {
      guard let file = try? PosixFileSystem().open(information, .read) else { return false }
      defer { file.close() }
      var bytes = [UInt8](repeating: 0, count: 4096)
      guard let count = try? file.readAll(into: &bytes, 0..<bytes.count, at: 0) else { return false }
      return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").contains {
        $0.hasPrefix("lock:") && $0.contains("OFDLCK") && $0.contains("WRITE")
      }
    }
  #else
    static func holdsLock(_ process: Int32, _ path: String) throws(Refusal) -> Bool {
      throw Refusal(description: "this system does not tell who holds a lock; end process \(process)")
    }
  #endif
}
