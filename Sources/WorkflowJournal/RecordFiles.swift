/// The files that records are read from, by what pointers call them; a few are kept open.
final class RecordFiles {
  private enum File {
    case plain(any JournalFile)
    case encrypted(EncryptedFile)

    func close() {
      switch self {
      case .plain(let file): file.close()
      case .encrypted(let file): file.close()
      }
    }
  }

  private static let limit = 16

  private let directory: String
  private let fileSystem: any JournalFileSystem
  private let encryption: JournalEncryption?
  private var files: [UInt32: File] = [:]
  /// Names of checkpoint parts that were looked up.
  private var names: [UInt32: String] = [:]

  init(directory: String, fileSystem: any JournalFileSystem, encryption: JournalEncryption?) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.encryption = encryption
  }

  deinit {
    closeAll()
  }

  /// Hands over a file that is open already and not encrypted.
  func insert(_ file: any JournalFile, as segment: UInt32) {
    files[segment]?.close()
    files[segment] = .plain(file)
    trim(keeping: segment)
  }

  /// Closes a file that is about to be removed.
  func forget(_ segment: UInt32) {
    files.removeValue(forKey: segment)?.close()
    names[segment] = nil
  }

  func closeAll() {
    for file in files.values { file.close() }
    files = [:]
    names = [:]
  }

  private func trim(keeping segment: UInt32) {
    while files.count > Self.limit, let oldest = files.keys.lazy.filter({ $0 != segment }).min() {
      files.removeValue(forKey: oldest)?.close()
    }
  }

  /// The body of a record, verified.
  ///
  /// Throws ``JournalError``: `recordNotFound`, `damaged`, `missingKey`, `wrongKey`, `io`.
  func read(_ pointer: RecordPointer) throws(JournalError) -> [UInt8] {
    let path = try path(of: pointer)
    guard let start = Journal.start(of: pointer, limit: JournalOptions.maximumFileSize) else {
      throw Journal.notFound(pointer, path)
    }
    switch try file(pointer, path) {
    case .plain(let file): return try Journal.record(at: pointer, start: start, in: file, end: nil, path)
    case .encrypted(let file): return try file.read(pointer)
    }
  }

  private func file(_ pointer: RecordPointer, _ path: String) throws(JournalError) -> File {
    if let file = files[pointer.segment] { return file }
    let handle: any JournalFile
    do throws(JournalFileSystemError) {
      handle = try fileSystem.open(path, .read)
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Opening a file of the journal") }
      throw Self.missing(pointer, path)
    }
    do throws(JournalError) {
      let file = try classify(handle, pointer, path)
      files[pointer.segment] = file
      trim(keeping: pointer.segment)
      return file
    } catch {
      handle.close()
      throw error
    }
  }

  /// Reads the header, if any file can be encrypted, for the key.
  private func classify(
    _ handle: any JournalFile,
    _ pointer: RecordPointer,
    _ path: String
  ) throws(JournalError) -> File {
    guard let encryption else { return .plain(handle) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    do throws(JournalFileSystemError) {
      let count = try handle.readAll(into: &bytes, 0..<bytes.count, at: 0)
      bytes.removeLast(bytes.count - count)
    } catch {
      throw JournalError(error, doing: "Reading the journal")
    }
    let cipher: FileCipher?
    let alignment: Int
    let fold: UInt64
    if pointer.isCheckpoint {
      let header = try CheckpointHeader(decoding: bytes.span, file: path)
      (alignment, fold) = (header.alignment, header.identifier.fold(ofCheckpoint: header.number))
      cipher = try FileCipher(
        encryption, .checkpoint, header.identifier, keyIdentifier: header.key, salt: header.salt, file: path)
    } else {
      let header = try SegmentHeader(decoding: bytes.span, file: path)
      (alignment, fold) = (header.alignment, header.identifier.fold)
      cipher = try FileCipher(
        encryption, .segment, header.identifier, keyIdentifier: header.key, salt: header.salt, file: path)
    }
    guard let cipher else { return .plain(handle) }
    return .encrypted(EncryptedFile(handle, path: path, alignment: alignment, fold: fold, cipher: cipher))
  }

  private func path(of pointer: RecordPointer) throws(JournalError) -> String {
    guard pointer.isCheckpoint else {
      return JournalFormat.path(directory, JournalFormat.segmentName(pointer.segment))
    }
    if let name = names[pointer.segment] { return JournalFormat.path(directory, name) }
    let all: [String]
    do throws(JournalFileSystemError) {
      all = try fileSystem.list(directory)
    } catch {
      throw JournalError(error, doing: "Looking for a checkpoint")
    }
    // Only the last two checkpoints exist, so the number's last bits identify one.
    let found = all.compactMap { JournalFormat.CheckpointFile(name: $0) }
      .last { pointer.isInto(checkpoint: $0.number) && pointer.part == $0.part }
    guard let found else { throw Self.missing(pointer, directory) }
    names[pointer.segment] = found.name
    return JournalFormat.path(directory, found.name)
  }

  private static func missing(_ pointer: RecordPointer, _ path: String) -> JournalError {
    let what = pointer.isCheckpoint ? "such checkpoint" : "segment \(pointer.segment)"
    return JournalError(
      .recordNotFound,
      "The journal has no \(what): a later checkpoint replaced it, or the pointer is another journal's.",
      file: path
    )
  }
}
