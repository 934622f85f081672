/// A durable sequence of records in a directory, written in batches.
///
/// Records are appended to the open batch in memory; ``commit()`` writes the batch with one write and one sync, and
/// when it returns they survive a kill of the process, a crash of the kernel and a loss of power (on a local file
/// system and a device that honour flushes). Nothing else is ever acknowledged. When a write or a sync fails, the
/// journal is poisoned: it keeps what was committed, and refuses everything further with the first cause, because after
/// a failed sync the operating system may drop bytes and report success for the next one.
///
/// One owner has a journal at a time, and the owner uses it from one thread: the class is not `Sendable` and has no
/// threads of its own, except those that zero-fill files for later or remove files that nothing needs any more, and
/// touch nothing but the file system.
///
/// A journal that is dropped without ``close()`` leaves what a crash would leave, and lets the lock go.
public final class Journal {
  /// The segment that is being written.
  struct ActiveSegment {
    var index: UInt32
    var path: String
    var file: any JournalFile
    var size: Int
    var alignment: Int
    /// Where the next batch begins.
    var tail: Int
    var cipher: FileCipher?

    /// Space for one block stays free, so that a close always has a place for its seal.
    func hasSpace(for count: Int) -> Bool {
      JournalFormat.roundUp(count, to: alignment) <= size - alignment - tail
    }
  }

  /// The directory of the journal.
  public let directory: String
  /// The journal's identifier.
  public let identifier: JournalIdentifier
  /// The number of this open.
  public let epoch: UInt32
  /// What was done since the journal was opened.
  public internal(set) var statistics = JournalStatistics()

  let fileSystem: any JournalFileSystem
  let options: JournalOptions
  let lock: any JournalLock
  var manifest: Manifest
  var segment: ActiveSegment
  var chain: Chain
  /// The open batch: space for the header, then records.
  var buffer: [UInt8]
  var bodies: [CommittedBatch.RecordBody] = []
  /// A batch without records, apart, because an open batch may be waiting.
  var controlBuffer: [UInt8] = []
  /// Whether the last batch holds records, so that only a further batch will prove it durable.
  var endsWithData: Bool
  var poison: JournalError?
  var isClosed = false
  var spare: SpareSegment?
  var preparation: PlainThread?
  var spareCount = 0
  /// What a full disk leaves to write to; `nil` when the options want none.
  let reserve: ReserveSegment?
  var reservePreparation: PlainThread?
  /// Whether there was no space for a segment when it was needed.
  var lacksSegment = false
  /// Whether a full disk kept the manifest from being replaced.
  var isManifestBehind = false
  /// Older segments and checkpoints that were read.
  let readFiles: RecordFiles
  /// The checkpoint that was begun last, until it is installed, and how many bytes of batches lay before its cut.
  var openCut: (cut: CheckpointCut, bytesBefore: Int)?
  var lastCheckpointNumber: UInt32
  /// Files that no checkpoint needs any more.
  let obsolete = ObsoleteFiles()
  var removal: PlainThread?
  /// Bytes of batches in segments that the installed checkpoint does not cover: how much an open has to read behind the
  /// checkpoint.
  public internal(set) var bytesSinceCheckpoint: Int

