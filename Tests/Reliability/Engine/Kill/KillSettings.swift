internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import WorkflowJournal

/// Where a kill loop keeps its files and how hard it works.
struct KillSettings: Sendable {
  /// The directory of the journals.
  var journals: String
  /// The directory of the ledgers: on another file system, if there is one.
  var ledgers: String
  /// How many runs are under way at once.
  var width = 96
  /// How many steps a run has, more or less.
  var meanSteps = 16
  /// How often a run has a timer, one in so many, and its longest time in milliseconds.
  var timers = (oneIn: 4, milliseconds: 20)
  /// How many seconds a worker's engine keeps closed runs.
  var retention = 86_400

  /// A setting whose ledger lies on `/dev/shm` if that is a file system of its own.
  init(scratch: String) {
    journals = scratch + "/journals"
    ledgers = scratch + "/ledgers"
    let memory = "/dev/shm"
    let manager = FileManager.default
    if manager.isWritableFile(atPath: memory), device(of: memory) != device(of: scratch) {
      ledgers = "\(memory)/reliability-\(UUID().uuidString.prefix(8))"
    }
  }

  /// Whether the ledger lies on another file system than the journal.
  var hasTwoFileSystems: Bool { device(of: ledgers) != device(of: journals) }

  func prepare() throws {
    for directory in [journals, ledgers] {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }
  }

  /// Removes the ledgers; the journals are in the row's scratch directory.
  func cleanUp() throws { try FileManager.default.removeItem(atPath: ledgers) }

  private func device(of path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.systemNumber] as? Int
  }

  /// The options of every engine of a kill loop: small segments, so that files are made, renamed and removed often.
  static func engineOptions(
    cache: Int = 1000, retention: Int = 86_400, isEncrypted: Bool = false, failpoint: Failpoint? = nil
  ) throws -> WorkflowEngineOptions {
    var options = WorkflowEngineOptions()
    options.maxCachedWorkflows = cache
    options.gracefulShutdownPeriod = .seconds(5)
    // Six processes share two cores: a workflow's code may wait longer for one than it should.
    options.deadlockDetectionTimeout = .seconds(60)
    options.blobThreshold = 4096
    options.retention = .seconds(retention)
    options.checkpointThreshold = 3 << 20
    options.logger = Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() }
    options.journal = JournalOptions(segmentSize: 1 << 20, initialSegmentSize: 128 << 10, alignment: 512)
    if isEncrypted {
      let key = try JournalKey(identifier: 1, bytes: [UInt8](repeating: 42, count: JournalKey.byteCount))
      options.journal.encryption = JournalEncryption(key: key)
    }
    if let failpoint { options.fileSystem = FailpointFileSystem(failpoint: failpoint) }
    return options
  }
}

extension Payload {
  /// A payload of JSON text.
  static func json(_ text: String) -> Payload { Payload(encoding: jsonPlain, data: Array(text.utf8)) }

  /// The payload's bytes as text.
  var text: String { String(decoding: data, as: UTF8.self) }
}
