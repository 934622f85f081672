internal import Synchronization

/// Which blobs were stored lately, and may be about to be named by a record.
struct BlobPins {
  private var current: Set<BlobReference> = []
  private var previous: Set<BlobReference> = []

  mutating func pin(_ reference: BlobReference) {
    current.insert(reference)
  }

  mutating func beginGeneration() {
    previous = current
    current = []
  }

  func contains(_ reference: BlobReference) -> Bool {
    current.contains(reference) || previous.contains(reference)
  }
}

/// What a collection of blobs removed.
public struct BlobCollectionResult: Hashable, Sendable {
  /// How many blobs.
  public var blobs = 0
  /// How many bytes they had.
  public var bytes: UInt64 = 0

  /// Nothing was removed.
  public init() {}
}

extension BlobStore {
  /// Begins a collection of blobs that no record names any more.
  ///
  /// Then find out which blobs are referenced, and hand both to ``collect(_:referenced:)``. A blob that is stored after
  /// this call, or was stored since the previous call, is not collected, also when it exists already: so whoever stores
  /// a blob has until the second call from then to commit a record that names it.
  ///
  /// - Returns: The candidates: every blob that exists.
  /// - Throws: ``JournalError``, code `io`; the generation has begun nevertheless, which keeps blobs longer.
  public func beginCollection() throws(JournalError) -> [BlobReference] {
    pins.withLock { $0.beginGeneration() }
    return try list()
  }

  /// Keeps blobs from being collected as if they had just been stored: a record that names them is about to be committed.
  public func pin(_ references: some Sequence<BlobReference>) {
    pins.withLock { pins in
      for reference in references { pins.pin(reference) }
    }
  }

  /// Removes the candidates that nothing refers to. Others may store blobs at the same time.
  ///
  /// - Parameters:
  ///   - candidates: What ``beginCollection()`` returned.
  ///   - referenced: Every blob that a record names which is still needed, looked up after that call.
  /// - Throws: ``JournalError``, code `io`, at the first file that cannot be removed; the others stay.
  @discardableResult
  public func collect(
    _ candidates: [BlobReference],
    referenced: Set<BlobReference>
  ) throws(JournalError) -> BlobCollectionResult {
    var result = BlobCollectionResult()
    for candidate in candidates where !referenced.contains(candidate) {
      // A blob is pinned before it is looked for, so either the pin is seen here, or its absence there.
      let outcome = pins.withLock { pins -> Result<Bool, JournalError> in
        guard !pins.contains(candidate) else { return .success(false) }
        do throws(JournalError) {
          try remove(candidate)
          return .success(true)
        } catch {
          return .failure(error)
        }
      }
      if try outcome.get() {
        result.blobs += 1
        result.bytes &+= candidate.length
      }
    }
    return result
  }
}
