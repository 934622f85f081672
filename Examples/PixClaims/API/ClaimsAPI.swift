public import DurableWorkflows
internal import ExampleSupport
internal import FoundationEssentials

/// What participants may ask for: it checks, records, and starts and signals workflows.
///
/// Refusals are ``PixError`` with the codes and the HTTP statuses of the API's documents.
public struct ClaimsAPI: Sendable {
  /// A participant's request for a key.
  public struct ClaimRequest: Hashable, Sendable {
    /// The entry whose key is claimed.
    public var entryID: String
    /// Who wants it.
    public var claimerISPB: String
    /// What the claim is about.
    public var type: ClaimType = .ownership
    /// How many days there are for an answer; only 30 are allowed.
    public var completionPeriodDays = ClaimWorkflow.expiryDays
    /// The claimer's branch.
    public var claimerBranch: String?
    /// The claimer's account.
    public var claimerAccount: String?
    /// The kind of the claimer's account.
    public var claimerAccountType: AccountType?
    /// The claim's id; made up if absent. The same id again is the same request.
    public var claimID: String?
    /// Ties the claim to the request.
    public var correlationID: String?

    /// Creates a request.
    public init(entryID: String, claimerISPB: String) {
      self.entryID = entryID
      self.claimerISPB = claimerISPB
    }
  }

  /// How the API begins claims.
  public struct Options: Hashable, Sendable {
    /// What silence means; `nil` for the workflow's default.
    public var expiryPolicy: ExpiryPolicy?
    /// What a refusal of Bacen means; `nil` for the workflow's default.
    public var submissionFailurePolicy: SubmissionFailurePolicy?
    /// How many seconds a day has; `nil` for a real one.
    public var daySeconds: Double?

    /// Creates the defaults.
    public init(daySeconds: Double? = nil) { self.daySeconds = daySeconds }
  }

  let store: PixStore
  let client: WorkflowClient
  let options: Options
  private let clock: any EngineClock

  /// Creates an API.
  ///
  /// - Parameters:
  ///   - store: where claims and entries are.
  ///   - client: reaches the workflows.
  ///   - clock: gives the time of requests.
  public init(
    store: PixStore, client: WorkflowClient, options: Options = Options(), clock: any EngineClock = SystemClock()
  ) {
    self.store = store
    self.client = client
    self.options = options
    self.clock = clock
  }

  // MARK: Claims

  /// Claims a key. The claim is recorded before its workflow is started, so that of two claims to one key exactly one
  /// is accepted; a claim whose workflow could not be started is started by ``startMissing()``.
  ///
  /// - Returns: the claim, OPEN.
  /// - Throws: ``PixError``.
  public func createClaim(_ request: ClaimRequest) async throws -> Claim {
    let now = Moment(clock.now())
    if request.completionPeriodDays != ClaimWorkflow.expiryDays {
      throw PixError(
        .invalidCompletionPeriod,
        "the completion period is \(request.completionPeriodDays) days; it must be \(ClaimWorkflow.expiryDays)")
    }
    try ISPB.check(request.claimerISPB, field: "claimer_ispb")
    let id = request.claimID ?? "CLAIM-\(UUID().uuidString.lowercased())"
    let day = try dayLength(options.daySeconds)
    guard let entry = try await store.entry(request.entryID), entry.deletedAt == nil else {
      throw PixError(.entryNotFound, "there is no entry '\(request.entryID)'")
    }
    let claim = NewClaim(
      claimID: id, entryID: entry.entryID, type: request.type, claimerISPB: request.claimerISPB,
      donorISPB: entry.participant, claimerBranch: request.claimerBranch, claimerAccount: request.claimerAccount,
      claimerAccountType: request.claimerAccountType, correlationID: request.correlationID,
      completionPeriodEnd: now + day * ClaimWorkflow.responseDays, expiresAt: now + day * ClaimWorkflow.expiryDays)
    let record: Claim
    if let known = try await store.claim(id) {
      record = try ClaimsAPI.same(known, as: claim)
    } else {
      record = try await store.createClaim(
        try await claim.record(in: store, at: now), ChangeOrigin(now: now, actor: request.claimerISPB))
    }
    try await start(record)
    return record
  }

  /// The claim with an id.
  ///
  /// - Throws: ``PixError`` with `CLAIM_NOT_FOUND`.
  public func claim(_ id: String) async throws -> Claim {
    if let claim = try await store.claim(id) { return claim }
    throw PixError(.claimNotFound, "there is no claim '\(id)'")
  }

  /// The donor agrees to a claim.
  ///
  /// - Parameter ispb: who asks; only the donor may.
  /// - Returns: the state of the claim, decided by this request.
  /// - Throws: ``PixError``: `UNAUTHORIZED_CLAIM_ACTION`, or `CLAIM_ALREADY_RESOLVED` if something else decided it.
  public func confirmClaim(_ id: String, by ispb: String) async throws -> ClaimState {
    let claim = try await claim(id)
    if ispb != claim.donorISPB {
      throw PixError(.unauthorizedClaimAction, "only \(claim.donorISPB) may confirm claim \(id), not \(ispb)")
    }
    return try await decide(claim) { handle, request in
      try await handle.signal(
        ClaimWorkflow.Signals.confirm,
        ClaimConfirmation(confirmedBy: ispb, confirmedAt: Moment(clock.now()), requestID: request))
    }
  }

