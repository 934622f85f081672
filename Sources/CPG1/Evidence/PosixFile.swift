#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The few file operations that evidence needs, with errors that name the path.
enum PosixFile {
  /// Creates a file that must not exist yet, writes all bytes and waits until they are on the disk.
  static func create(_ path: String, bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("create", path) }
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map { write(descriptor, $0 + offset, bytes.count - offset) } ?? 0
      }
      if written < 0 {
        if errno == EINTR { continue }
        let error = failure("write", path)
        close(descriptor)
        throw error
      }
      offset += written
    }
    try finish(descriptor, path)
  }

  /// Overwrites bytes of an existing file and waits until they are on the disk.
  static func overwrite(_ path: String, at offset: Int, bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, bytes.count, off_t(offset)) }
    guard written == bytes.count else {
      let error = failure("write", path)
      close(descriptor)
      throw error
    }
    try finish(descriptor, path)
  }

  /// Waits until a directory's entries are on the disk.
  static func syncDirectory(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    try finish(descriptor, path)
  }

  private static func finish(_ descriptor: Int32, _ path: String) throws {
    guard fsync(descriptor) == 0 else {
      let error = failure("sync", path)
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw failure("close", path) }
  }

  /// Creates a directory that must not exist yet.
  static func createDirectory(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 else { throw failure("create the directory", path) }
  }

  /// Gives a file a second name; false when that name is taken.
  static func linkIfFree(_ source: String, to target: String) throws -> Bool {
    if link(source, target) == 0 { return true }
    if errno == EEXIST { return false }
    throw failure("create", target)
  }

  /// Renames a directory; false when the target name is taken.
  static func renameIfFree(_ source: String, to target: String) throws -> Bool {
    if rename(source, target) == 0 { return true }
    if errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR { return false }
    throw failure("create", target)
  }

  /// Removes a file.
  static func remove(_ path: String) throws {
    guard unlink(path) == 0 else { throw failure("remove", path) }
  }

  /// Whether the path is a regular file and not a link to one.
  static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && (status.st_mode & S_IFMT) == S_IFREG
  }

  private static func failure(_ action: String, _ path: String) -> CPG1Error {
    let reason = String(cString: strerror(errno))
    return CPG1Error(
      .evidence,
      "cannot \(action) '\(path)': \(reason); check that the evidence directory exists, is writable and has space"
    )
  }
}
