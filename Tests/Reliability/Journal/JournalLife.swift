internal import WorkflowJournal

/// A life of a journal, operation by operation, that keeps the books of what was acknowledged.
///
/// Every operation may fail, for the file system may. What must hold then is checked at once: nothing is acknowledged
/// after a failed write or sync, and a failure that left everything as it was leaves the journal usable.
final class JournalLife {
  /// What a life can do.
  enum Operation: Character, CaseIterable {
    /// Commits a batch of short records.
    case append = "a"
    /// Commits a batch that needs a new segment.
    case roll = "r"
    /// Marks the pause after the last batch.
    case idle = "w"
    /// Begins a checkpoint.
    case begin = "b"
    /// Writes the checkpoint that was begun.
    case build = "c"
    /// Installs the checkpoint that was written, which removes the files of the one before the last.
    case install = "i"
    /// Closes the journal and opens it.
    case open = "o"
    /// Drops the journal without closing it, and opens it.
    case kill = "k"
  }

  let ledger = LifeLedger()
  /// Set when the journal did something that it must never do.
  private(set) var violation: String?
  /// The errors of operations, in order.
  private(set) var failures: [JournalError] = []
  private let fileSystem: any JournalFileSystem
  private let options: JournalOptions
  private var random: SeededRandom
  private var journal: Journal?
  private var lastEpoch: UInt32 = 0
  private var cut: (cut: CheckpointCut, records: Int)?
  private var finished: (checkpoint: FinishedCheckpoint, records: [JournalRecord], replacing: Int)?

  init(on fileSystem: any JournalFileSystem, _ options: JournalOptions, seed: UInt64) {
    self.fileSystem = fileSystem
    self.options = options
    random = SeededRandom(seed)
    open()
  }

  /// Does one operation after the other.
  func live(_ operations: some Sequence<Operation>) {
    for operation in operations { perform(operation) }
  }

  /// Lets the journal go without closing it.
  func drop() { journal = nil }

  private func perform(_ operation: Operation) {
    switch operation {
    case .append: commit(random.batch(of: 1...3, upTo: 200))
    case .roll: commit([JournalRecord(1, random.bytes(2500))])
    case .idle: attempt { () throws(JournalError) in try journal?.markIdle() }
    case .begin: begin()
    case .build: build()
    case .install: install()
    case .open:
      attempt { () throws(JournalError) in try journal?.close() }
      open()
    case .kill: open()
    }
  }

  private func open() {
    journal = nil
    (cut, finished) = (nil, nil)
    do {
      let opened = try openJournal(fileSystem, options)
      if opened.report.epoch <= lastEpoch { violation = "epoch \(opened.report.epoch) is used again" }
      lastEpoch = opened.report.epoch
      if !ledger.settle(opened.transcript) {
        violation = "an open found \(opened.transcript), \(ledger.legal) were possible"
      }
      journal = opened.journal
    } catch let error as JournalError {
      failures.append(error)
      if error.code == .damaged { violation = "an open was refused: \(error)" }
    } catch {
      violation = "open threw \(error)"
    }
  }

  private func commit(_ batch: [JournalRecord]) {
    guard let journal else { return }
    let wasPoisoned = journal.isPoisoned
    if !wasPoisoned { ledger.begin(batch) }
    do throws(JournalError) {
      try journal.commit(batch)
      if wasPoisoned { violation = "a poisoned journal acknowledged a batch" }
      ledger.acknowledge()
    } catch {
      failures.append(error)
      switch error.code {
      case .poisoned where journal.isPoisoned: break
      case .full where !journal.isPoisoned:
        journal.discardPending()
        ledger.forgetBatch()
      default: violation = "a commit failed with \(error); poisoned: \(journal.isPoisoned)"
      }
    }
  }

  // MARK: Checkpoints

