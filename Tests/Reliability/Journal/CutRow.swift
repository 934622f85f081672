internal import WorkflowJournal

/// Row a: every file ends too early at every byte, and the last write is cut at every byte.
struct CutRow: ReliabilityRow {
  let id = "a"
  let title = "files truncated, and the last write cut short, at every byte"
  let contractLines = [2, 3, 5, 6]

  func run(_ order: RowOrder) async throws -> RowResult {
    let plan = try CorpusPlan(order, units: order.size.units(ci: 1_000_000)) { corpus, layout in
      layout.files.reduce(0) { $0 + $1.bytes.count } + Self.tornCuts(corpus, layout).count
    }
    return try await plan.run(order) { corpus, layout, step, first in
      var cutter = Cutter(corpus: corpus, layout: layout, order: order)
      return cutter.run(step: step, first: first)
    }
  }

  /// The bytes of the last segment at which a write may have been cut.
  static func tornCuts(_ corpus: JournalCorpus, _ layout: CorpusLayout) -> Range<Int> {
    guard let bytes = corpus.fileSystem.contents(of: layout.lastSegment) else { return 0..<0 }
    return corpus.options.alignment..<bytes.count
  }
}

/// Cuts one corpus.
private struct Cutter {
  let corpus: JournalCorpus
  let layout: CorpusLayout
  let order: RowOrder
  var result = RowResult()

  init(corpus: JournalCorpus, layout: CorpusLayout, order: RowOrder) {
    self.corpus = corpus
    self.layout = layout
    self.order = order
  }

  /// Every `step`-th cut, beginning with number `first`.
  mutating func run(step: Int, first: Int) -> RowResult {
    var number = 0
    for file in layout.files {
      for cut in 0..<file.bytes.count {
        defer { number += 1 }
        guard number % step == first else { continue }
        result.count("cuts")
        if let problem = shorten(file.path, file.role, file.bytes, cut) {
          fail("\(corpus.label), \(file.path) ends at byte \(cut): \(problem)")
        }
      }
    }
    for cut in CutRow.tornCuts(corpus, layout) {
      defer { number += 1 }
      guard number % step == first else { continue }
      result.count("cuts")
      if let problem = tear(cut) { fail("\(corpus.label), write cut at byte \(cut): \(problem)") }
    }
    return result
  }

  private mutating func fail(_ message: String) {
    result.fail(message, reproduce: order.command(row: "a", onlyCase: corpus.label))
  }

  /// The file ends at `cut`, although all of it had been durable.
  private mutating func shorten(_ path: String, _ role: CorpusLayout.Role, _ bytes: [UInt8], _ cut: Int) -> String? {
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.setContents(of: path, to: Array(bytes[..<cut]))
    do {
      let opened = try openJournal(fileSystem, corpus.options)
      guard opened.transcript == corpus.expected else { return "it opens to \(opened.transcript)" }
      switch role {
      case .needed: return "nobody notices"
      case .manifest:
        guard !opened.report.warnings.isEmpty else { return "nobody notices" }
        result.count("manifests restored")
      case .kept: result.count("cuts in files kept for repair")
      }
      return appendAndReopen(opened, fileSystem, cut)
    } catch let error as JournalError {
      guard role == .needed, error.code == .damaged, error.file == path, let offset = error.offset, offset <= cut else {
        return "it is refused with \(error)"
      }
      guard fileSystem.contents(of: path)?.count == cut else { return "the refused open changed the file" }
      result.count("refused with file and offset")
      return nil
    } catch {
      return "open throws \(error)"
    }
  }

  /// Everything from `cut` on is zero: what a crash leaves that came while the batch around that byte was written.
  private mutating func tear(_ cut: Int) -> String? {
    guard let bytes = corpus.fileSystem.contents(of: layout.lastSegment) else { return "there is no segment" }
    let fileSystem = corpus.fileSystem.copy()
    var kept = bytes
    kept.replaceSubrange(cut..., with: repeatElement(0, count: bytes.count - cut))
    fileSystem.setContents(of: layout.lastSegment, to: kept)
    let whole = layout.batches.last { $0.contentEnd <= cut }
    let isProvenLost = layout.batches.contains { $0.contentEnd > cut && $0.sequence <= layout.durableSequence }
    let isPartial = kept[(whole?.end ?? corpus.options.alignment)...].contains { $0 != 0 }
    do {
      let opened = try openJournal(fileSystem, corpus.options)
      if isProvenLost { return "a batch that had been durable is gone, and it opens to \(opened.transcript)" }
      guard opened.transcript.count == whole?.records ?? layout.recordsBefore,
        corpus.expected.hasPrefix(opened.transcript)
      else { return "it opens to \(opened.transcript), \(whole?.records ?? layout.recordsBefore) were whole" }
      guard (opened.report.tornTail != nil) == isPartial else {
        return "the torn tail is \(String(describing: opened.report.tornTail))"
      }
      result.count("exact prefixes")
      return appendAndReopen(opened, fileSystem, cut)
    } catch let error as JournalError where isProvenLost && error.code == .damaged {
      result.count("refused with file and offset")
      return nil
    } catch {
      return "open throws \(error)"
    }
  }

  /// Appends to what was opened, and opens it again after a crash. In the long corpus, for one cut in 16.
  private mutating func appendAndReopen(
    _ opened: OpenedJournal, _ fileSystem: InMemoryFileSystem, _ cut: Int
  ) -> String? {
    guard corpus.name != "mixed" || cut % 16 == 0 else { return nil }
    let more = JournalRecord(9, [1, 2, 3])
    do {
      try opened.journal.commit([more])
      let again = try openJournal(fileSystem.crash(), corpus.options)
      guard again.transcript == opened.transcript.adding([more]), again.report.tornTail == nil else {
        return "after one more record it opens to \(again.transcript), \(again.report)"
      }
      result.count("appended and reopened")
      return nil
    } catch {
      return "appending and reopening throws \(error)"
    }
  }
}
