public import DurableWorkflows
internal import ExampleSupport

/// A claim to a key: recorded, announced to Bacen, then decided by the donor, by a cancellation or by silence.
///
/// The first of the signals `confirm` and `cancel` and the timer counts, in the order of history; later ones are
/// dropped.
@Workflow(name: "ClaimWorkflow")
public actor ClaimWorkflow {
  /// After how many days the donor should have answered.
  public static let responseDays = 7
  /// After how many days silence counts.
  public static let expiryDays = 30
  /// How long a run may take; one day more than the claim.
  public static let executionTimeout = Duration.days(31)

  private var state = ClaimState()

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of a claim's run.
  public static func id(of claimID: String) -> String { "claim-workflow-\(claimID)" }

  /// Follows a claim to its end.
  public func run(input: ClaimInput) async throws -> ClaimResult {
    try await failing {
      let claim = try input.claim(startedAt: Moment(context.info.startTime))
      state.claimID = claim.claimID
      let claims = context.activities(ClaimActivities.self)
      let expiresAt = try await claims.createClaim(claim: claim).expiresAt
      state.expiresAt = expiresAt
      do {
        return try await resolve(claim.claimID, input, expiresAt: expiresAt, claims)
      } catch let error as CanceledError {
        try await context.withCancellationShield { try await self.withdraw(claim.claimID, claims) }
        throw error
      }
    }
  }

  /// The donor agrees.
  @WorkflowSignal
  public func confirm(confirmation: ClaimConfirmation) {
    decide(ClaimDecision(kind: .confirmed, by: confirmation.confirmedBy, requestID: confirmation.requestID))
  }

  /// Somebody withdraws the claim.
  @WorkflowSignal
  public func cancel(cancellation: ClaimCancellation) {
    decide(
      ClaimDecision(
        kind: .cancelled,
        by: cancellation.cancelledBy,
        reason: cancellation.reason,
        requestID: cancellation.requestID
      )
    )
  }

  /// Where the claim is on its way.
  @WorkflowQuery
  public func getState() -> ClaimState { state }

  private func decide(_ decision: ClaimDecision) {
    if state.decision == nil { state.decision = decision }
  }

  /// What decides the claim.
  private func decision(until expiresAt: Moment) async throws -> ClaimDecision {
    do {
      try await context.condition(timeout: expiresAt - context.moment) { state.decision != nil }
    } catch is TimeoutError {
      // The timer came first in history, even if a signal of the same workflow task has been handled already.
      state.decision = ClaimDecision(kind: .expired)
    }
    return state.decision ?? ClaimDecision(kind: .expired)
  }

  // MARK: Steps

  private func resolve(
    _ id: String,
    _ input: ClaimInput,
    expiresAt: Moment,
    _ claims: ClaimActivities.Proxy
  ) async throws -> ClaimResult {
    try await submit(id, onFailure: input.submissionFailurePolicy ?? .keep, claims)
    try await tolerating("notify donor", context) { try await claims.notifyDonor(claimID: id) }
    let decision = try await decision(until: expiresAt)
    switch decision.kind {
    case .confirmed: return try await complete(id, claims)
    case .cancelled: return try await cancel(id, reason: decision.reason ?? "no reason given", claims)
    case .expired: return try await expire(id, policy: input.expiryPolicy ?? .autoConfirm, claims)
    }
  }

  private func submit(
    _ id: String,
    onFailure policy: SubmissionFailurePolicy,
    _ claims: ClaimActivities.Proxy
  ) async throws {
    do {
      _ = try await claims.submitClaimToBacen(claimID: id)
    } catch let error as ActivityError {
      let reason = "Bacen did not take the claim: \(error.cause.root.message)"
      state.status = policy == .keep ? .pending : .cancelled
      let status = state.status
      try await tolerating("mark claim", context) {
        try await claims.updateClaimStatus(claimID: id, status: status, note: reason)
      }
      try await alert("ClaimSubmissionFailed", id, reason)
      throw error
    }
    state.status = .waitingResolution
    try await tolerating("mark claim", context) {
      try await claims.updateClaimStatus(claimID: id, status: .waitingResolution, note: nil)
    }
  }

  private func complete(_ id: String, _ claims: ClaimActivities.Proxy) async throws -> ClaimResult {
    state.status = .confirmed
    do {
      try await claims.updateClaimStatus(claimID: id, status: .confirmed, note: nil)
      try await claims.completeClaimWithBacen(claimID: id, autoConfirmed: false)
      try await claims.completeClaim(claimID: id)
    } catch let error as ActivityError {
      return try await transferFailed(id, error, claims)
    }
    var result = ClaimResult(id, .completed, "the key was given to the claimer")
    result.completedAt = context.moment
    return try await end(result, claims)
  }

  private func cancel(_ id: String, reason: String, _ claims: ClaimActivities.Proxy) async throws -> ClaimResult {
    do {
      try await claims.cancelClaimWithBacen(claimID: id, reason: reason)
      try await claims.cancelClaim(claimID: id, reason: reason)
    } catch let error as ActivityError {
      return try await leaveToPeople(id, "the claim could not be cancelled: \(error.cause.root.message)", claims)
    }
    var result = ClaimResult(id, .cancelled, "the claim was cancelled")
    result.cancelledAt = context.moment
    result.reason = reason
    return try await end(result, claims)
  }

  private func expire(
    _ id: String,
    policy: ExpiryPolicy,
    _ claims: ClaimActivities.Proxy
  ) async throws -> ClaimResult {
    if policy == .cancel { return try await cancel(id, reason: "nobody answered in time", claims) }
    let autoConfirm = policy == .autoConfirm
    do {
      if autoConfirm { try await claims.completeClaimWithBacen(claimID: id, autoConfirmed: true) }
      try await claims.expireClaim(claimID: id, autoConfirm: autoConfirm)
    } catch let error as ActivityError {
      if autoConfirm { return try await transferFailed(id, error, claims) }
      return try await leaveToPeople(id, "the claim could not expire: \(error.cause.root.message)", claims)
    }
    let message = autoConfirm ? "nobody answered in time; the key was given to the claimer" : "nobody answered in time"
    var result = ClaimResult(id, .expired, message)
    result.expiredAt = context.moment
    result.autoConfirmed = autoConfirm
    return try await end(result, claims)
  }

  private func end(_ result: ClaimResult, _ claims: ClaimActivities.Proxy) async throws -> ClaimResult {
    state.status = result.status
    try await tolerating("notify both", context) {
      try await claims.sendClaimConfirmation(claimID: result.claimID)
    }
    return result
  }

  // MARK: What goes wrong

  /// The run was cancelled: the claim must not stay open without it. What is over already stays as it is.
  private func withdraw(_ id: String, _ claims: ClaimActivities.Proxy) async throws {
    let reason = "the workflow was cancelled"
    try await tolerating("cancel at Bacen", context) {
      try await claims.cancelClaimWithBacen(claimID: id, reason: reason)
    }
    try await tolerating("cancel claim", context) { try await claims.cancelClaim(claimID: id, reason: reason) }
    state.status = .cancelled
  }

  private func transferFailed(
    _ id: String,
    _ error: ActivityError,
    _ claims: ClaimActivities.Proxy
  ) async throws -> ClaimResult {
    let reason = "the key could not be given to the claimer: \(error.cause.root.message)"
    state.status = .transferFailed
    try await tolerating("mark claim", context) {
      try await claims.updateClaimStatus(claimID: id, status: .transferFailed, note: reason)
    }
    try await alert("ClaimTransferFailed", id, reason)
    return ClaimResult(id, .transferFailed, reason)
  }

  private func leaveToPeople(
    _ id: String,
    _ reason: String,
    _ claims: ClaimActivities.Proxy
  ) async throws -> ClaimResult {
    state.status = .pending
    try await tolerating("mark claim", context) {
      try await claims.updateClaimStatus(claimID: id, status: .pending, note: reason)
    }
    try await alert("ClaimUnresolved", id, reason)
    return ClaimResult(id, .pending, reason)
  }

  private func alert(_ name: String, _ id: String, _ message: String) async throws {
    try await tolerating("alert", context) {
      try await context.activities(SyncActivities.self).raiseAlert(
        alert: Alert(name, subject: id, message: message)
      )
    }
  }
}
