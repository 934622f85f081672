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
  ///
  /// - Parameters:
  ///   - follower: has read a part of the journal while somebody else owned it; that part is not read again if the
  ///     files continue it.
  ///   - willVisit: called before the first visit, with whether the visits go on behind those of the follower; if not,
  ///     what the follower visited counts for nothing. It may be called twice, the second time with false.
  @_spi(Ownership) public static func open(
    _ ownership: JournalOwnership,
    following follower: JournalFollower? = nil,
    willVisit: (_ isResumed: Bool) -> Void = { _ in },
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> (journal: Journal, report: JournalOpenReport) {
    var opening = ownership.opening
    do {
      return try opening.finish(
        lock: ownership.lock, kind: ownership.kind, following: follower, willVisit: willVisit, visit: visit)
    } catch {
      ownership.lock.release()
      throw error
    }
  }
}
