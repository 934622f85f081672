internal import WorkflowJournal

/// Row b: every bit flipped, every byte set to 00 and FF, every sector zeroed, swapped and copied over another.
struct DamageRow: ReliabilityRow {
  let id = "b"
  let title = "every bit flipped, every byte overwritten, every sector zeroed, swapped or duplicated"
  let contractLines = [5, 6]

  func run(_ order: RowOrder) async throws -> RowResult {
    let plan = try CorpusPlan(order, units: order.size.units(ci: 2_000_000)) { _, layout in
      layout.files.reduce(0) { $0 + $1.bytes.count * 10 + $1.bytes.count / 512 * 3 }
    }
    return try await plan.run(order) { corpus, layout, step, first in
      var damager = Damager(corpus: corpus, layout: layout, order: order)
      return damager.run(step: step, first: first)
    }
  }
}

/// Damages one corpus.
private struct Damager {
  let corpus: JournalCorpus
  let layout: CorpusLayout
  let order: RowOrder
  var result = RowResult()

  init(corpus: JournalCorpus, layout: CorpusLayout, order: RowOrder) {
    self.corpus = corpus
    self.layout = layout
    self.order = order
  }

  /// Every `step`-th damage, beginning with number `first`.
  mutating func run(step: Int, first: Int) -> RowResult {
    var number = 0
    for file in layout.files {
      for byte in 0..<file.bytes.count {
        let original = file.bytes[byte]
        for change in 0..<10 {
          defer { number += 1 }
          guard number % step == first else { continue }
          let value: UInt8 = change < 8 ? original ^ (1 << UInt8(change)) : change == 8 ? 0 : 0xFF
          guard value != original else { continue }
          var damaged = file.bytes
          damaged[byte] = value
          result.count(change < 8 ? "bits flipped" : "bytes overwritten")
          let what = "\(file.path) byte \(byte) is \(value) instead of \(original)"
          judge(file.path, file.role, damaged, byte..<(byte + 1), isSector: false, what)
        }
      }
      for sector in 0..<(file.bytes.count / 512) {
        for change in 0..<3 {
          defer { number += 1 }
          guard number % step == first else { continue }
          damageSector(file.path, file.role, file.bytes, sector, change)
        }
      }
    }
    return result
  }

  private mutating func damageSector(
    _ path: String, _ role: CorpusLayout.Role, _ bytes: [UInt8], _ sector: Int, _ change: Int
  ) {
    let other = (sector + 1) % (bytes.count / 512)
    let (from, to) = (sector * 512..<(sector * 512 + 512), other * 512..<(other * 512 + 512))
    var damaged = bytes
    var touched = from
    switch change {
    case 0: damaged.replaceSubrange(from, with: repeatElement(0, count: 512))
    case 1:
      damaged.replaceSubrange(from, with: bytes[to])
      damaged.replaceSubrange(to, with: bytes[from])
      touched = min(from.lowerBound, to.lowerBound)..<max(from.upperBound, to.upperBound)
    default:
      damaged.replaceSubrange(to, with: bytes[from])
      touched = to
    }
    guard damaged != bytes else { return }
    result.count(["sectors zeroed", "sectors swapped", "sectors duplicated"][change])
    let what = "\(path) sector \(sector) \(["zeroed", "swapped with \(other)", "copied over \(other)"][change])"
    judge(path, role, damaged, touched, isSector: true, what)
  }

  private mutating func judge(
    _ path: String, _ role: CorpusLayout.Role, _ damaged: [UInt8], _ touched: Range<Int>, isSector: Bool, _ what: String
  ) {
    result.count("damages")
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.setContents(of: path, to: damaged)
    let problem: String?
    do {
      let opened = try openJournal(fileSystem, corpus.options)
      problem = judgeOpened(opened, path, role, touched, hasNoTrace: hasNoTrace(path, damaged))
    } catch let error as JournalError {
      problem = judgeRefusal(error, path, role, touched, isSector: isSector)
    } catch {
      problem = "open throws \(error)"
    }
    if let problem {
      result.fail(
        "\(corpus.label), \(what): \(problem)", reproduce: order.command(row: "b", onlyCase: corpus.label))
    }
  }

  private func isInLastBatch(_ path: String, _ touched: Range<Int>) -> Bool {
    guard path == layout.lastSegment, let final = layout.batches.last else { return false }
    return touched.overlaps(final.offset..<final.end)
  }

  /// Whether the disk looks as if the last batch had never been written: nothing could tell, or be reported.
  private func hasNoTrace(_ path: String, _ damaged: [UInt8]) -> Bool {
    guard path == layout.lastSegment, let final = layout.batches.last else { return false }
    return !damaged[final.offset...].contains { $0 != 0 }
  }

  private mutating func judgeOpened(
    _ opened: OpenedJournal, _ path: String, _ role: CorpusLayout.Role, _ touched: Range<Int>, hasNoTrace: Bool
  ) -> String? {
    let report = opened.report
    if hasNoTrace, isInLastBatch(path, touched),
      opened.transcript == (corpus.isLastProven ? corpus.expected : corpus.beforeLast)
    {
      result.count("last batch of one sector erased whole")
      return nil
    }
    guard opened.transcript == corpus.expected else {
      guard opened.transcript == corpus.beforeLast, isInLastBatch(path, touched), !corpus.isLastProven,
        report.tornTail != nil
      else { return "it costs records and opens to \(opened.transcript)" }
      result.count("last unproven batch set aside as torn")
      return nil
    }
    switch role {
    case .manifest:
      guard !report.warnings.isEmpty else { return "nobody notices" }
      result.count("manifests restored")
    case .kept:
      result.count("damages in files kept for repair")
    case .needed:
      let isAbandoned = corpus.abandoned[path]?.overlaps(touched) ?? false
      guard report.tornTail != nil || !report.warnings.isEmpty || isAbandoned else { return "nobody notices" }
      result.count("in unused bytes, reported")
    }
    return nil
  }

  private mutating func judgeRefusal(
    _ error: JournalError, _ path: String, _ role: CorpusLayout.Role, _ touched: Range<Int>, isSector: Bool
  ) -> String? {
    guard error.code == .damaged || error.code == .unsupportedVersion, error.file == path, role == .needed else {
      return "it is refused with \(error)"
    }
    // A single byte of the last batch, or behind it, is what a torn write leaves; it must not stop the open.
    if !isSector, path == layout.lastSegment, let final = layout.batches.last, touched.lowerBound >= final.offset {
      return "it is refused with \(error), although a crash may leave it"
    }
    result.count("refused with file and offset")
    return nil
  }
}
