internal import WorkflowJournal

/// The runs of a journal, gathered record by record while it is opened.
///
/// Runs to which nothing happened since the checkpoint stay on disk: of their images only the summaries are taken.
struct RecoveredRuns {
  /// Runs that were loaded, because something happened to them since the checkpoint or has to happen now.
  private(set) var runs: [RunKey: Run] = [:]
  /// The runs that lie on disk, and the ids of all that do or did while the journal was read.
  private(set) var tables = RunTables()
  private(set) var images = ImageIndex()
  private(set) var schedules = RecoveredSchedules()
  private(set) var batches = RecoveredBatches()
  /// The namespaces beside the engine's own of which there is something, or was.
  private(set) var namespaces: Set<NamespaceKey> = []
  private(set) var nextKey = RunKey(rawValue: 1)
  /// When this many runs are in memory, those that may lie are put down.
  private var sweepSize = RecoveredRuns.smallestSweep
  /// Runs that were read since they were last looked through, of somebody who reads on and on.
  private var touched: Set<RunKey>?
  /// The image whose records of events are being read, if it is that of a run that is loaded.
  private var unfinished: (image: RunImage, state: RunState?)?
  private let read: (RecordPointer) throws -> [UInt8]

  /// The smallest such number, and that of somebody who reads on and on: a take-over adopts what is in memory one by one.
  private static let smallestSweep = 20_000
  private static let smallestSweepOfFollower = 1000

  /// - Parameter read: reads a record of the journal that is being opened.
  init(read: @escaping (RecordPointer) throws -> [UInt8]) { self.read = read }

  /// Folds a record in.
  mutating func visit(type: UInt8, body: Span<UInt8>, at pointer: RecordPointer) throws {
    switch type & 0x7F {
    case RecordType.image: try visitImage([UInt8](copying: body), at: pointer)
    case RecordType.history: try visitHistory(body, at: pointer)
    case RecordType.events: try visitEvents([UInt8](copying: body), at: pointer)
    case RecordType.state:
      let key = try RunRecord.key(of: body)
      let bytes = [UInt8](copying: body)
      guard let run = try loaded(key) else {
        if try RunRecord.isDeletion(state: bytes) { return try note(key) }
        throw RecordCodingError("run \(key) has state but no start", at: 0)
      }
      try run.state.fold(state: bytes)
    case RecordType.schedule: try schedules.visit([UInt8](copying: body))
    case RecordType.batch: try batches.visit([UInt8](copying: body))
    case RecordType.engine:
      try note(RunKey(rawValue: try EngineRecord(decoding: [UInt8](copying: body)).nextKey - 1))
    default:
      if type & 0x80 == 0 { throw RecordCodingError("record type \(type) is unknown; a newer version wrote it", at: 0) }
    }
  }

  /// Everything has been visited.
  mutating func finish() throws {
    try finishImage()
    for run in runs.values where run.state.isDeleted { tables.forget(run.state) }
    namespaces.formUnion(schedules.namespaces)
    namespaces.formUnion(batches.jobs.keys.lazy.map(\.namespace).filter { !$0.isOwn })
  }

  private mutating func note(_ namespace: NamespaceKey) {
    if !namespace.isOwn { namespaces.insert(namespace) }
  }

  private mutating func note(_ key: RunKey) throws(RecordCodingError) {
    guard key.rawValue < RunKey.limit else { throw RecordCodingError("\(key) is not the number of a run", at: 0) }
    nextKey = RunKey(rawValue: max(nextKey.rawValue, key.rawValue + 1))
  }

  // MARK: Images

  private mutating func visitImage(_ body: [UInt8], at pointer: RecordPointer) throws {
    try finishImage()
    let key = try RunRecord.key(of: body)
    try note(key)
    try images.append(key, pointer)
    let head = try RunImage.Head(decoding: body)
    note(head.summary.namespace)
    if head.summary.isActive {
      var state: RunState?
      let image = try RunImage(decoding: body)
      for body in image.events { try RunRecord.fold(events: body, into: &state) }
      unfinished = (image, state)
    } else {
      tables.put(head.summary, LyingRuns.Entry(isOpen: head.summary.isOpen, tail: []))
    }
  }

