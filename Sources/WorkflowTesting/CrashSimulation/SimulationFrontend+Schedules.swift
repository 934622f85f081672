internal import DurableWorkflows

/// Schedules have no history in which repeated requests could be looked up: what a life was told is remembered instead,
/// and not asked for again in a later one. What became durable without an answer is repeated, which changes nothing.
extension SimulationFrontend {
  func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    var request = request
    request.requestID = numbers.id(request.requestID, "create schedule", request.namespace, request.scheduleID)
    let change = ScheduleChange(scheduleID: request.scheduleID, requestID: request.requestID)
    if isRepeated(change) { return CreateScheduleResponse(conflictToken: []) }
    let response = try await engine.createSchedule(request)
    acknowledgements.note(change)
    return response
  }

  func updateSchedule(_ request: UpdateScheduleRequest) async throws {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "update schedule", request.namespace, request.scheduleID, request.schedule.simulationText)
    let change = ScheduleChange(scheduleID: request.scheduleID, requestID: request.requestID)
    if isRepeated(change) { return }
    try await engine.updateSchedule(request)
    acknowledgements.note(change)
  }

  func patchSchedule(_ request: PatchScheduleRequest) async throws {
    var request = request
    request.requestID = numbers.id(
      request.requestID, "patch schedule", request.namespace, request.scheduleID, "\(request.patch)")
    let change = ScheduleChange(scheduleID: request.scheduleID, requestID: request.requestID)
    if isRepeated(change) { return }
    try await engine.patchSchedule(request)
    acknowledgements.note(change)
  }

  func deleteSchedule(_ request: DeleteScheduleRequest) async throws {
    let id = numbers.id(numbers.placeholder(), "delete schedule", request.namespace, request.scheduleID)
    let change = ScheduleChange(scheduleID: request.scheduleID, requestID: id)
    if isRepeated(change) { return }
    do {
      try await engine.deleteSchedule(request)
    } catch let error as WorkflowServiceError where error.code == .notFound && isLaterLife {
      // An earlier life did it and died before it was told.
    }
    acknowledgements.note(change)
  }

  private func isRepeated(_ change: ScheduleChange) -> Bool { isLaterLife && acknowledgements.holds(change) }

  // MARK: Reading

  func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    try await engine.describeSchedule(request)
  }

  func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    try await engine.listScheduleMatchingTimes(request)
  }

  func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    try await engine.listSchedules(request)
  }

  func countSchedules(namespace: String, query: String) async throws -> Int {
    try await engine.countSchedules(namespace: namespace, query: query)
  }
}

/// A change of a schedule that a process was told of.
struct ScheduleChange: Hashable, Sendable {
  var scheduleID: String
  var requestID: String
}

extension Schedule {
  /// The schedule's content, the same for equal schedules. What it has left to do by itself is no part of it.
  fileprivate var simulationText: String {
    guard case .startWorkflow(var start) = action else { return "" }
    let values = [start.memo, start.searchAttributes, start.header].map { values in
      values.sorted { $0.key < $1.key }.map { "\($0.key) \(fingerprint($0.value.data))" }.joined(separator: " ")
    }
    let input = start.input.map { fingerprint($0.data) }
    (start.memo, start.searchAttributes, start.header, start.input) = ([:], [:], [:], [])
    return "\(start) \(input) \(values) \(spec) \(policy) \(state.note) \(state.isPaused)"
  }
}
