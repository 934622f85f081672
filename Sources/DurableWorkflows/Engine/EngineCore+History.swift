internal import WorkflowJournal

/// Someone who waits for events of a run.
struct LongPoll {
  var run: RunKey
  var request: GetWorkflowExecutionHistoryRequest
  var fromEventID: Int64
  var reply: Reply<GetWorkflowExecutionHistoryResponse>
}

/// Where the next page of a history begins; the token pins the run.
struct HistoryToken {
  var runID: String
  var nextEventID: Int64

  var bytes: [UInt8] { Array("\(nextEventID) \(runID)".utf8) }

  init(runID: String, nextEventID: Int64) {
    self.runID = runID
    self.nextEventID = nextEventID
  }

  init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let nextEventID = Int64(parts[0]), nextEventID > 0 else { return nil }
    self.init(runID: String(parts[1]), nextEventID: nextEventID)
  }
}

extension EngineCore {
  /// The most events in a page when the request sets no limit.
  private static let largestPage = 1000

  func readHistory(
    _ request: GetWorkflowExecutionHistoryRequest, _ reply: Reply<GetWorkflowExecutionHistoryResponse>,
    at now: Timestamp
  ) {
    do {
      var execution = request.execution
      var fromEventID: Int64 = 1
      if !request.nextPageToken.isEmpty {
        guard let token = HistoryToken(request.nextPageToken) else {
          throw WorkflowServiceError(.invalidArgument, "the next page token is not one of this service")
        }
        execution.runID = token.runID
        fromEventID = token.nextEventID
      }
      let run = try run(request.namespace, execution)
      let key = run.key
      let poll = LongPoll(run: key, request: request, fromEventID: fromEventID, reply: reply)
      pendingReplies.append { reply.fail($0) }
      afterCommit.append { [unowned self] in serve(poll) }
    } catch {
      failAfterCommit(reply, error)
    }
  }

  /// Answers from what is durable, or waits.
  private func serve(_ poll: LongPoll) {
    guard let run = runs[poll.run] else {
      return poll.reply.fail(runs.failure ?? WorkflowServiceError(.notFound, "the run was deleted"))
    }
    if let response = page(for: poll, of: run) {
      poll.reply.complete(response)
      return
    }
    let id = nextLongPoll
    nextLongPoll += 1
    longPolls[id] = poll
    run.longPolls.append(id)
    if poll.request.filter != .closeEvent { run.hasEventPolls = true }
    timers.arm(.longPoll(id), deadline: options.clock.now() + poll.request.longPollTimeout)
  }

  /// The page that a request gets now; `nil` if it has to wait.
  private func page(
    for poll: LongPoll, of run: Run
  ) -> Result<GetWorkflowExecutionHistoryResponse, any Error>? {
    let request = poll.request
    let runID = run.state.started.runID
    return result {
      if request.filter == .closeEvent {
        if !run.isOpen {
          let last = try run.closingEvent ?? readHistory(of: run, lastRecordOnly: true).last
          return GetWorkflowExecutionHistoryResponse(events: last.map { [$0] } ?? [], nextPageToken: [], runID: runID)
        }
        return request.waitNewEvent
          ? nil : GetWorkflowExecutionHistoryResponse(events: [], nextPageToken: [], runID: runID)
      }
      let limit = request.maximumPageSize > 0
        ? min(request.maximumPageSize, EngineCore.largestPage) : EngineCore.largestPage
      if poll.fromEventID >= run.state.nextEventID {
        if run.isOpen, request.waitNewEvent { return nil }
        return GetWorkflowExecutionHistoryResponse(events: [], nextPageToken: [], runID: runID)
      }
      let events = try readHistory(of: run, from: poll.fromEventID, limit: limit)
      let next = (events.last?.id ?? 0) + 1
      let hasMore = next < run.state.nextEventID || (request.waitNewEvent && run.isOpen)
      return GetWorkflowExecutionHistoryResponse(
        events: events, nextPageToken: hasMore ? HistoryToken(runID: runID, nextEventID: next).bytes : [],
        runID: runID)
    }
  }

  private func result(
    _ body: () throws -> GetWorkflowExecutionHistoryResponse?
  ) -> Result<GetWorkflowExecutionHistoryResponse, any Error>? {
    do {
      return try body().map { .success($0) }
    } catch {
      return .failure(
        WorkflowServiceError(.unavailable, "the history cannot be read from the journal: \(error)"))
    }
  }

  /// At most `limit` events from `first` on; records outside are not decoded.
  private func readHistory(of run: Run, from first: Int64, limit: Int) throws -> [HistoryEvent] {
    let bodies = try runs.eventRecords(of: run)
    var start = 0
    for (position, body) in bodies.enumerated() where position > 0 {
      if try RunRecord.firstEventID(of: body) > first { break }
      start = position
    }
    var events: [HistoryEvent] = []
    for body in bodies[start...] where events.count < limit {
      for event in try RunRecord.events(of: body, tasks: run.state.started.usualTask) where event.id >= first {
        events.append(event)
      }
    }
    if events.count < limit { events.append(contentsOf: run.pendingEvents.lazy.filter { $0.id >= first }) }
    return Array(events.prefix(limit))
  }

  private func readHistory(of run: Run, lastRecordOnly: Bool) throws -> [HistoryEvent] {
    guard let body = try runs.lastEventRecord(of: run) else { return [] }
    return try RunRecord.events(of: body, tasks: run.state.started.usualTask)
  }

  /// New events of a run are durable.
  func answerLongPolls(of run: Run) {
    // Who waits for the end of the run has nothing to see before it.
    if run.longPolls.isEmpty || run.isOpen && !run.hasEventPolls { return }
    let ids = run.longPolls
    afterCommit.append { [unowned self] in
      for id in ids {
        guard let poll = longPolls[id], let response = page(for: poll, of: run) else { continue }
        longPolls[id] = nil
        run.longPolls.removeAll { $0 == id }
        poll.reply.complete(response)
      }
      if run.longPolls.isEmpty { run.hasEventPolls = false }
      runs.release(run)
    }
  }

  /// The waiting time is over: an empty page with a token to go on with.
  func expireLongPoll(_ id: UInt64) {
    guard let poll = longPolls.removeValue(forKey: id), let run = runs[poll.run] else { return }
    run.longPolls.removeAll { $0 == id }
    runs.release(run)
    let token = HistoryToken(runID: run.state.started.runID, nextEventID: poll.fromEventID)
    poll.reply.succeed(
      GetWorkflowExecutionHistoryResponse(events: [], nextPageToken: token.bytes, runID: token.runID))
  }
}

extension Reply {
  func complete(_ result: Result<Value, any Error>) {
    switch result {
    case .success(let value): succeed(value)
    case .failure(let error): fail(error)
    }
  }
}