  private mutating func visitHistory(_ body: Span<UInt8>, at pointer: RecordPointer) throws {
    images.append(following: pointer, of: try RunRecord.key(of: body))
    guard let (image, before) = unfinished else { return }
    var state = before
    try RunRecord.fold(events: [UInt8](copying: body), into: &state)
    unfinished = (image, state)
  }

  private mutating func finishImage() throws {
    guard let (image, before) = unfinished else { return }
    var state = before
    unfinished = nil
    for body in image.states { try RunRecord.fold(state: body, into: &state) }
    guard let state else { throw RecordCodingError("the image of run \(image.summary.key) has no events", at: 0) }
    runs[state.key] = Run(state: state)
  }

  // MARK: Records behind the checkpoint

  /// The run, loaded if it lies on disk.
  private mutating func loaded(_ key: RunKey) throws -> Run? {
    try finishImage()
    touched?.insert(key)
    if let run = runs[key] { return run }
    guard let entry = tables.lying[key] else { return nil }
    let reader = RunReader(images: images, read: read)
    guard let state = try reader.state(of: key, entry) else { return nil }
    tables.remove(state)
    let run = Run(state: state, history: entry.tail)
    runs[key] = run
    return run
  }

  private mutating func visitEvents(_ body: [UInt8], at pointer: RecordPointer) throws {
    let key = try RunRecord.key(of: body)
    if let run = try loaded(key) {
      try run.state.fold(events: body)
      run.history.append(pointer)
      return
    }
    var state: RunState?
    try RunRecord.fold(events: body, into: &state)
    guard let state else { return }
    note(state.started.namespace)
    try note(key)
    runs[key] = Run(state: state, history: [pointer])
    if runs.count >= sweepSize { sweep() }
  }

  /// Puts down the runs that may lie, so that memory follows what is active.
  private mutating func sweep(sparing busy: Set<RunKey> = []) {
    putDown(runs.keys.filter { !busy.contains($0) }.sorted())
    let smallest = touched == nil ? RecoveredRuns.smallestSweep : RecoveredRuns.smallestSweepOfFollower
    sweepSize = max(smallest, 2 * runs.count)
  }

  /// Puts down those of the given runs that may lie.
  private mutating func putDown(_ keys: [RunKey], onlyClosed: Bool = false) {
    for key in keys {
      guard let run = runs[key], run.state.mayLie, !(onlyClosed && run.state.isOpen) else { continue }
      tables.put(RunSummary(of: run.state), LyingRuns.Entry(run.state, tail: run.history))
      runs[key] = nil
    }
  }

  // MARK: Reading on and on

  /// Between two looks at a journal that grows: as little as may be is left to whoever takes over.
  mutating func settle() {
    let keys = touched
    touched = []
    for key in keys ?? Set(runs.keys) {
      guard let run = runs[key], run.state.isDeleted else { continue }
      tables.forget(run.state)
      runs[key] = nil
    }
    guard let keys else { return sweep() }
    putDown(keys.sorted(), onlyClosed: true)
    // Open ones to which something has just happened would soon be loaded again.
    if runs.count >= sweepSize { sweep(sparing: keys) }
  }

  // MARK: Results

  /// Hands over the tables, in which the ``loadedRuns`` are found by their ids as well.
  mutating func takeTables(entering loaded: [Run]) -> RunTables {
    for run in loaded { tables.enter(run.state) }
    defer { tables = RunTables() }
    return tables
  }

  /// The runs that are in memory, in the order of their starts; those that were deleted are left out.
  var loadedRuns: [Run] { runs.values.filter { !$0.state.isDeleted }.sorted { $0.state.key < $1.state.key } }

  /// The open runs in the order of their starts, read one at a time.
  var openRuns: [(key: RunKey, entry: LyingRuns.Entry)] {
    let loaded = runs.values.filter(\.state.isOpen).map { ($0.state.key, LyingRuns.Entry($0.state, tail: $0.history)) }
    let others = tables.lying.inOrder.filter(\.entry.isOpen).map { ($0.key, $0.entry) }
    return (loaded + others).sorted { $0.0 < $1.0 }
  }
}
