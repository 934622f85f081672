public import DurableWorkflows
public import ExampleSupport

/// The input of ``ResendWelcomeEmailWorkflow``.
public struct ResendWelcomeEmailInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// The user; the tenant's first one by default.
  public var userId: String?
  /// Who asked for it.
  @OrEmpty public var triggeredBy: String
  /// That person's address.
  @OrEmpty public var triggeredByEmail: String

  /// Creates an input.
  public init(tenantID: String, userID: String? = nil, triggeredBy: String, triggeredByEmail: String) {
    tenantId = tenantID
    userId = userID
    self.triggeredBy = triggeredBy
    self.triggeredByEmail = triggeredByEmail
  }
}

/// The output of ``ResendWelcomeEmailWorkflow``.
public struct ResendWelcomeEmailResult: Codable, Hashable, Sendable {
  /// Whether the mail was sent.
  public var success: Bool
  /// To whom.
  public var email: String?
  /// What went wrong.
  public var error: String?
}

/// Gives a user a fresh password and mails it. A failure is an answer, not an error; it is kept for the audit, too.
@Workflow(name: "resendWelcomeEmailWorkflow")
public actor ResendWelcomeEmailWorkflow {
  /// How long a chain of runs may take.
  public static let executionTimeout = Duration.minutes(5)

  /// Creates the workflow; engines call it.
  public init() {}

  /// Sends the mail.
  public func run(input: ResendWelcomeEmailInput) async throws -> ResendWelcomeEmailResult {
    do {
      try requireID(input.tenantId, "tenantId")
      let email = try await send(input)
      return ResendWelcomeEmailResult(success: true, email: email)
    } catch let error as ActivityError {
      return try await failed(error.reason, input)
    } catch let error as TenantError {
      return try await failed(error.message, input)
    }
  }

  private func send(_ input: ResendWelcomeEmailInput) async throws -> String {
    let accounts = context.activities(AccountActivities.self)
    let tenant = try await accounts.getTenant(tenantID: input.tenantId)
    let user: UserRecord
    if let id = input.userId {
      user = try await accounts.getUser(tenantID: input.tenantId, userID: id)
    } else {
      user = try await accounts.findAdminUser(tenantID: input.tenantId)
    }
    let password = try await accounts.generateTemporaryPassword()
    try await accounts.updateUserPassword(userID: user.userID, password: password)
    let outcome = try await context.activities(TenantActivities.self, options: Profile.mail).sendWelcomeEmail(
      welcome: WelcomeEmail(
        tenantName: tenant.name, email: user.email, firstName: user.firstName, temporaryPassword: password,
        provider: tenant.emailProvider))
    if !outcome.emailSent {
      throw TenantError(.unavailable, "the mail was not sent: \(outcome.error ?? "no reason given")")
    }
    try await accounts.logAuditEvent(
      tenantID: input.tenantId, operation: "welcome_email_resent",
      details: "to \(user.email) by \(input.triggeredBy) <\(input.triggeredByEmail)>")
    return user.email
  }

  private func failed(_ reason: String, _ input: ResendWelcomeEmailInput) async throws -> ResendWelcomeEmailResult {
    try await tolerating("audit", context) {
      try await context.activities(AccountActivities.self).logAuditEvent(
        tenantID: input.tenantId, operation: "welcome_email_failed", details: reason)
    }
    return ResendWelcomeEmailResult(success: false, error: reason)
  }
}
