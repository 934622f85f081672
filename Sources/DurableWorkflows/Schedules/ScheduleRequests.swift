/// Creates a schedule.
public struct CreateScheduleRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The caller-chosen id, 1 to 1,000 bytes.
  public var scheduleID: String
  /// The schedule.
  public var schedule: Schedule
  /// What happens at once, for example a first action.
  public var initialPatch: SchedulePatch?
  /// Who asks.
  public var identity: String = ""
  /// Dedupes repeated requests; empty means no deduplication.
  public var requestID: String = ""
  /// Notes shown with the schedule.
  public var memo: [String: Payload] = [:]
  /// Indexed values.
  public var searchAttributes: [String: Payload] = [:]

  /// Creates a request with the defaults of its fields.
  public init(namespace: String = "default", scheduleID: String, schedule: Schedule) {
    self.namespace = namespace
    self.scheduleID = scheduleID
    self.schedule = schedule
  }
}

/// The answer to a creation.
public struct CreateScheduleResponse: Hashable, Sendable {
  /// Names the state of the schedule; see ``ScheduleDescription/conflictToken``.
  public var conflictToken: [UInt8]

  /// Creates a response.
  public init(conflictToken: [UInt8]) { self.conflictToken = conflictToken }
}

/// Asks for a description.
public struct DescribeScheduleRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The schedule.
  public var scheduleID: String

  /// Creates a request.
  public init(namespace: String = "default", scheduleID: String) {
    self.namespace = namespace
    self.scheduleID = scheduleID
  }
}

/// Replaces a schedule: action, specification, policy and state.
public struct UpdateScheduleRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The schedule.
  public var scheduleID: String
  /// What it becomes.
  public var schedule: Schedule
  /// Refuses the update if the schedule has changed since this token was given; empty means never.
  public var conflictToken: [UInt8] = []
  /// Who asks.
  public var identity: String = ""
  /// Dedupes repeated requests; updates are idempotent without it.
  public var requestID: String = ""
  /// Replaces the indexed values; `nil` leaves them as they are.
  public var searchAttributes: [String: Payload]?

  /// Creates a request with the defaults of its fields.
  public init(namespace: String = "default", scheduleID: String, schedule: Schedule) {
    self.namespace = namespace
    self.scheduleID = scheduleID
    self.schedule = schedule
  }
}

/// Pauses, unpauses, triggers or backfills.
public struct PatchScheduleRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The schedule.
  public var scheduleID: String
  /// What happens.
  public var patch: SchedulePatch
  /// Who asks.
  public var identity: String = ""
  /// Dedupes a repetition of the schedule's last patch; empty means no deduplication.
  public var requestID: String = ""

  /// Creates a request with the defaults of its fields.
  public init(namespace: String = "default", scheduleID: String, patch: SchedulePatch) {
    self.namespace = namespace
    self.scheduleID = scheduleID
    self.patch = patch
  }
}

/// Deletes a schedule. The runs that it started go on.
public struct DeleteScheduleRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The schedule.
  public var scheduleID: String
  /// Who asks.
  public var identity: String

  /// Creates a request.
  public init(namespace: String = "default", scheduleID: String, identity: String = "") {
    self.namespace = namespace
    self.scheduleID = scheduleID
    self.identity = identity
  }
}

/// Asks which times of a span a schedule's specification names.
public struct ListScheduleMatchingTimesRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The schedule.
  public var scheduleID: String
  /// Only times after this one.
  public var startTime: Timestamp
  /// Only times up to this one.
  public var endTime: Timestamp

  /// Creates a request.
  public init(namespace: String = "default", scheduleID: String, startTime: Timestamp, endTime: Timestamp) {
    self.namespace = namespace
    self.scheduleID = scheduleID
    self.startTime = startTime
    self.endTime = endTime
  }
}

/// Lists schedules by id.
public struct ListSchedulesRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The most schedules in a page; 0 means the service's own limit.
  public var pageSize: Int
  /// The last response's token, or empty.
  public var nextPageToken: [UInt8]
  /// A visibility query; empty lists all.
  public var query: String

  /// Creates a request.
  public init(namespace: String = "default", pageSize: Int = 0, nextPageToken: [UInt8] = [], query: String = "") {
    self.namespace = namespace
    self.pageSize = pageSize
    self.nextPageToken = nextPageToken
    self.query = query
  }
}

/// A page of schedules.
public struct ListSchedulesResponse: Hashable, Sendable {
  /// The schedules.
  public var schedules: [ScheduleListEntry]
  /// Where to go on; empty means the end.
  public var nextPageToken: [UInt8]

  /// Creates a response.
  public init(schedules: [ScheduleListEntry], nextPageToken: [UInt8]) {
    self.schedules = schedules
    self.nextPageToken = nextPageToken
  }
}

extension WorkflowFrontend {
  /// Refuses: the service has no schedules.
  public func createSchedule(_ request: CreateScheduleRequest) async throws -> CreateScheduleResponse {
    throw noSchedules("createSchedule")
  }

  /// Refuses: the service has no schedules.
  public func describeSchedule(_ request: DescribeScheduleRequest) async throws -> ScheduleDescription {
    throw noSchedules("describeSchedule")
  }

  /// Refuses: the service has no schedules.
  public func updateSchedule(_ request: UpdateScheduleRequest) async throws { throw noSchedules("updateSchedule") }

  /// Refuses: the service has no schedules.
  public func patchSchedule(_ request: PatchScheduleRequest) async throws { throw noSchedules("patchSchedule") }

  /// Refuses: the service has no schedules.
  public func deleteSchedule(_ request: DeleteScheduleRequest) async throws { throw noSchedules("deleteSchedule") }

  /// Refuses: the service has no schedules.
  public func listScheduleMatchingTimes(_ request: ListScheduleMatchingTimesRequest) async throws -> [Timestamp] {
    throw noSchedules("listScheduleMatchingTimes")
  }

  /// Refuses: the service has no schedules.
  public func listSchedules(_ request: ListSchedulesRequest) async throws -> ListSchedulesResponse {
    throw noSchedules("listSchedules")
  }

  /// Refuses: the service has no schedules.
  public func countSchedules(namespace: String, query: String) async throws -> Int {
    throw noSchedules("countSchedules")
  }

  private func noSchedules(_ method: String) -> WorkflowServiceError {
    WorkflowServiceError(.unimplemented, "\(Self.self) does not offer \(method)")
  }
}
