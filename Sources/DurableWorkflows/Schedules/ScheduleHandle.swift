/// A schedule of a workflow service.
///
/// All methods throw ``WorkflowServiceError``, with `notFound` if there is no such schedule. What they change is
/// durable when they return.
public struct ScheduleHandle: Sendable {
  /// The client that the requests go through.
  public let client: WorkflowClient
  /// The schedule's id.
  public let id: String

  /// How often an update is tried when others change the schedule at the same time.
  private static let updateAttempts = 20

  init(client: WorkflowClient, id: String) {
    self.client = client
    self.id = id
  }

  /// The schedule, what it has done, and when it is due next.
  public func describe() async throws -> ScheduleDescription {
    var description = try await client.frontend.describeSchedule(
      DescribeScheduleRequest(namespace: client.namespace, scheduleID: id))
    description.schedule = description.schedule.readable(by: client.converter)
    description.memo = client.converter.readable(description.memo)
    return description
  }

  /// Lets nothing happen at the schedule's times until ``unpause(note:)``; they are not made up for.
  ///
  /// - Parameter note: becomes the schedule's note; `nil` says who paused it.
  public func pause(note: String? = nil) async throws {
    try await patch(SchedulePatch(pause: note ?? "paused by \(client.identity)"))
  }

  /// Ends a pause.
  ///
  /// - Parameter note: becomes the schedule's note; `nil` says who ended the pause.
  public func unpause(note: String? = nil) async throws {
    try await patch(SchedulePatch(unpause: note ?? "unpaused by \(client.identity)"))
  }

  /// Takes one action now, even if the schedule is paused.
  ///
  /// - Parameter overlap: replaces the schedule's policy for this action.
  public func trigger(overlap: ScheduleOverlapPolicy? = nil) async throws {
    try await patch(SchedulePatch(triggerImmediately: .init(overlap: overlap)))
  }

  /// Takes the actions of spans of time as if they passed by now, even if the schedule is paused.
  public func backfill(_ backfills: [ScheduleBackfill]) async throws {
    try await patch(SchedulePatch(backfills: backfills))
  }

  /// Changes the schedule. If somebody else changes it at the same time, `change` is called again with what they made
  /// of it. If `change` changes nothing, nothing is sent.
  ///
  /// - Throws: ``ScheduleSpecError`` if the changed schedule is wrong; what `change` throws.
  public func update(_ change: (inout Schedule) throws -> Void) async throws {
    for attempt in 1... {
      let description = try await describe()
      var schedule = description.schedule
      try change(&schedule)
      schedule = try client.prepared(schedule)
      if schedule == description.schedule { return }
      var request = UpdateScheduleRequest(
        namespace: client.namespace, scheduleID: id,
        schedule: try schedule.encoded(by: client.converter, in: client.namespace))
      request.conflictToken = description.conflictToken
      request.identity = client.identity
      request.requestID = client.makeRequestID()
      do {
        return try await client.frontend.updateSchedule(request)
      } catch let error as WorkflowServiceError
        where error.code == .failedPrecondition && attempt < ScheduleHandle.updateAttempts
      {
        continue
      }
    }
  }

  /// Deletes the schedule. The runs that it started go on.
  public func delete() async throws {
    try await client.frontend.deleteSchedule(
      DeleteScheduleRequest(namespace: client.namespace, scheduleID: id, identity: client.identity))
  }

  /// The times after `start` and up to `end` at which the specification makes the schedule due, at most 1,000.
  public func matchingTimes(from start: Timestamp, through end: Timestamp) async throws -> [Timestamp] {
    try await client.frontend.listScheduleMatchingTimes(
      ListScheduleMatchingTimesRequest(
        namespace: client.namespace, scheduleID: id, startTime: start, endTime: end))
  }

  private func patch(_ patch: SchedulePatch) async throws {
    var request = PatchScheduleRequest(namespace: client.namespace, scheduleID: id, patch: patch)
    request.identity = client.identity
    request.requestID = client.makeRequestID()
    try await client.frontend.patchSchedule(request)
  }
}
