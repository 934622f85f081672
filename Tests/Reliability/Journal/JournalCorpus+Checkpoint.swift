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

  /// Two owners that encrypt, the second with another key, and a checkpoint.
  static func encrypted(_ seed: UInt64) throws -> JournalCorpus {
    let keys = try (1...2).map { number in
      try JournalKey(identifier: UInt32(number), bytes: [UInt8](repeating: UInt8(number), count: JournalKey.byteCount))
    }
    let fileSystem = InMemoryFileSystem()
    var options = JournalOptions.tiny
    options.encryption = JournalEncryption(key: keys[0])
    var writer = CorpusWriter(journal: try openJournal(fileSystem, options).journal, seed: seed)
    for _ in 0..<3 { try writer.commit(of: 1...3, upTo: 200) }
    let before = writer.records
    let builder = try CheckpointBuilder(
      try writer.journal.beginCheckpoint(), directory: journalDirectory, fileSystem: fileSystem, options: options)
    let summary = JournalLife.summary(of: before)
    for record in summary { try builder.append(type: record.type, body: record.body.span) }
    try writer.journal.install(try builder.finish())
    writer.replaceAll(by: summary, behind: before.count)
    try writer.commit(of: 1...2, upTo: 150)
    try writer.journal.close()
    options.encryption = JournalEncryption(key: keys[1], formerKeys: [keys[0]])
    writer.journal = try openJournal(fileSystem, options).journal
    for _ in 0..<2 { try writer.commit(of: 1...2, upTo: 150) }
    return writer.corpus("encrypted", fileSystem.copy(), options)
  }
}
