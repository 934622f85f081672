/// All access of this module to disks.
///
/// ``PosixFileSystem`` is the real one; ``InMemoryFileSystem`` is its twin for tests, which can lose unsynced data and
/// fail any call. Paths use `/`; directories and files are named by their whole path. Calls may come from any thread.
public protocol JournalFileSystem: Sendable {
  /// Whether ``JournalOptions/Preparation/automatic`` means inline, so that the order of calls is always the same.
  var prefersInlinePreparation: Bool { get }

  /// Creates one directory, whose parent must exist. Returns false when it exists already.
  func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool

  /// The names in a directory, sorted, without `.` and `..`.
  func list(_ directory: String) throws(JournalFileSystemError) -> [String]

  /// Makes the names in a directory durable: creations, renames and removals that came before.
  func synchronizeDirectory(_ path: String) throws(JournalFileSystemError)

  /// What kind of file system a directory is on.
  func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind

  /// Opens a file.
  func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> any JournalFile

  /// Gives a file another name in the same directory, replacing what had that name, in one step.
  func rename(_ path: String, to newPath: String) throws(JournalFileSystemError)

  /// Gives a file a second name, in this or another directory of the same file system, which must not exist. Returns
  /// false when that is not possible here. Both names then stand for the same bytes.
  func link(_ path: String, to newPath: String) throws(JournalFileSystemError) -> Bool

  /// Removes a file. A file that is open stays usable until it is closed.
  func remove(_ path: String) throws(JournalFileSystemError)

  /// Takes an exclusive lock on a file, which is created when missing and must never be removed. Fails with
  /// ``JournalFileSystemError/isLocked`` when it is held, by this process or another; with `waiting`, blocks while
  /// another process holds it. The lock ends with ``JournalLock/release()`` or the process.
  func lock(_ path: String, waiting: Bool) throws(JournalFileSystemError) -> any JournalLock
}

extension JournalFileSystem {
  /// False: there are no second names here.
  public func link(_ path: String, to newPath: String) throws(JournalFileSystemError) -> Bool { false }
}

/// How a file is opened.
public enum JournalFileAccess: Sendable {
  /// For reading only.
  case read
  /// For reading and writing; the file must exist.
  case readWrite
  /// For reading and writing; the file is created, or emptied when it exists.
  case create
}

/// An open file. Calls may come from any thread.
public protocol JournalFile: AnyObject, Sendable {
  /// The file's length in bytes.
  func size() throws(JournalFileSystemError) -> Int

  /// Reads from `offset` of the file into `buffer[range]`, which exists. Returns the number of bytes, which may be
  /// smaller than asked; 0 at the file's end.
  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) throws(JournalFileSystemError) -> Int

  /// Writes the beginning of `bytes`. Returns the number of bytes written, at least 1, which may be smaller than asked.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(JournalFileSystemError) -> Int

  /// Makes the file's bytes, and what is needed to read them back, durable (`fdatasync`). Never repeat it after a
  /// failure: it may then succeed although bytes were lost.
  func synchronizeData() throws(JournalFileSystemError)

  /// Makes the file's bytes and all its attributes durable (`fsync`). Never repeat it after a failure.
  func synchronize() throws(JournalFileSystemError)

  /// Forgets cached bytes of a range that has been synced, so that the next read comes from the device. A hint:
  /// it may do nothing.
  func discardCache(offset: Int, count: Int)

  /// Closes the file. Further calls fail. Closing twice is harmless.
  func close()
}

/// A lock that is held.
public protocol JournalLock: AnyObject, Sendable {
  /// Lets the lock go. Releasing twice is harmless.
  func release()

  /// Writes a sign of life for those who wait for the lock. It need not be durable, and failing to write
  /// it is no error. May be called from any thread; once the lock is released, nothing is written.
  func giveSign(_ number: UInt64)
}

extension JournalLock {
  /// Nothing: nobody waits.
  public func giveSign(_ number: UInt64) {}
}

/// What kind of file system a directory is on.
public struct FileSystemKind: Hashable, Sendable {
  /// The kind's usual name, for example `ext4`, `tmpfs`, or the magic number in hexadecimal when it is not known.
  public var name: String
  /// Whether files survive a restart of the machine.
  public var isDurable: Bool
  /// Whether a journal may live on it: false for network and user-space file systems, whose locks and syncs do not
  /// keep the promises needed.
  public var isSupported: Bool

  /// A kind with the given properties.
  public init(name: String, isDurable: Bool, isSupported: Bool) {
    self.name = name
    self.isDurable = isDurable
    self.isSupported = isSupported
  }
}

extension JournalFile {
  /// Writes all of `bytes`, in as many calls as it takes.
  func writeAll(_ bytes: Span<UInt8>, at offset: Int, path: String) throws(JournalFileSystemError) {
    var written = try write(bytes, at: offset)
    while written < bytes.count {
      let more = try write(bytes.extracting(written..<bytes.count), at: offset + written)
      guard more > 0 else {
        throw JournalFileSystemError(operation: "write", path: path, errno: JournalFileSystemError.inputOutput)
      }
      written += more
    }
  }

  /// Fills `buffer[range]` from `offset`. Returns the number of bytes read: fewer only at the end of the file.
  func readAll(
    into buffer: inout [UInt8],
    _ range: Range<Int>,
    at offset: Int
  ) throws(JournalFileSystemError) -> Int {
    var done = 0
    while done < range.count {
      let count = try read(into: &buffer, (range.lowerBound + done)..<range.upperBound, at: offset + done)
      if count <= 0 { break }
      done += count
    }
    return done
  }
}
