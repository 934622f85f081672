public import DurableWorkflows
internal import Logging

/// Makes the engine's schedules what they should be; meant for the start of the worker, and harmless to repeat.
public struct TenantSchedules: Sendable {
  /// What was done with a schedule.
  public enum Action: Hashable, Sendable {
    /// It is there and as it should be.
    case upserted(String)
    /// It was taken away.
    case deleted(String)
    /// It was to be taken away, and was not there.
    case missing(String)
    /// It was left as it was, with the reason.
    case left(String, String)
  }

  /// The shortest time between two synchronizations of a directory.
  public static let shortestDirectoryInterval = 5
  /// The usual time.
  public static let directoryInterval = 1440

  private let client: WorkflowClient
  private let store: TenantStore
  private let directory: any IdentityDirectory
  private let emailPollingMinutes: Int
  private let logger = Logger(label: "schedules")

  /// Creates the means.
  public init(
    client: WorkflowClient, store: TenantStore, directory: any IdentityDirectory, emailPollingMinutes: Int = 3
  ) {
    self.client = client
    self.store = store
    self.directory = directory
    self.emailPollingMinutes = emailPollingMinutes
  }

  /// The id of the schedule of a tenant's directory.
  public static func directoryID(tenant: String) -> String { "entra-all-tenants-sync-schedule:\(tenant)" }

  /// Makes and updates all schedules, then takes away those of earlier versions. What fails is logged and left.
  ///
  /// - Returns: what was done, in order.
  public func reconcile() async -> [Action] {
    var actions: [Action] = []
    for work in PeriodicWork.all(emailPollingMinutes: emailPollingMinutes) { actions.append(await upsert(work)) }
    actions += await reconcileDirectories()
    for id in PeriodicWork.legacyIDs { actions.append(await delete(id)) }
    return actions
  }

  private func upsert(_ work: PeriodicWork) async -> Action {
    do {
      let handle = try await client.upsertSchedule(id: work.id, try work.schedule())
      if work.isTriggeredAtStart { try await handle.trigger() }
      return .upserted(work.id)
    } catch {
      return left(work.id, error)
    }
  }

  private func reconcileDirectories() async -> [Action] {
    do {
      var actions: [Action] = []
      for connection in try await store.connectedDirectories() {
        actions.append(await reconcile(connection.tenantID, minutes: connection.intervalMinutes))
      }
      return actions
    } catch {
      return [left("entra-all-tenants-sync-schedule", error)]
    }
  }

  /// A tenant that may not synchronize has no schedule; while that is not known, nothing changes.
  private func reconcile(_ tenant: String, minutes: Int) async -> Action {
    let id = Self.directoryID(tenant: tenant)
    do {
      guard try await directory.isEligible(tenantID: tenant) else { return await delete(id) }
      let interval = minutes > 0 ? max(minutes, Self.shortestDirectoryInterval) : Self.directoryInterval
      let action = try ScheduleAction.startWorkflow(
        EntraSyncWorkflow.self, id: id, input: EntraSyncInput(tenantID: tenant), taskQueue: TaskQueue.tenants.rawValue,
        executionTimeout: .hours(2))
      let schedule = Schedule(
        action: action, spec: ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .minutes(interval))]),
        policy: SchedulePolicy(overlap: .skip, catchupWindow: .minutes(10)))
      try await client.upsertSchedule(id: id, schedule)
      return .upserted(id)
    } catch {
      return left(id, error)
    }
  }

  private func delete(_ id: String) async -> Action {
    do {
      try await client.scheduleHandle(id: id).delete()
      return .deleted(id)
    } catch let error as WorkflowServiceError where error.code == .notFound {
      return .missing(id)
    } catch {
      return left(id, error)
    }
  }

  private func left(_ id: String, _ error: any Error) -> Action {
    logger.error("a schedule is left as it was", metadata: ["schedule": "\(id)", "reason": "\(error)"])
    return .left(id, "\(error)")
  }
}

/// Deletes the schedules of tenants through a client that there is only once the engine is open.
public actor ClientScheduleControl: TenantScheduleControl {
  private var client: WorkflowClient?

  /// Creates a control without a client.
  public init() {}

  /// Says how the engine is reached.
  public func connect(_ client: WorkflowClient) { self.client = client }

  /// Deletes the schedule of the tenant's directory.
  public func deleteSchedules(ofTenant tenantID: String) async throws {
    guard let client else { throw TenantError(.unavailable, "the engine is not open yet") }
    do {
      try await client.scheduleHandle(id: TenantSchedules.directoryID(tenant: tenantID)).delete()
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // There is nothing to delete.
    }
  }
}
