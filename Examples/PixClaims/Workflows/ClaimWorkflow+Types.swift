public import ExampleSupport

/// What happens to a claim that Bacen does not take.
public enum SubmissionFailurePolicy: String, Codable, Hashable, Sendable {
  /// It stays, PENDING, for somebody to look at; the rule of the documents.
  case keep = "KEEP"
  /// It is cancelled.
  case cancel = "CANCEL"
}

/// The input of ``ClaimWorkflow``.
public struct ClaimInput: Codable, Hashable, Sendable {
  /// The claim's business id.
  @OrEmpty public var claimID: String
  /// The entry whose key is claimed.
  @OrEmpty public var entryID: String
  /// OWNERSHIP or PORTABILITY.
  @OrEmpty public var claimType: String
  /// Who wants the key.
  @OrEmpty public var claimerISPB: String
  /// Who has it.
  @OrEmpty public var donorISPB: String
  /// The claimer's account.
  public var claimerAccount: String?
  /// The claimer's branch.
  public var claimerBranch: String?
  /// The kind of the claimer's account.
  public var claimerAccountType: String?
  /// Who asked for the claim.
  public var requestedBy: String?
  /// Ties the claim to the request that made it.
  public var correlationID: String?
  /// What silence means; by default ``ExpiryPolicy/autoConfirm``.
  public var expiryPolicy: ExpiryPolicy?
  /// What a refusal of Bacen means; by default ``SubmissionFailurePolicy/keep``.
  public var submissionFailurePolicy: SubmissionFailurePolicy?
  /// How many seconds a day has; less than 86,400 to try things out.
  public var daySeconds: Double?

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case entryID = "entry_id"
    case claimType = "claim_type"
    case claimerISPB = "claimer_ispb"
    case donorISPB = "donor_ispb"
    case claimerAccount = "claimer_account"
    case claimerBranch = "claimer_account_branch"
    case claimerAccountType = "claimer_account_type"
    case requestedBy = "requested_by"
    case correlationID = "correlation_id"
    case expiryPolicy = "expiry_policy"
    case submissionFailurePolicy = "submission_failure_policy"
    case daySeconds = "day_seconds"
  }

  /// Creates an input.
  public init(
    claimID: String, entryID: String, claimType: ClaimType = .ownership, claimerISPB: String, donorISPB: String
  ) {
    self.claimID = claimID
    self.entryID = entryID
    self.claimType = claimType.rawValue
    self.claimerISPB = claimerISPB
    self.donorISPB = donorISPB
  }

  /// The claim to be recorded.
  ///
  /// - Parameter start: when the run began.
  /// - Throws: ``PixError`` that names the field that is wrong.
  func claim(startedAt start: Moment) throws -> NewClaim {
    try require(claimID, "claim_id")
    try require(entryID, "entry_id")
    try require(claimType, "claim_type")
    guard let type = ClaimType(rawValue: claimType) else {
      throw PixError(.validation, "claim_type is '\(claimType)'; write OWNERSHIP or PORTABILITY")
    }
    try ISPB.check(claimerISPB, field: "claimer_ispb")
    try ISPB.check(donorISPB, field: "donor_ispb")
    if claimerISPB == donorISPB {
      throw PixError(.invalidClaimerISPB, "claimer_ispb and donor_ispb are both \(donorISPB)")
    }
    var accountType: AccountType?
    if let text = claimerAccountType, !text.isEmpty {
      accountType = AccountType(rawValue: text)
      if accountType == nil {
        throw PixError(.validation, "claimer_account_type is '\(text)'; write CACC, SLRY, SVGS or TRAN")
      }
    }
    let day = try dayLength(daySeconds)
    return NewClaim(
      claimID: claimID, entryID: entryID, type: type, claimerISPB: claimerISPB, donorISPB: donorISPB,
      claimerBranch: claimerBranch, claimerAccount: claimerAccount, claimerAccountType: accountType,
      correlationID: correlationID, completionPeriodEnd: start + day * ClaimWorkflow.responseDays,
      expiresAt: start + day * ClaimWorkflow.expiryDays)
  }
}

/// The signal `confirm`.
public struct ClaimConfirmation: Codable, Hashable, Sendable {
  /// Who confirms.
  public var confirmedBy: String?
  /// When.
  public var confirmedAt: Moment?
  /// Names the request, so that its sender can see whether it was the one that counted.
  public var requestID: String?

  private enum CodingKeys: String, CodingKey {
    case confirmedBy = "confirmed_by"
    case confirmedAt = "confirmed_at"
    case requestID = "request_id"
  }

  /// Creates a confirmation.
  public init(confirmedBy: String? = nil, confirmedAt: Moment? = nil, requestID: String? = nil) {
    self.confirmedBy = confirmedBy
    self.confirmedAt = confirmedAt
    self.requestID = requestID
  }
}

/// The signal `cancel`.
public struct ClaimCancellation: Codable, Hashable, Sendable {
  /// Why.
  public var reason: String?
  /// Who cancels.
  public var cancelledBy: String?
  /// When.
  public var cancelledAt: Moment?
  /// Names the request, so that its sender can see whether it was the one that counted.
  public var requestID: String?

  private enum CodingKeys: String, CodingKey {
    case reason
    case cancelledBy = "cancelled_by"
    case cancelledAt = "cancelled_at"
    case requestID = "request_id"
  }

  /// Creates a cancellation.
  public init(
    reason: String? = nil, cancelledBy: String? = nil, cancelledAt: Moment? = nil, requestID: String? = nil
  ) {
    self.reason = reason
    self.cancelledBy = cancelledBy
    self.cancelledAt = cancelledAt
    self.requestID = requestID
  }
}

/// What decided a claim.
public struct ClaimDecision: Codable, Hashable, Sendable {
  /// The ways in which a claim is decided.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// The donor agreed.
    case confirmed = "CONFIRMED"
    /// Somebody withdrew it.
    case cancelled = "CANCELLED"
    /// Nobody did anything.
    case expired = "EXPIRED"
  }

  /// How it was decided.
  public var kind: Kind
  /// Who decided.
  public var by: String?
  /// Why.
  public var reason: String?
  /// The request that counted.
  public var requestID: String?

  private enum CodingKeys: String, CodingKey {
    case kind, by, reason
    case requestID = "request_id"
  }
}

/// The answer to the query `getState`.
public struct ClaimState: Codable, Hashable, Sendable {
  /// The claim's business id.
  public var claimID = ""
  /// The state that the claim has or is about to get.
  public var status: ClaimStatus = .open
  /// When silence counts.
  public var expiresAt: Moment?
  /// What decided the claim, once something has.
  public var decision: ClaimDecision?

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case status
    case expiresAt = "expires_at"
    case decision
  }
}

/// The output of ``ClaimWorkflow``.
public struct ClaimResult: Codable, Hashable, Sendable {
  /// The claim's business id.
  public var claimID: String
  /// How it ended.
  public var status: ClaimStatus
  /// When the key moved.
  public var completedAt: Moment?
  /// When it was cancelled.
  public var cancelledAt: Moment?
  /// When it expired.
  public var expiredAt: Moment?
  /// Whether silence gave the key to the claimer.
  public var autoConfirmed: Bool?
  /// Why it was cancelled.
  public var reason: String?
  /// What happened, for people.
  public var message: String

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case status
    case completedAt = "completed_at"
    case cancelledAt = "cancelled_at"
    case expiredAt = "expired_at"
    case autoConfirmed = "auto_confirmed"
    case reason, message
  }

  init(_ claimID: String, _ status: ClaimStatus, _ message: String) {
    self.claimID = claimID
    self.status = status
    self.message = message
  }
}