  init(
    directory: String,
    fileSystem: any JournalFileSystem,
    options: JournalOptions,
    lock: any JournalLock,
    manifest: Manifest,
    segment: ActiveSegment,
    chain: Chain,
    bytesSinceCheckpoint: Int
  ) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.options = options
    self.lock = lock
    self.manifest = manifest
    identifier = manifest.identifier
    epoch = manifest.epoch
    self.segment = segment
    self.chain = chain
    self.bytesSinceCheckpoint = bytesSinceCheckpoint
    endsWithData = false
    readFiles = RecordFiles(directory: directory, fileSystem: fileSystem, encryption: options.encryption)
    lastCheckpointNumber = manifest.checkpoint.number
    let reserveSize = options.usedReserveSize
    reserve = reserveSize == 0 ? nil : ReserveSegment(directory: directory, size: reserveSize)
    buffer = [UInt8](repeating: 0, count: BatchHeader.byteCount)
    buffer.reserveCapacity(1 << 16)
  }

  deinit {
    release()
  }

  // MARK: State

  /// The bytes that the open batch will occupy, header included, padding not; 0 when it is empty.
  public var pendingBytes: Int { bodies.isEmpty ? 0 : buffer.count }

  /// The number of records in the open batch.
  public var pendingRecords: Int { bodies.count }

  /// Whether a failed write or sync has ended this journal's work.
  public var isPoisoned: Bool { poison != nil }

  /// The sequence number of the last committed batch, 0 when there is none.
  public var lastBatchSequence: UInt64 { chain.sequence }

  /// The number of committed records, which is the sequence number that the next one gets.
  public var recordCount: UInt64 { chain.records }

  /// The hash of the last committed batch. Kept elsewhere, it later proves that nothing before it was rewritten.
  public var chainHead: ChainHash { chain.hash }

  /// How many syncs were made since the journal was opened (``JournalStatistics/syncs``).
  public var syncCount: Int { statistics.syncs }

  /// How many bytes were written to segments since the journal was opened, padding included.
  public var bytesWritten: Int { statistics.bytesWritten }

  /// The index of the segment that is being written.
  public var currentSegment: UInt32 { segment.index }

  /// Why the last attempt to prepare the next segment, or the reserve, failed, while the current one still has space:
  /// an early warning. An owner that stops accepting new work now keeps the rest of the segment for finishing what it
  /// has accepted.
  public var preparationFailure: JournalError? {
    (spare?.failure ?? reserve?.failure).map { Self.describePreparation($0) }
  }

  /// How many bytes of batches still fit into the current segment.
  public var remainingBytes: Int { max(0, segment.size - segment.alignment - segment.tail) }

  func requireUsable() throws(JournalError) {
    if let poison {
      throw JournalError(
        .poisoned,
        "The journal accepts nothing more since a write or sync failed. Close it, check the device, and open it again: "
          + "that verifies what the device really holds.",
        file: poison.file,
        offset: poison.offset,
        errno: poison.errno,
        cause: poison
      )
    }
    guard !isClosed else { throw JournalError(.closed, "The journal has been closed. Open it again.", file: directory) }
  }

  /// Remembers the first failure and turns it into the error that the present call throws.
  func poisoned(by error: JournalFileSystemError, doing action: String, file: String? = nil) -> JournalError {
    var cause = JournalError(error, doing: action)
    cause.file = file ?? error.path
    if poison == nil {
      poison = cause
      // Without the mark the next open still verifies everything from the device; so a second failure changes nothing.
      try? fileSystem.open(JournalFormat.path(directory, JournalFormat.suspectName), .create).close()
    }
    return JournalError(
      .poisoned,
      "\(action) failed: \(error.reason). Nothing of this batch is acknowledged and nothing more will be. Check the "
        + "device, and open the journal again: that verifies what the device really holds.",
      file: cause.file,
      errno: error.errno,
      cause: cause
    )
  }

  // MARK: Closing

  /// Commits what is pending, on a full disk with the reserve, writes the seal of a clean close, and lets everything
  /// go. Closing twice is harmless.
  ///
  /// Throws ``JournalError`` when that fails, or when the journal was poisoned. The lock is released in any case.
  public func close() throws(JournalError) {
    guard !isClosed else { return }
    defer { release() }
    _ = try commit(usingReserve: true)
    try writeControl(.seal)
  }

  func release() {
    guard !isClosed else { return }
    isClosed = true
    preparation?.join()
    preparation = nil
    if let spare, let file = spare.take() {
      file.close()
      // An unused file; if it stays, the next open removes it.
      try? fileSystem.remove(spare.path)
    }
    spare = nil
    reservePreparation?.join()
    reservePreparation = nil
    reserve?.take()?.close()
    removal?.join()
    removal = nil
    segment.file.close()
    readFiles.closeAll()
    lock.release()
  }
}
