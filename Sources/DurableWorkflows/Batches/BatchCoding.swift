/// A record of a batch.
enum BatchRecord: Hashable, Sendable {
  case definition(BatchJob.Definition)
  case progress(jobID: String, BatchJob.Progress)

  /// The kind that begins the record of a batch of another namespace than the engine's own: the namespace follows, then
  /// the record.
  private static let namespaceKind: UInt8 = 3

  var encoded: [UInt8] { encoded(in: .own) }

  func encoded(in namespace: NamespaceKey) -> [UInt8] {
    var writer = ByteWriter()
    writer.namespacePrefix(namespace, BatchRecord.namespaceKind)
    switch self {
    case .definition(let definition):
      writer.byte(1)
      writer.text(definition.jobID)
      writer.text(definition.query)
      writer.batchOperation(definition.operation)
      writer.text(definition.reason)
      writer.text(definition.identity)
      writer.unsigned(definition.maxOperationsPerSecond.bitPattern)
      writer.signed(definition.startTime.nanosecondsSinceEpoch)
    case .progress(let jobID, let progress):
      writer.byte(2)
      writer.text(jobID)
      writer.count(progress.state.rawValue)
      writer.unsigned(progress.position)
      writer.count(progress.total)
      writer.count(progress.completed)
      writer.count(progress.failed)
      writer.optional(progress.closeTime) { $0.signed($1.nanosecondsSinceEpoch) }
      writer.text(progress.lastFailure)
    }
    return writer.bytes
  }

  /// A record with the namespace of its batch.
  static func decode(_ body: [UInt8]) throws(RecordCodingError) -> (NamespaceKey, BatchRecord) {
    var reader = ByteReader(body)
    let namespace = try reader.namespacePrefix(namespaceKind)
    var record = try BatchRecord(from: &reader)
    if case .definition(var definition) = record {
      definition.namespace = namespace
      record = .definition(definition)
    }
    return (namespace, record)
  }

  init(decoding body: [UInt8]) throws(RecordCodingError) { self = try BatchRecord.decode(body).1 }

  private init(from reader: inout ByteReader) throws(RecordCodingError) {
    switch try reader.byte() {
    case 1:
      let jobID = try reader.text()
      let query = try reader.text()
      let operation = try reader.batchOperation()
      let reason = try reader.text()
      let identity = try reader.text()
      let rate = Double(bitPattern: try reader.unsigned())
      guard BatchJob.rates.contains(rate) else {
        throw RecordCodingError("batch '\(jobID)' has a rate of \(rate)", at: reader.remaining)
      }
      self = .definition(
        BatchJob.Definition(
          jobID: jobID, query: query, operation: operation, reason: reason, identity: identity,
          maxOperationsPerSecond: rate, startTime: Timestamp(nanosecondsSinceEpoch: try reader.signed())))
    case 2:
      let jobID = try reader.text()
      let number = Int(clamping: try reader.unsigned())
      guard let state = BatchOperationDescription.State(rawValue: number) else {
        throw RecordCodingError("batch state \(number) is unknown", at: reader.remaining)
      }
      var progress = BatchJob.Progress(
        state: state, position: try reader.unsigned(), total: Int(clamping: try reader.unsigned()))
      progress.completed = Int(clamping: try reader.unsigned())
      progress.failed = Int(clamping: try reader.unsigned())
      progress.closeTime = try reader.optional { reader throws(RecordCodingError) in
        Timestamp(nanosecondsSinceEpoch: try reader.signed())
      }
      progress.lastFailure = try reader.text()
      self = .progress(jobID: jobID, progress)
    case let kind: throw RecordCodingError("batch record kind \(kind) is unknown; a newer version wrote it", at: 0)
    }
  }
}

extension ByteWriter {
  fileprivate mutating func batchOperation(_ operation: BatchOperation) {
    switch operation {
    case .terminate(let details):
      byte(1)
      payloads(details)
    case .cancel: byte(2)
    case .signal(let name, let input, let header):
      byte(3)
      text(name)
      payloads(input)
      payloadMap(header)
    case .delete: byte(4)
    case .pause: byte(5)
    case .unpause: byte(6)
    case .reset(let point, let reapply):
      byte(7)
      switch point.value {
      case .firstWorkflowTask: byte(1)
      case .lastWorkflowTask: byte(2)
      case .event(let id):
        byte(3)
        signed(id)
      case .buildID(let id):
        byte(4)
        text(id)
      }
      count(reapply.rawValue)
    }
  }
}

extension ByteReader {
  fileprivate mutating func batchOperation() throws(RecordCodingError) -> BatchOperation {
    switch try byte() {
    case 1: return .terminate(details: try payloads())
    case 2: return .cancel
    case 3: return .signal(name: try text(), input: try payloads(), header: try payloadMap())
    case 4: return .delete
    case 5: return .pause
    case 6: return .unpause
    case 7:
      let point: WorkflowResetPoint
      switch try byte() {
      case 1: point = .firstWorkflowTask
      case 2: point = .lastWorkflowTask
      case 3: point = .event(try signed())
      case 4: point = .buildID(try text())
      case let kind: throw RecordCodingError("reset point \(kind) is unknown; a newer version wrote it", at: remaining)
      }
      return .reset(
        to: point, reapply: ResetWorkflowExecutionRequest.Reapply(rawValue: Int(clamping: try unsigned())))
    case let kind:
      throw RecordCodingError("batch operation \(kind) is unknown; a newer version wrote it", at: remaining)
    }
  }
}

/// The batches of a journal, gathered record by record.
struct RecoveredBatches {
  private(set) var jobs: [NamespacedID: BatchJob] = [:]

  /// Folds a record in.
  mutating func visit(_ body: [UInt8]) throws(RecordCodingError) {
    let (namespace, record) = try BatchRecord.decode(body)
    switch record {
    case .definition(let definition):
      jobs[definition.key] = BatchJob(definition: definition, progress: BatchJob.Progress(position: 0, total: 0))
    case .progress(let jobID, let progress):
      let key = NamespacedID(namespace, jobID)
      guard jobs[key] != nil else {
        throw RecordCodingError("batch '\(jobID)' has progress but no definition", at: 0)
      }
      jobs[key]?.progress = progress
    }
  }

  /// Those that run, or ended when their namespace still keeps what ended; in the order of their ids.
  func jobs(closedSince oldestCloses: RetentionLimits) -> [BatchJob] {
    jobs.values.filter { job in job.progress.closeTime.map { $0 >= oldestCloses[job.definition.namespace] } ?? true }
      .sorted { $0.definition.key < $1.definition.key }
  }
}
