/// The requests about schedules.
extension InterceptingFrontend {
  func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    try await intercept(chain, request) {
      try await $0.createSchedule(input: $1, next: $2)
    } operation: { try await base.createSchedule($0) }
  }

  func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    try await intercept(chain, request) {
      try await $0.describeSchedule(input: $1, next: $2)
    } operation: { try await base.describeSchedule($0) }
  }

  func updateSchedule(_ request: UpdateScheduleRequest) async throws {
    try await intercept(chain, request) {
      try await $0.updateSchedule(input: $1, next: $2)
    } operation: { try await base.updateSchedule($0) }
  }

  func patchSchedule(_ request: PatchScheduleRequest) async throws {
    try await intercept(chain, request) {
      try await $0.patchSchedule(input: $1, next: $2)
    } operation: { try await base.patchSchedule($0) }
  }

  func deleteSchedule(_ request: DeleteScheduleRequest) async throws {
    try await intercept(chain, request) {
      try await $0.deleteSchedule(input: $1, next: $2)
    } operation: { try await base.deleteSchedule($0) }
  }

  func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    try await intercept(chain, request) {
      try await $0.listScheduleMatchingTimes(input: $1, next: $2)
    } operation: { try await base.listScheduleMatchingTimes($0) }
  }

  func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    try await intercept(chain, request) {
      try await $0.listSchedules(input: $1, next: $2)
    } operation: { try await base.listSchedules($0) }
  }

  func countSchedules(namespace: String, query: String) async throws -> Int {
    try await intercept(chain, CountSchedulesInput(namespace: namespace, query: query)) {
      try await $0.countSchedules(input: $1, next: $2)
    } operation: { try await base.countSchedules(namespace: $0.namespace, query: $0.query) }
  }
}
