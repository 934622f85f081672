/// Requests about schedules, with the ways back to those who ask.
enum ScheduleRequest: Sendable {
  case create(CreateScheduleRequest, Reply<CreateScheduleResponse>)
  case describe(DescribeScheduleRequest, Reply<ScheduleDescription>)
  case update(UpdateScheduleRequest, Reply<Void>)
  case patch(PatchScheduleRequest, Reply<Void>)
  case delete(DeleteScheduleRequest, Reply<Void>)
  case matchingTimes(ListScheduleMatchingTimesRequest, Reply<[Timestamp]>)
  case list(ListSchedulesRequest, Reply<ListSchedulesResponse>)
  case count(namespace: String, query: String, Reply<Int>)

  func fail(_ error: any Error) {
    switch self {
    case .create(_, let reply): reply.fail(error)
    case .describe(_, let reply): reply.fail(error)
    case .update(_, let reply), .patch(_, let reply), .delete(_, let reply): reply.fail(error)
    case .matchingTimes(_, let reply): reply.fail(error)
    case .list(_, let reply): reply.fail(error)
    case .count(_, _, let reply): reply.fail(error)
    }
  }
}

extension EngineCore {
  private static let largestPage = 1000
  private static let mostMatchingTimes = 1000
  /// How often a search through a long exclusion goes on before the answer is given without what lies behind it.
  private static let mostLongSearches = 10
  private static let longestNote = 1000

  func handle(_ request: ScheduleRequest, at now: Timestamp) {
    switch request {
    case .create(let request, let reply): respond(reply) { try create(request, at: now) }
    case .describe(let request, let reply):
      respond(reply) { description(try schedule(request.namespace, request.scheduleID), at: now) }
    case .update(let request, let reply): respond(reply) { try update(request, at: now) }
    case .patch(let request, let reply): respond(reply) { try patch(request, at: now) }
    case .delete(let request, let reply):
      respond(reply) { schedules.remove(try schedule(request.namespace, request.scheduleID).key) }
    case .matchingTimes(let request, let reply): respond(reply) { try matchingTimes(request) }
    case .list(let request, let reply): respond(reply) { try list(request, at: now) }
    case .count(let namespace, let query, let reply):
      respond(reply) {
        let namespace = try self.namespace(namespace)
        let filter = try ScheduleFilter(query)
        return schedules.ids(of: namespace).count { id in schedules[id].map(filter.matches) ?? false }
      }
    }
  }

  private func schedule(_ namespace: String, _ id: String) throws -> ScheduleMachine {
    guard let machine = schedules[NamespacedID(try self.namespace(namespace), id)] else {
      throw WorkflowServiceError(.notFound, "schedule not found: no schedule has the id '\(id)'")
    }
    return machine
  }

  // MARK: Changes

  private func create(_ request: CreateScheduleRequest, at now: Timestamp) throws -> CreateScheduleResponse {
    let namespace = try namespace(request.namespace)
    try checkIsTakingWork()
    try requireSpace()
    if request.scheduleID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the schedule id is empty") }
    if request.scheduleID.utf8.count > 1000 {
      throw WorkflowServiceError(.invalidArgument, "the schedule id is longer than 1,000 bytes")
    }
    let key = NamespacedID(namespace, request.scheduleID)
    if let existing = schedules[key] {
      if !request.requestID.isEmpty, existing.definition.requestID == request.requestID {
        return CreateScheduleResponse(conflictToken: existing.conflictToken)
      }
      throw WorkflowServiceError(.alreadyStarted, "schedule \"\(request.scheduleID)\" is already registered")
    }
    try check(request.schedule.action, in: namespace)
    if let patch = request.initialPatch { try check(patch) }
    let machine = try refusingInvalid { () throws(ScheduleSpecError) in
      try ScheduleMachine(
        id: request.scheduleID, in: namespace, schedule: request.schedule, memo: request.memo,
        searchAttributes: request.searchAttributes, requestID: request.requestID, at: now)
    }
    schedules.define(machine)
    if let patch = request.initialPatch {
      var machine = machine
      machine.patch(patch, at: now)
      schedules.put(machine)
    }
    settle(key, at: now)
    return CreateScheduleResponse(conflictToken: schedules[key]?.conflictToken ?? [])
  }

  private func update(_ request: UpdateScheduleRequest, at now: Timestamp) throws {
    let key = try schedule(request.namespace, request.scheduleID).key
    try checkIsTakingWork()
    try check(request.schedule.action, in: key.namespace)
    settle(key, at: now)
    var machine = try schedule(request.namespace, request.scheduleID)
    if !request.conflictToken.isEmpty, request.conflictToken != machine.conflictToken {
      throw WorkflowServiceError(
        .failedPrecondition,
        "schedule \"\(machine.id)\" has changed since the conflict token was given; describe it and update again")
    }
    try refusingInvalid { () throws(ScheduleSpecError) in
      try machine.update(request.schedule, searchAttributes: request.searchAttributes, at: now)
    }
    schedules.define(machine)
    settle(key, at: now)
  }

  private func patch(_ request: PatchScheduleRequest, at now: Timestamp) throws {
    let key = try schedule(request.namespace, request.scheduleID).key
    try checkIsTakingWork()
    try check(request.patch)
    settle(key, at: now)
    var machine = try schedule(request.namespace, request.scheduleID)
    machine.patch(request.patch, requestID: request.requestID, at: now)
    schedules.put(machine)
    settle(key, at: now)
  }

