/// The file of a checkpoint that is being written.
struct CheckpointPart {
  let number: UInt32
  let index: UInt32
  /// The name until the checkpoint is whole.
  let temporaryPath: String
  let file: any JournalFile
  /// The checkpoint's own chain before this part.
  let before: Chain
  /// Where the next batch begins.
  var tail: Int
  /// How many bytes were written since the last sync.
  var unsynced = 0
}

/// A part that is written and durable under its temporary name.
struct FinishedPart {
  let temporaryPath: String
  let path: String
  let size: Int
}
