/// Writes one checkpoint: the records that stand for everything before a cut.
///
/// Made on and confined to any one thread, while the journal's owner goes on: it reads only files that the cut covers,
/// which nobody changes, and writes only files of its own. Its failures do not concern the journal. One that is dropped
/// unfinished removes its files.
///
/// The order of calls: any number of reads and appends, then ``finish()``, whose result goes to
/// ``Journal/install(_:)``.
public final class CheckpointBuilder {
  /// What the checkpoint stands for.
  public let cut: CheckpointCut

  /// A batch is written when it has so many bytes. An encrypted one must be decrypted whole for reading one record.
  private let batchLength: Int
  /// How many bytes are left to the operating system before they are synced, so that no sync, also of the journal's
  /// own file, takes long.
  private static let syncInterval = 8 << 20

  let directory: String
  let fileSystem: any JournalFileSystem
  private let options: JournalOptions
  /// What encryption adds to a batch.
  private let overhead: Int
  private let files: RecordFiles
  private var part: CheckpointPart?
  private var finished: [FinishedPart] = []
  /// The checkpoint's own chain.
  private var chain: Chain
  /// The open batch: space for the header, then records.
  private var buffer: [UInt8]
  private var count = 0
  /// The first failure, or why nothing more can be added.
  private var failure: JournalError?
  private var isFinished = false

  /// A builder for the checkpoint that `cut` began. `directory`, `fileSystem` and `options` are those of the journal.
  ///
  /// Throws ``JournalError``, code `invalidOptions`.
  public init(
    _ cut: CheckpointCut,
    directory: String,
    fileSystem: any JournalFileSystem,
    options: JournalOptions
  ) throws(JournalError) {
    try options.validate()
    self.cut = cut
    self.directory = directory
    self.fileSystem = fileSystem
    self.options = options
    batchLength = options.encryption == nil ? 1 << 20 : 1 << 18
    overhead = options.encryption == nil ? 0 : FileCipher.overhead
    files = RecordFiles(directory: directory, fileSystem: fileSystem, encryption: options.encryption)
    chain = Chain(genesisOf: cut.number, epoch: cut.epoch, identifier: cut.identifier, cut: cut.chain)
    buffer = [UInt8](repeating: 0, count: BatchHeader.byteCount)
    buffer.reserveCapacity(batchLength + options.alignment)
  }

  deinit {
    abandon()
  }

  // MARK: Reading

