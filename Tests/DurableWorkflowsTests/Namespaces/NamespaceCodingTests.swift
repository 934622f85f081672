internal import Testing

@testable internal import DurableWorkflows

/// Namespaces in the journal's records.
@Suite("Coding of namespaces")
struct NamespaceCodingTests {
  private let key = RunKey(rawValue: 9)
  private let north = NamespaceKey(name: "nörd")

  private func started(_ namespace: NamespaceKey, seed: UInt64 = 3) -> WorkflowExecutionStartedAttributes {
    var random = SeededValues(seed: seed)
    var started = random.started()
    started.namespace = namespace
    return started
  }

  private func bytes(_ started: WorkflowExecutionStartedAttributes) -> [UInt8] {
    let state = RunState(key: key, started: started, startTime: .epoch)
    var writer = ByteWriter()
    writer.events(
      [HistoryEvent(id: 1, time: .epoch, attributes: .workflowExecutionStarted(started))], of: key, state: state)
    return writer.bytes
  }

  @Test("a start comes back with its namespace, whatever else it has", arguments: 0..<50)
  func start(seed: Int) throws {
    for priority in [Priority(), Priority(priorityKey: 2, fairnessKey: "f")] {
      var started = started(north, seed: UInt64(seed))
      started.priority = priority
      var state: RunState?
      try RunRecord.fold(events: bytes(started), into: &state)
      #expect(state?.started == started)
      #expect(state?.started.namespace == north)
      let encoded = bytes(started)
      for length in 0..<encoded.count {
        var cut: RunState?
        #expect(throws: RecordCodingError.self) { try RunRecord.fold(events: Array(encoded[..<length]), into: &cut) }
      }
    }
  }

  @Test("a start in the engine's own namespace has the bytes that it had without namespaces")
  func own() {
    let plain = WorkflowExecutionStartedAttributes(
      workflowType: "W", workflowID: "w", runID: "r", taskQueue: "q", input: [])
    #expect(plain.namespace == .own && !plain.isExtended)
    #expect(EventAttributes.workflowExecutionStarted(plain).recordKind == 1)
    #expect(EventAttributes.workflowExecutionStarted(started(north)).recordKind == 252)
    var random = SeededValues(seed: 3)
    #expect(bytes(started(.own)) == bytes(random.started()))
  }

  @Test("the image of a run keeps the namespace, and has no byte for the engine's own")
  func image() throws {
    for namespace in [NamespaceKey.own, north] {
      let state = RunState(key: key, started: started(namespace), startTime: .epoch)
      let image = RunImage(of: state, events: [bytes(started(namespace))], blobs: [])
      #expect(try RunImage(decoding: image.encoded).summary.namespace == namespace)
      #expect(try RunImage.Head(decoding: image.encoded).summary.namespace == namespace)
      var short = image
      short.events = []
      if namespace.isOwn { #expect(!contains(short.encoded, Array("nörd".utf8))) }
    }
  }

  private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
  }

  @Test("records of schedules and batches are found under their namespaces")
  func schedulesAndBatches() throws {
    var schedules = RecoveredSchedules()
    var batches = RecoveredBatches()
    let definition = ScheduleMachine.Definition(
      action: .startWorkflow(.init(workflowType: "T", workflowID: "w")),
      spec: ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy())
    let progress = ScheduleProgress(state: ScheduleState(), createTime: .epoch)
    for namespace in [NamespaceKey.own, north] {
      for record in [ScheduleRecord.definition(id: "s", definition), .progress(id: "s", progress)] {
        var writer = ByteWriter()
        writer.scheduleRecord(record, in: namespace)
        try schedules.visit(writer.bytes)
        if namespace.isOwn {
          var plain = ByteWriter()
          plain.scheduleRecord(record)
          #expect(writer.bytes == plain.bytes && writer.bytes[0] < 5)
        }
      }
      let job = BatchJob.Definition(
        jobID: "j", query: namespace.name, operation: .cancel, reason: "", identity: "", maxOperationsPerSecond: 1,
        startTime: .epoch)
      try batches.visit(BatchRecord.definition(job).encoded(in: namespace))
      try batches.visit(
        BatchRecord.progress(jobID: "j", BatchJob.Progress(position: 1, total: 1)).encoded(in: namespace))
    }
    #expect(schedules.machines.map(\.key) == [NamespacedID(.own, "s"), NamespacedID(north, "s")])
    #expect(schedules.namespaces == [north])
    #expect(batches.jobs.count == 2)
    for (id, job) in batches.jobs {
      #expect(job.definition.key == id && job.definition.query == id.namespace.name)
    }
    var deleted = ByteWriter()
    deleted.scheduleRecord(.deleted(id: "s"), in: north)
    try schedules.visit(deleted.bytes)
    #expect(schedules.machines.map(\.namespace) == [.own])
  }
}
