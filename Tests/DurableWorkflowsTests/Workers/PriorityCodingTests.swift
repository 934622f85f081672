internal import Testing

@testable internal import DurableWorkflows

/// Priorities and quarantines in the journal's records.
@Suite("Coding of priorities")
struct PriorityCodingTests {
  private let key = RunKey(rawValue: 7)
  private let priorities = [
    Priority(priorityKey: 1), Priority(fairnessKey: "tenant"), Priority(fairnessWeight: 0.25),
    Priority(priorityKey: 5, fairnessKey: "täglich", fairnessWeight: 1000),
  ]

  private func bytes(_ attributes: EventAttributes) -> [UInt8] {
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "W", workflowID: "w", runID: "r", taskQueue: "q", input: [])
    var writer = ByteWriter()
    writer.events(
      [HistoryEvent(id: 1, time: .epoch, attributes: attributes)], of: key,
      state: RunState(key: key, started: started, startTime: .epoch))
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8]) throws -> EventAttributes? {
    var reader = ByteReader(bytes)
    _ = try reader.unsigned()
    return try reader.events(started: nil).first?.attributes
  }

  private func samples(_ priority: Priority) -> [EventAttributes] {
    var random = SeededValues(seed: 11)
    var started = random.started()
    started.priority = priority
    var chained = started
    chained.cronSchedule = "@daily"
    var scheduled = ActivityTaskScheduledAttributes(
      activityID: "1", activityType: "a", taskQueue: "q", input: random.payloads(), workflowTaskCompletedEventID: 4,
      summary: "s", priority: priority)
    let repeatable = scheduled
    scheduled.isIdempotent = false
    let child = StartChildWorkflowAttributes(
      workflowID: "c", workflowType: "C", taskQueue: "q", summary: "s", priority: priority)
    return [
      .workflowExecutionStarted(started), .workflowExecutionStarted(chained), .activityTaskScheduled(repeatable),
      .activityTaskScheduled(scheduled), .startChildWorkflowExecutionInitiated(child),
    ]
  }

  @Test("events with a priority come back equal")
  func roundTrip() throws {
    for priority in priorities {
      for attributes in samples(priority) { #expect(try decoded(bytes(attributes)) == attributes) }
    }
  }

  @Test("events without a priority keep their earlier kinds, and take no byte more than without the field")
  func unchanged() throws {
    #expect(samples(Priority()).map(\.recordKind) == [1, 101, 10, 110, 29])
    #expect(samples(priorities[0]).map(\.recordKind) == [201, 201, 210, 210, 229])
    for attributes in samples(Priority()) { #expect(try decoded(bytes(attributes)) == attributes) }
  }

  @Test("truncated records give an error")
  func truncated() {
    for attributes in samples(priorities[3]) {
      let whole = bytes(attributes)
      for length in 4..<whole.count {
        #expect(throws: RecordCodingError.self) { _ = try decoded(Array(whole.prefix(length))) }
      }
    }
  }

  @Test("the records of a quarantine come back equal and restore it")
  func quarantine() throws {
    let time = Timestamp(nanosecondsSinceEpoch: 77)
    for record in [StateRecord.quarantined(reason: "it trapped", time: time), .released(time: time)] {
      var writer = ByteWriter()
      writer.stateRecord(record, of: key)
      var reader = ByteReader(writer.bytes)
      _ = try reader.unsigned()
      #expect(try reader.stateRecord() == record)
      #expect(reader.isAtEnd)
    }
    let started = WorkflowExecutionStartedAttributes(
      workflowType: "W", workflowID: "w", runID: "r", taskQueue: "q", input: [])
    var state = RunState(key: key, started: started, startTime: .epoch)
    #expect(state.mayLie)
    #expect(state.putInQuarantine(reason: "it trapped", at: time).records.count == 1)
    #expect(state.putInQuarantine(reason: "again", at: time).isEmpty)
    #expect(!state.mayLie)
    #expect(state.residualRecords == [.quarantined(reason: "it trapped", time: time)])
    #expect(state.releaseFromQuarantine(at: time).records == [.released(time: time)])
    #expect(state.quarantine == nil)
    #expect(state.releaseFromQuarantine(at: time).isEmpty)
  }
}
