internal import Synchronization

/// Payloads that are too long for records, each in a file that is named by the SHA-256 of its bytes.
///
/// A blob is durable when ``put(_:)`` returns; only then commit a record that names it. The owner of the journal owns
/// the store in its directory `blobs`: it makes one `BlobStore` and may use it from any thread.
public final class BlobStore: Sendable {
  /// The directory of the blobs.
  public let directory: String
  private let fileSystem: any JournalFileSystem
  private let temporaryCount = Atomic<UInt64>(0)

  /// The store in the directory of a journal that the caller has open. Creates it when missing, and removes files that
  /// an earlier owner did not finish.
  ///
  /// Throws ``JournalError``, code `io`.
  public init(journalDirectory: String, fileSystem: any JournalFileSystem = PosixFileSystem()) throws(JournalError) {
    directory = JournalFormat.path(journalDirectory, JournalFormat.blobDirectoryName)
    self.fileSystem = fileSystem
    do throws(JournalFileSystemError) {
      try JournalOpening.createDirectory(directory, fileSystem)
      // An earlier owner may have created the directory and died before syncing its name.
      try fileSystem.synchronizeDirectory(journalDirectory)
      for name in try fileSystem.list(directory) where name.hasSuffix(JournalFormat.temporarySuffix) {
        try fileSystem.remove(JournalFormat.path(directory, name))
      }
    } catch {
      throw JournalError(error, doing: "Opening the blob store")
    }
  }

  /// The store in the directory of a journal that somebody else may have open, for reading: nothing is created, and
  /// only ``get(_:)`` and ``references()`` may be called.
  public init(readingFrom journalDirectory: String, fileSystem: any JournalFileSystem = PosixFileSystem()) {
    directory = JournalFormat.path(journalDirectory, JournalFormat.blobDirectoryName)
    self.fileSystem = fileSystem
  }

  private func path(_ reference: BlobReference) -> String {
    JournalFormat.path(directory, reference.description)
  }

  /// Stores bytes durably, unless they are there already. Storing the same bytes again is harmless and restores a file
  /// that was damaged.
  ///
  /// - Throws: `full` when there is no space, `io`.
  public func put(_ bytes: [UInt8]) throws(JournalError) -> BlobReference {
    let reference = BlobReference(of: bytes.span)
    do throws(JournalFileSystemError) {
      if try existsIntact(reference) {
        // Perhaps written a moment ago by another thread, or by a process that died before its sync.
        let file = try fileSystem.open(path(reference), .read)
        defer { file.close() }
        try file.synchronize()
        try fileSystem.synchronizeDirectory(directory)
      } else {
        try write(bytes, reference)
      }
    } catch {
      guard error.isFull else { throw JournalError(error, doing: "Storing a blob") }
      throw JournalError(
        .full,
        "There is no space for a blob of \(bytes.count) bytes: \(error.reason). Free some space and repeat the call.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    }
    return reference
  }

  private func write(_ bytes: [UInt8], _ reference: BlobReference) throws(JournalFileSystemError) {
    let number = temporaryCount.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = path(reference) + ".\(number)" + JournalFormat.temporarySuffix
    do throws(JournalFileSystemError) {
      let file = try fileSystem.open(temporary, .create)
      defer { file.close() }
      if !bytes.isEmpty { try file.writeAll(bytes.span, at: 0, path: temporary) }
      try file.synchronize()
      try fileSystem.rename(temporary, to: path(reference))
    } catch {
      // The first error counts; a file that stays behind is removed when the store is next opened.
      try? fileSystem.remove(temporary)
      throw error
    }
    try fileSystem.synchronizeDirectory(directory)
  }

  private func existsIntact(_ reference: BlobReference) throws(JournalFileSystemError) -> Bool {
    guard let bytes = try read(reference) else { return false }
    return BlobReference(of: bytes.span) == reference
  }

  /// The bytes of a file, or `nil` when it is missing or has another length.
  private func read(_ reference: BlobReference) throws(JournalFileSystemError) -> [UInt8]? {
    let file: any JournalFile
    do throws(JournalFileSystemError) {
      file = try fileSystem.open(path(reference), .read)
    } catch {
      guard error.isNotFound else { throw error }
      return nil
    }
    defer { file.close() }
    let size = try file.size()
    guard UInt64(size) == reference.length else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = try file.readAll(into: &bytes, 0..<size, at: 0)
    return count == size ? bytes : nil
  }

  /// The bytes of a blob, verified against its hash.
  ///
  /// - Throws: `blobNotFound`, `damaged`, `io`.
  public func get(_ reference: BlobReference) throws(JournalError) -> [UInt8] {
    let bytes: [UInt8]?
    let exists: Bool
    do throws(JournalFileSystemError) {
      bytes = try read(reference)
      if bytes == nil {
        exists = try fileSystem.list(directory).contains(reference.description)
      } else {
        exists = true
      }
    } catch {
      throw JournalError(error, doing: "Reading a blob")
    }
    guard exists else {
      throw JournalError(
        .blobNotFound,
        "There is no blob \(reference). It was removed, or the directory is incomplete: restore it from a copy.",
        file: path(reference)
      )
    }
    guard let bytes, BlobReference(of: bytes.span) == reference else {
      throw .damaged("The blob's bytes do not have its length and hash", file: path(reference), offset: 0)
    }
    return bytes
  }

  /// Every blob in the store, in the order of their names.
  ///
  /// Throws ``JournalError``, code `io`.
  public func references() throws(JournalError) -> [BlobReference] {
    do throws(JournalFileSystemError) {
      return try fileSystem.list(directory).compactMap { BlobReference(name: $0) }
    } catch {
      throw JournalError(error, doing: "Listing the blob store")
    }
  }

  /// Removes a blob that no record names any more. Removing one that is not there is harmless.
  ///
  /// Throws ``JournalError``, code `io`.
  public func remove(_ reference: BlobReference) throws(JournalError) {
    do throws(JournalFileSystemError) {
      try fileSystem.remove(path(reference))
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Removing a blob") }
    }
  }
}