  /// Visits everything that the checkpoint stands for: the records of the checkpoint before it, whose pointers have
  /// ``RecordPointer/isCheckpoint`` set, then those of the segments before the cut, in order. Every byte is verified.
  ///
  /// - Parameter visit: Called for every record with its type, its body, which is valid during the call only, and where
  ///   it lies. What it throws ends the reading.
  /// - Throws: ``JournalError``: `damaged`, `io`; and what `visit` throws.
  public func visitRecords(
    _ visit: (_ type: UInt8, _ body: Span<UInt8>, _ pointer: RecordPointer) throws -> Void
  ) throws {
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .covering,
      encryption: options.encryption
    )
    try scan.run(before: cut, visit: visit)
  }

  /// The body of a record that the checkpoint stands for. Its checksum is verified.
  ///
  /// Throws ``JournalError``: `recordNotFound`, also for records behind the cut; `damaged`, `io`.
  public func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    let isCovered =
      pointer.isCheckpoint ? pointer.isInto(checkpoint: cut.base.number) : pointer.segment < cut.firstSegment
    guard isCovered else {
      throw JournalError(
        .recordNotFound,
        "Checkpoint \(cut.number) does not cover that record. Read it from the journal.",
        file: directory
      )
    }
    return try files.read(pointer)
  }

  // MARK: Writing

  /// Adds a record. It is written with its batch of about 1 MiB, and found by ``Journal/read(_:)`` when the checkpoint
  /// is installed.
  ///
  /// - Returns: Where the record will lie.
  /// - Throws: `recordTooLarge`; `full` when there is no space, `io`: after these only ``abandon()`` is of use;
  ///   `closed` when the checkpoint was finished or abandoned.
  @discardableResult
  public func append(type: UInt8, body: Span<UInt8>) throws(JournalError) -> RecordPointer {
    try requireUsable()
    guard body.count <= options.maximumRecordLength else {
      throw JournalError(
        .recordTooLarge,
        "The record has \(body.count) bytes; the limit is \(options.maximumRecordLength).",
        file: directory
      )
    }
    try makeSpace(for: body.count + RecordFormat.maximumOverhead)
    var current = try currentPart()
    RecordFormat.appendLength(body.count, to: &buffer)
    let typeOffset = buffer.count
    buffer.append(type)
    body.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
    RecordFormat.appendChecksum(from: typeOffset, to: &buffer)
    count += 1
    let pointer = RecordPointer(
      segment: RecordPointer.segment(ofCheckpoint: cut.number, part: current.index),
      offset: UInt32(current.tail + typeOffset + 1),
      length: UInt32(body.count)
    )
    if buffer.count >= batchLength {
      try flush(.data, &current)
    }
    return pointer
  }

  /// Writes the open batch, and closes the part, when a record of `length` bytes would make them too long.
  private func makeSpace(for length: Int) throws(JournalError) {
    guard var current = part else { return }
    func hasSpace() -> Bool {
      // One block stays free for the seal.
      JournalFormat.roundUp(buffer.count + length + overhead, to: options.alignment) + options.alignment
        <= options.checkpointPartSize - current.tail
    }
    if count > 0, buffer.count + length > batchLength || !hasSpace() {
      try flush(.data, &current)
    }
    if current.tail > options.alignment, !hasSpace() {
      try close(current, isLast: false)
    }
  }

  private func currentPart() throws(JournalError) -> CheckpointPart {
    if let part { return part }
    let index = UInt32(finished.count + 1)
    guard index <= RecordPointer.maximumPart else {
      throw failed(
        JournalError(
          .full,
          "The checkpoint needs more than \(RecordPointer.maximumPart) files. Raise checkpointPartSize.",
          file: directory
        )
      )
    }
    let path = JournalFormat.path(directory, JournalFormat.checkpointName(cut.number, part: index))
    let temporaryPath = path + JournalFormat.temporarySuffix
    let file = try doing("Beginning a checkpoint") { () throws(JournalFileSystemError) in
      try fileSystem.open(temporaryPath, .create)
    }
    let new = CheckpointPart(
      number: cut.number,
      index: index,
      temporaryPath: temporaryPath,
      file: file,
      cipher: options.encryption.map { FileCipher($0.key, .checkpoint, cut.identifier, salt: $0.makeSalt()) },
      before: chain,
      tail: options.alignment
    )
    part = new
    return new
  }

  /// Writes the open batch.
  private func flush(_ kind: BatchHeader.Kind, _ current: inout CheckpointPart) throws(JournalError) {
    var bytes: [UInt8] = []
    swap(&bytes, &buffer)
    let header: BatchHeader
    let hash: ChainHash
    do throws(JournalError) {
      (header, hash) = try BatchHeader.complete(
        &bytes,
        kind,
        continuing: chain,
        fold: cut.identifier.fold(ofCheckpoint: cut.number),
        epoch: cut.epoch,
        count: count,
        alignment: options.alignment,
        cipher: current.cipher
      )
    } catch {
      throw failed(error)
    }
    let extent = bytes.count
    current.unsynced += extent
    do throws(JournalFileSystemError) {
      try current.file.writeAll(bytes.span, at: current.tail, path: current.temporaryPath)
      if current.unsynced >= Self.syncInterval {
        try current.file.synchronizeData()
        current.unsynced = 0
      }
    } catch {
      throw failed(error, doing: "Writing a checkpoint")
    }
    chain = chain.advanced(over: header, hash: hash)
    current.tail += extent
    part = current
    bytes.removeLast(bytes.count - BatchHeader.byteCount)
    swap(&bytes, &buffer)
    count = 0
  }

  /// Gives the current part its header and makes it durable.
  private func close(_ current: CheckpointPart, isLast: Bool) throws(JournalError) {
    let header = CheckpointHeader(
      cut,
      part: current.index,
      alignment: options.alignment,
      size: current.tail,
      isLast: isLast,
      before: current.before,
      after: chain,
      cipher: current.cipher
    )
    try doing("Writing a checkpoint") { () throws(JournalFileSystemError) in
      try current.file.writeAll(header.encoded().span, at: 0, path: current.temporaryPath)
      try current.file.synchronize()
    }
    current.file.close()
    part = nil
    let path = JournalFormat.path(directory, JournalFormat.checkpointName(cut.number, part: current.index))
    finished.append(FinishedPart(temporaryPath: current.temporaryPath, path: path, size: current.tail))
  }

  // MARK: Ending

  /// Writes what is left, makes everything durable and gives the files their names.
  ///
  /// - Throws: `full`, `io`: after these only ``abandon()`` is of use; `closed` when it was finished or abandoned.
  public func finish() throws(JournalError) -> FinishedCheckpoint {
    try requireUsable()
    var current = try currentPart()
    if count > 0 { try flush(.data, &current) }
    try flush(.seal, &current)
    try close(current, isLast: true)
    try doing("Naming a checkpoint's files") { () throws(JournalFileSystemError) in
      for part in finished {
        try fileSystem.rename(part.temporaryPath, to: part.path)
      }
      try fileSystem.synchronizeDirectory(directory)
    }
    isFinished = true
    let bytes = finished.reduce(0) { $0 + $1.size }
    failure = JournalError(
      .closed,
      "Checkpoint \(cut.number) is finished. Nothing can be added to it.",
      file: directory
    )
    return FinishedCheckpoint(
      cut: cut,
      bytes: bytes,
      records: Int(chain.records),
      entry: CheckpointEntry(
        number: cut.number,
        parts: UInt32(finished.count),
        firstSegment: cut.firstSegment,
        bytes: UInt64(bytes),
        hash: chain.hash
      )
    )
  }

  /// Removes the files of an unfinished checkpoint. Does nothing when it is finished; then, if it is not installed, the
  /// next open removes its files.
  public func abandon() {
    guard !isFinished else { return }
    if failure == nil {
      failure = JournalError(.closed, "Checkpoint \(cut.number) was abandoned.", file: directory)
    }
    if let part {
      part.file.close()
      remove(part.temporaryPath)
    }
    for part in finished {
      // Naming may have stopped in the middle.
      remove(part.temporaryPath)
      remove(part.path)
    }
    part = nil
    finished = []
    files.closeAll()
  }

  private func remove(_ path: String) {
    // A file that stays behind is removed at the next open.
    try? fileSystem.remove(path)
  }

  // MARK: Errors

  private func requireUsable() throws(JournalError) {
    if let failure { throw failure }
  }

  private func failed(_ error: JournalError) -> JournalError {
    if failure == nil { failure = error }
    return error
  }

  private func failed(_ error: JournalFileSystemError, doing action: String) -> JournalError {
    guard error.isFull else { return failed(JournalError(error, doing: action)) }
    return failed(
      JournalError(
        .full,
        "There is no space for checkpoint \(cut.number): \(error.reason). The journal is as it was. Free some space "
          + "and begin another.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    )
  }

  private func doing<Result>(
    _ action: String,
    _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalError) -> Result {
    do throws(JournalFileSystemError) {
      return try body()
    } catch {
      throw failed(error, doing: action)
    }
  }
}
