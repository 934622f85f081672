import DurableWorkflows
import ExampleSupport
import Synchronization
import Testing
import WorkflowTesting

@testable import Tenants

/// Scenarios 9 to 15: service levels of tickets.
@Suite("Service levels", .timeLimit(.minutes(2)))
struct SLATicketTests {
  /// A world with a tenant and its ticket.
  private func withTicket(
    on database: TestDatabase = .sqlite,
    _ body: (TenantWorld, SLATicketInput) async throws -> Void
  ) async throws {
    try await TenantWorld.run(on: database) { world in
      let tenant = try await world.create {
        $0.skipWelcomeEmail = true
        $0.skipCustomerTracking = true
      }
      try await world.store.createTicket("T-1", tenant: tenant.tenantId, title: "printer", now: world.now)
      let target = SLAPolicyTarget(responseTimeMinutes: 100, resolutionTimeMinutes: 200)
      try await body(
        world,
        SLATicketInput(ticketID: "T-1", tenantID: tenant.tenantId, target: target, hours: .always)
      )
    }
  }

  private func state(_ handle: WorkflowHandle<SLATicketWorkflow>) async throws -> SLAState {
    try await handle.query(SLATicketWorkflow.Queries.getState)
  }

  @Test("9: silence breaks both promises; at first the response is awaited", arguments: TestDatabase.allCases)
  func silence(_ database: TestDatabase) async throws {
    try await withTicket(on: database) { world, input in
      let handle = try await world.api.watchTicket(input)
      let first = try await state(handle)
      #expect(first.phase == .response && first.notifiedResponseThresholds.isEmpty && first.status == .active)
      let again = try await world.api.watchTicket(input)
      #expect(again.execution.runID == handle.execution.runID, "a watched ticket stays so")
      let begin = world.now
      let result = try await handle.result()
      #expect(result.status == .breached && world.now - begin == .minutes(200))
      #expect(result.notifiedResponseThresholds == [50, 75, 90, 100])
      #expect(result.notifiedResolutionThresholds == [50, 75, 90, 100])
      #expect(try await world.store.slaStatus("T-1")?.status == "resolution_breached")
    }
  }

  @Test("10: the wake times that are asked for are those of 50, 75, 90 and 100 %")
  func wakeTimes() async throws {
    try await withTicket { world, input in
      let asked = Asked()
      world.env.mock("calculateNextWakeTime") { try asked.answer($0) }
      var input = input
      input.policyTargets = [SLAPolicyTarget(responseTimeMinutes: 100)]
      let result = try await world.api.watchTicket(input).result()
      #expect(asked.requests.map(\.threshold) == [50, 75, 90, 100])
      #expect(asked.requests.allSatisfy { $0.targetMinutes == 100 && $0.pauseMinutes == 0 })
      #expect(result.status == .completed, "there is no promise of a solution")
    }
  }

  @Test("11: a pause moves what comes after it, and loses no threshold")
  func pause() async throws {
    try await withTicket { world, input in
      let asked = Asked()
      world.env.mock("calculateNextWakeTime") { try asked.answer($0) }
      let handle = try await world.api.watchTicket(input)
      let begin = world.now
      try await world.env.sleep(for: .minutes(1))
      try await handle.signal(SLATicketWorkflow.Signals.pause, SLAPause(reason: "awaiting the customer"))
      #expect(try await state(handle).status == .paused)
      try await world.env.sleep(for: .minutes(60))
      #expect(try await state(handle).notifiedResponseThresholds.isEmpty)
      try await handle.signal(SLATicketWorkflow.Signals.resume)
      let resumed = try await state(handle)
      #expect(resumed.pauseStartedAt == nil && resumed.totalPauseMinutes == 60 && resumed.status == .active)
      try await world.env.sleep(for: .minutes(50))
      #expect(try await state(handle).notifiedResponseThresholds == [50])
      _ = try await handle.result()
      #expect(world.now - begin == .minutes(260))
      #expect(asked.requests.dropFirst().allSatisfy { $0.pauseMinutes == 60 })
      let kinds = try await world.store.slaEvents("T-1").map(\.kind)
      #expect(kinds.contains("paused") && kinds.contains("resumed"))
      #expect(kinds.count { $0 == "notified" } == 8)
    }
  }

  @Test("12: an answer leads to the solution, which ends the run; both are kept for the audit")
  func completed() async throws {
    try await withTicket { world, input in
      let handle = try await world.api.watchTicket(input)
      try await world.env.sleep(for: .minutes(60))
      try await handle.signal(SLATicketWorkflow.Signals.completeResponse, SLACompletion(met: true))
      try await world.settle()
      let middle = try await state(handle)
      #expect(middle.phase == .resolution && middle.responseMet == true && middle.notifiedResponseThresholds == [50])
      try await handle.signal(SLATicketWorkflow.Signals.completeResolution, SLACompletion(met: true))
      let result = try await handle.result()
      #expect(result.status == .completed && result.notifiedResolutionThresholds.isEmpty)
      let kinds = try await world.store.slaEvents("T-1").map(\.kind)
      #expect(kinds.contains("response_met") && kinds.contains("resolution_met"))
    }
  }