  private func checkIsTakingWork() throws {
    if isShuttingDown {
      throw WorkflowServiceError(.unavailable, "the engine is shutting down; change the schedule again later")
    }
  }

  private func check(_ action: ScheduleAction, in namespace: NamespaceKey) throws {
    guard case .startWorkflow(let start) = action else { return }
    // As long as the ids of the runs will be.
    try check(startRequest(action, workflowID: start.workflowID + "-\(Timestamp.epoch)", in: namespace))
    if start.workflowID.isEmpty { throw WorkflowServiceError(.invalidArgument, "the workflow id is empty") }
  }

  private func check(_ patch: SchedulePatch) throws {
    for note in [patch.pause, patch.unpause] {
      if let note, note.utf8.count > EngineCore.longestNote {
        throw WorkflowServiceError(.invalidArgument, "the note is longer than \(EngineCore.longestNote) bytes")
      }
    }
    for backfill in patch.backfills where backfill.endAt < backfill.startAt {
      throw WorkflowServiceError(
        .invalidArgument, "a backfill ends at \(backfill.endAt), before it starts at \(backfill.startAt)")
    }
  }

  private func refusingInvalid<Value>(_ body: () throws(ScheduleSpecError) -> Value) throws -> Value {
    do throws(ScheduleSpecError) {
      return try body()
    } catch {
      throw WorkflowServiceError(.invalidArgument, "Invalid schedule spec: \(error)")
    }
  }

  // MARK: Reading

  private func description(_ machine: ScheduleMachine, at now: Timestamp) -> ScheduleDescription {
    let progress = machine.progress
    let info = ScheduleInfo(
      actionCount: progress.actionCount, missedCatchupWindow: progress.missedCatchupWindow,
      overlapSkipped: progress.overlapSkipped, bufferDropped: progress.bufferDropped,
      bufferSize: Int64(progress.buffer.count), runningWorkflows: progress.running.map(\.execution),
      recentActions: progress.recentActions, futureActionTimes: machine.futureActionTimes(10, after: now),
      createTime: progress.createTime, updateTime: progress.updateTime,
      invalidScheduleError: machine.specError?.description, lastActionError: progress.lastActionError)
    return ScheduleDescription(
      id: machine.id, schedule: machine.schedule, info: info, memo: machine.definition.memo,
      searchAttributes: machine.definition.searchAttributes, conflictToken: machine.conflictToken)
  }

  private func matchingTimes(_ request: ListScheduleMatchingTimesRequest) throws -> [Timestamp] {
    let machine = try schedule(request.namespace, request.scheduleID)
    if let error = machine.specError {
      throw WorkflowServiceError(.failedPrecondition, "the schedule names no times on this machine: \(error)")
    }
    var times: [Timestamp] = []
    var cursor = request.startTime + (.zero - (machine.times?.jitter ?? .zero))
    var longSearches = 0
    while times.count < EngineCore.mostMatchingTimes, let specification = machine.times {
      switch specification.search(after: cursor) {
      case .found(let next) where next.due <= request.endTime:
        cursor = next.nominal
        if next.due > request.startTime { times.append(next.due) }
      case .givenUp(let end) where end < request.endTime && longSearches < EngineCore.mostLongSearches:
        longSearches += 1
        cursor = end
      default: return times
      }
    }
    return times
  }

  /// In the order of ids. The token is the last id, so pages stay stable while schedules come and go.
  private func list(_ request: ListSchedulesRequest, at now: Timestamp) throws -> ListSchedulesResponse {
    let namespace = try namespace(request.namespace)
    let filter = try ScheduleFilter(request.query)
    var ids = schedules.ids(of: namespace)
    if !request.nextPageToken.isEmpty {
      guard let last = String(validating: request.nextPageToken, as: UTF8.self) else {
        throw WorkflowServiceError(.invalidArgument, "the next page token is not one of this service")
      }
      ids = ids[max(ids.startIndex, schedules.position(of: NamespacedID(namespace, last)))...]
      if ids.first?.id == last { ids = ids.dropFirst() }
    }
    let limit = request.pageSize > 0 ? min(request.pageSize, EngineCore.largestPage) : EngineCore.largestPage
    var entries: [ScheduleListEntry] = []
    for id in ids {
      guard let machine = schedules[id], filter.matches(machine) else { continue }
      if entries.count == limit {
        return ListSchedulesResponse(schedules: entries, nextPageToken: Array((entries.last?.id ?? "").utf8))
      }
      entries.append(entry(machine, at: now))
    }
    return ListSchedulesResponse(schedules: entries, nextPageToken: [])
  }

  private func entry(_ machine: ScheduleMachine, at now: Timestamp) -> ScheduleListEntry {
    ScheduleListEntry(
      id: machine.id, spec: machine.definition.spec, workflowType: machine.workflowType,
      note: machine.progress.state.note, isPaused: machine.progress.state.isPaused, recentActions: machine.progress.recentActions.suffix(5),
      futureActionTimes: machine.futureActionTimes(5, after: now), memo: machine.definition.memo,
      searchAttributes: machine.definition.searchAttributes)
  }
}

extension ScheduleMachine {
  /// The workflow type that the schedule starts.
  var workflowType: String {
    switch definition.action {
    case .startWorkflow(let action): action.workflowType
    }
  }

  /// Eight bytes, as Temporal's.
  var conflictToken: [UInt8] { withUnsafeBytes(of: progress.revision.bigEndian) { Array($0) } }
}
