public import DurableWorkflows
internal import ExampleSupport

/// The activities of accounts: passwords, mail, exports.
@ActivityContainer
public struct AccountActivities {
  let services: TenantServices

  /// Creates the activities.
  public init(_ services: TenantServices) { self.services = services }

  /// The tenant.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func getTenant(tenantID: String) async throws -> TenantRecord {
    try await services.perform(tenantID) { _ in try await services.store.requireTenant(tenantID) }
  }

  /// A user of the tenant.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func getUser(tenantID: String, userID: String) async throws -> UserRecord {
    try await services.perform(userID) { _ in
      if let user = try await services.store.user(userID), user.tenantID == tenantID { return user }
      throw TenantError(.notFound, "tenant \(tenantID) has no user '\(userID)'")
    }
  }

  /// The tenant's first user.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func findAdminUser(tenantID: String) async throws -> UserRecord {
    try await services.perform(tenantID) { _ in
      let tenant = try await services.store.requireTenant(tenantID)
      let users = try await services.store.users(ofTenant: tenantID)
      if let admin = users.first(where: { $0.email == tenant.email }) ?? users.first { return admin }
      throw TenantError(.notFound, "tenant \(tenantID) has no users; give a userId")
    }
  }

  /// A password for a user to begin with.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func generateTemporaryPassword() async throws -> String {
    try await services.perform("password") { services.credentials.temporaryPassword(for: $0.idempotencyKey ?? newID()) }
  }

  /// Gives a user a password.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func updateUserPassword(userID: String, password: String) async throws {
    try await services.perform(userID) { origin in
      let hashed = services.credentials.hash(password, salt: newID())
      try await services.store.setPassword(hashed, ofUser: userID, origin)
    }
  }

  /// Sends a message of the product.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func sendEmail(message: EmailMessage) async throws {
    try await services.perform(message.template) { origin in
      try await services.mailer.send(message, key: origin.idempotencyKey ?? "")
    }
  }

  /// Keeps what happened for the audit.
  @Activity(startToClose: .minutes(1), retryPolicy: Profile.mail.retryPolicy)
  public func logAuditEvent(tenantID: String, operation: String, details: String) async throws {
    try await services.perform(tenantID) {
      try await services.store.audit(operation, tenant: tenantID, entity: tenantID, details: details, $0)
    }
  }

  /// Writes everything that belongs to a tenant to a file; passwords are left out.
  @Activity(startToClose: .minutes(30), heartbeat: .minutes(5), retryPolicy: Profile.export.retryPolicy)
  public func exportTenantData(tenantID: String, exportID: String) async throws -> ExportedFile {
    try await services.perform(tenantID) { _ in
      let export = try await services.store.export(tenantID) {
        try ActivityExecutionContext.current?.heartbeat($0)
      }
      let bytes = export.bytes
      let name = "tenants/\(tenantID)/\(exportID).json"
      try await services.objects.put(name, bytes)
      return ExportedFile(
        bucket: services.objects.bucket, s3Key: name, fileSizeBytes: bytes.count, tableCount: export.tables.count,
        recordCount: export.recordCount)
    }
  }
}
