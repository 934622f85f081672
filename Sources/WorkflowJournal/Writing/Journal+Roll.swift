extension Journal {
  /// Begins a new segment in which a batch of `count` bytes has space.
  ///
  /// Throws `full` when there is no space for the file, which leaves everything as it was, and `poisoned` when anything
  /// else fails.
  func roll(for count: Int, usingReserve: Bool = false) throws(JournalError) {
    guard segment.index < JournalFormat.maximumSegment else {
      throw JournalError(
        .full, "The journal has used up its \(JournalFormat.maximumSegment) segment numbers.", file: directory)
    }
    let (file, path, size) = try nextFile(for: count, usingReserve: usingReserve)
    let cipher = Self.newCipher(options, identifier)
    let header = SegmentHeader(
      alignment: options.alignment,
      identifier: identifier,
      epoch: epoch,
      index: segment.index + 1,
      size: size,
      after: chain,
      previousEnd: segment.tail,
      previousTornBytes: 0,
      cipher: cipher
    )
    let finalPath = JournalFormat.path(directory, JournalFormat.segmentName(header.index))
    do throws(JournalFileSystemError) {
      try Self.install(file, path, header, as: finalPath, in: directory, fileSystem)
    } catch {
      file.close()
      throw poisoned(by: error, doing: "Beginning segment \(header.index)")
    }
    manifest.lastSegment = header.index
    manifest.durableSequence = chain.sequence
    do throws(JournalError) {
      try writeManifest()
    } catch {
      file.close()
      throw error
    }
    statistics.syncs += 4
    statistics.rolls += 1
    lacksSegment = false
    if segment.cipher == nil {
      readFiles.insert(segment.file, as: segment.index)
    } else {
      segment.file.close()
    }
    segment = ActiveSegment(
      index: header.index,
      path: finalPath,
      file: file,
      size: size,
      alignment: header.alignment,
      tail: header.alignment,
      cipher: cipher
    )
  }

  /// The cipher of a new segment, or `nil` without encryption.
  static func newCipher(_ options: JournalOptions, _ identifier: JournalIdentifier) -> FileCipher? {
    options.encryption.map { FileCipher($0.key, .segment, identifier, salt: $0.makeSalt()) }
  }

  /// Gives a zero-filled file its header and its name, durably.
  static func install(
    _ file: any JournalFile,
    _ path: String,
    _ header: SegmentHeader,
    as finalPath: String,
    in directory: String,
    _ fileSystem: any JournalFileSystem
  ) throws(JournalFileSystemError) {
    try file.writeAll(header.encoded().span, at: 0, path: path)
    try file.synchronizeData()
    try fileSystem.rename(path, to: finalPath)
    try fileSystem.synchronizeDirectory(directory)
  }

  /// The size of the segment after one of `size` bytes, made larger if a batch of `count` bytes needs it.
  static func nextSize(after size: Int, for count: Int, _ options: JournalOptions) -> Int {
    let usual = min(options.segmentSize, max(options.initialSegmentSize, 2 * size))
    let aligned = JournalFormat.roundUp(usual, to: options.alignment)
    return max(aligned, minimumSize(for: count, options))
  }

  /// The size of a segment that has just enough space for its header, a batch of `count` bytes and a seal.
  static func minimumSize(for count: Int, _ options: JournalOptions) -> Int {
    JournalFormat.roundUp(count, to: options.alignment) + 2 * options.alignment
  }

  /// A zero-filled file: the prepared one if it is there and long enough, else a new one.
  private func nextFile(
    for count: Int,
    usingReserve: Bool
  ) throws(JournalError) -> (any JournalFile, path: String, size: Int) {
    // The prepared file may be shorter than what would be prepared now; it is used when the batch fits.
    if let spare, Self.minimumSize(for: count, options) <= spare.size {
      preparation?.join()
      preparation = nil
      self.spare = nil
      if let file = spare.take() { return (file, spare.path, spare.size) }
      if let failure = spare.failure, !failure.isFull {
        throw poisoned(by: failure, doing: "Preparing the next segment")
      }
      // It was full when the segment was to be prepared. There may be space by now.
    }
    let path = nextSparePath()
    let size = Self.nextSize(after: segment.size, for: count, options)
    do throws(JournalFileSystemError) {
      return (try SegmentFiller.fill(path, size: size, fileSystem: fileSystem), path, size)
    } catch {
      guard error.isFull else { throw poisoned(by: error, doing: "Preparing the next segment") }
      if usingReserve, let file = takeReserve(for: count) { return file }
      lacksSegment = true
      throw Self.describePreparation(error)
    }
  }

  static func describePreparation(_ error: JournalFileSystemError) -> JournalError {
    guard error.isFull else { return JournalError(error, doing: "Preparing the next segment") }
    return JournalError(
      .full,
      "There is no space for the next segment: \(error.reason). Nothing is lost. Free some space and repeat the call.",
      file: error.path,
      errno: error.errno,
      cause: error
    )
  }

  private func nextSparePath() -> String {
    spareCount += 1
    return JournalFormat.path(directory, "spare-\(spareCount)" + JournalFormat.temporarySuffix)
  }

  /// Starts to prepare the next segment when the current one is full enough.
  func prepareIfDue() {
    guard segment.tail * 100 >= segment.size * options.preparationThreshold else { return }
    prepareSpare()
  }

  /// Starts to prepare the next segment unless that was started.
  func prepareSpare() {
    guard spare == nil else { return }
    let next = SpareSegment(
      path: nextSparePath(),
      size: Self.nextSize(after: segment.size, for: 0, options)
    )
    spare = next
    let fileSystem = fileSystem
    if !preparesInline, let thread = PlainThread({ next.fill(fileSystem) }) {
      preparation = thread
    } else {
      next.fill(fileSystem)
    }
  }

  var preparesInline: Bool {
    options.preparation == .inline || (options.preparation == .automatic && fileSystem.prefersInlinePreparation)
  }
}
