/// Makes segment files: zero-filled first, named later.
///
/// Zero-filling, rather than reserving space, is what makes a later write and sync cheap: no size changes and no block
/// is allocated then.
enum SegmentFiller {
  private static let stepSize = 1 << 18
  private static let zeros = [UInt8](repeating: 0, count: stepSize)
  /// How many bytes are left to the operating system before they are synced, so that no sync takes long.
  private static let syncInterval = 8 << 20

  /// Creates the file at `path` with `size` zeros, all durable. Removes it again when that fails.
  static func fill(
    _ path: String,
    size: Int,
    fileSystem: any JournalFileSystem
  ) throws(JournalFileSystemError) -> any JournalFile {
    let file = try fileSystem.open(path, .create)
    do throws(JournalFileSystemError) {
      var offset = 0
      while offset < size {
        let count = min(stepSize, size - offset)
        try file.writeAll(zeros.span.extracting(0..<count), at: offset, path: path)
        offset += count
        if offset % syncInterval == 0 { try file.synchronizeData() }
      }
      try file.synchronize()
      return file
    } catch {
      file.close()
      // The first error counts; a file that stays behind is removed at the next open.
      try? fileSystem.remove(path)
      throw error
    }
  }

  /// Writes `bytes` as a whole file in a way that leaves the old one or the new one after a crash, never a mixture.
  static func replace(
    _ name: String,
    in directory: String,
    with bytes: [UInt8],
    fileSystem: any JournalFileSystem
  ) throws(JournalFileSystemError) {
    let path = JournalFormat.path(directory, name)
    let temporary = path + JournalFormat.temporarySuffix
    let file = try fileSystem.open(temporary, .create)
    defer { file.close() }
    try file.writeAll(bytes.span, at: 0, path: temporary)
    try file.synchronize()
    try fileSystem.rename(temporary, to: path)
    try fileSystem.synchronizeDirectory(directory)
  }
}
