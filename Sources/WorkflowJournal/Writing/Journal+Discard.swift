extension Journal {
  /// Discards all segments before the one with the given index, oldest first: compaction.
  ///
  /// Call it when everything that is still needed of them stands, committed, in later records, for example in a
  /// checkpoint. The next open then begins with that segment. Pointers into discarded segments become invalid. Indices
  /// before the first segment discard nothing; the current segment always stays.
  ///
  /// A crash in the middle leaves either all segments, or a journal that begins with the new first one; files that were
  /// not removed yet are removed by the next open.
  ///
  /// - Returns: The number of segments discarded.
  /// - Throws: `poisoned` when the new beginning cannot be made durable or a file cannot be removed; `closed`.
  @discardableResult
  public func discardSegments(before index: UInt32) throws(JournalError) -> Int {
    try requireUsable()
    let first = manifest.firstSegment
    let newFirst = min(index, segment.index)
    guard newFirst > first else { return 0 }
    manifest.firstSegment = newFirst
    manifest.durableSequence = chain.sequence
    do throws(JournalFileSystemError) {
      try SegmentFiller.replace(
        JournalFormat.manifestName,
        in: directory,
        with: manifest.encoded(),
        fileSystem: fileSystem
      )
      for discarded in first..<newFirst {
        readFiles.removeValue(forKey: discarded)?.close()
        try fileSystem.remove(JournalFormat.path(directory, JournalFormat.segmentName(discarded)))
      }
      try fileSystem.synchronizeDirectory(directory)
    } catch {
      throw poisoned(by: error, doing: "Discarding segments")
    }
    statistics.syncs += 3
    return Int(newFirst - first)
  }

  /// The index of the first segment of the journal.
  public var firstSegment: UInt32 { manifest.firstSegment }
}
