internal import WorkflowJournal

/// Makes a checkpoint of what lies before its cut: every run that is open or was closed lately becomes an image, the
/// others are left out.
///
/// It reads nothing but what the cut covers, the former checkpoint and the segments since, which nobody changes; so it
/// needs nothing of the engine and runs beside it, on another thread. A run to which nothing happened since the former
/// checkpoint is copied without being decoded.
struct Compaction {
  /// A closed run whose time is over.
  struct Forgotten: Sendable {
    var key: RunKey
    var namespace: NamespaceKey
    var workflowID: String
    var runID: String
    var resetRequestID: String

    init(_ run: RunSummary) {
      (key, namespace, workflowID, runID) = (run.key, run.namespace, run.workflowID, run.runID)
      resetRequestID = run.resetRequestID
    }
  }

  struct Result: Sendable {
    var checkpoint: FinishedCheckpoint
    var images: ImageIndex
    var forgotten: [Forgotten] = []
    /// The files that runs and schedules of the checkpoint refer to.
    var blobs: Set<BlobReference> = []
  }

  private struct TailRecord {
    var type: UInt8
    var pointer: RecordPointer
  }

  private let builder: CheckpointBuilder
  /// Runs that closed before these times are left out.
  private let oldestCloses: RetentionLimits
  private let isCancelled: () -> Bool

  private var images = ImageIndex()
  private var forgotten: [Forgotten] = []
  private var blobs: Set<BlobReference> = []
  private var tails: [RunKey: [TailRecord]] = [:]
  private var schedules = RecoveredSchedules()
  private var batches = RecoveredBatches()
  private var nextKey: UInt64 = 1

  /// - Parameter oldestCloses: runs that closed before these times are left out.
  static func run(
    _ builder: CheckpointBuilder, cut: CheckpointCut, oldestCloses: RetentionLimits, isCancelled: @escaping () -> Bool
  ) throws -> Result {
    var compaction = Compaction(builder: builder, oldestCloses: oldestCloses, isCancelled: isCancelled)
    do {
      try compaction.collectTails()
      try compaction.writeEngine()
      try compaction.writeFormerRuns()
      try compaction.writeNewRuns()
      compaction.images.firstSegment = cut.firstSegment
      return Result(
        checkpoint: try builder.finish(), images: compaction.images, forgotten: compaction.forgotten,
        blobs: compaction.blobs)
    } catch {
      builder.abandon()
      throw error
    }
  }

  private init(builder: CheckpointBuilder, oldestCloses: RetentionLimits, isCancelled: @escaping () -> Bool) {
    self.builder = builder
    self.oldestCloses = oldestCloses
    self.isCancelled = isCancelled
  }

  private func checkCancellation() throws {
    if isCancelled() { throw CancellationError() }
  }

  // MARK: Reading

  /// Where the records behind the former checkpoint lie, by run; and all of the schedules.
  private mutating func collectTails() throws {
    var tails: [RunKey: [TailRecord]] = [:]
    var schedules = RecoveredSchedules()
    var batches = RecoveredBatches()
    var nextKey: UInt64 = 1
    try builder.visitRecords { type, body, pointer in
      switch type & 0x7F {
      case RecordType.events, RecordType.state:
        let key = try RunRecord.key(of: body)
        nextKey = max(nextKey, key.rawValue + 1)
        tails[key, default: []].append(TailRecord(type: type & 0x7F, pointer: pointer))
      case RecordType.schedule:
        try schedules.visit([UInt8](copying: body))
      case RecordType.batch:
        try batches.visit([UInt8](copying: body))
      case RecordType.engine:
        nextKey = max(nextKey, try EngineRecord(decoding: [UInt8](copying: body)).nextKey)
      case RecordType.image, RecordType.history:
        break
      default:
        if type & 0x80 == 0 { throw RecordCodingError("record type \(type) is unknown; a newer version wrote it", at: 0) }
      }
    }
    self.tails = tails
    self.schedules = schedules
    self.batches = batches
    self.nextKey = nextKey
  }

  // MARK: Writing

  private mutating func writeEngine() throws {
    _ = try append(RecordType.engine, EngineRecord(nextKey: nextKey).encoded)
    let collector = BlobCollector()
    for machine in schedules.machines {
      for record in [
        .definition(id: machine.id, machine.definition), .progress(id: machine.id, machine.progress),
        .outcome(id: machine.id, machine.outcome),
      ] as [ScheduleRecord] {
        var writer = ByteWriter()
        writer.scheduleRecord(record, in: machine.namespace)
        _ = try append(RecordType.schedule, writer.bytes)
      }
      if case .startWorkflow(let action) = machine.definition.action { collector.note(action.input) }
      collector.note(machine.outcome.lastCompletionResult)
    }
    for job in batches.jobs(closedSince: oldestCloses) {
      let definition = job.definition
      _ = try append(RecordType.batch, BatchRecord.definition(definition).encoded(in: definition.namespace))
      _ = try append(
        RecordType.batch,
        BatchRecord.progress(jobID: definition.jobID, job.progress).encoded(in: definition.namespace))
      switch job.definition.operation {
      case .signal(_, let input, _): collector.note(input)
      case .terminate(let details): collector.note(details)
      case .cancel, .delete, .pause, .unpause, .reset: break
      }
    }
    blobs.formUnion(collector.references)
  }

