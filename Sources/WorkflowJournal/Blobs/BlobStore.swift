internal import Synchronization

/// Payloads that are too long for records, each in a file that is named by the SHA-256 of its bytes, or with encryption
/// by a keyed hash.
///
/// A blob is durable when ``put(_:)`` returns; only then commit a record that names it. The owner of the journal owns
/// the store in its directory `blobs`: it makes one `BlobStore` and may use it from any thread.
public final class BlobStore: Sendable {
  /// The directory of the blobs.
  public let directory: String
  let fileSystem: any JournalFileSystem
  private let encryption: JournalEncryption?
  /// That of the journal, when blobs are to be encrypted.
  private let identifier: JournalIdentifier?
  private let temporaryCount = Atomic<UInt64>(0)
  let pins = Mutex(BlobPins())

  /// The store in the directory of a journal that the caller has open. Creates it when missing, and removes files that
  /// an earlier owner did not finish.
  ///
  /// - Parameters:
  ///   - journalDirectory: The directory of the journal.
  ///   - fileSystem: Where the directory is.
  ///   - encryption: That of the journal's options. With it, blobs are encrypted.
  /// - Throws: ``JournalError``: `io`; `invalidOptions` when there is no journal yet.
  public init(
    journalDirectory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem(),
    encryption: JournalEncryption? = nil
  ) throws(JournalError) {
    directory = JournalFormat.path(journalDirectory, JournalFormat.blobDirectoryName)
    self.fileSystem = fileSystem
    self.encryption = encryption
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
    guard encryption != nil else {
      identifier = nil
      return
    }
    var scan = JournalScan(directory: journalDirectory, fileSystem: fileSystem, mode: .inspecting, encryption: nil)
    try scan.readManifest([JournalFormat.manifestName])
    identifier = scan.manifest?.identifier
    guard identifier != nil else {
      throw JournalError(
        .invalidOptions,
        "There is no journal whose blobs could be encrypted. Open the journal before its blob store.",
        file: journalDirectory
      )
    }
  }

  /// The store in the directory of a journal that somebody else may have open, for reading: nothing is created, and
  /// only ``get(_:)``, ``list()`` and ``isIntact(_:)`` may be called.
  public init(
    readingFrom journalDirectory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem(),
    encryption: JournalEncryption? = nil
  ) {
    directory = JournalFormat.path(journalDirectory, JournalFormat.blobDirectoryName)
    self.fileSystem = fileSystem
    self.encryption = encryption
    identifier = nil
  }

  func path(_ reference: BlobReference) -> String {
    JournalFormat.path(directory, reference.description)
  }

  // MARK: Writing

  /// Stores bytes durably, unless they are there already. Storing the same bytes again is harmless and restores a file
  /// that was damaged. The blob is safe from ``collect(_:referenced:)`` until the second ``beginCollection()`` from
  /// now.
  ///
  /// - Throws: `full` when there is no space, `io`.
  public func put(_ bytes: [UInt8]) throws(JournalError) -> BlobReference {
    let reference: BlobReference
    if let encryption, let identifier {
      reference = EncryptedBlob.reference(of: bytes.span, encryption.key, identifier)
    } else {
      reference = BlobReference(of: bytes.span)
    }
    // Before looking whether it exists: from here on nobody removes it.
    pins.withLock { $0.pin(reference) }
    if case .intact = try content(of: reference) {
      try storing(bytes.count) { () throws(JournalFileSystemError) in
        // Perhaps written a moment ago by another thread, or by a process that died before its sync.
        let file = try fileSystem.open(path(reference), .read)
        defer { file.close() }
        try file.synchronize()
        try fileSystem.synchronizeDirectory(directory)
      }
    } else {
      var content = bytes
      if let encryption, let identifier {
        content = try EncryptedBlob(bytes, encryption, identifier).encoded
      }
      try storing(bytes.count) { () throws(JournalFileSystemError) in try write(content, reference) }
    }
    return reference
  }

