internal import Logging
internal import WorkflowJournal

/// The closed runs that an engine knows, at the moment of a checkpoint's cut.
///
/// An engine that took over from what was read behind one checkpoint, while the next was installed already, knows runs
/// that the latter has left out. What a new checkpoint does not have of them is forgotten.
struct KnownRuns: Sendable {
  fileprivate let lying: LyingRuns
  fileprivate let resident: [RunSummary]
  fileprivate let images: ImageIndex

  init(_ runs: RunTable) {
    lying = runs.lying
    resident = runs.residents.values.filter { !$0.isOpen }.map { RunSummary(of: $0.state) }
    images = runs.reader.images
  }
}

extension Compaction.Result {
  /// Adds the closed runs that are known and not in the checkpoint. Their ids are read where they were known from, whose
  /// files stay until this checkpoint is installed.
  mutating func forget(_ known: KnownRuns, directory: String, options: WorkflowEngineOptions) {
    let noted = Set(forgotten.map(\.key))
    func isLeftOut(_ key: RunKey) -> Bool { images.image(of: key) == nil && !noted.contains(key) }
    let records = JournalRecordReader(
      directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
    let reader = RunReader(images: known.images) { try records.read($0) }
    forgotten += known.resident.filter { isLeftOut($0.key) }.map(Compaction.Forgotten.init)
    for (key, entry) in known.lying.inOrder where !entry.isOpen && isLeftOut(key) {
      do {
        guard let state = try reader.state(of: key, entry) else { continue }
        forgotten.append(Compaction.Forgotten(RunSummary(of: state)))
      } catch {
        // It is not there any more, whoever asks for it; only lists name it until the next start.
        options.logger.warning(
          "a run whose retention is over cannot be read", metadata: ["run": "\(key)", "error": "\(error)"])
      }
    }
  }
}
