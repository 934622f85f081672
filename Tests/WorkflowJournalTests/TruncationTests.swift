internal import Testing
internal import WorkflowJournal

/// Files that end too early, and writes that a crash cut short, at every byte.
///
/// Would fail if the file's size were not checked against the header, if padding were believed without a checksum, if a
/// torn tail were appended to, or if the open forgot to continue in a new segment.
@Suite struct TruncationTests {
  @Test(arguments: ["mixed", "rolls", "epochs", "sealed"])
  func aSegmentThatIsShorterThanItsHeaderSaysIsRefused(name: String) throws {
    let corpus = try Corpus.named(name)
    for path in corpus.segments {
      let bytes = try #require(corpus.fileSystem.contents(of: path))
      for cut in stride(from: 0, to: bytes.count, by: name == "mixed" && !isExhaustive ? 13 : 1) {
        let fileSystem = corpus.fileSystem.copy()
        fileSystem.setContents(of: path, to: Array(bytes[..<cut]))
        let error = #expect(throws: JournalError.self) { try open(fileSystem, corpus.options) }
        guard error?.code == .damaged, error?.file == path, let offset = error?.offset, offset <= cut else {
          Issue.record("cut at \(cut) of \(path): \(String(describing: error))")
          return
        }
        guard fileSystem.contents(of: path)?.count == cut else {
          Issue.record("the refused open changed \(path)")
          return
        }
      }
    }
  }

  /// Everything from a byte on is zero: what a crash leaves that came while the batch around that byte was written.
  @Test(arguments: ["mixed", "rolls", "epochs"])
  func aWriteCutAtAnyByteLeavesExactlyTheBatchesBeforeIt(name: String) throws {
    let corpus = try Corpus.named(name)
    let path = try #require(corpus.segments.last)
    let bytes = try #require(corpus.fileSystem.contents(of: path))
    let layout = try SegmentLayout(last: corpus)
    let step = name == "mixed" && !isExhaustive ? 31 : 1
    // An open or a roll writes into the manifest what is durable, so only a cut behind that is possible.
    let first = layout.batches.last { $0.sequence <= layout.durableSequence }?.end ?? corpus.options.alignment
    for cut in stride(from: first, to: bytes.count, by: step) {
      let fileSystem = corpus.fileSystem.copy()
      var kept = bytes
      kept.replaceSubrange(cut..., with: [UInt8](repeating: 0, count: bytes.count - cut))
      fileSystem.setContents(of: path, to: kept)
      let whole = layout.batches.last { $0.contentEnd <= cut }
      let isPartial = kept[(whole?.end ?? corpus.options.alignment)...].contains { $0 != 0 }
      let expected = Transcript(corpus.batches.prefix(whole?.dataBatches ?? layout.dataBatchesBefore))
      let opened = try open(fileSystem, corpus.options)
      guard opened.transcript == expected, (opened.report.tornTail != nil) == isPartial else {
        Issue.record(
          "cut at \(cut): \(opened.transcript), not \(expected); \(String(describing: opened.report.tornTail))"
        )
        return
      }
      if cut % 13 == 0 || step == 1 {
        let more = TestRecord(9, [1, 2, 3])
        try opened.journal.commit([more])
        let again = try open(fileSystem.crash(), corpus.options)
        var expected = expected
        expected.append(more.type, more.body.span)
        guard again.transcript == expected, again.report.tornTail == nil, again.report.warnings.isEmpty else {
          Issue.record("after a cut at \(cut) and an append: \(again.transcript), \(again.report)")
          return
        }
      }
    }
  }

  @Test func theBytesOfATornWriteAreKept() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    try journal.commit([TestRecord(1, [1])])
    fileSystem.setFaults { $0.operation == .write ? .tornWrite(errno: 5, keeping: 300) : nil }
    #expect(throws: JournalError.self) { try journal.commit([TestRecord(2, [UInt8](repeating: 0x77, count: 400))]) }
    let after = fileSystem.crash(.everything)
    let report = try open(after).report
    let tail = try #require(report.tornTail)
    #expect(tail.offset == 1024)
    #expect(tail.length == 300)
    let copy = try #require(tail.copy)
    let kept = try #require(after.contents(of: copy))
    #expect(kept == Array(try #require(after.contents(of: tail.file))[1024..<1324]))
    #expect(kept.last == 0x77)
  }
}
