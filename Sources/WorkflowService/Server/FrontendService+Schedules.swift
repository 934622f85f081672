internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  func createSchedule(
    request: Wire.CreateScheduleRequest, context: ServerContext
  ) async throws -> Wire.CreateScheduleResponse {
    try await answer(namespace: request.namespace) {
      var creation = CreateScheduleRequest(
        namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"),
        schedule: try validate.schedule(request.schedule))
      creation.initialPatch = request.hasInitialPatch ? try request.initialPatch.value("initial_patch") : nil
      creation.identity = request.identity
      creation.requestID = request.requestID
      creation.memo = try validate.fields(request.memo.fields, "memo", limit: validate.limits.memoSize)
      creation.searchAttributes = try validate.fields(
        request.searchAttributes.indexedFields, "search_attributes", limit: validate.limits.memoSize)
      let response = try await frontend.createSchedule(creation)
      return .with { $0.conflictToken = .init(response.conflictToken) }
    }
  }

  func describeSchedule(
    request: Wire.DescribeScheduleRequest, context: ServerContext
  ) async throws -> Wire.DescribeScheduleResponse {
    try await answer(namespace: request.namespace) {
      .init(
        try await frontend.describeSchedule(
          DescribeScheduleRequest(
            namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"))))
    }
  }

  func updateSchedule(
    request: Wire.UpdateScheduleRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_UpdateScheduleResponse {
    try await answer(namespace: request.namespace) {
      if request.hasMemo {
        throw WorkflowServiceError(.unimplemented, "memo of an update is not offered by this service.")
      }
      var update = UpdateScheduleRequest(
        namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"),
        schedule: try validate.schedule(request.schedule))
      update.conflictToken = Array(request.conflictToken)
      update.identity = request.identity
      update.requestID = request.requestID
      if request.hasSearchAttributes {
        update.searchAttributes = try validate.fields(
          request.searchAttributes.indexedFields, "search_attributes", limit: validate.limits.memoSize)
      }
      try await frontend.updateSchedule(update)
      return .init()
    }
  }

  func patchSchedule(
    request: Wire.PatchScheduleRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_PatchScheduleResponse {
    try await answer(namespace: request.namespace) {
      var patch = PatchScheduleRequest(
        namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"),
        patch: try request.patch.value("patch"))
      patch.identity = request.identity
      patch.requestID = request.requestID
      try await frontend.patchSchedule(patch)
      return .init()
    }
  }

  func listScheduleMatchingTimes(
    request: Wire.MatchingTimesRequest, context: ServerContext
  ) async throws -> Wire.MatchingTimesResponse {
    try await answer(namespace: request.namespace) {
      let times = try await frontend.listScheduleMatchingTimes(
        ListScheduleMatchingTimesRequest(
          namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"),
          startTime: try request.startTime.timestamp("start_time"),
          endTime: try request.endTime.timestamp("end_time")))
      return .with { $0.startTime = times.map(Google_Protobuf_Timestamp.init) }
    }
  }

  func deleteSchedule(
    request: Wire.DeleteScheduleRequest, context: ServerContext
  ) async throws -> Temporal_Api_Workflowservice_V1_DeleteScheduleResponse {
    try await answer(namespace: request.namespace) {
      try await frontend.deleteSchedule(
        DeleteScheduleRequest(
          namespace: request.namespace, scheduleID: try validate.name(request.scheduleID, "schedule_id"),
          identity: request.identity))
      return .init()
    }
  }

  func listSchedules(
    request: Wire.ListSchedulesRequest, context: ServerContext
  ) async throws -> Wire.ListSchedulesResponse {
    try await answer(namespace: request.namespace) {
      let page = try await frontend.listSchedules(
        ListSchedulesRequest(
          namespace: request.namespace,
          pageSize: try validate.pageSize(request.maximumPageSize, "maximum_page_size"),
          nextPageToken: Array(request.nextPageToken), query: request.query))
      return .with {
        $0.schedules = page.schedules.map(Wire.ScheduleListEntry.init)
        $0.nextPageToken = .init(page.nextPageToken)
      }
    }
  }

  func countSchedules(
    request: Wire.CountSchedulesRequest, context: ServerContext
  ) async throws -> Wire.CountSchedulesResponse {
    try await answer(namespace: request.namespace) {
      let count = try await frontend.countSchedules(namespace: request.namespace, query: request.query)
      return .with { $0.count = Int64(count) }
    }
  }
}

extension Validation {
  /// A schedule with the values of its action within the limits.
  fileprivate func schedule(_ schedule: Wire.Schedule) throws -> Schedule {
    let start = schedule.action.startWorkflow
    let field = "schedule.action.start_workflow"
    _ = try payloads(start.input, "\(field).input")
    try size(start.memo.fields.byteCount, "\(field).memo", limit: limits.memoSize)
    try size(start.searchAttributes.indexedFields.byteCount, "\(field).search_attributes", limit: limits.memoSize)
    try size(start.header.fields.byteCount, "\(field).header", limit: limits.blobSize)
    return try schedule.value("schedule")
  }
}
