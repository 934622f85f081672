/// Who wants a tenant gone.
public enum DeletionTrigger: String, Codable, Hashable, Sendable, CaseIterable {
  /// Stripe ended the subscription.
  case stripeWebhook = "stripe_webhook"
  /// Apple ended the subscription.
  case appleIAPWebhook = "apple_iap_webhook"
  /// The provider's own extension.
  case extension_ = "nineminds_extension"
  /// People.
  case manual

  /// Whether the payment provider knows already.
  var isWebhook: Bool { self == .stripeWebhook || self == .appleIAPWebhook }
}

/// How long a confirmed deletion waits.
public enum DeletionDelay: String, Codable, Hashable, Sendable, CaseIterable {
  /// Not at all.
  case immediate
  /// 30 days.
  case days30 = "30_days"
  /// 90 days.
  case days90 = "90_days"

  /// In days.
  var days: Int {
    switch self {
    case .immediate: 0
    case .days30: 30
    case .days90: 90
    }
  }
}

/// Where a deletion is.
public enum DeletionStatus: String, Codable, Hashable, Sendable {
  /// The tenant is being switched off.
  case pending
  /// People must confirm; silence confirms, too.
  case awaitingConfirmation = "awaiting_confirmation"
  /// Confirmed; it waits if a delay was chosen.
  case confirmed
  /// Data is being removed.
  case deleting
  /// Nothing is left.
  case deleted
  /// The tenant is as before.
  case rolledBack = "rolled_back"
  /// People must look.
  case failed
}

/// What a tenant had when its deletion began.
public struct TenantStatistics: Codable, Hashable, Sendable {
  /// Internal users.
  public var users: Int
  /// Clients.
  public var clients: Int
  /// Tickets.
  public var tickets: Int
}

/// What is recorded about a deletion.
public struct DeletionRecord: Codable, Hashable, Sendable {
  /// The id of the deletion's run.
  public var deletionID: String
  /// The tenant.
  public var tenantID: String
  /// Its name.
  public var tenantName: String
  /// Who wanted it.
  public var trigger: DeletionTrigger
  /// Where it is.
  public var status: DeletionStatus
  /// For people.
  public var note: String?
  /// What the tenant had.
  public var statistics: TenantStatistics?
}

/// What `validateTenantDeletion` found.
public struct DeletionSubject: Codable, Hashable, Sendable {
  /// The tenant's name.
  public var name: String
  /// The address of its first user.
  public var email: String
  /// Stripe's subscription.
  public var subscriptionID: String?
}

/// What a suspension did; a failure is an answer.
public struct SuspensionOutcome: Codable, Hashable, Sendable {
  /// Whether it is suspended.
  public var isSuspended: Bool
  /// Why not.
  public var error: String?
}

/// Who comes back with what.
public struct Reactivation: Codable, Hashable, Sendable {
  /// The subscription that pays from then on.
  public var subscriptionExternalId: String?

  /// Creates a reactivation.
  public init(subscriptionExternalId: String? = nil) { self.subscriptionExternalId = subscriptionExternalId }
}
