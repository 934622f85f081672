internal import WorkflowJournal

extension JournalCorpus {
  /// Two installed checkpoints of two parts each, with segments behind the second, all small; the last batch unproven.
  static func checkpoints(_ seed: UInt64) throws -> JournalCorpus {
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.tiny
    options.checkpointPartSize = 2048
    var writer = CorpusWriter(journal: try openJournal(fileSystem, options).journal, seed: seed)
    for _ in 0..<2 {
      for _ in 0..<4 { try writer.commit(of: 1...3, upTo: 300) }
      let before = writer.records
      let cut = try writer.journal.beginCheckpoint()
      try writer.commit(of: 1...2, upTo: 100)
      let summary = JournalLife.summary(of: before)
      let builder = try CheckpointBuilder(
        cut, directory: journalDirectory, fileSystem: fileSystem, options: options)
      for record in summary { try builder.append(type: record.type, body: record.body.span) }
      try writer.journal.install(try builder.finish())
      writer.replaceAll(by: summary, behind: before.count)
    }
    for _ in 0..<3 { try writer.commit(of: 1...2, upTo: 150) }
    return writer.corpus("checkpoints", fileSystem.copy(), options)
  }
}
