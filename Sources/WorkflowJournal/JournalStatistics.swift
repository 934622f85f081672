/// What a journal has done since it was opened.
public struct JournalStatistics: Hashable, Sendable {
  /// Syncs of any file or directory on the journal's own thread. Filling segments in the background is not counted.
  public var syncs = 0
  /// Bytes written to segments, padding included, zero-filling not.
  public var bytesWritten = 0
  /// Batches with records that were committed.
  public var batches = 0
  /// Records that were committed.
  public var records = 0
  /// New segments begun.
  public var rolls = 0
  /// Checkpoints installed.
  public var checkpoints = 0
}
