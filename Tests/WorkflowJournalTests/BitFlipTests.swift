internal import Testing
internal import WorkflowJournal

/// Every bit of every file, flipped one at a time (of bytes that were never written, one bit each).
///
/// Would fail if header, payload or padding were not covered by a checksum, if a damaged batch with successors were
/// taken for a torn tail, if the scan for successors stopped early, if the watermark or seal proved nothing, or if the
/// manifest's checksum were not verified.
@Suite struct BitFlipTests {
  /// One corpus is split into `parts`, which run side by side.
  struct Part: Sendable, CustomTestStringConvertible {
    var name: String
    var index: Int
    var parts: Int
    var testDescription: String { "\(name) \(index + 1)/\(parts)" }

    static let all = ["mixed", "rolls", "epochs", "sealed"].flatMap { name in
      (0..<3).map { Part(name: name, index: $0, parts: 3) }
    }
  }

  @Test(arguments: Part.all)
  func noFlippedBitIsSilent(part: Part) throws {
    let corpus = try Corpus.named(part.name)
    let layout = try SegmentLayout(last: corpus)
    // The batches after the last one that something else proves durable: the very last, if it holds records.
    let final = try #require(layout.batches.last)
    let isLastProven = final.dataBatches == layout.batches.dropLast().last?.dataBatches ?? layout.dataBatchesBefore
    let step = part.name == "mixed" && !isExhaustive ? 499 : 1
    var outcomes = (refused: 0, torn: 0, lostLast: 0, warned: 0)
    for path in corpus.segments + [Corpus.manifest] {
      let bytes = try #require(corpus.fileSystem.contents(of: path))
      let isLast = path == corpus.segments.last
      let step = path == Corpus.manifest ? 1 : step
      let contentEnd = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
      for bit in stride(from: part.index * step, to: bytes.count * 8, by: part.parts * step) {
        // Of bytes that were never written, one bit each.
        if !isExhaustive, bit / 8 >= contentEnd, bit % 8 != bit / 8 % 8 { continue }
        let fileSystem = corpus.fileSystem.copy()
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        fileSystem.setContents(of: path, to: damaged)
        let isInFinal = isLast && (final.offset..<final.end).contains(bit / 8)
        let opened: Opened
        do {
          opened = try open(fileSystem, corpus.options)
        } catch let error as JournalError {
          guard error.code == .damaged || error.code == .unsupportedVersion, error.file == path, !isInFinal,
            path != Corpus.manifest, !isLast || bit / 8 < final.end
          else {
            Issue.record("bit \(bit) of \(path) is refused with \(error)")
            return
          }
          outcomes.refused += 1
          continue
        }
        let report = opened.report
        if opened.transcript == corpus.transcript {
          let isAbandoned = corpus.abandoned[path]?.contains(bit / 8) ?? false
          guard report.tornTail != nil || !report.warnings.isEmpty || isAbandoned else {
            Issue.record("bit \(bit) of \(path) went unnoticed")
            return
          }
          outcomes.torn += report.tornTail != nil ? 1 : 0
          outcomes.warned += report.warnings.isEmpty ? 0 : 1
        } else {
          guard opened.transcript == corpus.transcriptBeforeLast, isInFinal, !isLastProven, report.tornTail != nil
          else {
            Issue.record("bit \(bit) of \(path) costs records: \(opened.transcript); \(report)")
            return
          }
          outcomes.lostLast += 1
        }
      }
    }
    #expect(outcomes.refused > 0 && outcomes.torn > 0 && outcomes.warned > 0)
    #expect((outcomes.lostLast > 0) == !isLastProven)
  }

  /// Whole sectors of 512 bytes, zeroed, swapped or copied over each other, anywhere before the last batch.
  @Test(arguments: ["mixed", "rolls", "epochs", "sealed"])
  func noDamagedSectorIsSilent(name: String) throws {
    let corpus = try Corpus.named(name)
    let layout = try SegmentLayout(last: corpus)
    let final = try #require(layout.batches.last)
    for path in corpus.segments {
      let bytes = try #require(corpus.fileSystem.contents(of: path))
      let used = path == corpus.segments.last ? final.offset : (bytes.lastIndex { $0 != 0 } ?? 0) + 1
      let sectors = stride(from: 0, to: used, by: 512).map { $0..<($0 + 512) }
      for (index, sector) in sectors.enumerated() {
        let other = sectors[(index + 1) % sectors.count]
        var zeroed = bytes, swapped = bytes, copied = bytes
        zeroed.replaceSubrange(sector, with: [UInt8](repeating: 0, count: 512))
        swapped.replaceSubrange(sector, with: bytes[other])
        swapped.replaceSubrange(other, with: bytes[sector])
        copied.replaceSubrange(other, with: bytes[sector])
        for damaged in [zeroed, swapped, copied] where damaged != bytes {
          let fileSystem = corpus.fileSystem.copy()
          fileSystem.setContents(of: path, to: damaged)
          // Unused sectors, and the unfinished write that an earlier open set aside, hold nothing.
          if let opened = try? open(fileSystem, corpus.options) {
            #expect(opened.transcript == corpus.transcript, "sector \(sector) of \(path)")
          }
        }
      }
    }
  }

  @Test func aMissingSegmentIsNoticed() throws {
    let corpus = try Corpus.rolls()
    for path in corpus.segments {
      let fileSystem = corpus.fileSystem.copy()
      fileSystem.removeContents(of: path)
      let error = #expect(throws: JournalError.self) { try open(fileSystem) }
      #expect(error?.code == .damaged)
      #expect(error?.file == path)
    }
    let all = corpus.fileSystem.copy()
    corpus.segments.forEach { all.removeContents(of: $0) }
    #expect(throws: JournalError.self) { try open(all) }
  }

  @Test func aSegmentOfAnotherJournalIsRefused() throws {
    let corpus = try Corpus.rolls()
    let other = InMemoryFileSystem()
    var options = JournalOptions.small
    options.identifier = JournalIdentifier(high: 1, low: 2)
    _ = try open(other, options).journal.commit([TestRecord(1, [1])])
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.setContents(of: corpus.segments[0], to: try #require(other.contents(of: corpus.segments[0])))
    let error = #expect(throws: JournalError.self) { try open(fileSystem) }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("belongs to journal") == true)
  }

  @Test func aLostManifestIsRestoredWithANewEpoch() throws {
    let corpus = try Corpus.rolls()
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.removeContents(of: Corpus.manifest)
    let opened = try open(fileSystem)
    #expect(opened.transcript == corpus.transcript)
    #expect(opened.report.epoch > 1 << 16)
    #expect(opened.report.warnings.count == 1)
    try opened.journal.close()
    #expect(try open(fileSystem).report.warnings.isEmpty)
  }
}
