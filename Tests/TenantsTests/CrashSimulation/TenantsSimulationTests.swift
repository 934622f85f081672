import DurableWorkflows
import ExampleSupport
import Foundation
import Testing
import WorkflowTesting

@testable import Tenants

/// All workflows of the workload, killed at every durable write.
@Suite("Tenants: crashes at every write", .timeLimit(.minutes(5)))
struct TenantsSimulationTests {
  /// Compared is what came of everything; results hold times, which move with the time that the process is away.
  private var options: CrashSimulationOptions {
    var options = CrashSimulationOptions()
    options.comparesRuns = false
    return options
  }

  /// `WORKFLOW_SIMULATION_SEED`, or 1.
  private let seed = ProcessInfo.processInfo.environment["WORKFLOW_SIMULATION_SEED"].flatMap { UInt64($0) } ?? 1

  private func simulate(
    _ workflows: [any WorkflowDefinition.Type],
    refusing: String? = nil,
    expecting expected: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    drive: @escaping @Sendable (SimulatedLife<TenantsMemory>) async throws -> String
  ) async throws {
    let report = try await CrashSimulation.run(
      workflows: workflows,
      seed: seed,
      options: options,
      world: { TenantsMemory() },
      activities: { [TenantsStubs(memory: $0, refusing: refusing)] },
      drive: { life in
        let outcome = try await drive(life)
        if outcome != expected { throw ApplicationError("it ended with '\(outcome)'") }
        return life.world.summary
      }
    )
    #expect(report.workflowTypes == Set(workflows.map { $0.name }), sourceLocation: sourceLocation)
    #expect(report.crashPoints > report.durableCalls, sourceLocation: sourceLocation)
  }

  @Test("the stubs stand for all activities")
  func complete() async throws {
    let sandbox = try Sandbox()
    let store = try await TenantStore.open(.sqlite(path: sandbox.path + "/x.sqlite"))
    let services = TenantServices(
      store: store,
      credentials: Credentials(secret: "s"),
      outside: SimulatedServices()
    )
    let real = Set(TenantRegistration(services).activities.flatMap { $0.activities.map(\.name) })
    #expect(Set(TenantsStubs(memory: TenantsMemory()).activities.map(\.name)) == real)
    await store.close()
  }

  @Test("a creation that succeeds, and one that is undone", arguments: [false, true])
  func creation(isUndone: Bool) async throws {
    try await simulate(
      [TenantCreationWorkflow.self],
      refusing: isUndone ? "setupTenantData" : nil,
      expecting: isUndone ? "'setupTenantData' refuses" : "true true"
    ) { life in
      let handle = try await life.client.start(
        TenantCreationWorkflow.self,
        id: "creation",
        input: TenantWorld.input()
      )
      do {
        let result = try await handle.result()
        return "\(result.success) \(result.emailSent)"
      } catch let error as WorkflowFailedError {
        return error.cause.root.message
      }
    }
  }

  @Test("a creation that is cancelled")
  func cancelledCreation() async throws {
    try await simulate([TenantCreationWorkflow.self], expecting: "Canceled") { life in
      // Nothing has happened yet: the request to cancel comes right after the start.
      let handle = try await life.client.start(
        TenantCreationWorkflow.self,
        id: "creation",
        input: TenantWorld.input(),
        options: .init(startDelay: .hours(1))
      )
      try await handle.cancel(reason: "maintenance")
      do {
        return "\(try await handle.result().success)"
      } catch let error as WorkflowFailedError {
        return "\(error.status)"
      }
    }
  }

  @Test("a deletion that silence confirms, and one that is taken back", arguments: [false, true])
  func deletion(isTakenBack: Bool) async throws {
    try await simulate(
      [TenantDeletionWorkflow.self, TenantExportWorkflow.self],
      expecting: isTakenBack ? "rolled_back" : "deleted"
    ) { life in
      let handle = try await life.client.start(
        TenantDeletionWorkflow.self,
        id: "deletion",
        input: TenantDeletionInput(tenantID: TenantsStubs.tenant, trigger: .manual)
      )
      if isTakenBack {
        try await life.sleep(until: .days(80))
        try await handle.signal(
          TenantDeletionWorkflow.Signals.rollbackDeletion,
          DeletionRollback(reason: "no", rolledBackBy: "Ada")
        )
      }
      return try await handle.result().status.rawValue
    }
  }

