internal import Testing

@testable internal import DurableWorkflows

/// Every event and state record comes back as it was written; damaged bytes give an error, never a trap.
@Suite("Record coding")
struct RecordCodingTests {
  private let key = RunKey(rawValue: 77)

  private func encode(_ events: [HistoryEvent], _ state: RunState) -> [UInt8] {
    var writer = ByteWriter()
    writer.events(events, of: key, state: state)
    return writer.bytes
  }

  private func decode(_ bytes: [UInt8], started: WorkflowExecutionStartedAttributes?) throws -> [HistoryEvent] {
    var reader = ByteReader(bytes)
    #expect(try reader.unsigned() == key.rawValue)
    return try reader.events(started: started)
  }

  private func state(_ random: inout SeededValues) -> RunState {
    RunState(key: key, started: random.started(), startTime: random.time())
  }

  @Test("random events of every type come back equal", arguments: 0..<60)
  func roundTrip(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed))
    let state = state(&random)
    for kind in 0..<SeededValues.attributeKinds {
      var id = Int64(1 + random.below(1 << 50))
      var time = random.time()
      var events: [HistoryEvent] = []
      for _ in 0..<(1 + random.below(4)) {
        events.append(HistoryEvent(id: id, time: time, attributes: random.attributes(kind)))
        id += 1
        time = Timestamp(nanosecondsSinceEpoch: time.nanosecondsSinceEpoch &+ random.int64())
      }
      let decoded = try decode(encode(events, state), started: state.started)
      #expect(decoded == events)
    }
  }

  @Test("events of many types in one record come back equal, with identities that repeat and that change")
  func mixture() throws {
    var random = SeededValues(seed: 12)
    let state = state(&random)
    let identities = ["", "4711@host", "4712@host", "a-worker-with-a-long-name-1", "a-worker-with-a-long-name-2", "é@ü"]
    for _ in 0..<200 {
      var events: [HistoryEvent] = []
      for id in 1...Int64(1 + random.below(12)) {
        let identity = identities[random.below(identities.count)]
        let attributes: EventAttributes =
          switch random.below(5) {
          case 0: .workflowTaskStarted(scheduledEventID: id, identity: identity, historySizeBytes: id)
          case 1: .activityTaskStarted(scheduledEventID: id, identity: identity, attempt: 1, lastFailure: nil)
          case 2: .workflowTaskCompleted(scheduledEventID: id, startedEventID: id, identity: identity)
          case 3:
            .activityTaskCompleted(
              scheduledEventID: id, startedEventID: id, identity: identity, result: random.payloads())
          default: random.attributes(random.below(SeededValues.attributeKinds))
          }
        events.append(HistoryEvent(id: id, time: state.startTime, attributes: attributes))
      }
      #expect(try decode(encode(events, state), started: state.started) == events)
    }
  }

  @Test("a text that is not UTF-8 is refused, wherever it is wrong", arguments: [1, 7, 8, 9, 40])
  func notUTF8(length: Int) throws {
    for place in 0..<length {
      var text = [UInt8](repeating: 0x61, count: length)
      var writer = ByteWriter()
      writer.blob(text)
      var reader = ByteReader(writer.bytes)
      #expect(try reader.text() == String(repeating: "a", count: length))
      text[place] = 0xFF
      writer = ByteWriter()
      writer.blob(text)
      reader = ByteReader(writer.bytes)
      #expect(throws: RecordCodingError.self) { try reader.text() }
      reader = ByteReader(writer.bytes)
      #expect(throws: RecordCodingError.self) { try reader.identity() }
    }
  }

  @Test("a workflow task of usual values takes less than twenty bytes and comes back with its times")
  func compactTask() throws {
    var random = SeededValues(seed: 1)
    var state = state(&random)
    state.nextEventID = 40
    let (transition, _) = state.completeWorkflowTask(commands: [], identity: "", at: state.startTime)
    let bytes = encode(transition.events, state)
    #expect(bytes.count < 20, "\(bytes.count) bytes")
    #expect(try decode(bytes, started: state.started) == transition.events)
  }

  @Test("state records come back equal", arguments: 0..<100)
  func stateRecords(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed))
    let records: [StateRecord] = [
      .activityRetryScheduled(
        scheduledEventID: random.int64(), attempt: random.below(1 << 31), dueTime: random.time(),
        lastFailure: random.failure()),
      .activityHeartbeat(
        scheduledEventID: random.int64(), attempt: random.below(1000), time: random.time(), details: random.payloads()),
      .activityAttemptStarted(scheduledEventID: random.int64(), attempt: random.below(1000), time: random.time()),
      .activityCompletesAsynchronously(
        scheduledEventID: random.int64(), attempt: random.below(1000), time: random.time()),
      .localActivities(areOpen: random.bool()),
      .resetPoint(
        ResetPointInfo(
          buildID: random.text(), firstWorkflowTaskCompletedID: random.int64(), createTime: random.time())),
    ]
    for record in records {
      var writer = ByteWriter()
      writer.stateRecord(record, of: key)
      var reader = ByteReader(writer.bytes)
      #expect(try reader.unsigned() == key.rawValue)
      #expect(try reader.stateRecord() == record)
      #expect(reader.isAtEnd)
    }
  }

  @Test("truncated and bit-flipped records never trap", arguments: 0..<SeededValues.attributeKinds)
  func damage(kind: Int) throws {
    var random = SeededValues(seed: UInt64(kind) &+ 1000)
    let state = state(&random)
    for _ in 0..<10 {
      let events = [HistoryEvent(id: 5, time: random.time(), attributes: random.attributes(kind))]
      let bytes = encode(events, state)
      for length in 0..<min(bytes.count, 600) { attempt(Array(bytes.prefix(length)), state) }
      for _ in 0..<300 {
        var flipped = bytes
        for _ in 0...random.below(3) { flipped[random.below(flipped.count)] ^= 1 << UInt8(random.below(8)) }
        attempt(flipped, state)
      }
    }
  }

  @Test("random bytes never trap", arguments: 0..<20)
  func noise(seed: Int) {
    var random = SeededValues(seed: UInt64(seed) &+ 5000)
    let state = state(&random)
    for _ in 0..<500 {
      attempt((0..<random.below(80)).map { _ in UInt8(random.below(256)) }, state)
    }
  }

  /// What is folded in comes from the journal, so folding it in must not trap either.
  private func attempt(_ bytes: [UInt8], _ state: RunState) {
    var reader = ByteReader(bytes)
    _ = try? reader.unsigned()
    var events = reader
    if let decoded = try? events.events(started: state.started) {
      var state = state
      for event in decoded where event.id < .max { state.apply(event) }
    }
    if let record = try? reader.stateRecord() {
      var state = state
      state.apply(record)
    }
  }

  @Test("lengths beyond the record are refused before anything is allocated")
  func lengths() throws {
    var writer = ByteWriter()
    writer.unsigned(.max / 2)
    var blob = ByteReader(writer.bytes)
    #expect(throws: RecordCodingError.self) { try blob.blob() }
    var text = ByteReader(writer.bytes)
    #expect(throws: RecordCodingError.self) { try text.text() }
    var payloads = ByteReader(writer.bytes)
    #expect(throws: RecordCodingError.self) { try payloads.payloads() }
    var integer = ByteReader([UInt8](repeating: 0xFF, count: 11))
    #expect(throws: RecordCodingError.self) { try integer.unsigned() }
  }
}
