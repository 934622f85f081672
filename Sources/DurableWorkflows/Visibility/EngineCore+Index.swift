internal import Logging
internal import WorkflowJournal

extension EngineCore {
  /// The run has started, closed, or changed what can be searched: the index learns of it with the next commit.
  func noteForIndex(_ run: Run) {
    if run.isNotedForIndex || !options.indexesRuns { return }
    run.isNotedForIndex = true
    notedRuns.append(run)
  }

  /// Hands over what has become durable. Nobody has been told of it yet.
  func handOverToIndex() {
    if notedRuns.isEmpty { return }
    visibility.note(
      notedRuns.map { run in
        run.isNotedForIndex = false
        return .put(VisibilityRecord(of: run.state))
      })
    notedRuns.removeAll(keepingCapacity: true)
  }

  /// Has the index made of the journal's runs, beside the engine. The files of runs that lie on disk are read again; no
  /// checkpoint is begun meanwhile, so they stay.
  func rebuildIndex(directory: String) {
    guard options.indexesRuns else { return visibility.disable() }
    let loaded = runs.residents.values.map { VisibilityChange.put(VisibilityRecord(of: $0.state)) }
    let lying = runs.lying
    let images = runs.reader.images
    let options = options
    visibility.rebuild { [mailbox] in
      mailbox.post(.wake)
    } _: { [visibility] indexes in
      let records = JournalRecordReader(
        directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
      let reader = RunReader(images: images) { try records.read($0) }
      do {
        try indexes.applyInBulk { indexes in
          for (number, (key, entry)) in lying.inOrder.enumerated() {
            // Nobody is left to ask, and the files may belong to another process.
            if number % 256 == 0, visibility.isClosed { throw CancellationError() }
            if let state = try reader.state(of: key, entry) { indexes.apply(.put(VisibilityRecord(of: state))) }
          }
          for change in loaded { indexes.apply(change) }
        }
      } catch {
        if visibility.isClosed { throw error }
        options.logger.error(
          "the visibility index could not be made; lists and counts are refused", metadata: ["error": "\(error)"])
        throw error
      }
    }
  }

  /// Refuses search attributes that are not of their declared types.
  func checkSearchAttributes(_ attributes: [String: Payload]) throws {
    if attributes.isEmpty { return }
    for (name, payload) in attributes where !payload.isNull {
      let type = options.searchAttributes[name] ?? SearchAttributeType.predefined[name]
      guard let type, SearchAttributeValue(payload, as: type) == nil else { continue }
      throw WorkflowServiceError(
        .invalidArgument, "the search attribute '\(name)' is declared as \(type.rawValue); its value is none")
    }
  }
}
