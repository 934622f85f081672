extension Journal {
  /// Whether the disk is too full for accepting new work: the next segment could not be prepared, or the reserve is
  /// missing or in use.
  ///
  /// An owner that refuses new work while this holds has the rest of the segment and the reserve for finishing what it
  /// accepted (``commit(usingReserve:)``). It becomes false by ``refillReserve()``.
  public var isShortOfSpace: Bool {
    lacksSegment || spare?.failure != nil || reserve?.isMissing == true || isManifestBehind
  }

  /// Tries again to prepare what the disk had no space for. Costs nothing when nothing is missing; otherwise it writes
  /// until the disk is full again, so an owner calls it now and then, about once a second.
  ///
  /// With background preparation the result shows in ``isShortOfSpace`` a little later.
  ///
  /// Throws `poisoned` when something else than a full disk fails; `closed`.
  public func refillReserve() throws(JournalError) {
    try requireUsable()
    guard isShortOfSpace else { return }
    if isManifestBehind { try writeManifest() }
    prepareReserve()
    guard reserve?.failure == nil, lacksSegment || spare?.failure != nil else { return }
    preparation?.join()
    preparation = nil
    if spare?.failure != nil { spare = nil }
    prepareSpare()
    // From here on the spare tells.
    lacksSegment = false
  }

  /// Starts to make the reserve unless it is there.
  func prepareReserve() {
    guard let reserve, reserve.beginPreparing() else { return }
    reservePreparation?.join()
    reservePreparation = nil
    let fileSystem = fileSystem
    if preparesInline {
      reserve.prepare(fileSystem)
    } else if let thread = PlainThread({ reserve.prepare(fileSystem) }) {
      reservePreparation = thread
    } else {
      reserve.prepare(fileSystem)
    }
  }

  /// The reserve, if a batch of `count` bytes fits into it.
  func takeReserve(for count: Int) -> (any JournalFile, path: String, size: Int)? {
    guard let reserve, Self.minimumSize(for: count, options) <= reserve.size else { return nil }
    // It may be under way at this moment.
    reservePreparation?.join()
    reservePreparation = nil
    return reserve.take().map { ($0, reserve.path, reserve.size) }
  }

  /// Replaces the manifest. A disk that has no space even for that is no failure: everything in the manifest can be had
  /// from the segments, and ``refillReserve()`` and the next segment try again.
  func writeManifest() throws(JournalError) {
    do throws(JournalFileSystemError) {
      try SegmentFiller.replace(
        JournalFormat.manifestName,
        in: directory,
        with: manifest.encoded(),
        fileSystem: fileSystem
      )
      isManifestBehind = false
    } catch {
      guard Self.isUnfinishedManifest(error) else { throw poisoned(by: error, doing: "Writing the manifest") }
      isManifestBehind = true
    }
  }

  /// Whether there was no space for the file that is to become the manifest, so that the present one is untouched.
  static func isUnfinishedManifest(_ error: JournalFileSystemError) -> Bool {
    error.isFull && error.operation != "rename" && error.path.hasSuffix(JournalFormat.temporarySuffix)
  }
}
