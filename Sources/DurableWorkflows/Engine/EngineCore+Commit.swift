internal import WorkflowJournal

extension EngineCore {
  /// Appends what the turn has left to record, as one batch, and makes it durable.
  func commit() throws {
    if let failure = runs.failure { throw failure }
    guard mustCommit || !pendingReplies.isEmpty else {
      if !changed.isEmpty { armFlush() }
      return
    }
    mustCommit = false
    let keys = changed
    changed.removeAll(keepingCapacity: true)
    var appended: [(Run, eventIndices: [Int])] = []
    appended.reserveCapacity(keys.count)
    for key in keys {
      guard let run = runs[key] else { continue }
      var eventIndices: [Int] = []
      try append(run.pendingEvents[...], of: run, indices: &eventIndices)
      for record in run.pendingRecords {
        var writer = ByteWriter()
        writer.stateRecord(record, of: key)
        _ = try journal.append(type: RecordType.state, body: writer.bytes)
      }
      appended.append((run, eventIndices))
    }
    let hasScheduleRecords = try appendScheduleRecords()
    let hasBatchRecords = try appendBatchRecords()
    if appended.isEmpty, !hasScheduleRecords, !hasBatchRecords { return }
    let start = metrics.map { _ in ContinuousClock.now }
    let batch = try commitBatch()
    handOverToIndex()
    if let start { metrics?.committed(in: .now - start) }
    for (run, eventIndices) in appended {
      for index in eventIndices { run.history.append(batch.pointer(at: index)) }
      run.pendingEvents.removeAll(keepingCapacity: true)
      run.pendingRecords.removeAll(keepingCapacity: true)
      answerLongPolls(of: run)
    }
  }

  /// Appends what has waited for another append.
  func flush() throws {
    mustCommit = true
    try commit()
  }

  func armFlush() {
    if isFlushArmed { return }
    isFlushArmed = true
    timers.arm(.flush, deadline: options.clock.now() + EngineCore.longestWait)
  }

  /// How long what is not worth an append of its own waits for another one.
  private static let longestWait = Duration.seconds(1)

  /// The size in bytes above which a turn's events of a run become several records.
  private static let largestRecord = 8 << 20

  /// Appends events as one record, or as several when they are large.
  private func append(_ events: ArraySlice<HistoryEvent>, of run: Run, indices: inout [Int]) throws {
    if events.isEmpty { return }
    var writer = ByteWriter()
    writer.events(events, of: run.key, tasks: run.state.started.usualTask)
    if writer.bytes.count > EngineCore.largestRecord, events.count > 1 {
      let middle = events.startIndex + events.count / 2
      try append(events[..<middle], of: run, indices: &indices)
      try append(events[middle...], of: run, indices: &indices)
      return
    }
    run.state.historySizeBytes += Int64(writer.bytes.count)
    noteGrowth(of: run, events: events.count, bytes: writer.bytes.count)
    indices.append(try journal.append(type: RecordType.events, body: writer.bytes))
  }
}
