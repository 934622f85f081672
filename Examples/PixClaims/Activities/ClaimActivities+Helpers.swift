internal import DurableWorkflows
public import ExampleSupport

extension ClaimActivities {
  func requireClaim(_ id: String) async throws -> Claim {
    if let claim = try await services.store.claim(id) { return claim }
    throw PixError(.claimNotFound, "there is no claim '\(id)'")
  }

  /// Asks Bacen, heartbeating while it thinks.
  func ask(
    _ operation: BridgeRequest.Operation, _ claim: Claim, _ origin: ChangeOrigin, _ fields: [String: String]
  ) async throws -> BridgeReply {
    let common = [
      "key": claim.key, "donor": claim.donorISPB, "claimer": claim.claimerISPB,
      "bacen_claim_id": claim.bacenClaimID ?? "",
    ]
    let request = BridgeRequest(
      operation, subject: claim.claimID, fields: common.merging(fields) { $1 },
      idempotencyKey: origin.idempotencyKey ?? "\(operation.rawValue)/\(claim.claimID)")
    return try await services.heartbeating { try await services.bridge.send(request) }
  }

  /// Tells a participant in which state the claim is.
  func notify(_ participant: String, of claim: Claim, _ origin: ChangeOrigin) async throws {
    let key = "\(origin.idempotencyKey ?? claim.claimID)/\(participant)"
    _ = try await services.bridge.send(
      BridgeRequest(
        .notifyParticipant, subject: claim.claimID,
        fields: ["participant": participant, "status": claim.status.rawValue, "key": claim.key],
        idempotencyKey: key))
  }
}

extension PixServices {
  /// - Throws: ``PixError`` if the event has no type.
  static func eventType(of event: [String: JSONValue]) throws -> String {
    if let type = event["event_type"]?.string, !type.isEmpty { return type }
    throw PixError(.validation, "the event has no event_type; say what happened")
  }
}

/// A claim to be recorded.
public struct NewClaim: Codable, Hashable, Sendable {
  /// The business id.
  public var claimID: String
  /// The entry whose key is claimed.
  public var entryID: String
  /// What the claim is about.
  public var type: ClaimType
  /// Who wants the key.
  public var claimerISPB: String
  /// Who has it.
  public var donorISPB: String
  /// The claimer's branch.
  public var claimerBranch: String?
  /// The claimer's account.
  public var claimerAccount: String?
  /// The kind of the claimer's account.
  public var claimerAccountType: AccountType?
  /// Ties the claim to the request that made it.
  public var correlationID: String?
  /// When the donor should have answered.
  public var completionPeriodEnd: Moment
  /// When silence counts.
  public var expiresAt: Moment

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case entryID = "entry_id"
    case type = "claim_type"
    case claimerISPB = "claimer_ispb"
    case donorISPB = "donor_ispb"
    case claimerBranch = "claimer_account_branch"
    case claimerAccount = "claimer_account_number"
    case claimerAccountType = "claimer_account_type"
    case correlationID = "correlation_id"
    case completionPeriodEnd = "completion_period_end"
    case expiresAt = "claim_expiry_date"
  }

  /// The claim's record, checked against the entry.
  ///
  /// - Throws: ``PixError`` if there is no such entry, it is not active, or it is not the donor's.
  func record(in store: PixStore, at now: Moment) async throws -> Claim {
    guard let entry = try await store.entry(entryID), entry.deletedAt == nil else {
      throw PixError(.entryNotFound, "there is no entry '\(entryID)'; create it before it is claimed")
    }
    if entry.status != .active {
      throw PixError(.entryNotActive, "entry \(entryID) is \(entry.status.rawValue); only an active key is claimed")
    }
    if entry.participant == claimerISPB {
      throw PixError(.invalidClaimerISPB, "\(claimerISPB) has the key of entry \(entryID) already")
    }
    if entry.participant != donorISPB {
      throw PixError(
        .validation, "donor_ispb is \(donorISPB), but the key of entry \(entryID) belongs to \(entry.participant)")
    }
    return Claim(
      claimID: claimID, entryID: entryID, type: type, key: entry.key, keyType: entry.keyType, status: .open,
      donorISPB: donorISPB, claimerISPB: claimerISPB, claimerBranch: claimerBranch, claimerAccount: claimerAccount,
      claimerAccountType: claimerAccountType?.rawValue, correlationID: correlationID,
      completionPeriodEnd: completionPeriodEnd, expiresAt: expiresAt, createdAt: now)
  }
}

/// A recorded claim.
public struct CreatedClaim: Codable, Hashable, Sendable {
  /// The business id.
  public var claimID: String
  /// The claimed key.
  public var key: String
  /// When silence counts.
  public var expiresAt: Moment
  /// Always true: what fails throws.
  public var success: Bool

  private enum CodingKeys: String, CodingKey {
    case claimID = "claim_id"
    case key
    case expiresAt = "claim_expiry_date"
    case success
  }

  init(_ claim: Claim) {
    claimID = claim.claimID
    expiresAt = claim.expiresAt
    key = claim.key
    success = true
  }
}
