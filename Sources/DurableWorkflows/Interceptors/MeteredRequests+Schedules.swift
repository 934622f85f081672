/// The requests about schedules.
extension MeteredRequests {
  func createSchedule(
    input: CreateScheduleRequest, next: (CreateScheduleRequest) async throws -> CreateScheduleResponse
  ) async throws -> CreateScheduleResponse {
    try await recorder.record("CreateSchedule", input.namespace) { try await next(input) }
  }

  func describeSchedule(
    input: DescribeScheduleRequest, next: (DescribeScheduleRequest) async throws -> ScheduleDescription
  ) async throws -> ScheduleDescription {
    try await recorder.record("DescribeSchedule", input.namespace) { try await next(input) }
  }

  func updateSchedule(input: UpdateScheduleRequest, next: (UpdateScheduleRequest) async throws -> Void) async throws {
    try await recorder.record("UpdateSchedule", input.namespace) { try await next(input) }
  }

  func patchSchedule(input: PatchScheduleRequest, next: (PatchScheduleRequest) async throws -> Void) async throws {
    try await recorder.record("PatchSchedule", input.namespace) { try await next(input) }
  }

  func deleteSchedule(input: DeleteScheduleRequest, next: (DeleteScheduleRequest) async throws -> Void) async throws {
    try await recorder.record("DeleteSchedule", input.namespace) { try await next(input) }
  }

  func listScheduleMatchingTimes(
    input: ListScheduleMatchingTimesRequest, next: (ListScheduleMatchingTimesRequest) async throws -> [Timestamp]
  ) async throws -> [Timestamp] {
    try await recorder.record("ListScheduleMatchingTimes", input.namespace) { try await next(input) }
  }

  func listSchedules(
    input: ListSchedulesRequest, next: (ListSchedulesRequest) async throws -> ListSchedulesResponse
  ) async throws -> ListSchedulesResponse {
    try await recorder.record("ListSchedules", input.namespace) { try await next(input) }
  }

  func countSchedules(input: CountSchedulesInput, next: (CountSchedulesInput) async throws -> Int) async throws -> Int {
    try await recorder.record("CountSchedules", input.namespace) { try await next(input) }
  }
}
