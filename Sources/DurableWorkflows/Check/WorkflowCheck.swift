internal import Logging
internal import WorkflowJournal

/// The check before a deployment: replays every open run of a journal directory against this binary's workflow types,
/// without changing anything.
///
/// It takes no lock and writes nothing, so it also works while an engine uses the journal; then it sees the runs as
/// they were a moment ago. Code that does not yield is found, too; code that traps takes the check with it.
public enum WorkflowCheck {
  /// Replays all open runs, each against the version of its type that it is pinned to.
  ///
  /// Runs of types and versions that are not among `workflows` are broken, too.
  ///
  /// - Parameters:
  ///   - directory: the journal's directory.
  ///   - workflows: the types of the deployment.
  ///   - options: the deployment's; namespaces, payload converter, interceptors and file system count.
  /// - Throws: ``WorkflowEngineError``: `invalidConfiguration` for types that could not be registered together, and for
  ///   namespaces of the journal that the options do not have; `journal` when there is no journal, or it is damaged, cannot be read, or was written by a newer version.
  public static func run(
    directory: String, workflows: [any WorkflowDefinition.Type],
    options: WorkflowEngineOptions = WorkflowEngineOptions()
  ) async throws -> WorkflowCheckReport {
    let registry = try EngineRegistry(workflows: workflows, activities: [])
    do {
      let open = try await EngineThread.perform { try openRuns(directory, options) }
      var report = WorkflowCheckReport(
        directory: directory, openRuns: open.runs.count, workflowTasks: 0, brokenRuns: [])
      for entry in open.runs {
        let (run, history) = try await EngineThread.perform { try read(entry, open.images, directory, options) }
        do {
          report.workflowTasks += try await replay(history, of: run, registry, directory, options)
        } catch let error as JournalError {
          throw error
        } catch {
          report.brokenRuns.append(BrokenRun(run.state, error, registry))
        }
      }
      return report
    } catch let error as WorkflowEngineError where error.code == .invalidConfiguration {
      throw error
    } catch {
      throw WorkflowEngineError(.journal, "the journal in '\(directory)' cannot be checked", cause: error)
    }
  }

  private struct OpenRun: Sendable {
    var state: RunState
  }

  /// Where the open runs lie.
  private struct OpenRuns: Sendable {
    var runs: [(key: RunKey, entry: LyingRuns.Entry)]
    var images: ImageIndex
  }

  private static func openRuns(_ directory: String, _ options: WorkflowEngineOptions) throws -> OpenRuns {
    let recovered = try read(directory, options)
    try recovered.checkNamespaces(options)
    return OpenRuns(runs: recovered.openRuns, images: recovered.images)
  }

  /// - Returns: how many workflow tasks were compared.
  private static func replay(
    _ history: [HistoryEvent], of run: OpenRun, _ registry: EngineRegistry, _ directory: String,
    _ options: WorkflowEngineOptions
  ) async throws -> Int {
    let registration = try registry.registration(of: run.state.started)
    let payloads = PayloadStore(
      blobs: BlobStore(
        readingFrom: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption),
      threshold: options.blobThreshold,
      maximumSize: options.maximumPayloadSize)
    let replayed = try await EngineThread.perform(within: options.deadlockDetectionTimeout) {
      try DryReplay.replay(
        history, registration, namespace: options.name(of: run.state.started.namespace), options.payloadConverter,
        silent, WorkflowInterceptors(options.interceptors),
        resolve: payloads.resolved)
    }
    return replayed.workflowTasks
  }

  private typealias BrokenRun = WorkflowCheckReport.BrokenRun

  private static var silent: Logger { Logger(label: "check") { _ in SwiftLogNoOpLogHandler() } }

  /// How often the journal is read again when what was read does not fit together: its owner writes meanwhile.
  private static let mostReads = 3

  private static func read(_ directory: String, _ options: WorkflowEngineOptions) throws -> RecoveredRuns {
    var reads = 0
    while true {
      reads += 1
      let records = JournalRecordReader(
        directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
      var recovered = RecoveredRuns { try records.read($0) }
      // What follows a damaged batch may lack its beginning: the damage is the error to report.
      var problem: (any Error)?
      let found = try Journal.read(
        directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption
      ) { type, body, pointer in
        if problem != nil { return }
        do {
          try recovered.visit(type: type, body: body, at: pointer)
        } catch {
          problem = error
        }
      }
      if problem == nil {
        do { try recovered.finish() } catch { problem = error }
      }
      if let problem = found.damage.first ?? problem {
        if reads < mostReads { continue }
        throw problem
      }
      if found.segments == 0 {
        throw WorkflowServiceError(
          .notFound, "there is no journal in the directory; name the one that the engine opens")
      }
      return recovered
    }
  }

  private static func read(
    _ run: (key: RunKey, entry: LyingRuns.Entry), _ images: ImageIndex, _ directory: String,
    _ options: WorkflowEngineOptions
  ) throws -> (OpenRun, [HistoryEvent]) {
    let records = JournalRecordReader(
        directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
    let reader = RunReader(images: images) { try records.read($0) }
    guard let state = try reader.state(of: run.key, run.entry) else {
      throw RecordCodingError("run \(run.key) has no records", at: 0)
    }
    var history: [HistoryEvent] = []
    try reader.forEachEventRecord(of: run.key, tail: run.entry.tail) { body in
      history.append(contentsOf: try RunRecord.events(of: body, tasks: state.started.usualTask))
    }
    return (OpenRun(state: state), history)
  }
}

extension WorkflowCheckReport.BrokenRun {
  fileprivate init(_ state: RunState, _ error: any Error, _ registry: EngineRegistry) {
    let mismatch = error as? NonDeterminismError
    self.init(
      execution: state.execution, workflowType: state.started.workflowType, version: state.started.version,
      eventID: mismatch?.eventID, expected: mismatch?.expected, actual: mismatch?.actual,
      message: mismatch?.message ?? "\(error)", isBlockedAlready: state.blocked != nil)
    guard mismatch == nil, (try? registry.registration(of: state.started)) == nil else { return }
    eventID = 1
    expected = "workflow type '\(workflowType)'" + (version > 0 ? ", version \(version)" : "")
    actual = "not registered"
  }
}
