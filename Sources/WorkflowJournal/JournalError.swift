/// Why a journal could not do what it was asked.
public struct JournalError: Error, Sendable, CustomStringConvertible {
  /// The kind of a ``JournalError``. More kinds may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case damaged, locked, poisoned, full, unsupportedVersion, unsupportedFileSystem, io, recordTooLarge
      case batchTooLarge, recordNotFound, blobNotFound, closed, invalidOptions, invalidCheckpoint
      case missingKey, wrongKey
    }

    private let kind: Kind

    /// Acknowledged bytes are missing or differ from what was written. Nothing was changed.
    public static let damaged = Code(kind: .damaged)
    /// Another owner, in this process or another, has the journal open.
    public static let locked = Code(kind: .locked)
    /// An earlier write or sync failed, ``JournalError/cause`` says which. This journal object accepts nothing more.
    public static let poisoned = Code(kind: .poisoned)
    /// There is no space for another segment. Nothing is lost, and the call may be repeated when there is space.
    public static let full = Code(kind: .full)
    /// The files were written by a newer version, with features that this version cannot read.
    public static let unsupportedVersion = Code(kind: .unsupportedVersion)
    /// The directory is on a network or user-space file system, which does not keep the promises needed.
    public static let unsupportedFileSystem = Code(kind: .unsupportedFileSystem)
    /// The operating system reported an error, ``JournalError/errno``.
    public static let io = Code(kind: .io)
    /// The record or blob is longer than the options allow.
    public static let recordTooLarge = Code(kind: .recordTooLarge)
    /// The open batch has no space for the record: commit, then append it again.
    public static let batchTooLarge = Code(kind: .batchTooLarge)
    /// The pointer names no record of this journal.
    public static let recordNotFound = Code(kind: .recordNotFound)
    /// The blob store has no blob with this hash.
    public static let blobNotFound = Code(kind: .blobNotFound)
    /// The journal has been closed.
    public static let closed = Code(kind: .closed)
    /// The options contradict each other or are out of range.
    public static let invalidOptions = Code(kind: .invalidOptions)

    /// The checkpoint is not the one that was begun last.
    public static let invalidCheckpoint = Code(kind: .invalidCheckpoint)
    /// Files are encrypted with a key that was not given; the message names its number.
    public static let missingKey = Code(kind: .missingKey)
    /// Files cannot be decrypted with the key that was given under their key's number.
    public static let wrongKey = Code(kind: .wrongKey)

    /// The code's name.
    public var description: String { kind.rawValue }
  }

  /// The kind of error.
  public var code: Code
  /// What happened, to what, and what to do about it.
  public var message: String
  /// The file concerned.
  public var file: String?
  /// The byte offset in ``file``.
  public var offset: Int?
  /// The operating system's error number.
  public var errno: Int32?
  /// The error behind this one.
  public var cause: (any Error)?

  /// An error with the given parts.
  public init(
    _ code: Code,
    _ message: String,
    file: String? = nil,
    offset: Int? = nil,
    errno: Int32? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.offset = offset
    self.errno = errno
    self.cause = cause
  }

  /// The whole error in one line.
  public var description: String {
    var text = "\(code): \(message)"
    if let file {
      text += " [\(file)" + (offset.map { " at byte \($0)" } ?? "") + "]"
    }
    if let cause {
      text += " (cause: \(cause))"
    }
    return text
  }
}

extension JournalError {
  /// The error for a failed file system call, in the words of the journal.
  init(_ error: JournalFileSystemError, doing action: String) {
    self.init(
      .io,
      "\(action) failed: \(error.reason). Check the device and its file system.",
      file: error.path,
      errno: error.errno,
      cause: error
    )
  }

  /// Whether damage explains it, where other files show the journal's version: bytes of a header that say another
  /// version may as well be damaged.
  var isPerhapsDamage: Bool { code == .damaged || (code == .unsupportedVersion && offset == 8) }

  /// Damage to acknowledged data.
  static func damaged(_ message: String, file: String, offset: Int) -> JournalError {
    JournalError(
      .damaged,
      message
        + ". Nothing was changed. Restore the directory from a copy, or inspect it with 'workflow-journal verify'.",
      file: file,
      offset: offset
    )
  }
}
