/// How far a journal has come, and the hash that fixes everything up to there.
///
/// Exported now and then and kept where the journal's owner cannot change it, a head later proves that nothing before
/// it was rewritten or cut off (``Journal/check(_:in:fileSystem:)``).
public struct JournalHead: Hashable, Sendable {
  /// The journal's identifier, as text.
  public var identifier: String
  /// The epoch of the last batch.
  public var epoch: UInt32
  /// The sequence number of the last batch, 0 before the first.
  public var batchSequence: UInt64
  /// The number of records up to there.
  public var recordCount: UInt64
  /// The hash of the last batch, as 64 hexadecimal digits.
  public var hash: String

  /// A head with the given parts, as one was exported.
  public init(identifier: String, epoch: UInt32, batchSequence: UInt64, recordCount: UInt64, hash: String) {
    self.identifier = identifier
    self.epoch = epoch
    self.batchSequence = batchSequence
    self.recordCount = recordCount
    self.hash = hash
  }

  init(_ chain: Chain, of identifier: JournalIdentifier) {
    self.init(
      identifier: identifier.description,
      epoch: chain.epoch,
      batchSequence: chain.sequence,
      recordCount: chain.records,
      hash: chain.hash.description
    )
  }
}

/// What a journal's files say of a head that was exported from it.
public enum JournalHeadCheck: Hashable, Sendable {
  /// The journal contains that batch unchanged, and every batch before it back to `since`, the first one that is still
  /// in a segment. What lies before that is in a checkpoint. With `since` 1 all batches up to that one stand unchanged.
  ///
  /// Of a checkpoint the chain of hashes proves that it was made at this journal's own cut, not what is in it. An open
  /// begins with the installed one, also where the batches that it stands for are still there.
  case contained(since: UInt64)
  /// The batch is not in a segment any more; a checkpoint made at batch `cut` stands for it. Nothing can be proven,
  /// except by a head from behind that batch.
  case replaced(cut: UInt64)
  /// The journal is not the one that the head was exported from, or was changed.
  case contradicted(String)
}

extension Journal {
  /// The head of this journal: everything that was committed.
  public var head: JournalHead { JournalHead(chain, of: identifier) }

  /// The head of a journal that somebody else may have open. No lock is taken and nothing is changed.
  ///
  /// Throws ``JournalError``: `damaged` when the chain of hashes is broken; `io`, `unsupportedVersion`.
  public static func head(
    of directory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem()
  ) throws -> JournalHead {
    let found = try verify(directory: directory, fileSystem: fileSystem)
    if let damage = found.damage.first { throw damage }
    guard let head = found.head else {
      throw JournalError(.damaged, "There is no journal. Give the directory of one.", file: directory)
    }
    return head
  }

  /// Looks whether a journal still contains the batch that a head names, unchanged. No lock is taken, nothing is
  /// changed and no key is needed.
  ///
  /// Throws ``JournalError``: `damaged` when the journal is damaged; `io`, `unsupportedVersion`.
  public static func check(
    _ head: JournalHead,
    in directory: String,
    fileSystem: any JournalFileSystem = PosixFileSystem()
  ) throws -> JournalHeadCheck {
    let newer = try check(head, directory, fileSystem, usesPreviousCheckpoint: false)
    if let damage = newer.damage { throw damage }
    guard let result = newer.result else {
      throw JournalError(.damaged, "There is no journal. Give the directory of one.", file: directory)
    }
    if case .contradicted = result { return result }
    // What is kept as a fallback reaches further back, unless it is damaged or the owner removes it meanwhile.
    do {
      let older = try check(head, directory, fileSystem, usesPreviousCheckpoint: true)
      if let result = older.result, older.damage == nil { return result }
    } catch let error as JournalError where error.code == .io {
      return result
    }
    return result
  }

  private static func check(
    _ head: JournalHead,
    _ directory: String,
    _ fileSystem: any JournalFileSystem,
    usesPreviousCheckpoint: Bool
  ) throws -> (result: JournalHeadCheck?, damage: JournalError?) {
    var scan = JournalScan(
      directory: directory,
      fileSystem: fileSystem,
      mode: .inspecting,
      encryption: nil,
      needsRecords: false
    )
    scan.usesPreviousCheckpoint = usesPreviousCheckpoint
    var hash: String?
    _ = try scan.run(
      visitBatch: { batch in
        if batch.checkpoint == 0, batch.sequence == head.batchSequence { hash = batch.hash.description }
      },
      visit: { _, _, _ in }
    )
    guard let last = scan.found.head else { return (nil, scan.found.damage.first) }
    let cut = scan.found.checkpointCut
    let first = (cut?.batchSequence ?? 0) + 1
    let result: JournalHeadCheck
    if last.identifier != head.identifier {
      result = .contradicted("It is journal \(last.identifier); the head is that of journal \(head.identifier).")
    } else if head.batchSequence > last.batchSequence {
      result = .contradicted(
        "The journal ends with batch \(last.batchSequence); the head is batch \(head.batchSequence). It was cut off, "
          + "or is an older copy.")
    } else if let known = hash ?? (cut?.batchSequence == head.batchSequence ? cut?.hash : nil) {
      result =
        known == head.hash
        ? .contained(since: first)
        : .contradicted("Batch \(head.batchSequence) has the hash \(known), not \(head.hash). It was rewritten.")
    } else if head.batchSequence == 0 {
      result = .contained(since: first)
    } else {
      result = .replaced(cut: first - 1)
    }
    return (result, scan.found.damage.first)
  }
}
