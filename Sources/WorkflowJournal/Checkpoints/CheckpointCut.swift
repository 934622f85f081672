/// What a checkpoint stands for: everything before ``firstSegment`` (``Journal/beginCheckpoint()``).
public struct CheckpointCut: Sendable, Hashable {
  /// The checkpoint's number. It is larger than that of every checkpoint before it.
  public let number: UInt32
  /// The index of the first segment that the checkpoint does not cover.
  public let firstSegment: UInt32
  /// The journal's identifier.
  public let identifier: JournalIdentifier
  /// The epoch of the open that made the cut.
  public let epoch: UInt32
  /// The journal's chain at the cut.
  let chain: Chain
  /// The installed checkpoint, on which the new one builds.
  let base: CheckpointEntry

  /// The sequence number of the last batch before the cut, 0 when there is none.
  public var lastBatchSequence: UInt64 { chain.sequence }
  /// The number of records before the cut, counted over the whole journal.
  public var recordCount: UInt64 { chain.records }
  /// The hash of the last batch before the cut.
  public var chainHead: ChainHash { chain.hash }
  /// The number of the checkpoint on which this one builds, 0 when there is none.
  public var previousNumber: UInt32 { base.number }
}

/// A checkpoint whose files are durable, ready for ``Journal/install(_:)``.
public struct FinishedCheckpoint: Sendable {
  /// What it stands for.
  public let cut: CheckpointCut
  /// The size of its files in bytes.
  public let bytes: Int
  /// The number of its records.
  public let records: Int
  let entry: CheckpointEntry
}
