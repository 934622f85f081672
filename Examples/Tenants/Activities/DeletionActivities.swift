public import DurableWorkflows
internal import ExampleSupport

/// The activities of a deletion, and what undoes them.
@ActivityContainer
public struct DeletionActivities {
  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// Looks whether the tenant may be deleted.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func validateTenantDeletion(tenantID: String) async throws -> DeletionSubject {
    try await services.perform(tenantID) { _ in
      let tenant = try await services.store.requireTenant(tenantID)
      if tenant.isManagement {
        throw TenantError(.validation, "tenant \(tenantID) is the provider's own and is never deleted")
      }
      return DeletionSubject(name: tenant.name, email: tenant.email, subscriptionID: tenant.subscriptionID)
    }
  }

  /// Locks the tenant's users out.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func deactivateTenantUsers(tenantID: String, deletionID: String) async throws {
    try await services.perform(tenantID) {
      try await services.store.setUsersInactive(true, tenant: tenantID, with: deletionID, $0)
    }
  }

  /// Stops the tenant's mail. A failure is an answer: a deletion does not wait for it.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func suspendTenantEmail(tenantID: String) async throws -> SuspensionOutcome {
    try await services.perform(tenantID) { origin in
      try await outcome { try await services.store.setEmailState("suspended", tenant: tenantID, origin) }
    }
  }

  /// Stops the tenant's periodic work. A failure is an answer: a deletion does not wait for it.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func suspendTenantActivity(tenantID: String) async throws -> SuspensionOutcome {
    try await services.perform(tenantID) { origin in
      try await outcome { try await services.store.setStatus(.suspended, tenant: tenantID, origin) }
    }
  }

  /// Ends the subscription.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func cancelTenantSubscription(tenantID: String, subscriptionID: String?) async throws {
    try await services.perform(tenantID) { origin in
      if let subscriptionID {
        try await services.billing.cancelSubscription(subscriptionID, key: "cancel/\(subscriptionID)")
      }
      try await services.store.setSubscription(nil, tenant: tenantID, origin)
    }
  }

  /// Tells the tenant's first user what happens.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func sendCancellationEmail(tenantID: String, email: String) async throws {
    try await services.perform(tenantID) { origin in
      try await services.mailer.send(
        EmailMessage(to: email, template: "tenant-cancelled", fields: ["tenant": tenantID]),
        key: origin.idempotencyKey ?? "")
    }
  }

  /// Marks the customer, or takes the mark away.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func tagCustomerAsCanceled(tenantID: String, isSet: Bool) async throws {
    try await services.perform(tenantID) {
      try await services.store.setTag("Canceled", isSet, ofCustomer: tenantID, $0)
    }
  }

  /// Switches the customer off, or on.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func setCustomerInactive(tenantID: String, isInactive: Bool) async throws {
    try await services.perform(tenantID) {
      try await services.store.setCustomerInactive(isInactive, customer: tenantID, $0)
    }
  }

  /// What the tenant has.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func collectTenantStats(tenantID: String) async throws -> TenantStatistics {
    try await services.perform(tenantID) { _ in try await services.store.statistics(ofTenant: tenantID) }
  }

  /// Records where the deletion is.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func recordTenantDeletion(record: DeletionRecord) async throws {
    try await services.perform(record.tenantID) { try await services.store.record(record, $0) }
  }

  /// Deletes the tenant's schedules in the engine.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func deleteTenantSchedules(tenantID: String) async throws {
    try await services.perform(tenantID) { _ in try await services.schedules.deleteSchedules(ofTenant: tenantID) }
  }

  /// Removes the tenant's mail for good.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func teardownTenantEmail(tenantID: String) async throws {
    try await services.perform(tenantID) {
      try await services.store.setEmailState("removed", tenant: tenantID, $0)
    }
  }

  /// Removes the tenant and everything that belongs to it. What was removed by an earlier attempt stays removed.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func deleteTenantData(tenantID: String) async throws {
    try await services.perform(tenantID) {
      _ = try await services.store.removeTenant(tenantID, createdBy: nil, $0)
    }
  }

  // MARK: Undoing

  /// Lets the users in again that the deletion has locked out.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func reactivateTenantUsers(tenantID: String, deletionID: String) async throws {
    try await services.perform(tenantID) {
      try await services.store.setUsersInactive(false, tenant: tenantID, with: deletionID, $0)
    }
  }

  /// Lets the tenant's mail go out again.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func resumeTenantEmail(tenantID: String) async throws {
    try await services.perform(tenantID) { try await services.store.setEmailState("active", tenant: tenantID, $0) }
  }

  /// Lets the tenant's periodic work go on.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func resumeTenantActivity(tenantID: String) async throws {
    try await services.perform(tenantID) { try await services.store.setStatus(.active, tenant: tenantID, $0) }
  }

  /// Gives the tenant another subscription.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func linkReactivationSubscription(tenantID: String, subscriptionID: String) async throws {
    try await services.perform(tenantID) { origin in
      try await services.store.setSubscription(subscriptionID, tenant: tenantID, origin)
      try await services.billing.setMetadata(
        subscription: subscriptionID, tenantID: tenantID, key: "link/\(tenantID)/\(subscriptionID)")
    }
  }

  /// Keeps for the audit that the tenant came back.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func stampReactivation(tenantID: String, by person: String) async throws {
    try await services.perform(tenantID) {
      try await services.store.audit("reactivated", tenant: tenantID, entity: tenantID, details: person, $0)
    }
  }

  /// Sends the tenant's first user a way to a fresh password.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func sendPasswordReset(tenantID: String, email: String) async throws {
    try await services.perform(tenantID) { origin in
      try await services.mailer.send(
        EmailMessage(
          to: email, template: "password-reset", fields: ["url": "\(services.applicationURL)/auth/password-reset"]),
        key: origin.idempotencyKey ?? "")
    }
  }

  /// Tells the operators.
  @Activity(startToClose: .minutes(10), retryPolicy: Profile.deletion.retryPolicy)
  public func raiseOperatorAlert(name: String, tenantID: String, message: String) async throws {
    try await services.perform(tenantID) { _ in
      try await services.alerts.raise(name, subject: tenantID, message: message)
    }
  }

  private func outcome(_ body: () async throws -> Void) async throws -> SuspensionOutcome {
    do {
      try await body()
      return SuspensionOutcome(isSuspended: true)
    } catch let error as CancellationError {
      throw error
    } catch {
      return SuspensionOutcome(isSuspended: false, error: "\(error)")
    }
  }
}