  /// Copies the images of the former checkpoint, and makes those anew to which something has happened.
  private mutating func writeFormerRuns() throws {
    /// The run whose records are being read, if it has to be made anew.
    var changed: (image: RunImage, events: [[UInt8]])?
    var isLeftOut = false
    var visited = 0
    var work = self
    self.tails = [:]
    func finish(_ work: inout Compaction) throws {
      guard let (image, events) = changed else { return }
      changed = nil
      let tail = work.tails.removeValue(forKey: image.summary.key) ?? []
      try work.write(image.summary.key, image: image, events: events, tail: tail)
    }
    try builder.visitRecords { type, body, pointer in
      guard pointer.isCheckpoint else { return }
      visited += 1
      if visited % 4096 == 0 { try work.checkCancellation() }
      switch type & 0x7F {
      case RecordType.image:
        try finish(&work)
        isLeftOut = false
        let bytes = [UInt8](copying: body)
        let key = try RunRecord.key(of: bytes)
        if work.tails[key] != nil {
          let image = try RunImage(decoding: bytes)
          changed = (image, image.events)
          return
        }
        let head = try RunImage.Head(decoding: bytes)
        if work.isOver(head.summary.closeTime, in: head.summary.namespace) {
          isLeftOut = true
          work.forget(head.summary)
          return
        }
        work.blobs.formUnion(head.blobs)
        try work.images.append(key, work.append(type, bytes))
      case RecordType.history:
        if changed != nil {
          changed?.events.append([UInt8](copying: body))
        } else if !isLeftOut {
          let bytes = [UInt8](copying: body)
          work.images.append(following: try work.append(type, bytes), of: try RunRecord.key(of: bytes))
        }
      default:
        break
      }
    }
    try finish(&work)
    self = work
  }

  /// What is left began behind the former checkpoint.
  private mutating func writeNewRuns() throws {
    for (position, key) in tails.keys.sorted().enumerated() {
      if position % 1024 == 0 { try checkCancellation() }
      try write(key, image: nil, events: [], tail: tails[key] ?? [])
    }
  }

  /// Writes the image of a run whose records are those of an earlier image and those of the tail.
  private mutating func write(
    _ key: RunKey, image: RunImage?, events former: [[UInt8]], tail: [TailRecord]
  ) throws {
    var state: RunState?
    var bodies = former
    for body in former { try RunRecord.fold(events: body, into: &state) }
    for body in image?.states ?? [] { try RunRecord.fold(state: body, into: &state) }
    let collector = BlobCollector()
    for record in tail {
      let body = try builder.read(record.pointer)
      if record.type == RecordType.state {
        if state == nil, try RunRecord.isDeletion(state: body) { return }
        try RunRecord.fold(state: body, into: &state)
      } else {
        let events = try RunRecord.fold(events: body, into: &state)
        try collector.note(events)
        bodies.append(body)
      }
    }
    guard let state else { throw RecordCodingError("run \(key) has state but no start", at: 0) }
    // The engine forgot it when it was deleted.
    if state.isDeleted { return }
    if isOver(state.closeTime, in: state.started.namespace) { return forget(RunSummary(of: state)) }
    let references = Set(image?.blobs ?? []).union(collector.references)
    blobs.formUnion(references)
    let new = RunImage(of: state, events: bodies, blobs: references.sorted { $0.description < $1.description })
    try images.append(key, append(RecordType.image, new.encoded))
    if new.followingRecords > 0 {
      for body in bodies { images.append(following: try append(RecordType.history, body), of: key) }
    }
  }

  private func isOver(_ closeTime: Timestamp?, in namespace: NamespaceKey) -> Bool {
    closeTime.map { $0 < oldestCloses[namespace] } ?? false
  }

  private mutating func forget(_ run: RunSummary) {
    forgotten.append(Forgotten(run))
  }

  private func append(_ type: UInt8, _ body: [UInt8]) throws -> RecordPointer {
    try builder.append(type: type, body: body.span)
  }
}

/// What a checkpoint keeps of the engine itself.
struct EngineRecord {
  /// The number of the next run.
  var nextKey: UInt64

  init(nextKey: UInt64) { self.nextKey = nextKey }

  init(decoding body: [UInt8]) throws(RecordCodingError) {
    var reader = ByteReader(body)
    nextKey = try reader.unsigned()
    guard (1...RunKey.limit).contains(nextKey) else {
      throw RecordCodingError("\(nextKey) is not the number of a run", at: 0)
    }
  }

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: 10)
    writer.unsigned(nextKey)
    return writer.bytes
  }
}
