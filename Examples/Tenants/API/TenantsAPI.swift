public import DurableWorkflows
internal import ExampleSupport

/// What other programs may ask for: it checks, records, and starts and signals workflows in their queues.
public struct TenantsAPI: Sendable {
  let store: TenantStore
  let client: WorkflowClient
  private let clock: any EngineClock

  /// Creates an API.
  public init(store: TenantStore, client: WorkflowClient, clock: any EngineClock = SystemClock()) {
    self.store = store
    self.client = client
    self.clock = clock
  }

  private var now: Moment { Moment(clock.now()) }

  // MARK: Tenants

  /// Starts the creation of a tenant.
  ///
  /// - Throws: ``TenantError`` if the input is wrong: nothing starts then.
  public func createTenant(_ input: TenantCreationInput) async throws -> WorkflowHandle<TenantCreationWorkflow> {
    _ = try input.validated(id: newID())
    let milliseconds = now.microseconds / 1000
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return try await client.start(
      TenantCreationWorkflow.self, id: "tenant-creation-\(milliseconds)-\(random)", input: input,
      options: creationOptions)
  }

  /// Starts the creation of an appliance's only tenant, or attaches to the one that is under way or done. After a
  /// failure it starts again.
  ///
  /// - Throws: ``TenantError`` if the input is wrong or gives no `tenantId`.
  public func bootstrapAppliance(_ input: TenantCreationInput) async throws -> WorkflowHandle<TenantCreationWorkflow> {
    guard let tenant = input.tenantId else {
      throw TenantError(.validation, "tenantId is missing; an appliance's tenant needs a stable id")
    }
    _ = try input.validated(id: tenant)
    let id = "appliance-bootstrap-\(tenant)"
    var options = creationOptions
    options.idReusePolicy = .allowDuplicateFailedOnly
    options.idConflictPolicy = .useExisting
    do {
      return try await client.start(TenantCreationWorkflow.self, id: id, input: input, options: options)
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      return client.handle(for: TenantCreationWorkflow.self, id: id)
    }
  }

  private var creationOptions: WorkflowClient.StartOptions {
    WorkflowClient.StartOptions(
      taskQueue: TaskQueue.tenants.rawValue, executionTimeout: TenantCreationWorkflow.executionTimeout,
      runTimeout: TenantCreationWorkflow.runTimeout)
  }

  /// Starts the deletion of a tenant.
  ///
  /// - Throws: ``TenantError`` if the input is wrong, there is no such tenant, or its deletion is under way.
  public func deleteTenant(_ input: TenantDeletionInput) async throws -> WorkflowHandle<TenantDeletionWorkflow> {
    _ = try input.validated()
    _ = try await store.requireTenant(input.tenantId)
    return try await starting {
      try await client.start(
        TenantDeletionWorkflow.self, id: TenantDeletionWorkflow.id(tenant: input.tenantId), input: input,
        options: .init(
          taskQueue: TaskQueue.tenants.rawValue, executionTimeout: TenantDeletionWorkflow.executionTimeout))
    }
  }

  /// Sends a user a fresh password.
  public func resendWelcomeEmail(
    _ input: ResendWelcomeEmailInput
  ) async throws -> WorkflowHandle<ResendWelcomeEmailWorkflow> {
    try requireID(input.tenantId, "tenantId")
    return try await starting {
      try await client.start(
        ResendWelcomeEmailWorkflow.self, id: "resend-welcome-\(input.tenantId)", input: input,
        options: .init(
          taskQueue: TaskQueue.tenants.rawValue, executionTimeout: ResendWelcomeEmailWorkflow.executionTimeout))
    }
  }

  /// Writes everything that belongs to a tenant to a file.
  public func exportTenant(_ id: String, by person: String) async throws -> WorkflowHandle<TenantExportWorkflow> {
    try requireID(id, "tenantId")
    return try await starting {
      try await client.start(
        TenantExportWorkflow.self, id: "tenant-export-\(id)",
        input: TenantExportInput(tenantID: id, requestedBy: person),
        options: .init(
          taskQueue: TaskQueue.tenants.rawValue, executionTimeout: TenantExportWorkflow.executionTimeout,
          runTimeout: TenantExportWorkflow.runTimeout))
    }
  }

  // MARK: Domains and tickets

  /// Registers a portal domain, or has it looked at again.
  public func registerPortalDomain(
    _ domain: String, id: String, tenant: String, trigger: PortalDomainTrigger = .register
  ) async throws -> WorkflowHandle<PortalDomainRegistrationWorkflow> {
    try requireID(tenant, "tenantId")
    try require(id, "portalDomainId")
    switch trigger {
    case .register:
      guard domain.contains("."), !domain.contains(where: { $0.isWhitespace || $0 == "/" || $0 == ":" }) else {
        throw TenantError(.validation, "domain is '\(domain)'; write a name such as portal.example.com")
      }
      _ = try await store.requireTenant(tenant)
      try await store.putPortalDomain(id, tenant: tenant, domain: domain.lowercased(), now: now)
    case .disable: try await store.disablePortalDomain(id, now: now)
    case .refresh: break
    }
    let handle = client.handle(
      for: PortalDomainRegistrationWorkflow.self, id: PortalDomainRegistrationWorkflow.id(tenant: tenant))
    let signal = PortalDomainRegistrationWorkflow.Signals.reconcilePortalDomainState
    let reconciliation = PortalDomainReconciliation(trigger: trigger)
    do {
      try await handle.signal(signal, reconciliation)
      return handle
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // A run that begins makes a pass by itself.
    }
    do {
      return try await client.start(
        PortalDomainRegistrationWorkflow.self, id: PortalDomainRegistrationWorkflow.id(tenant: tenant),
        input: PortalDomainInput(tenantID: tenant, portalDomainID: id, trigger: trigger),
        options: .init(taskQueue: TaskQueue.portalDomains.rawValue))
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      try await handle.signal(signal, reconciliation)
      return handle
    }
  }

  /// Watches a ticket's service level; a ticket that is watched already stays so.
  public func watchTicket(_ input: SLATicketInput) async throws -> WorkflowHandle<SLATicketWorkflow> {
    _ = try input.thresholds()
    _ = try BusinessCalendar(input.businessHoursSchedule)
    return try await client.start(
      SLATicketWorkflow.self, id: SLATicketWorkflow.id(tenant: input.tenantId, ticket: input.ticketId), input: input,
      options: .init(
        taskQueue: TaskQueue.serviceLevels.rawValue, executionTimeout: SLATicketWorkflow.executionTimeout,
        idConflictPolicy: .useExisting))
  }

  private func starting<Handle>(_ body: () async throws -> Handle) async throws -> Handle {
    do {
      return try await body()
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      throw TenantError(.invalidState, "this is under way already: \(error.message)")
    }
  }
}
