/// What the records of a run amount to.
enum RunRecord {
  /// The run that a record of events or of state belongs to.
  static func key(of body: [UInt8]) throws(RecordCodingError) -> RunKey {
    var reader = ByteReader(body)
    return RunKey(rawValue: try reader.unsigned())
  }

  /// The run that a record of events or of state belongs to.
  static func key(of body: Span<UInt8>) throws(RecordCodingError) -> RunKey {
    var value: UInt64 = 0
    var position = 0
    while position < min(body.count, 10) {
      let next = body[position]
      if position == 9, next > 1 { break }
      value |= UInt64(next & 0x7F) << UInt64(7 * position)
      if next & 0x80 == 0 { return RunKey(rawValue: value) }
      position += 1
    }
    throw RecordCodingError("the record does not begin with the number of a run", at: position)
  }

  /// The id of a record's first event.
  static func firstEventID(of body: [UInt8]) throws(RecordCodingError) -> Int64 {
    var reader = ByteReader(body)
    _ = try reader.unsigned()
    return try reader.signed()
  }

  /// The events of a record of a run with such workflow tasks; `nil` for its first record.
  static func events(of body: [UInt8], tasks usual: UsualTask?) throws(RecordCodingError) -> [HistoryEvent] {
    var reader = ByteReader(body)
    _ = try reader.unsigned()
    return try reader.events(ofTasks: usual)
  }

  /// Folds a record of events in; the first one of a run makes its state.
  ///
  /// - Returns: the events.
  @discardableResult
  static func fold(events body: [UInt8], into state: inout RunState?) throws(RecordCodingError) -> [HistoryEvent] {
    if let events = try state?.fold(events: body) { return events }
    let key = try key(of: body)
    let events = try events(of: body, tasks: nil)
    guard let first = events.first, case .workflowExecutionStarted(let started) = first.attributes else {
      throw RecordCodingError("the first record of run \(key) does not begin with its start", at: 0)
    }
    state = RunState(key: key, started: started, startTime: first.time)
    try state?.fold(events, byteCount: body.count)
    return events
  }

  /// Whether a state record says that its run was deleted. Such a record may outlive the run's other records, which a
  /// checkpoint leaves out when the retention is over.
  static func isDeletion(state body: [UInt8]) throws(RecordCodingError) -> Bool {
    var reader = ByteReader(body)
    _ = try reader.unsigned()
    if case .deleted = try reader.stateRecord() { return true }
    return false
  }

  /// Folds a state record in.
  static func fold(state body: [UInt8], into state: inout RunState?) throws(RecordCodingError) {
    guard try state?.fold(state: body) != nil else {
      throw RecordCodingError("run \(try key(of: body)) has state but no start", at: 0)
    }
  }
}

extension RunState {
  /// Folds a record of events in, in place.
  ///
  /// - Returns: the events.
  @discardableResult
  mutating func fold(events body: [UInt8]) throws(RecordCodingError) -> [HistoryEvent] {
    try check(RunRecord.key(of: body))
    let events = try RunRecord.events(of: body, tasks: started.usualTask)
    try fold(events, byteCount: body.count)
    return events
  }

  /// Folds a state record in, in place.
  mutating func fold(state body: [UInt8]) throws(RecordCodingError) {
    var reader = ByteReader(body)
    try check(RunKey(rawValue: try reader.unsigned()))
    apply(try reader.stateRecord())
  }

  fileprivate mutating func fold(_ events: [HistoryEvent], byteCount: Int) throws(RecordCodingError) {
    for event in events {
      guard event.id == nextEventID else {
        throw RecordCodingError("run \(key) expects event \(nextEventID) but finds event \(event.id)", at: 0)
      }
      apply(event)
    }
    historySizeBytes += Int64(byteCount)
  }

  private func check(_ other: RunKey) throws(RecordCodingError) {
    if other != key { throw RecordCodingError("a record of run \(other) stands among those of run \(key)", at: 0) }
  }
}
