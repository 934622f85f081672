internal import WorkflowJournal

/// Where everything lies in a corpus, found by reading the intact journal.
struct CorpusLayout: Sendable {
  /// What a file is there for.
  enum Role: Sendable {
    /// Opening reads all of it, and every byte counts.
    case needed
    /// It can be restored from the others.
    case manifest
    /// Opening does not read it: it stands before the installed checkpoint and is kept for repair.
    case kept
  }

  /// A batch of the last segment.
  struct Batch: Sendable {
    var sequence: UInt64
    var offset: Int
    /// The end with padding.
    var end: Int
    /// The end of the last byte that is not zero.
    var contentEnd: Int
    /// The number of records of the journal, as an open gives them, up to this batch.
    var records: Int
  }

  /// Every file that can be damaged, with what it is there for.
  var files: [(path: String, role: Role, bytes: [UInt8])] = []
  /// The path of the last segment.
  var lastSegment = ""
  /// The batches of the last segment, those without records included.
  var batches: [Batch] = []
  /// The number of records before the last segment.
  var recordsBefore = 0
  /// The sequence number of the batch that the manifest states to be durable.
  var durableSequence: UInt64 = 0

  init(_ corpus: JournalCorpus) throws {
    var all: [JournalBatch] = []
    let inspection = try Journal.read(
      directory: journalDirectory, fileSystem: corpus.fileSystem, visitBatch: { all.append($0) },
      visit: { _, _, _ in })
    guard inspection.damage.isEmpty, let last = all.last else {
      throw JournalError(.damaged, "The intact corpus \(corpus.label) cannot be read: \(inspection)")
    }
    let names = corpus.fileSystem.files
    let segments = names.filter { $0.hasSuffix(".journal") }
    lastSegment = segments.last ?? ""
    let lastBytes = corpus.fileSystem.contents(of: lastSegment) ?? []
    let alignment = corpus.options.alignment
    var records = 0
    for batch in all {
      records += batch.records
      guard batch.segment == last.segment else {
        recordsBefore = records
        continue
      }
      let end = batch.offset + (64 + batch.length + alignment - 1) / alignment * alignment
      let contentEnd = (lastBytes[..<end].lastIndex { $0 != 0 } ?? -1) + 1
      batches.append(
        Batch(sequence: batch.sequence, offset: batch.offset, end: end, contentEnd: contentEnd, records: records))
    }
    guard corpus.isLastProven == (last.records == 0) else {
      throw RowError("\(corpus.label) ends with a batch of \(last.records) records, \(last.kind)")
    }
    // The sequence number stands at bytes 40 to 47 of the manifest.
    let manifest = corpus.fileSystem.contents(of: JournalCorpus.manifest) ?? []
    for index in (40..<48).reversed() where index < manifest.count {
      durableSequence = durableSequence << 8 | UInt64(manifest[index])
    }
    try classify(names, segments, corpus)
  }

  private mutating func classify(_ names: [String], _ segments: [String], _ corpus: JournalCorpus) throws {
    for path in names {
      guard let bytes = corpus.fileSystem.contents(of: path) else { continue }
      if path == JournalCorpus.manifest {
        files.append((path, .manifest, bytes))
      } else if segments.contains(path) || path.hasSuffix(".checkpoint") {
        files.append((path, try isRead(path, corpus) ? .needed : .kept, bytes))
      }
    }
  }

  /// Whether an open notices that the file is gone.
  private func isRead(_ path: String, _ corpus: JournalCorpus) throws -> Bool {
    let fileSystem = corpus.fileSystem.copy()
    fileSystem.removeContents(of: path)
    do {
      let opened = try openJournal(fileSystem, corpus.options)
      guard opened.transcript == corpus.expected else {
        throw JournalError(.damaged, "Without \(path), \(corpus.label) opens to \(opened.transcript)")
      }
      return false
    } catch let error as JournalError where error.code == .damaged && error.file == path {
      return true
    }
  }
}
