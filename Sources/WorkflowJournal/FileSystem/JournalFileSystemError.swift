#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A call to the file system that failed.
public struct JournalFileSystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, for example `fdatasync`.
  public var operation: String
  /// The file or directory.
  public var path: String
  /// The operating system's error number.
  public var errno: Int32
  /// With ``isLocked``: the process that holds the lock, if known.
  public var lockHolder: Int32?

  /// An error of the given call.
  public init(operation: String, path: String, errno: Int32, lockHolder: Int32? = nil) {
    self.operation = operation
    self.path = path
    self.errno = errno
    self.lockHolder = lockHolder
  }

  /// Whether the device or the owner's quota is full.
  public var isFull: Bool { errno == ENOSPC || errno == EDQUOT }

  /// Whether a lock is held by somebody else.
  public var isLocked: Bool { errno == EWOULDBLOCK || errno == EAGAIN }

  /// Whether the file does not exist.
  public var isNotFound: Bool { errno == ENOENT }

  static let inputOutput: Int32 = EIO
  static let notFound: Int32 = ENOENT

  /// The operating system's words for the error number.
  public var reason: String {
    String(cString: strerror(errno))
  }

  /// The call, the path and the reason.
  public var description: String {
    "\(operation) \(path): \(reason) (errno \(errno))"
  }
}
