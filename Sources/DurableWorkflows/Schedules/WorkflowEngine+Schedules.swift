extension WorkflowEngine {
  public func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    var request = request
    request.schedule.action = try externalized(request.schedule.action)
    let prepared = request
    return try await self.request { .schedule(.create(prepared, $0)) }
  }

  public func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    var description = try await self.request { .schedule(.describe(request, $0)) }
    guard case .startWorkflow(var action) = description.schedule.action else { return description }
    do {
      action.input = try opened.payloads.resolved(action.input)
    } catch {
      throw WorkflowServiceError(.unavailable, "a payload of the schedule cannot be read: \(error)")
    }
    description.schedule.action = .startWorkflow(action)
    return description
  }

  public func updateSchedule(_ request: UpdateScheduleRequest) async throws {
    var request = request
    request.schedule.action = try externalized(request.schedule.action)
    let prepared = request
    try await self.request { .schedule(.update(prepared, $0)) }
  }

  public func patchSchedule(_ request: PatchScheduleRequest) async throws {
    try await self.request { .schedule(.patch(request, $0)) }
  }

  public func deleteSchedule(_ request: DeleteScheduleRequest) async throws {
    try await self.request { .schedule(.delete(request, $0)) }
  }

  public func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    try await self.request { .schedule(.matchingTimes(request, $0)) }
  }

  public func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    try await self.request { .schedule(.list(request, $0)) }
  }

  public func countSchedules(namespace: String, query: String) async throws -> Int {
    try await self.request { .schedule(.count(namespace: namespace, query: query, $0)) }
  }

  private func externalized(_ action: ScheduleAction) throws -> ScheduleAction {
    switch action {
    case .startWorkflow(var action):
      action.input = try externalized(action.input)
      return .startWorkflow(action)
    }
  }
}
