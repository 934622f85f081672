extension WorkflowClient {
  /// What is said when a schedule is created, besides the schedule.
  public struct ScheduleOptions: Hashable, Sendable {
    /// Whether one action is taken at once.
    public var triggerImmediately: Bool
    /// Spans of time whose actions are taken at once.
    public var backfills: [ScheduleBackfill]
    /// Notes shown with the schedule.
    public var memo: [String: Payload]
    /// Indexed values of the schedule.
    public var searchAttributes: [String: Payload]
    /// Dedupes repeated requests; `nil` makes one up.
    public var requestID: String?

    /// Creates the defaults.
    public init(
      triggerImmediately: Bool = false, backfills: [ScheduleBackfill] = [], memo: [String: Payload] = [:],
      searchAttributes: [String: Payload] = [:], requestID: String? = nil
    ) {
      self.triggerImmediately = triggerImmediately
      self.backfills = backfills
      self.memo = memo
      self.searchAttributes = searchAttributes
      self.requestID = requestID
    }
  }

  /// Creates a schedule. When it returns, the schedule is durable.
  ///
  /// - Throws: ``ScheduleSpecError`` if the schedule is wrong; ``WorkflowServiceError``, with `alreadyStarted` if the
  ///   id is taken.
  @discardableResult
  public func createSchedule(id: String, _ schedule: Schedule, options: ScheduleOptions = ScheduleOptions())
    async throws -> ScheduleHandle
  {
    var request = CreateScheduleRequest(
      namespace: namespace, scheduleID: id, schedule: try prepared(schedule).encoded(by: converter, in: namespace))
    if options.triggerImmediately || !options.backfills.isEmpty {
      request.initialPatch = SchedulePatch(
        triggerImmediately: options.triggerImmediately ? .init() : nil, backfills: options.backfills)
    }
    request.identity = identity
    request.requestID = options.requestID ?? makeRequestID()
    request.memo = try converter(for: id).encodedOnce(options.memo)
    request.searchAttributes = options.searchAttributes
    _ = try await frontend.createSchedule(request)
    return scheduleHandle(id: id)
  }

  /// Creates a schedule, or gives the existing one this action, specification and policy.
  ///
  /// Meant for the start of a service: an existing schedule keeps its state, so that a pause outlives the restart, and
  /// a schedule that is already like this is not touched. The options count only for a schedule that is created.
  ///
  /// - Throws: ``ScheduleSpecError`` if the schedule is wrong; ``WorkflowServiceError``.
  @discardableResult
  public func upsertSchedule(id: String, _ schedule: Schedule, options: ScheduleOptions = ScheduleOptions())
    async throws -> ScheduleHandle
  {
    let wanted = try prepared(schedule)
    let handle = scheduleHandle(id: id)
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await createSchedule(id: id, wanted, options: options)
      } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
        do {
          try await handle.update { existing in
            existing.action = wanted.action
            existing.spec = wanted.spec
            existing.policy = wanted.policy
          }
          return handle
        } catch let missing as WorkflowServiceError where missing.code == .notFound && attempts < 20 {
          // Somebody deleted it meanwhile: it is created after all.
        }
      }
    }
  }

  /// A handle to a schedule that was created before.
  public func scheduleHandle(id: String) -> ScheduleHandle { ScheduleHandle(client: self, id: id) }

  /// All schedules in the order of their ids, page by page as they are read.
  ///
  /// - Parameter query: a visibility query; empty lists all.
  public func listSchedules(query: String = "", pageSize: Int = 0)
    -> AsyncThrowingStream<ScheduleListEntry, any Error>
  {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          var request = ListSchedulesRequest(namespace: namespace, pageSize: pageSize, query: query)
          repeat {
            let page = try await frontend.listSchedules(request)
            for var entry in page.schedules {
              entry.memo = converter.readable(entry.memo)
              continuation.yield(entry)
            }
            request.nextPageToken = page.nextPageToken
          } while !request.nextPageToken.isEmpty
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// The schedule as it is stored, but decoded, with the client's task queue if it names none.
  func prepared(_ schedule: Schedule) throws(ScheduleSpecError) -> Schedule {
    var schedule = try schedule.canonicalized().readable(by: converter)
    if case .startWorkflow(var action) = schedule.action, action.taskQueue.isEmpty {
      action.taskQueue = taskQueue
      schedule.action = .startWorkflow(action)
    }
    return schedule
  }
}