  @Test("a portal domain on its way")
  func portalDomain() async throws {
    try await simulate([PortalDomainRegistrationWorkflow.self], expecting: "active") { life in
      try await life.client.execute(
        PortalDomainRegistrationWorkflow.self,
        id: "portal",
        input: PortalDomainInput(tenantID: "t", portalDomainID: "d")
      ).status?.rawValue ?? "none"
    }
  }

  @Test("a ticket with a pause and an answer")
  func ticket() async throws {
    try await simulate([SLATicketWorkflow.self], expecting: "breached, paused for 5 min, [50, 100]") { life in
      let target = SLAPolicyTarget(responseTimeMinutes: 600, resolutionTimeMinutes: 1200)
      let handle = try await life.client.start(
        SLATicketWorkflow.self,
        id: "ticket",
        input: SLATicketInput(ticketID: "T", tenantID: "t", target: target, hours: .always, thresholds: [50])
      )
      try await life.sleep(until: .hours(1))
      try await handle.signal(SLATicketWorkflow.Signals.pause, SLAPause(reason: "waiting"))
      try await life.sleep(until: .minutes(65))
      try await handle.signal(SLATicketWorkflow.Signals.resume)
      let result = try await handle.result()
      // A process that is away lets a pause be longer than it should.
      let minutes = (5...9).contains(result.totalPauseMinutes) ? 5 : result.totalPauseMinutes
      return "\(result.status.rawValue), paused for \(minutes) min, \(result.notifiedResolutionThresholds)"
    }
  }

  @Test("mail and directories")
  func mail() async throws {
    try await simulate(
      [
        ResendWelcomeEmailWorkflow.self, TestEmailWorkflow.self, EntraSyncWorkflow.self,
        ManagedEmailDomainWorkflow.self,
      ],
      expecting: "true verified 4"
    ) { life in
      let resent = try await life.client.execute(
        ResendWelcomeEmailWorkflow.self,
        id: "resend",
        input: ResendWelcomeEmailInput(
          tenantID: TenantsStubs.tenant,
          triggeredBy: "Ada",
          triggeredByEmail: "ada@example.com"
        )
      )
      _ = try await life.client.execute(TestEmailWorkflow.self, id: "test", input: TestEmailInput(to: "a@b.c"))
      _ = try await life.client.execute(
        EntraSyncWorkflow.self,
        id: "entra",
        input: EntraSyncInput(tenantID: TenantsStubs.tenant)
      )
      let domain = try await life.client.execute(
        ManagedEmailDomainWorkflow.self,
        id: "domain",
        input: ManagedEmailDomainInput(tenantID: TenantsStubs.tenant, domain: "x.y")
      )
      return "\(resent.success) \(domain.status) \(domain.checks)"
    }
  }

  @Test("periodic work and an upgrade")
  func maintenance() async throws {
    try await simulate(
      [
        MaintenanceFanOutWorkflow.self, MaintenanceJobWorkflow.self, HealthCheckWorkflow.self,
        ProductUpgradeWorkflow.self,
      ],
      expecting: "12 healthy 4"
    ) { life in
      let fanOut = try await life.client.execute(
        MaintenanceFanOutWorkflow.self,
        id: "fan-out",
        input: MaintenanceInput(job: "j")
      )
      _ = try await life.client.execute(MaintenanceJobWorkflow.self, id: "job", input: MaintenanceInput(job: "j"))
      let health = try await life.client.execute(HealthCheckWorkflow.self, id: "health")
      let upgrade = try await life.client.execute(
        ProductUpgradeWorkflow.self,
        id: "upgrade",
        input: ProductUpgradeInput(tenantID: TenantsStubs.tenant)
      )
      return "\(fanOut.succeeded) \(health) \(upgrade.completedSteps.count)"
    }
  }

  @Test("single activities, called by hand")
  func calls() async throws {
    try await simulate([CallingWorkflow.self], expecting: "1") { life in
      let steps = try await life.client.execute(CallingWorkflow.self, id: "x", input: .init(tenantID: "t"))
      return "\(steps)"
    }
  }
}