  private func begin() {
    guard let journal else { return }
    let wasPoisoned = journal.isPoisoned
    do throws(JournalError) {
      let count = ledger.acknowledged.count
      cut = (try journal.beginCheckpoint(), count)
      finished = nil
      if wasPoisoned { violation = "a poisoned journal began a checkpoint" }
    } catch {
      failures.append(error)
      if error.code != .full, !journal.isPoisoned { violation = "a checkpoint could not be begun: \(error)" }
    }
  }

  private func build() {
    guard let journal, let cut else { return }
    let wasPoisoned = journal.isPoisoned
    self.cut = nil
    do {
      let builder = try CheckpointBuilder(
        cut.cut, directory: journalDirectory, fileSystem: fileSystem, options: options)
      var found: [JournalRecord] = []
      try builder.visitRecords { type, body, _ in found.append(JournalRecord(type, [UInt8](copying: body))) }
      guard found == Array(ledger.acknowledged.prefix(cut.records)) else {
        violation = "a checkpoint's builder saw \(Transcript(found)) before the cut"
        return
      }
      let records = Self.summary(of: found)
      for record in records { try builder.append(type: record.type, body: record.body.span) }
      finished = (try builder.finish(), records, cut.records)
    } catch let error as JournalError {
      failures.append(error)
      if error.code == .damaged { violation = "a checkpoint's builder found damage: \(error)" }
    } catch {
      violation = "a checkpoint's builder threw \(error)"
    }
    if journal.isPoisoned != wasPoisoned { violation = "a checkpoint's builder poisoned the journal" }
  }

  /// What a checkpoint says instead of `records`: two of three of them, and how many there were.
  static func summary(of records: [JournalRecord]) -> [JournalRecord] {
    let kept = records.enumerated().filter { $0.offset % 3 != 1 }.map(\.element)
    return kept + [JournalRecord(0x7E, [UInt8(truncatingIfNeeded: records.count)])]
  }

  private func install() {
    guard let journal, let finished else { return }
    let wasPoisoned = journal.isPoisoned
    if !wasPoisoned { ledger.beginInstall(finished.records, replacing: finished.replacing) }
    self.finished = nil
    do throws(JournalError) {
      try journal.install(finished.checkpoint)
      if wasPoisoned { violation = "a poisoned journal installed a checkpoint" }
      ledger.acknowledgeInstall()
    } catch {
      failures.append(error)
      if !journal.isPoisoned { violation = "an install failed with \(error), and the journal goes on" }
    }
  }

  private func attempt(_ body: () throws(JournalError) -> Void) {
    do throws(JournalError) {
      try body()
    } catch {
      failures.append(error)
    }
  }
}

extension JournalLife {
  /// What is wrong with the journal on `fileSystem`, which may hold any of `legal`, or `nil`.
  ///
  /// - Parameter crash: Gives the file system after a crash that loses all that was not synced.
  static func complaint<FileSystem: JournalFileSystem>(
    about fileSystem: FileSystem, _ options: JournalOptions, legal: [Transcript], crash: (FileSystem) -> FileSystem
  ) -> String? {
    do {
      let opened = try openJournal(fileSystem, options)
      guard legal.contains(opened.transcript) else {
        return "it opens to \(opened.transcript), \(legal) are possible"
      }
      guard opened.report.warnings.isEmpty else { return "it opens with warnings: \(opened.report.warnings)" }
      // What an open has told is durable, and so is its epoch.
      let second = try openJournal(crash(fileSystem), options)
      guard second.transcript == opened.transcript else {
        return "after a crash right behind the open it opens to \(second.transcript), not \(opened.transcript)"
      }
      guard second.report.epoch > opened.report.epoch else { return "epoch \(second.report.epoch) is used again" }
      let more = JournalRecord(3, [1, 2, 3, 4])
      try opened.journal.commit([more])
      let third = try openJournal(crash(fileSystem), options)
      guard third.transcript == opened.transcript.adding([more]) else {
        return "after one more record it opens to \(third.transcript), not \(opened.transcript.adding([more]))"
      }
      return nil
    } catch {
      return "opening or appending throws \(error)"
    }
  }
}
