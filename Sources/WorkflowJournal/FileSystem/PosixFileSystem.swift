#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The operating system's file system.
public struct PosixFileSystem: JournalFileSystem {
  /// The operating system's file system.
  public init() {}

  /// False: segments are prepared in the background.
  public var prefersInlinePreparation: Bool { false }

  /// Creates one directory (`mkdir`), readable by all, writable by its owner.
  public func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool {
    while mkdir(path, 0o755) != 0 {
      switch errno {
      case EINTR: continue
      case EEXIST: return false
      default: throw JournalFileSystemError(operation: "mkdir", path: path, errno: errno)
      }
    }
    return true
  }

  /// The names in a directory, sorted.
  public func list(_ directory: String) throws(JournalFileSystemError) -> [String] {
    guard let stream = opendir(directory) else {
      throw JournalFileSystemError(operation: "opendir", path: directory, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else {
          throw JournalFileSystemError(operation: "readdir", path: directory, errno: errno)
        }
        return names.sorted()
      }
      // The name is a C string that begins in the entry and may extend past the declared size of the field.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  /// Makes the names in a directory durable.
  public func synchronizeDirectory(_ path: String) throws(JournalFileSystemError) {
    let descriptor = try Self.openDescriptor(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { _ = systemClose(descriptor) }
    while fsync(descriptor) != 0 {
      if errno == EINTR { continue }
      throw JournalFileSystemError(operation: "fsync", path: path, errno: errno)
    }
  }

  /// Opens a file; a new one is readable by all, writable by its owner.
  public func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> any JournalFile {
    let flags: Int32
    switch access {
    case .read: flags = O_RDONLY
    case .readWrite: flags = O_RDWR
    case .create: flags = O_RDWR | O_CREAT | O_TRUNC
    }
    return PosixFile(descriptor: try Self.openDescriptor(path, flags | O_CLOEXEC), path: path)
  }

  /// Renames a file in its directory, in one step.
  public func rename(_ path: String, to newPath: String) throws(JournalFileSystemError) {
    while systemRename(path, newPath) != 0 {
      if errno == EINTR { continue }
      throw JournalFileSystemError(operation: "rename", path: path, errno: errno)
    }
  }

  /// Gives a file a second name; false when both are not on one file system, or it has no such names.
  public func link(_ path: String, to newPath: String) throws(JournalFileSystemError) -> Bool {
    while systemLink(path, newPath) != 0 {
      switch errno {
      case EINTR: continue
      case EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS: return false
      default: throw JournalFileSystemError(operation: "link", path: path, errno: errno)
      }
    }
    return true
  }

  /// Removes a file.
  public func remove(_ path: String) throws(JournalFileSystemError) {
    while unlink(path) != 0 {
      if errno == EINTR { continue }
      throw JournalFileSystemError(operation: "unlink", path: path, errno: errno)
    }
  }

  /// Takes an exclusive lock on a file.
  public func lock(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> any JournalLock {
    try PosixLock.acquire(path, waiting: waiting)
  }

  static func openDescriptor(_ path: String, _ flags: Int32) throws(JournalFileSystemError) -> Int32 {
    while true {
      let descriptor = systemOpen(path, flags, 0o644)
      if descriptor >= 0 { return descriptor }
      if errno != EINTR {
        throw JournalFileSystemError(operation: "open", path: path, errno: errno)
      }
    }
  }
}

// These names are also those of methods above.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemRename(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }
private func systemLink(_ path: String, _ newPath: String) -> Int32 { link(path, newPath) }
