internal import WorkflowJournal

/// One run as a checkpoint keeps it: what the engine must know to let it lie, and the records that it is loaded from.
///
/// The records of events are those of the segments, byte for byte. What its state records amount to is written anew, so
/// a run that was retried a thousand times has no thousand records.
struct RunImage {
  var summary: RunSummary
  /// Files that the run's payloads are in.
  var blobs: [BlobReference] = []
  /// Bodies of state records that restore what events do not tell.
  var states: [[UInt8]] = []
  /// Bodies of the records of events; empty when they are too long for the image and follow it as records of their own.
  var events: [[UInt8]] = []
  /// How many records of events follow.
  var followingRecords = 0

  /// Longer histories follow their image in records of their own.
  static let largestInlineHistory = 256 * 1024

  init(
    of state: RunState, events: [[UInt8]], blobs: [BlobReference]
  ) {
    summary = RunSummary(of: state)
    self.blobs = blobs
    states = state.residualRecords.map { record in
      var writer = ByteWriter(reserving: 64)
      writer.stateRecord(record, of: state.key)
      return writer.bytes
    }
    if events.reduce(0, { $0 + $1.count }) <= RunImage.largestInlineHistory {
      self.events = events
    } else {
      followingRecords = events.count
    }
  }

  init(decoding body: [UInt8]) throws(RecordCodingError) {
    var reader = ByteReader(body)
    let head = try Head(from: &reader)
    summary = head.summary
    blobs = head.blobs
    states = try reader.array { reader throws(RecordCodingError) in try reader.blob() }
    events = try reader.array { reader throws(RecordCodingError) in try reader.blob() }
    followingRecords = Int(clamping: try reader.unsigned())
  }

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: 256 + events.reduce(0) { $0 + $1.count + 3 })
    summary.write(to: &writer)
    writer.array(blobs) { $0.blob($1.encoded) }
    writer.array(states) { $0.blob($1) }
    writer.array(events) { $0.blob($1) }
    writer.count(followingRecords)
    return writer.bytes
  }
}

extension RunImage {
  /// The beginning of an image, without the records.
  struct Head {
    var summary: RunSummary
    var blobs: [BlobReference]

    init(decoding body: [UInt8]) throws(RecordCodingError) {
      var reader = ByteReader(body)
      try self.init(from: &reader)
    }

    init(from reader: inout ByteReader) throws(RecordCodingError) {
      summary = try RunSummary(from: &reader)
      blobs = try reader.array { reader throws(RecordCodingError) in
        guard let blob = BlobReference(encoded: try reader.blob()) else {
          throw RecordCodingError("a run's blob reference does not have 40 bytes", at: reader.remaining)
        }
        return blob
      }
    }
  }
}

/// What the engine must know of a run that lies on disk.
struct RunSummary: Sendable {
  var key: RunKey
  var isOpen: Bool
  /// Whether the run has something to do and cannot lie until a timer or a request reaches for it.
  var isActive: Bool
  var workflowID: String
  var runID: String
  var namespace: NamespaceKey
  /// The request of the reset that made the run; empty if none did.
  var resetRequestID: String
  var closeTime: Timestamp?
  var timers: [(timer: RunTimer, deadline: Timestamp)]
  /// The children that run, by their first run.
  var children: [(firstRunID: String, initiatedEventID: Int64)]

  init(of state: RunState) {
    key = state.key
    isOpen = state.isOpen
    isActive = !state.mayLie
    workflowID = state.started.workflowID
    runID = state.started.runID
    namespace = state.started.namespace
    resetRequestID = state.started.isReset ? state.started.requestID : ""
    closeTime = state.closeTime
    timers = []
    children = []
    guard state.isOpen else { return }
    for case .armTimer(let timer, let deadline) in state.runTimers { timers.append((timer, deadline)) }
    for timer in state.timers {
      timers.append((.workflowTimer(startedEventID: timer.startedEventID), timer.deadline))
    }
    for child in state.children {
      if let execution = child.execution { children.append((execution.runID, child.initiatedEventID)) }
    }
  }

  init(from reader: inout ByteReader) throws(RecordCodingError) {
    key = RunKey(rawValue: try reader.unsigned())
    let flags = try reader.byte()
    isOpen = flags & 1 != 0
    isActive = flags & 2 != 0
    workflowID = try reader.text()
    runID = try reader.text()
    resetRequestID = flags & 4 != 0 ? try reader.text() : ""
    namespace = flags & 16 != 0 ? NamespaceKey(name: try reader.text()) : .own
    closeTime = flags & 8 != 0 ? Timestamp(nanosecondsSinceEpoch: try reader.signed()) : nil
    timers = try reader.array { reader throws(RecordCodingError) in
      let kind = try reader.byte()
      let deadline = Timestamp(nanosecondsSinceEpoch: try reader.signed())
      switch kind {
      case 0: return (.workflowTimeout, deadline)
      case 1: return (.firstWorkflowTask, deadline)
      case 2: return (.workflowTimer(startedEventID: try reader.signed()), deadline)
      default: throw RecordCodingError("timer kind \(kind) is unknown; a newer version wrote it", at: reader.remaining)
      }
    }
    children = try reader.array { reader throws(RecordCodingError) in (try reader.text(), try reader.signed()) }
  }

  func write(to writer: inout ByteWriter) {
    writer.unsigned(key.rawValue)
    var flags: UInt8 = isOpen ? 1 : 0
    if isActive { flags |= 2 }
    if !resetRequestID.isEmpty { flags |= 4 }
    if closeTime != nil { flags |= 8 }
    if !namespace.isOwn { flags |= 16 }
    writer.byte(flags)
    writer.text(workflowID)
    writer.text(runID)
    if !resetRequestID.isEmpty { writer.text(resetRequestID) }
    if !namespace.isOwn { writer.text(namespace.name) }
    if let closeTime { writer.signed(closeTime.nanosecondsSinceEpoch) }
    writer.array(timers) { writer, entry in
      switch entry.timer {
      case .workflowTimer(let startedEventID):
        writer.byte(2)
        writer.signed(entry.deadline.nanosecondsSinceEpoch)
        writer.signed(startedEventID)
      case .firstWorkflowTask:
        writer.byte(1)
        writer.signed(entry.deadline.nanosecondsSinceEpoch)
      default:
        // Activities make a run active: their timers are armed when it is loaded.
        writer.byte(0)
        writer.signed(entry.deadline.nanosecondsSinceEpoch)
      }
    }
    writer.array(children) { writer, child in
      writer.text(child.firstRunID)
      writer.signed(child.initiatedEventID)
    }
  }
}
