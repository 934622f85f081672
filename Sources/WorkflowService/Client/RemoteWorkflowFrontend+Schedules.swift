public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  /// Creates a schedule. A request without a request id gets one, so that it can be repeated.
  public func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    let message = Wire.CreateScheduleRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
      $0.schedule = .init(request.schedule)
      if let patch = request.initialPatch { $0.initialPatch = .init(patch) }
      $0.identity = request.identity
      $0.requestID = requestID(request.requestID)
      if !request.memo.isEmpty { $0.memo = .init(request.memo) }
      if !request.searchAttributes.isEmpty { $0.searchAttributes = .init(request.searchAttributes) }
    }
    return try await send(.repeatable) {
      let response = try await $0.createSchedule(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      return CreateScheduleResponse(conflictToken: Array(response.conflictToken))
    }
  }

  /// Describes a schedule.
  public func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    let message = Wire.DescribeScheduleRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
    }
    return try await send(.repeatable) {
      try await $0.describeSchedule(message, metadata: metadata(namespace: request.namespace), options: $1)
        .value(id: request.scheduleID)
    }
  }

  /// Replaces a schedule. A request without a request id gets one, so that it can be repeated.
  public func updateSchedule(_ request: UpdateScheduleRequest) async throws {
    let message = Wire.UpdateScheduleRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
      $0.schedule = .init(request.schedule)
      $0.conflictToken = .init(request.conflictToken)
      $0.identity = request.identity
      $0.requestID = requestID(request.requestID)
      if let attributes = request.searchAttributes { $0.searchAttributes = .init(attributes) }
    }
    _ = try await send(.repeatable) {
      try await $0.updateSchedule(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Pauses, unpauses, triggers or backfills. A request without a request id gets one, so that it can be repeated.
  public func patchSchedule(_ request: PatchScheduleRequest) async throws {
    let message = Wire.PatchScheduleRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
      $0.patch = .init(request.patch)
      $0.identity = request.identity
      $0.requestID = requestID(request.requestID)
    }
    _ = try await send(.repeatable) {
      try await $0.patchSchedule(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// Deletes a schedule. The request is sent once: its repetition could not tell the schedule's end from an earlier
  /// one.
  public func deleteSchedule(_ request: DeleteScheduleRequest) async throws {
    let message = Wire.DeleteScheduleRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
      $0.identity = request.identity
    }
    _ = try await send(.once) {
      try await $0.deleteSchedule(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
  }

  /// The times of a span that a schedule's specification names.
  public func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    let message = Wire.MatchingTimesRequest.with {
      $0.namespace = request.namespace
      $0.scheduleID = request.scheduleID
      $0.startTime = .init(request.startTime)
      $0.endTime = .init(request.endTime)
    }
    return try await send(.repeatable) {
      try await $0.listScheduleMatchingTimes(message, metadata: metadata(namespace: request.namespace), options: $1)
        .startTime.map { try $0.timestamp("start_time") }
    }
  }

  /// Lists schedules.
  public func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    let message = Wire.ListSchedulesRequest.with {
      $0.namespace = request.namespace
      $0.maximumPageSize = Int32(clamping: request.pageSize)
      $0.nextPageToken = .init(request.nextPageToken)
      $0.query = request.query
    }
    return try await send(.repeatable) {
      let response = try await $0.listSchedules(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      return ListSchedulesResponse(
        schedules: try response.schedules.map { try $0.value("schedules[\($0.scheduleID)]") },
        nextPageToken: Array(response.nextPageToken))
    }
  }

  /// Counts schedules.
  public func countSchedules(namespace: String, query: String) async throws -> Int {
    let message = Wire.CountSchedulesRequest.with {
      $0.namespace = namespace
      $0.query = query
    }
    let response = try await send(.repeatable) {
      try await $0.countSchedules(message, metadata: metadata(namespace: namespace), options: $1)
    }
    return Int(response.count)
  }
}
