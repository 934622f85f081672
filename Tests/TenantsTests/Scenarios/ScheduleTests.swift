import DurableWorkflows
import Testing
import WorkflowTesting

@testable import Tenants

/// Scenario 21: periodic work.
@Suite("Schedules of tenants", .timeLimit(.minutes(2)))
struct ScheduleTests {
  private func schedules(_ world: TenantWorld, minutes: Int = 3) -> TenantSchedules {
    TenantSchedules(
      client: world.env.client,
      store: world.store,
      directory: world.outside,
      emailPollingMinutes: minutes
    )
  }

  private func ids(_ world: TenantWorld) async throws -> [String] {
    var ids: [String] = []
    for try await entry in world.env.client.listSchedules() { ids.append(entry.id) }
    return ids
  }

  @Test(
    "21: schedules are made before those of earlier versions go; a second time updates"
  )
  func reconcile() async throws {
    try await TenantWorld.run { world in
      let old = try #require(PeriodicWork.all().last).schedule()
      for id in PeriodicWork.legacyIDs.dropLast() { try await world.env.client.createSchedule(id: id, old) }
      let wanted = PeriodicWork.all().map(\.id)
      #expect(wanted.count == 23 && Set(wanted).count == 23)
      let actions = await schedules(world).reconcile()
      #expect(
        actions == wanted.map { .upserted($0) } + PeriodicWork.legacyIDs.dropLast().map { .deleted($0) }
          + [.missing(PeriodicWork.legacyIDs[2])]
      )
      #expect(try await ids(world) == wanted.sorted())

      let polling = world.env.client.scheduleHandle(id: "email-polling-reconcile-schedule")
      #expect(try await polling.describe().schedule.spec.intervals.map(\.every) == [.minutes(3)])
      try await polling.pause(note: "maintenance")
      let again = await schedules(world, minutes: 7).reconcile()
      #expect(again == wanted.map { .upserted($0) } + PeriodicWork.legacyIDs.map { .missing($0) })
      let updated = try await polling.describe().schedule
      #expect(updated.spec.intervals.map(\.every) == [.minutes(7)] && updated.state.isPaused)
      #expect(updated.policy.overlap == .skip && updated.policy.catchupWindow == .minutes(1))
      guard case .startWorkflow(let action) = updated.action else { return }
      #expect(action.taskQueue == "email-domain-workflows" && action.executionTimeout == .minutes(10))
    }
  }

  @Test("the work is done at its times; the licence is looked at when the worker starts")
  func runs() async throws {
    try await TenantWorld.run { world in
      _ = await schedules(world).reconcile()
      try await world.settle()
      #expect(world.outside.subjects(.runJob) == ["appliance-license-check-in"])
      try await world.env.sleep(for: .minutes(15))
      let jobs = world.outside.subjects(.runJob)
      #expect(jobs.count { $0 == "email-polling-reconcile" } == 5)
      #expect(jobs.count { $0 == "process-scheduled-comments/\(TenantWorld.management)" } == 15)
    }
  }

  @Test("21: directories: eligible ones are made, others deleted, and those that nobody can tell stay as they are")
  func directories() async throws {
    try await TenantWorld.run { world in
      var tenants: [String] = []
      for (number, minutes) in [(1, 2), (2, 60), (3, 0)] {
        let tenant = try await world.create(number) { $0.skipCustomerTracking = true }.tenantId
        try await world.store.connectDirectory(tenant: tenant, intervalMinutes: minutes, now: world.now)
        tenants.append(tenant)
      }
      let first = await schedules(world).reconcile()
      #expect(tenants.allSatisfy { first.contains(.upserted(TenantSchedules.directoryID(tenant: $0))) })
      func interval(_ tenant: String) async throws -> Duration? {
        try await world.env.client.scheduleHandle(id: TenantSchedules.directoryID(tenant: tenant)).describe().schedule
          .spec.intervals.first?.every
      }
      var intervals: [Duration?] = []
      for tenant in tenants { intervals.append(try await interval(tenant)) }
      #expect(intervals == [.minutes(5), .minutes(60), .minutes(1440)])

      world.outside.setEligible(false, tenantID: tenants[0])
      // The first question of the next round gets no answer; questions come in the order of ids.
      world.outside.fail(.isEligible, times: 1, with: TenantError(.unavailable, "no answer"))
      let second = await schedules(world).reconcile()
      let asked = try #require(tenants.sorted().first)
      #expect(second.contains(.left(TenantSchedules.directoryID(tenant: asked), "UnavailableError: no answer")))
      #expect(try await interval(asked) != nil)
      let third = await schedules(world).reconcile()
      let gone = TenantSchedules.directoryID(tenant: tenants[0])
      #expect(second.contains(.deleted(gone)) || third.contains(.deleted(gone)))
      #expect(try await !ids(world).contains(gone))
      #expect(try await interval(tenants[1]) == .minutes(60))
    }
  }
}
