internal import WorkflowJournal

/// The journal's own decoders: files of a real journal are changed, their checksums are made right again, and the
/// journal is opened, read and asked for single records.
struct JournalFuzz: FuzzTarget {
  /// What is changed.
  enum Part: String, CaseIterable {
    case segmentHeader = "segment header"
    case batchHeader = "batch"
    case records = "record"
    case manifest
    case checkpointHeader = "checkpoint header"
    case checkpointBatch = "checkpoint batch"
  }

  private let part: Part
  private let corpora: [(corpus: JournalCorpus, files: [(path: String, bytes: [UInt8])])]

  init(_ part: Part) throws {
    self.part = part
    corpora = try ["rolls", "epochs", "checkpoints"].compactMap { name in
      guard let corpus = try JournalCorpus.make(name, seed: 1) else { return nil }
      let files = try CorpusLayout(corpus).files.filter { file in
        switch part {
        case .manifest: file.role == .manifest
        case .checkpointHeader, .checkpointBatch: file.role == .needed && file.path.hasSuffix(".checkpoint")
        default: file.role == .needed && file.path.hasSuffix(".journal")
        }
      }
      return files.isEmpty ? nil : (corpus, files.map { ($0.path, $0.bytes) })
    }
  }

  var name: String { "journal \(part.rawValue)" }

  func attempt(_ number: Int, seed: UInt64, accepted: inout Int) -> String? {
    var mutator = ByteMutator(seed: seed, number: number)
    let (corpus, files) = corpora[mutator.random.below(corpora.count)]
    let (path, original) = files[mutator.random.below(files.count)]
    var bytes = original
    change(&bytes, &mutator)
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.setContents(of: path, to: bytes)
    if let problem = read(fileSystem, bytes, path, corpus) { return problem }
    do {
      let opened = try openJournal(fileSystem, corpus.options)
      accepted += 1
      // What was opened can be used.
      try opened.journal.commit([JournalRecord(1, [1])])
      return nil
    } catch is JournalError {
      return nil
    } catch {
      return "open throws \(error)"
    }
  }

  private func change(_ bytes: inout [UInt8], _ mutator: inout ByteMutator) {
    let blocks = bytes.count / 512
    switch part {
    case .manifest:
      mutator.overwrite(&bytes, in: 0..<(bytes.count - 4))
      if mutator.random.oneIn(10) { bytes.removeLast(mutator.random.below(bytes.count)) }
      if bytes.count > 4 { Checksums.fix(&bytes, over: 0..<(bytes.count - 4), at: bytes.count - 4) }
    case .segmentHeader:
      mutator.overwrite(&bytes, in: 0..<156)
      Checksums.fixHeader(&bytes, fieldCount: 160)
    case .checkpointHeader:
      mutator.overwrite(&bytes, in: 0..<252)
      Checksums.fixHeader(&bytes, fieldCount: 256)
    case .batchHeader, .checkpointBatch:
      let block = 1 + mutator.random.below(max(1, blocks - 1))
      mutator.overwrite(&bytes, in: (block * 512)..<(block * 512 + 60))
      Checksums.fixBatches(&bytes)
    case .records:
      let block = 1 + mutator.random.below(max(1, blocks - 1))
      mutator.overwrite(&bytes, in: (block * 512 + 64)..<(block * 512 + 512))
      Checksums.fixBatches(&bytes)
    }
  }

  /// Reads everything without opening. The records of every batch, encoded again, are the bytes that stand there.
  private func read(
    _ fileSystem: InMemoryFileSystem, _ bytes: [UInt8], _ path: String, _ corpus: JournalCorpus
  ) -> String? {
    var pointers: [RecordPointer] = []
    var problem: String?
    do {
      var batch: JournalBatch?
      var encoded: [UInt8] = []
      func compare() {
        guard let batch, batch.segment == Self.segment(of: path), batch.records > 0 else { return }
        let start = batch.offset + 64
        if start + batch.length <= bytes.count, encoded != Array(bytes[start..<(start + batch.length)]),
          !encoded.isEmpty, encoded.count == batch.length
        {
          problem = "the records of the batch at \(batch.offset) are encoded otherwise than they stand there"
        }
      }
      _ = try Journal.read(
        directory: journalDirectory, fileSystem: fileSystem,
        visitBatch: {
          compare()
          batch = $0
          encoded = []
        },
        visit: { type, body, pointer in
          pointers.append(pointer)
          Checksums.appendRecord(type, [UInt8](copying: body), to: &encoded)
        })
      compare()
      let reader = JournalRecordReader(directory: journalDirectory, fileSystem: fileSystem)
      for pointer in pointers.prefix(4) { try Self.readOne(pointer, reader) }
      if var pointer = pointers.last {
        pointer.length = .max
        try Self.readOne(pointer, reader)
        pointer.offset = .max
        try Self.readOne(pointer, reader)
      }
    } catch is JournalError {
    } catch {
      return "reading throws \(error)"
    }
    return problem
  }

  private static func readOne(_ pointer: RecordPointer, _ reader: JournalRecordReader) throws {
    do throws(JournalError) {
      _ = try reader.read(pointer)
    } catch {
      guard error.code != .io else { throw error }
    }
  }

  /// The number in the name of a segment file; 0 for other files.
  private static func segment(of path: String) -> UInt32 {
    guard path.hasSuffix(".journal"), let name = path.split(separator: "/").last else { return 0 }
    return UInt32(name.dropLast(".journal".count)) ?? 0
  }
}
