extension Journal {
  /// Begins a new segment and makes a cut before it: what was committed lies before the cut, what is pending or comes
  /// later lies behind it.
  ///
  /// Hand the cut to a ``CheckpointBuilder`` on another thread, go on using the journal, and ``install(_:)`` what it
  /// finished. Only the checkpoint that was begun last can be installed; one that is given up needs no call.
  ///
  /// - Throws: `full` when there is no space for the segment, which leaves everything as it was; `poisoned`; `closed`.
  public func beginCheckpoint() throws(JournalError) -> CheckpointCut {
    try requireUsable()
    guard lastCheckpointNumber < .max else {
      throw JournalError(.full, "The journal has used up its checkpoint numbers.", file: directory)
    }
    // What an earlier one that was not installed takes may be the space that is missing.
    if let (earlier, _) = openCut {
      openCut = nil
      removeFiles(of: earlier.number)
    }
    // A segment without a batch is a cut already.
    if segment.tail > segment.alignment {
      try roll(for: batchLength)
      // The header of the new segment proves everything before it durable.
      endsWithData = false
    }
    lastCheckpointNumber += 1
    let cut = CheckpointCut(
      number: lastCheckpointNumber,
      firstSegment: segment.index,
      identifier: identifier,
      epoch: epoch,
      chain: chain,
      base: manifest.checkpoint
    )
    openCut = (cut, bytesSinceCheckpoint)
    return cut
  }

  /// Whether ``beginCheckpoint()`` has its segment at hand. If not, another thread begins to make it: ask again later, or
  /// the call will wait for the disk.
  public func prepareCheckpoint() -> Bool {
    guard !isClosed, poison == nil, segment.tail > segment.alignment else { return true }
    prepareSpare()
    return spare?.isFilled ?? true
  }

  /// Makes a finished checkpoint the one from which the journal is opened, in one step, and then removes the files that
  /// nothing needs any more, the oldest first.
  ///
  /// The checkpoint before it and the segments since that one's cut stay until the next install. Pointers into what is
  /// removed become invalid: ``read(_:)`` throws `recordNotFound`. A file that cannot be removed is no error
  /// (``removalFailure``).
  ///
  /// - Throws: `invalidCheckpoint` when it is not the one that was begun last, or was installed already; `full` when
  ///   there is no space for the manifest, so that nothing was changed; `poisoned` when the manifest cannot be
  ///   replaced; `closed`.
  public func install(_ checkpoint: FinishedCheckpoint) throws(JournalError) {
    try requireUsable()
    guard let (cut, bytesBefore) = openCut, cut == checkpoint.cut else {
      throw JournalError(
        .invalidCheckpoint,
        "Checkpoint \(checkpoint.cut.number) is not the one that was begun last. Install that one, or begin another.",
        file: directory
      )
    }
    let former = manifest
    manifest.previousCheckpoint = former.checkpoint
    manifest.checkpoint = checkpoint.entry
    manifest.durableSequence = max(manifest.durableSequence, cut.chain.sequence)
    do throws(JournalFileSystemError) {
      try SegmentFiller.replace(
        JournalFormat.manifestName,
        in: directory,
        with: manifest.encoded(),
        fileSystem: fileSystem
      )
    } catch {
      guard Self.isUnfinishedManifest(error) else {
        throw poisoned(by: error, doing: "Installing checkpoint \(cut.number)")
      }
      manifest = former
      throw JournalError(
        .full,
        "There is no space for installing checkpoint \(cut.number): \(error.reason). Nothing was changed. Free some "
          + "space and repeat the call.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    }
    isManifestBehind = false
    openCut = nil
    statistics.syncs += 2
    statistics.checkpoints += 1
    bytesSinceCheckpoint -= bytesBefore
    retire(former)
  }

  /// Removes what the manifest before this one kept as its previous checkpoint.
  private func retire(_ former: Manifest) {
    var names: [String] = []
    for file in former.previousCheckpoint.files {
      readFiles.forget(RecordPointer.segment(ofCheckpoint: file.number, part: file.part))
      names.append(file.name)
    }
    for index in former.previousCheckpoint.firstSegment..<former.checkpoint.firstSegment {
      readFiles.forget(index)
      names.append(JournalFormat.segmentName(index))
    }
    remove(names)
  }

  /// Removes the files of a checkpoint that was begun, perhaps finished, and given up.
  private func removeFiles(of number: UInt32) {
    do throws(JournalFileSystemError) {
      remove(
        try fileSystem.list(directory).filter { JournalFormat.CheckpointFile(name: $0)?.number == number }
      )
    } catch {
      obsolete.fail(JournalError(error, doing: "Looking for files that are not needed any more"))
    }
  }

  private func remove(_ names: [String]) {
    removeFiles(names.map { JournalFormat.path(directory, $0) })
  }

  /// Removes files that nothing needs, beside the owner's thread.
  func removeFiles(_ paths: [String]) {
    if paths.isEmpty { return }
    obsolete.add(paths)
    removal?.join()
    removal = nil
    let (obsolete, fileSystem) = (obsolete, fileSystem)
    if !preparesInline, let thread = PlainThread({ obsolete.remove(fileSystem) }) {
      removal = thread
    } else {
      obsolete.remove(fileSystem)
    }
  }

  /// Why files that nothing needs any more could not be removed; the next install, or else the next open, tries again.
  public var removalFailure: JournalError? { obsolete.failure }

  /// The size in bytes of the installed checkpoint, 0 without one.
  public var checkpointBytes: Int { Int(manifest.checkpoint.bytes) }

  /// The number of the installed checkpoint, 0 without one.
  public var checkpointNumber: UInt32 { manifest.checkpoint.number }

  /// The index of the first segment that an open reads, behind the installed checkpoint.
  public var firstSegment: UInt32 { manifest.checkpoint.firstSegment }
}
