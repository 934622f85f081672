/// Which of the changes that are not durable survive a crash of an ``InMemoryFileSystem``.
///
/// The changes are the writes to files, and the creations, renames and removals in directories, since the last sync
/// that covered them, in the order in which they were made.
public enum CrashSurvival: Hashable, Sendable {
  /// None.
  case synced
  /// The first `count`, and of the next one, when it is a write, the first `tornBytes` bytes.
  case prefix(count: Int, tornBytes: Int = 0)
  /// All: the machine lost its power just after writing everything back.
  case everything
  /// Every 512-byte sector of every write, and every other change, with probability one half, drawn from `seed`.
  case random(seed: UInt64)
}
