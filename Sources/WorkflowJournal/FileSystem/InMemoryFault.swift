/// A call that an ``InMemoryFileSystem`` is about to carry out.
public struct InMemoryCall: Sendable {
  /// What a call does.
  public enum Operation: String, Sendable, CaseIterable {
    /// Creating a directory.
    case createDirectory
    /// Listing a directory.
    case list
    /// Making a directory's names durable.
    case synchronizeDirectory
    /// Asking for the kind of file system.
    case kind
    /// Opening or creating a file.
    case open
    /// Renaming a file.
    case rename
    /// Removing a file.
    case remove
    /// Taking a lock.
    case lock
    /// Asking for a file's size.
    case size
    /// Reading from a file.
    case read
    /// Writing to a file.
    case write
    /// Making a file's bytes durable.
    case synchronizeData
    /// Making a file's bytes and attributes durable.
    case synchronize
  }

  /// The number of the call, from 1, among all of this file system.
  public var number: Int
  /// What it does.
  public var operation: Operation
  /// The file or directory.
  public var path: String
  /// The number of bytes to read or write.
  public var length: Int
}

/// What goes wrong in a call to an ``InMemoryFileSystem``.
public enum InMemoryFault: Sendable {
  /// The call does nothing and fails with this error number. A sync also loses what it should have made durable.
  case error(Int32)
  /// A read or write does only this many bytes, at least one, and succeeds. Other calls are not affected.
  case short(Int)
  /// A write does this many bytes and then fails with the error number. Other calls are not affected.
  case tornWrite(errno: Int32, keeping: Int)
  /// The machine stops: this call and every later one do nothing and fail with EIO, and what was not yet durable stays
  /// so. ``InMemoryFileSystem/crash(_:)`` then gives what the machine finds when it starts again.
  case stop
}