  @Test("12: a cancellation ends the run")
  func cancelled() async throws {
    try await withTicket { world, input in
      let handle = try await world.api.watchTicket(input)
      try await world.env.sleep(for: .minutes(1))
      try await handle.signal(SLATicketWorkflow.Signals.cancel)
      #expect(try await handle.result().status == .cancelled)
    }
  }

  @Test(
    "13: a ticket that is closed at the start tells nobody; one that is deleted is cancelled",
    arguments: [false, true]
  )
  func closedAtStart(isDeleted: Bool) async throws {
    try await withTicket { world, input in
      try await world.store.closeTicket("T-1", isDeleted: isDeleted, now: world.now)
      let result = try await world.api.watchTicket(input).result()
      #expect(result.status == (isDeleted ? .cancelled : .closed))
      #expect(world.outside.messages.isEmpty)
    }
  }

  @Test("13: a ticket that is closed while it is paused ends with the next look, within a minute")
  func closedWhilePaused() async throws {
    try await withTicket { world, input in
      let handle = try await world.api.watchTicket(input)
      try await world.settle()
      try await handle.signal(SLATicketWorkflow.Signals.pause, SLAPause(reason: "waiting"))
      try await world.settle()
      try await world.store.closeTicket("T-1", now: world.now)
      let begin = world.now
      #expect(try await handle.result().status == .closed)
      #expect(world.now - begin <= .seconds(60))
    }
  }

  @Test("14: each threshold escalates; the promise is broken once")
  func escalations() async throws {
    try await withTicket { world, input in
      var input = input
      input.policyTargets = [SLAPolicyTarget(responseTimeMinutes: 100)]
      _ = try await world.api.watchTicket(input).result()
      let events = try await world.store.slaEvents("T-1")
      #expect(events.filter { $0.kind == "escalated" }.map(\.threshold) == [50, 75, 90, 100])
      #expect(events.filter { $0.kind == "notified" }.map(\.threshold) == [50, 75, 90, 100])
      #expect(events.filter { $0.kind == "breached" }.map(\.threshold) == [100])
      #expect(try await world.store.slaStatus("T-1")?.escalations == 3)
    }
  }

  @Test("15: a worker that is replaced during a wait goes on where it was")
  func restart() async throws {
    try await withTicket { world, input in
      let handle = try await world.api.watchTicket(input)
      try await world.env.sleep(for: .minutes(60))
      #expect(try await state(handle).notifiedResponseThresholds == [50])
      try await world.env.restart(.kill)
      try await world.env.sleep(for: .minutes(20))
      #expect(try await state(handle).notifiedResponseThresholds == [50, 75])
      #expect(try await handle.result().status == .breached)
    }
  }

  @Test("a long pause goes on in fresh runs and is counted whole", .timeLimit(.minutes(5)))
  func longPause() async throws {
    try await withTicket { world, input in
      let handle = try await world.api.watchTicket(input)
      let begin = world.now
      try await world.settle()
      try await handle.signal(SLATicketWorkflow.Signals.pause, SLAPause(reason: "holidays"))
      try await world.env.sleep(for: .days(1))
      try await handle.signal(SLATicketWorkflow.Signals.resume)
      _ = try await handle.result()
      #expect(world.now - begin >= .days(1) + .minutes(200) && world.now - begin <= .days(1) + .minutes(202))
    }
  }

  @Test("input that is wrong starts nothing")
  func refusals() async throws {
    try await withTicket { world, input in
      let changes: [(String, (inout SLATicketInput) -> Void)] = [
        ("ticketId", { $0.ticketId = "" }), ("tenantId", { $0.tenantId = "" }),
        ("policyTargets", { $0.policyTargets = [] }),
        ("responseTimeMinutes", { $0.policyTargets[0].responseTimeMinutes = 0 }),
        ("notificationThresholds", { $0.notificationThresholds = [50, 101] }),
        ("timezone", { $0.businessHoursSchedule = .weekdays(timezone: "Nowhere") }),
      ]
      for (field, change) in changes {
        var bad = input
        change(&bad)
        await expectRefusal(.validation, field) { _ = try await world.api.watchTicket(bad) }
      }
    }
  }
}

/// Answers as the activity does, and remembers what it was asked.
private final class Asked: Sendable {
  private let list = Mutex<[WakeRequest]>([])

  var requests: [WakeRequest] { list.withLock { $0 } }

  func answer(_ arguments: Arguments) throws -> WakeAnswer {
    let request: WakeRequest = try arguments.decode(0)
    list.withLock { $0.append(request) }
    return try request.answer()
  }
}