  /// Donor or claimer withdraws a claim.
  ///
  /// - Parameters:
  ///   - ispb: who asks; only the claim's parties may.
  ///   - reason: why; it must not be blank.
  /// - Returns: the state of the claim, decided by this request.
  /// - Throws: ``PixError``: `MISSING_REASON`, `UNAUTHORIZED_CLAIM_ACTION`, or `CLAIM_ALREADY_RESOLVED` if something
  ///   else decided it.
  public func cancelClaim(_ id: String, by ispb: String, reason: String) async throws -> ClaimState {
    if reason.allSatisfy(\.isWhitespace) {
      throw PixError(.missingReason, "the reason is missing; say why claim \(id) is cancelled")
    }
    let claim = try await claim(id)
    if ispb != claim.donorISPB, ispb != claim.claimerISPB {
      throw PixError(
        .unauthorizedClaimAction,
        "only \(claim.donorISPB) and \(claim.claimerISPB) may cancel claim \(id), not \(ispb)")
    }
    return try await decide(claim) { handle, request in
      try await handle.signal(
        ClaimWorkflow.Signals.cancel,
        ClaimCancellation(
          reason: reason, cancelledBy: ispb, cancelledAt: Moment(clock.now()), requestID: request))
    }
  }

  /// Starts the workflows of claims that await a decision and have none: they were recorded and not started, because
  /// their process died in between, or no worker ran for so long that their runs timed out.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public func startMissing() async throws -> Int {
    var count = 0
    for status in ClaimStatus.allCases where status.awaitsDecision {
      for claim in try await store.claims(withStatus: status) {
        if try await start(claim, idReusePolicy: .allowDuplicateFailedOnly) { count += 1 }
      }
    }
    return count
  }

  // MARK: Steps

  /// The recorded claim, if a repeated request asks for the same.
  private static func same(_ known: Claim, as claim: NewClaim) throws -> Claim {
    if known.entryID == claim.entryID, known.claimerISPB == claim.claimerISPB { return known }
    throw PixError(
      .claimAlreadyExists, "claim id \(known.claimID) belongs to another claim", claimID: known.claimID)
  }

  /// Starts the claim's workflow, unless it has one that the policy respects.
  @discardableResult
  private func start(
    _ claim: Claim, idReusePolicy: WorkflowIDReusePolicy = .rejectDuplicate
  ) async throws -> Bool {
    var input = ClaimInput(
      claimID: claim.claimID, entryID: claim.entryID, claimType: claim.type, claimerISPB: claim.claimerISPB,
      donorISPB: claim.donorISPB)
    input.claimerBranch = claim.claimerBranch
    input.claimerAccount = claim.claimerAccount
    input.claimerAccountType = claim.claimerAccountType
    input.correlationID = claim.correlationID
    input.expiryPolicy = options.expiryPolicy
    input.submissionFailurePolicy = options.submissionFailurePolicy
    input.daySeconds = options.daySeconds
    do {
      _ = try await client.start(
        ClaimWorkflow.self, id: ClaimWorkflow.id(of: claim.claimID), input: input,
        options: .init(executionTimeout: ClaimWorkflow.executionTimeout, idReusePolicy: idReusePolicy))
      return true
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      return false
    } catch let error as WorkflowServiceError {
      throw ClaimsAPI.unavailable(error)
    }
  }

  /// Sends a decision and sees whether it was the one that counted.
  private func decide(
    _ claim: Claim, _ send: (WorkflowHandle<ClaimWorkflow>, String) async throws -> Void
  ) async throws -> ClaimState {
    let resolved = PixError(.claimAlreadyResolved, "claim \(claim.claimID) is decided already")
    guard claim.status.awaitsDecision else { throw resolved }
    let handle = client.handle(for: ClaimWorkflow.self, id: ClaimWorkflow.id(of: claim.claimID))
    let request = UUID().uuidString
    let state: ClaimState
    do {
      try await send(handle, request)
      state = try await handle.query(ClaimWorkflow.Queries.getState)
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // The run is over, unless it was never started.
      if try await self.claim(claim.claimID).status.awaitsDecision { throw ClaimsAPI.unavailable(error) }
      throw resolved
    } catch let error as WorkflowServiceError {
      throw ClaimsAPI.unavailable(error)
    }
    guard state.decision?.requestID == request else { throw resolved }
    return state
  }

  static func unavailable(_ error: WorkflowServiceError) -> PixError {
    PixError(.unavailable, "the workflow service cannot do that now: \(error.message)")
  }
}
