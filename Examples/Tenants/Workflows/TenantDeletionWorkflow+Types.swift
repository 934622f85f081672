public import ExampleSupport

/// The input of ``TenantDeletionWorkflow``.
public struct TenantDeletionInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// A ``DeletionTrigger``.
  @OrEmpty public var triggerSource: String
  /// Who asked for it.
  public var triggeredBy: String?
  /// The subscription that ended.
  public var subscriptionExternalId: String?
  /// Why.
  public var reason: String?

  /// Creates an input.
  public init(tenantID: String, trigger: DeletionTrigger, triggeredBy: String? = nil, reason: String? = nil) {
    tenantId = tenantID
    triggerSource = trigger.rawValue
    self.triggeredBy = triggeredBy
    self.reason = reason
  }

  /// - Throws: ``TenantError`` that names the field that is wrong.
  func validated() throws -> DeletionTrigger {
    try requireID(tenantId, "tenantId")
    try require(triggerSource, "triggerSource")
    return try choice(triggerSource, "triggerSource", default: DeletionTrigger.manual)
  }
}

/// The signal `confirmDeletion`.
public struct DeletionConfirmation: Codable, Hashable, Sendable {
  /// How long the deletion still waits.
  public var type: DeletionDelay
  /// Who confirms.
  @OrEmpty public var confirmedBy: String

  /// Creates a confirmation.
  public init(type: DeletionDelay, confirmedBy: String) {
    self.type = type
    self.confirmedBy = confirmedBy
  }
}

/// The signal `rollbackDeletion`.
public struct DeletionRollback: Codable, Hashable, Sendable {
  /// Why.
  @OrEmpty public var reason: String
  /// Who wants the tenant back.
  @OrEmpty public var rolledBackBy: String
  /// What the tenant pays with from then on.
  public var reactivation: Reactivation?

  /// Creates a rollback.
  public init(reason: String, rolledBackBy: String, reactivation: Reactivation? = nil) {
    self.reason = reason
    self.rolledBackBy = rolledBackBy
    self.reactivation = reactivation
  }
}

/// The answer to `getDeletionState`, and the output, of ``TenantDeletionWorkflow``.
public struct TenantDeletionState: Codable, Hashable, Sendable {
  /// The tenant.
  public var tenantId = ""
  /// Its name.
  public var tenantName: String?
  /// Where the deletion is.
  public var status = DeletionStatus.pending
  /// Where the tenant's data was exported to.
  public var exportKey: String?
  /// When people must have decided.
  public var confirmationDeadline: Moment?
  /// When the data goes.
  public var deletionScheduledFor: Moment?
  /// Who confirmed; `nil` if silence did.
  public var confirmedBy: String?
  /// Why the tenant came back.
  public var rollbackReason: String?
  /// What went wrong.
  public var error: String?
  /// What the tenant had.
  public var statistics: TenantStatistics?

  init() {}
}