  private func storing(
    _ count: Int,
    _ body: () throws(JournalFileSystemError) -> Void
  ) throws(JournalError) {
    do throws(JournalFileSystemError) {
      try body()
    } catch {
      guard error.isFull else { throw JournalError(error, doing: "Storing a blob") }
      throw JournalError(
        .full,
        "There is no space for a blob of \(count) bytes: \(error.reason). Free some space and repeat the call.",
        file: error.path,
        errno: error.errno,
        cause: error
      )
    }
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

  // MARK: Reading

  private enum Content {
    case missing
    case damaged
    case intact([UInt8])
  }

  private func content(of reference: BlobReference) throws(JournalError) -> Content {
    guard let bytes = try file(of: reference) else { return .missing }
    if UInt64(bytes.count) == reference.length {
      return BlobReference(of: bytes.span) == reference ? .intact(bytes) : .damaged
    }
    guard UInt64(bytes.count) == reference.length + UInt64(EncryptedBlob.overhead),
      let blob = EncryptedBlob(decoding: bytes),
      let opened = try blob.opened(encryption, as: reference, file: path(reference))
    else { return .damaged }
    return .intact(opened)
  }

  /// The bytes of a file, or `nil` when there is none. Of a file with an impossible length, nothing.
  private func file(of reference: BlobReference) throws(JournalError) -> [UInt8]? {
    do throws(JournalFileSystemError) {
      let file = try fileSystem.open(path(reference), .read)
      defer { file.close() }
      let size = try file.size()
      let difference = UInt64(size).subtractingReportingOverflow(reference.length)
      guard !difference.overflow, [0, UInt64(EncryptedBlob.overhead)].contains(difference.partialValue) else {
        // No blob of that name is empty and has another length.
        return reference.length == 0 ? [1] : []
      }
      var bytes = [UInt8](repeating: 0, count: size)
      let count = try file.readAll(into: &bytes, 0..<size, at: 0)
      if count < size { bytes.removeLast(size - count) }
      return bytes
    } catch {
      guard error.isNotFound else { throw JournalError(error, doing: "Reading a blob") }
      return nil
    }
  }

  /// The bytes of a blob, verified against its hash.
  ///
  /// - Throws: `blobNotFound`, `damaged`, `missingKey`, `wrongKey`, `io`.
  public func get(_ reference: BlobReference) throws(JournalError) -> [UInt8] {
    switch try content(of: reference) {
    case .intact(let bytes): return bytes
    case .damaged:
      throw .damaged("The blob's bytes do not have its length and hash", file: path(reference), offset: 0)
    case .missing:
      throw JournalError(
        .blobNotFound,
        "There is no blob \(reference). It was removed, or the directory is incomplete: restore it from a copy.",
        file: path(reference)
      )
    }
  }

  /// Whether the file of a blob is as it was written. Needs no key: of an encrypted blob the checksum is verified.
  ///
  /// Throws ``JournalError``, code `io`.
  public func isIntact(_ reference: BlobReference) throws(JournalError) -> Bool {
    guard let bytes = try file(of: reference) else { return false }
    if UInt64(bytes.count) == reference.length { return BlobReference(of: bytes.span) == reference }
    return UInt64(bytes.count) == reference.length + UInt64(EncryptedBlob.overhead)
      && EncryptedBlob(decoding: bytes) != nil
  }

  /// The number of the key with which a blob is encrypted; `nil` when it is not, and when there is no whole file of it.
  ///
  /// Throws ``JournalError``, code `io`.
  public func keyIdentifier(of reference: BlobReference) throws(JournalError) -> UInt32? {
    guard let bytes = try file(of: reference), UInt64(bytes.count) != reference.length else { return nil }
    return EncryptedBlob(decoding: bytes)?.key
  }

  /// Every blob in the store, in the order of their names.
  ///
  /// Throws ``JournalError``, code `io`.
  public func list() throws(JournalError) -> [BlobReference] {
    do throws(JournalFileSystemError) {
      return try fileSystem.list(directory).compactMap { BlobReference(name: $0) }
    } catch {
      throw JournalError(error, doing: "Listing the blob store")
    }
  }

  // MARK: Removing

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
