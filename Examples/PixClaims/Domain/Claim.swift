public import ExampleSupport

/// What a claim is about.
public enum ClaimType: String, Codable, Hashable, Sendable {
  /// The key belongs to somebody else.
  case ownership = "OWNERSHIP"
  /// The same owner takes the key to another participant.
  case portability = "PORTABILITY"
}

/// Where a claim is on its way.
public enum ClaimStatus: String, Codable, Hashable, Sendable, CaseIterable {
  /// Recorded here.
  case open = "OPEN"
  /// Bacen knows it; the donor has not answered.
  case waitingResolution = "WAITING_RESOLUTION"
  /// The donor agreed; the key has not moved yet.
  case confirmed = "CONFIRMED"
  /// The key has moved.
  case completed = "COMPLETED"
  /// Withdrawn or refused.
  case cancelled = "CANCELLED"
  /// The donor did not answer in time; ``Claim/isAutoConfirmed`` says whether the key has moved.
  case expired = "EXPIRED"
  /// Bacen did not take it; somebody has to look.
  case pending = "PENDING"
  /// The donor agreed or was silent, and the key could not be moved; somebody has to look.
  case transferFailed = "TRANSFER_FAILED"

  /// Whether the donor's answer is still awaited.
  public var awaitsDecision: Bool { self == .open || self == .waitingResolution }
  /// Whether the key can have no other claim.
  public var blocksKey: Bool { awaitsDecision || self == .confirmed || self == .transferFailed }

  /// The states that block a key, as text of SQL.
  static let blockingList = allCases.filter(\.blocksKey).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}

/// What silence of the donor means.
public enum ExpiryPolicy: String, Codable, Hashable, Sendable {
  /// The claim is confirmed and the key moves; the rule of the documents.
  case autoConfirm = "AUTO_CONFIRM"
  /// The claim is marked expired and the key stays.
  case expire = "EXPIRE"
  /// The claim is cancelled and the key stays.
  case cancel = "CANCEL"
}

/// A participant's claim to a key.
public struct Claim: Hashable, Codable, Sendable {
  /// The business id.
  public var claimID: String
  /// The entry whose key is claimed.
  public var entryID: String
  /// What it is about.
  public var type: ClaimType
  /// The claimed key.
  public var key: String
  /// The kind of the key.
  public var keyType: KeyType
  /// Where it is on its way.
  public var status: ClaimStatus
  /// Who has the key.
  public var donorISPB: String
  /// Who wants it.
  public var claimerISPB: String
  /// The claimer's branch.
  public var claimerBranch: String?
  /// The claimer's account.
  public var claimerAccount: String?
  /// The kind of the claimer's account: CACC, SLRY, SVGS or TRAN.
  public var claimerAccountType: String?
  /// Bacen's id of the claim, once it has one.
  public var bacenClaimID: String?
  /// Ties the claim to the request that made it.
  public var correlationID: String?
  /// When the donor should have answered: seven days after the claim was made.
  public var completionPeriodEnd: Moment
  /// When silence counts: 30 days after the claim was made.
  public var expiresAt: Moment
  /// When it was confirmed.
  public var confirmedAt: Moment?
  /// When the key moved.
  public var completedAt: Moment?
  /// When it was cancelled.
  public var cancelledAt: Moment?
  /// When it expired.
  public var expiredAt: Moment?
  /// Whether silence confirmed it.
  public var isAutoConfirmed = false
  /// Why it was cancelled.
  public var cancellationReason: String?
  /// What went wrong, for people.
  public var notes: String?
  /// When it was made.
  public var createdAt: Moment

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case entryID = "entry_id"
    case type, key
    case keyType = "key_type"
    case status
    case donorISPB = "donor_ispb"
    case claimerISPB = "claimer_ispb"
    case claimerBranch = "claimer_account_branch"
    case claimerAccount = "claimer_account_number"
    case claimerAccountType = "claimer_account_type"
    case bacenClaimID = "bacen_claim_id"
    case correlationID = "correlation_id"
    case completionPeriodEnd = "completion_period_end"
    case expiresAt = "claim_expiry_date"
    case confirmedAt = "confirmed_at"
    case completedAt = "completed_at"
    case cancelledAt = "cancelled_at"
    case expiredAt = "expired_at"
    case isAutoConfirmed = "auto_confirmed"
    case cancellationReason = "cancellation_reason"
    case notes
    case createdAt = "created_at"
  }
}
