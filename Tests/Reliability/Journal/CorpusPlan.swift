internal import WorkflowJournal

/// Which corpora a row goes through to do its number of units: every corpus with as many seeds as that takes.
struct CorpusPlan: Sendable {
  private struct Entry: Sendable {
    var corpus: JournalCorpus
    var layout: CorpusLayout
  }

  private var entries: [Entry] = []
  /// Of all units, one in so many is done.
  private var step = 1

  /// - Parameter size: The number of units that a corpus has.
  init(_ order: RowOrder, units: Int, size: (JournalCorpus, CorpusLayout) -> Int) throws {
    if let label = order.onlyCase {
      let parts = label.split(separator: ":")
      guard parts.count == 2, let seed = UInt64(parts[1]),
        let corpus = try JournalCorpus.make(String(parts[0]), seed: seed)
      else { throw RowError("--case is '\(label)'; it must be NAME:SEED with one of \(JournalCorpus.names)") }
      entries = [Entry(corpus: corpus, layout: try CorpusLayout(corpus))]
      return
    }
    var total = 0
    var seed = order.seed
    while total < units {
      for name in JournalCorpus.names {
        guard let corpus = try JournalCorpus.make(name, seed: seed) else { continue }
        let layout = try CorpusLayout(corpus)
        entries.append(Entry(corpus: corpus, layout: layout))
        total += size(corpus, layout)
      }
      seed &+= 1
    }
    // A smaller order than one round samples it; a larger one is done whole.
    if entries.count == JournalCorpus.names.count { step = max(1, total / units) }
  }

  /// Runs `body` for every corpus, in parts that run side by side; a part does every `step`-th unit, beginning with
  /// number `first`.
  func run(
    _ order: RowOrder,
    _ body: @escaping @Sendable (JournalCorpus, CorpusLayout, _ step: Int, _ first: Int) throws -> RowResult
  ) async throws -> RowResult {
    let slices = 4
    let entries = entries
    let step = step
    var result = try await inParallel(entries.count * slices) { part in
      let entry = entries[part / slices]
      return try body(entry.corpus, entry.layout, step * slices, part % slices * step)
    }
    result.count("journals", entries.count)
    return result
  }
}

/// A row that cannot do its work.
struct RowError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
