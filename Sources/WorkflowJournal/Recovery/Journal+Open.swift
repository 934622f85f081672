extension Journal {
  /// Opens the journal in a directory, or creates it there, and becomes its owner.
  ///
  /// Everything is synced before it is believed, and every byte of every batch is verified. Bytes of an unfinished
  /// write behind the last batch are set aside in a `.torn` file and reported; damage anywhere else is an error, and
  /// nothing is changed then.
  ///
  /// - Parameters:
  ///   - directory: The directory; it and its parents are created when missing.
  ///   - fileSystem: Where the directory is.
  ///   - options: The layout of new segments.
  ///   - visit: Called for every record in order, with its type, its body, which is valid during the call only, and
  ///     where it lies. The records of the installed checkpoint come first. What it throws ends the open.
  /// - Returns: The journal, ready for appending, and what was found.
  /// - Throws: ``JournalError``: `locked`, `damaged`, `unsupportedVersion`, `unsupportedFileSystem`, `full`, `io`,
  ///   `invalidOptions`, `missingKey`, `wrongKey`; and what `visit` throws.
  public static func open(
    directory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem(),
    options: JournalOptions = .init(),
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> (journal: Journal, report: JournalOpenReport) {
    try open(
      acquire(directory: directory, fileSystem: fileSystem, options: options, waiting: options.waitsForLock),
      visit: visit)
  }

  /// Reads a journal without opening it: no lock is taken and nothing is changed, so it works on a journal that its
  /// owner is using (whose last batch may then look unfinished) and on one that is damaged.
  ///
  /// Damage is listed in the result, not thrown; reading goes on behind it. The records of the installed checkpoint
  /// come first.
  ///
  /// - Parameters:
  ///   - directory: The directory of the journal.
  ///   - fileSystem: Where the directory is.
  ///   - encryption: The keys of an encrypted journal.
  ///   - visitBatch: Called for every valid batch, before its records.
  ///   - visit: Called for every record of every valid batch.
  /// - Throws: ``JournalError``, code `io`, when files cannot be read; `unsupportedVersion`, `missingKey`, `wrongKey`;
  ///   and what the visitors throw.
  public static func read(
    directory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem(),
    encryption: JournalEncryption? = nil,
    visitBatch: (JournalBatch) throws -> Void = { _ in },
    visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws -> JournalInspection {
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .inspecting,
      encryption: encryption
    )
    _ = try scan.run(visitBatch: visitBatch, visit: visit)
    return scan.found
  }

  /// Verifies a journal without opening it, like ``read(directory:fileSystem:encryption:visitBatch:visit:)``, and needs
  /// no key: checksums and the chain of hashes are over what stands in the files.
  ///
  /// - Parameters:
  ///   - directory: The directory of the journal.
  ///   - fileSystem: Where the directory is.
  ///   - includingFallback: Whether to read also the checkpoint before the installed one and the segments between
  ///     both. Damage there is a warning: an open does not need them.
  ///   - visitBatch: Called for every valid batch, of the fallback not.
  /// - Throws: ``JournalError``, code `io`, when files cannot be read; `unsupportedVersion`; and what `visitBatch`
  ///   throws.
  public static func verify(
    directory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem(),
    includingFallback: Bool = false,
    visitBatch: (JournalBatch) throws -> Void = { _ in }
  ) throws -> JournalInspection {
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .inspecting,
      encryption: nil,
      needsRecords: false
    )
    _ = try scan.run(visitBatch: visitBatch, visit: { _, _, _ in })
    guard includingFallback, scan.previousCheckpoint.firstSegment < scan.checkpoint.firstSegment else {
      return scan.found
    }
    var fallback = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .inspecting,
      encryption: nil,
      needsRecords: false
    )
    fallback.usesPreviousCheckpoint = true
    do {
      _ = try fallback.run(visitBatch: { _ in }, visit: { _, _, _ in })
    } catch where fallback.isOutdated() {
      // The owner needs it no more, and removes it.
      return scan.found
    }
    if !fallback.found.damage.isEmpty, fallback.isOutdated() { return scan.found }
    scan.found.keys.formUnion(fallback.found.keys)
    for damage in fallback.found.damage {
      if scan.found.damage.contains(where: { $0.file == damage.file && $0.offset == damage.offset }) { continue }
      var warning = damage
      warning.message = "What is kept as a fallback is damaged; no record is affected: " + damage.message
      scan.found.warnings.append(warning)
    }
    return scan.found
  }
}
