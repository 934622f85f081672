/// What a backup copied (``Journal/backup(from:to:fileSystem:)``).
public struct JournalBackup: Hashable, Sendable {
  /// How far the copy reaches.
  public var head: JournalHead
  /// How many files share their blocks with the original, because nobody changes them any more.
  public var linkedFiles = 0
  /// How many files were copied.
  public var copiedFiles = 0
  /// How many bytes were copied.
  public var copiedBytes = 0
}

extension Journal {
  /// Makes a consistent copy of a journal, also while its owner uses it: the installed checkpoint, all batches up to
  /// some moment during the call, and the blobs. The copy is verified, and durable when the call returns.
  ///
  /// Files that nobody changes any more are hard-linked where that is possible; such a copy costs little, and protects
  /// against the journal, not against the disk. Give a directory on another disk for that. The copy has the original's
  /// identifier: use one of them, not both, from then on.
  ///
  /// - Parameters:
  ///   - source: The directory of the journal. No lock is taken.
  ///   - destination: A directory that does not exist or is empty. Without success it is not a journal; remove it.
  ///   - fileSystem: Where both are.
  /// - Throws: ``JournalError``: `damaged` when the journal is; `invalidOptions` when the destination is not empty;
  ///   `full`, `io`, `unsupportedVersion`.
  public static func backup(
    from source: String,
    to destination: String,
    fileSystem: any JournalFileSystem = PosixFileSystem()
  ) throws -> JournalBackup {
    var copy = JournalCopy(source: source, destination: destination, fileSystem: fileSystem)
    try copy.begin()
    // Blobs before and after: what a record names that was committed meanwhile, and what is collected meanwhile.
    _ = try copy.takeBlobs(linking: true, verifying: false)
    let manifest = try copyConsistently(&copy)
    _ = try copy.takeBlobs(linking: true, verifying: false)
    try copy.verifyBlobs()
    try copy.finish(manifest)
    let found = try verify(directory: destination, fileSystem: fileSystem)
    if let damage = found.damage.first { throw damage }
    guard let head = found.head else {
      throw JournalError(.damaged, "There is no journal. Give the directory of one.", file: source)
    }
    return JournalBackup(
      head: head,
      linkedFiles: copy.linked,
      copiedFiles: copy.copied,
      copiedBytes: copy.bytes
    )
  }

  /// Copies checkpoint and segments, again when the owner installs two checkpoints meanwhile.
  private static func copyConsistently(_ copy: inout JournalCopy) throws -> Manifest {
    var failure: (any Error)?
    for _ in 0..<3 {
      do {
        return try copyOnce(&copy)
      } catch {
        guard hasDisappeared(error) else { throw described(error) }
        failure = error
        for name in try copy.fileSystem.list(copy.destination) where name != JournalFormat.blobDirectoryName {
          try copy.fileSystem.remove(JournalFormat.path(copy.destination, name))
        }
      }
    }
    throw JournalError(
      .io,
      "Files disappeared while they were copied, three times. Remove the copy and try again when fewer checkpoints are "
        + "made.",
      file: copy.source,
      cause: failure
    )
  }

  private static func hasDisappeared(_ error: any Error) -> Bool {
    let call = error as? JournalFileSystemError ?? (error as? JournalError)?.cause as? JournalFileSystemError
    return call?.isNotFound == true
  }

  private static func described(_ error: any Error) -> any Error {
    guard let call = error as? JournalFileSystemError else { return error }
    guard call.isFull else { return JournalError(call, doing: "Copying the journal") }
    return JournalError(
      .full,
      "There is no space for the copy: \(call.reason). Remove what was copied, free some space and try again.",
      file: call.path,
      errno: call.errno,
      cause: call
    )
  }

  private static func copyOnce(_ copy: inout JournalCopy) throws -> Manifest {
    var scan = JournalScan(
      directory: copy.source,
      fileSystem: copy.fileSystem,
      mode: .covering,
      encryption: nil,
      needsRecords: false
    )
    let names = try scan.readManifestUnlocked()
    guard var manifest = scan.manifest else {
      throw JournalError(
        .damaged,
        "There is no journal with a whole manifest here. Open it once, or repair it.",
        file: copy.source
      )
    }
    let last = names.compactMap { JournalFormat.segmentIndex($0) }.max() ?? 0
    guard last >= manifest.checkpoint.firstSegment else {
      throw JournalError.damaged("The segments are missing", file: copy.source, offset: 0)
    }
    // The first file comes last: without it the rest is no journal.
    let parts = manifest.checkpoint.files.map(\.name)
    for name in parts.dropFirst() { try copy.take(name, linking: true) }
    for index in (manifest.checkpoint.firstSegment...last).reversed() {
      let name = JournalFormat.segmentName(index)
      if index < last {
        try copy.take(name, linking: true)
      } else {
        let (chain, end, size) = try wholeBatches(index, scan)
        try copy.take(name, upTo: end, size: size)
        manifest.durableSequence = chain.sequence
      }
    }
    if let first = parts.first { try copy.take(first, linking: true) }
    manifest.lastSegment = last
    manifest.previousCheckpoint = .none
    manifest.previousCheckpoint.firstSegment = manifest.checkpoint.firstSegment
    return manifest
  }

  /// How far the last segment is written at this moment: all its batches but one that is under way.
  private static func wholeBatches(
    _ index: UInt32,
    _ scan: JournalScan
  ) throws -> (chain: Chain, end: Int, size: Int) {
    let path = scan.segmentPath(index)
    guard let header = try scan.segmentHeader(index) else {
      throw JournalFileSystemError(operation: "open", path: path, errno: JournalFileSystemError.notFound)
    }
    let file = try scan.fileSystem.open(path, .read)
    defer { file.close() }
    var walker = BatchWalker(
      header,
      epoch: 0,
      reader: SegmentReader(file: file, path: path, size: header.size)
    )
    while case .batch = try walker.next() {}
    return (walker.chain, walker.position, header.size)
  }
}
