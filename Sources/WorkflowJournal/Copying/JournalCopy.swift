/// Copies files of one journal directory into another, durably. The directory it writes to must be new or empty.
struct JournalCopy {
  let source: String
  let destination: String
  let fileSystem: any JournalFileSystem
  /// What was done.
  private(set) var linked = 0
  private(set) var copied = 0
  private(set) var bytes = 0

  init(source: String, destination: String, fileSystem: any JournalFileSystem) {
    self.source = source
    self.destination = destination
    self.fileSystem = fileSystem
  }

  /// Creates the directory, which must be empty.
  func begin() throws(JournalError) {
    let names = try Self.doing("Preparing the copy") { () throws(JournalFileSystemError) in
      try JournalOpening.createDirectory(destination, fileSystem)
      return try fileSystem.list(destination)
    }
    guard names.isEmpty else {
      throw JournalError(
        .invalidOptions,
        "The directory has files already. Choose another one, or remove them.",
        file: destination
      )
    }
  }

  /// Takes over a file that nobody changes any more: by a hard link where the file system can, else as a copy.
  ///
  /// - Parameter linking: False when the copy must not share the original's blocks.
  mutating func take(_ name: String, linking: Bool) throws(JournalFileSystemError) {
    let from = JournalFormat.path(source, name)
    let to = JournalFormat.path(destination, name)
    if linking, try fileSystem.link(from, to: to) {
      linked += 1
      return
    }
    let input = try fileSystem.open(from, .read)
    defer { input.close() }
    let output = try fileSystem.open(to, .create)
    defer { output.close() }
    try copy(input, output, count: try input.size(), to)
    try output.synchronize()
    copied += 1
  }

  /// Copies the first `end` bytes of a segment; the rest of the copy, `size` bytes long, is zero.
  mutating func take(_ name: String, upTo end: Int, size: Int) throws(JournalFileSystemError) {
    let input = try fileSystem.open(JournalFormat.path(source, name), .read)
    defer { input.close() }
    let path = JournalFormat.path(destination, name)
    let output = try SegmentFiller.fill(path, size: size, fileSystem: fileSystem)
    defer { output.close() }
    try copy(input, output, count: end, path)
    try output.synchronize()
    copied += 1
  }

  /// Makes a segment without batches behind `chain`.
  func makeSegment(_ index: UInt32, _ identifier: JournalIdentifier, _ chain: Chain) throws(JournalError) {
    let options = JournalOptions()
    let header = SegmentHeader(
      alignment: options.alignment,
      identifier: identifier,
      epoch: chain.epoch,
      index: index,
      size: options.initialSegmentSize,
      after: chain,
      previousEnd: 0,
      previousTornBytes: 0,
      cipher: nil
    )
    let path = JournalFormat.path(destination, JournalFormat.segmentName(index))
    try Self.doing("Making a segment") { () throws(JournalFileSystemError) in
      let file = try SegmentFiller.fill(path, size: header.size, fileSystem: fileSystem)
      defer { file.close() }
      try file.writeAll(header.encoded().span, at: 0, path: path)
      try file.synchronize()
    }
  }

  private mutating func copy(
    _ input: any JournalFile,
    _ output: any JournalFile,
    count: Int,
    _ path: String
  ) throws(JournalFileSystemError) {
    var chunk = [UInt8](repeating: 0, count: min(1 << 20, max(1, count)))
    var done = 0
    while done < count {
      let step = try input.readAll(into: &chunk, 0..<min(chunk.count, count - done), at: done)
      guard step > 0 else {
        throw JournalFileSystemError(operation: "read", path: path, errno: JournalFileSystemError.inputOutput)
      }
      try output.writeAll(chunk.span.extracting(0..<step), at: done, path: path)
      done += step
    }
    bytes += count
  }

  /// Takes over all blobs, except those that are there already or disappear. Returns the names of damaged ones, which
  /// are left out when `verifying`.
  mutating func takeBlobs(linking: Bool, verifying: Bool) throws(JournalError) -> [String] {
    let blobs = BlobStore(readingFrom: source, fileSystem: fileSystem)
    let target = JournalFormat.path(destination, JournalFormat.blobDirectoryName)
    let names = try Self.doing("Listing the blobs") { () throws(JournalFileSystemError) in
      try fileSystem.list(source).contains(JournalFormat.blobDirectoryName)
        ? fileSystem.list(blobs.directory) : []
    }
    guard !names.isEmpty else { return [] }
    let present = try Self.doing("Preparing the copy") { () throws(JournalFileSystemError) in
      try JournalOpening.createDirectory(target, fileSystem)
      return Set(try fileSystem.list(target))
    }
    var damaged: [String] = []
    for name in names where !present.contains(name) {
      guard let reference = BlobReference(name: name) else { continue }
      if verifying, try !blobs.isIntact(reference) {
        damaged.append(JournalFormat.path(blobs.directory, name))
        continue
      }
      do throws(JournalFileSystemError) {
        try take(JournalFormat.blobDirectoryName + "/" + name, linking: linking)
      } catch {
        // Collected meanwhile, so that nothing names it any more.
        guard error.isNotFound else { throw JournalError(error, doing: "Copying a blob") }
      }
    }
    try Self.doing("Copying the blobs") { () throws(JournalFileSystemError) in
      try fileSystem.synchronizeDirectory(target)
    }
    return damaged
  }

  /// Throws `damaged` when a blob of the copy is not as it was written.
  func verifyBlobs() throws(JournalError) {
    let names = try Self.doing("Listing the blobs") { () throws(JournalFileSystemError) in
      try fileSystem.list(destination)
    }
    guard names.contains(JournalFormat.blobDirectoryName) else { return }
    let blobs = BlobStore(readingFrom: destination, fileSystem: fileSystem)
    for blob in try blobs.list() where try !blobs.isIntact(blob) {
      throw .damaged(
        "The blob's bytes do not have its length and hash",
        file: JournalFormat.path(source, "\(JournalFormat.blobDirectoryName)/\(blob)"),
        offset: 0
      )
    }
  }

  /// Makes the names durable, and last of all the manifest: only then is the copy a journal.
  func finish(_ manifest: Manifest) throws(JournalError) {
    try Self.doing("Completing the copy") { () throws(JournalFileSystemError) in
      try fileSystem.synchronizeDirectory(destination)
      try SegmentFiller.replace(
        JournalFormat.manifestName,
        in: destination,
        with: manifest.encoded(),
        fileSystem: fileSystem
      )
    }
  }

  static func doing<Result>(
    _ action: String,
    _ body: () throws(JournalFileSystemError) -> Result
  ) throws(JournalError) -> Result {
    do throws(JournalFileSystemError) {
      return try body()
    } catch {
      guard error.isFull else { throw JournalError(error, doing: action) }
      throw JournalError(
        .full,
        "\(action) failed: \(error.reason). Free some space, remove what was copied, and try again.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    }
  }
}
