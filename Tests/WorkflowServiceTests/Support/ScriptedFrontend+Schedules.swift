import DurableWorkflows

extension ScriptedFrontend {
  func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    note(.createSchedule(request))
    return try await script.createSchedule(request)
  }

  func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    note(.describeSchedule(request))
    return Sample.scheduleDescription
  }

  func updateSchedule(_ request: UpdateScheduleRequest) async throws { note(.updateSchedule(request)) }

  func patchSchedule(_ request: PatchScheduleRequest) async throws { note(.patchSchedule(request)) }

  func deleteSchedule(_ request: DeleteScheduleRequest) async throws { note(.deleteSchedule(request)) }

  func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    note(.matchingTimes(request))
    return [Sample.time]
  }

  func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    note(.listSchedules(request))
    return ListSchedulesResponse(schedules: [Sample.scheduleEntry], nextPageToken: [9])
  }

  func countSchedules(namespace: String, query: String) async throws -> Int {
    note(.countSchedules(query))
    return 4
  }
}
