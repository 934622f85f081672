/// The right to open a journal: its lock, before anything is read.
@_spi(Ownership) public struct JournalOwnership: Sendable {
  let opening: JournalOpening
  let kind: FileSystemKind
  /// The lock, which its owner releases unless it opens the journal.
  public let lock: any JournalLock
}

extension Journal {
  /// Becomes the owner of the journal in a directory, which is created when missing.
  ///
  /// - Parameter waiting: whether to block while another process is the owner, instead of failing.
  /// - Throws: ``JournalError``: `locked`, `unsupportedFileSystem`, `io`, `invalidOptions`.
  @_spi(Ownership) public static func acquire(
    directory: String, fileSystem: any JournalFileSystem, options: JournalOptions, waiting: Bool
  ) throws(JournalError) -> JournalOwnership {
    try options.validate()
    let opening = JournalOpening(directory: directory, fileSystem: fileSystem, options: options)
    let kind = try opening.prepareDirectory()
    return JournalOwnership(opening: opening, kind: kind, lock: try opening.takeLock(waiting: waiting))
  }

  /// Opens a journal as its owner, like ``open(directory:fileSystem:options:visit:)``. The lock is released if that
  /// fails.
  @_spi(Ownership) public static func open(
    _ ownership: JournalOwnership,
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> (journal: Journal, report: JournalOpenReport) {
    var opening = ownership.opening
    do {
      return try opening.finish(lock: ownership.lock, kind: ownership.kind, visit: visit)
    } catch {
      ownership.lock.release()
      throw error
    }
  }
}
