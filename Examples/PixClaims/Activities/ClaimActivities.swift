public import DurableWorkflows
public import ExampleSupport
internal import Logging

/// The activities of claims.
@ActivityContainer
public struct ClaimActivities {
  let services: PixServices

  /// Creates the activities.
  public init(_ services: PixServices) { self.services = services }

  /// Records a claim; the same claim again changes nothing.
  @Activity(name: "CreateClaimActivity", startToClose: .seconds(30), retryPolicy: Profile.claim.retryPolicy)
  public func createClaim(claim: NewClaim) async throws -> CreatedClaim {
    try await services.perform(["claim_id": "\(claim.claimID)"]) { origin in
      // The API may have recorded it already; then this is where the claim begins to be worked on.
      if ActivityExecutionContext.current?.info.attempt == 1 { PixMetrics.claimCreated() }
      if let known = try await services.store.claim(claim.claimID) { return CreatedClaim(known) }
      let record = try await claim.record(in: services.store, at: origin.now)
      return CreatedClaim(try await services.store.createClaim(record, origin))
    }
  }

  /// Tells the donor that its answer is awaited.
  @Activity(name: "NotifyDonorActivity", startToClose: .seconds(30), retryPolicy: Profile.claim.retryPolicy)
  public func notifyDonor(claimID: String) async throws {
    try await services.perform(["claim_id": "\(claimID)"]) { origin in
      let claim = try await requireClaim(claimID)
      try await notify(claim.donorISPB, of: claim, origin)
      try await services.store.record(
        .claim("donor_notified", claim, ["donor": .string(claim.donorISPB), "notified_at": .time(origin.now)]), origin)
    }
  }

  /// Gives the key to the claimer and completes the claim, in one transaction.
  @Activity(name: "CompleteClaimActivity", startToClose: .seconds(30), retryPolicy: Profile.transfer.retryPolicy)
  public func completeClaim(claimID: String) async throws {
    try await services.perform(["claim_id": "\(claimID)", "status": "COMPLETED"]) { origin in
      let moved = try await services.store.transfer(claimID, to: .completed, origin)
      if moved.changed { PixMetrics.claimResolved(.completed) }
    }
  }

  /// Cancels the claim; the key stays.
  @Activity(name: "CancelClaimActivity", startToClose: .seconds(30), retryPolicy: Profile.claim.retryPolicy)
  public func cancelClaim(claimID: String, reason: String) async throws {
    try await services.perform(["claim_id": "\(claimID)", "status": "CANCELLED"]) { origin in
      if reason.isEmpty { throw PixError(.missingReason, "the reason is empty; say why claim \(claimID) is cancelled") }
      let moved = try await services.store.moveClaim(claimID, to: .cancelled, origin) {
        $0.cancellationReason = reason
      } event: { _, claim in
        .claim(
          "claim_cancelled", claim, ["cancelled_at": .time(claim.cancelledAt), "reason": .string(reason)])
      }
      if moved.changed { PixMetrics.claimResolved(.cancelled) }
    }
  }

  /// Marks the claim expired.
  ///
  /// - Parameter autoConfirm: whether silence gives the key to the claimer, in the same transaction.
  @Activity(name: "ExpireClaimActivity", startToClose: .seconds(30), retryPolicy: Profile.transfer.retryPolicy)
  public func expireClaim(claimID: String, autoConfirm: Bool) async throws {
    try await services.perform(["claim_id": "\(claimID)", "status": "EXPIRED"]) { origin in
      let moved: (claim: Claim, changed: Bool)
      if autoConfirm {
        moved = try await services.store.transfer(claimID, to: .expired, origin)
      } else {
        moved = try await services.store.moveClaim(claimID, to: .expired, origin) { _, claim in
          .claim(
            "claim_expired", claim, ["expired_at": .time(claim.expiredAt), "auto_confirmed": .bool(false)])
        }
      }
      if moved.changed { PixMetrics.claimResolved(.expired) }
    }
  }

  /// The claim's state.
  @Activity(name: "GetClaimStatusActivity", startToClose: .seconds(5), retryPolicy: Profile.validation.retryPolicy)
  public func getClaimStatus(claimID: String) async throws -> ClaimStatus {
    try await services.perform(["claim_id": "\(claimID)"]) { _ in try await requireClaim(claimID).status }
  }

  /// Fails if the key has a claim that blocks it.
  @Activity(
    name: "ValidateClaimEligibilityActivity", startToClose: .seconds(5), retryPolicy: Profile.validation.retryPolicy)
  public func validateClaimEligibility(key: String) async throws {
    try await services.perform(["key": "\(key)"]) { _ in
      if let open = try await services.store.openClaim(forKey: key) {
        throw PixError(.claimAlreadyExists, "key \(key) has claim \(open.claimID)", claimID: open.claimID)
      }
    }
  }

  /// Tells donor and claimer how the claim ended.
  @Activity(name: "SendClaimConfirmationActivity", startToClose: .seconds(30), retryPolicy: Profile.claim.retryPolicy)
  public func sendClaimConfirmation(claimID: String) async throws {
    try await services.perform(["claim_id": "\(claimID)"]) { origin in
      let claim = try await requireClaim(claimID)
      try await notify(claim.donorISPB, of: claim, origin)
      try await notify(claim.claimerISPB, of: claim, origin)
      try await services.store.record(
        .claim(
          "confirmation_sent", claim,
          [
            "donor": .string(claim.donorISPB), "claimer": .string(claim.claimerISPB),
            "status": .string(claim.status.rawValue), "sent_at": .time(origin.now),
          ]), origin)
    }
  }

  /// Gives a key to another participant.
  @Activity(name: "UpdateEntryOwnershipActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func updateEntryOwnership(key: String, newISPB: String) async throws {
    try await services.perform(["key": "\(key)"]) { origin in
      try ISPB.check(newISPB, field: "new_ispb")
      guard let entry = try await services.store.entry(forKey: key) else {
        throw PixError(.entryNotFound, "key \(key) has no entry")
      }
      try await services.store.changeEntry(entry.entryID, operation: "transfer", origin) { entry in
        defer { entry.participant = newISPB }
        return entry.participant != newISPB
      } event: {
        .entry("ownership_transferred", $0, ["new_owner": .string(newISPB), "transferred_at": .time(origin.now)])
      }
    }
  }

  /// Records an event for other systems. It needs `event_type`; its key is `key`.
  @Activity(name: "PublishClaimEventActivity", startToClose: .seconds(15), retryPolicy: Profile.messages.retryPolicy)
  public func publishClaimEvent(event: [String: JSONValue]) async throws {
    try await services.perform([:]) { origin in
      let type = try PixServices.eventType(of: event)
      let key = event["key"]?.string ?? "unknown"
      try await services.store.record(
        DomainEvent(type, aggregateType: "claim", aggregateID: key, payload: event), origin)
    }
  }

  // MARK: Bacen and people

  /// Announces the claim to Bacen and keeps Bacen's ids.
  @Activity(
    name: "SubmitClaimToBacenActivity", startToClose: .seconds(30), heartbeat: .seconds(10),
    retryPolicy: Profile.submission.retryPolicy)
  public func submitClaimToBacen(claimID: String) async throws -> BridgeReply {
    try await services.perform(["claim_id": "\(claimID)"]) { origin in
      let claim = try await requireClaim(claimID)
      // An earlier run of the claim's workflow may have done it.
      if let id = claim.bacenClaimID { return BridgeReply(bacenID: id, correlationID: claim.correlationID ?? "") }
      let reply = try await ask(.createClaim, claim, origin, ["type": claim.type.rawValue])
      try await services.store.setBacenReply(reply, ofClaim: claimID, origin)
      return reply
    }
  }

  /// Moves the claim to a state that has no activity of its own.
  @Activity(name: "UpdateClaimStatusActivity", startToClose: .seconds(30), retryPolicy: Profile.claim.retryPolicy)
  public func updateClaimStatus(claimID: String, status: ClaimStatus, note: String?) async throws {
    try await services.perform(["claim_id": "\(claimID)", "status": "\(status.rawValue)"]) { origin in
      let moved = try await services.store.moveClaim(claimID, to: status, origin) {
        if let note { $0.notes = note }
      } event: { old, new in
        .claim(
          "claim_status_changed", new,
          [
            "old_status": .string(old.status.rawValue), "new_status": .string(new.status.rawValue),
            "reason": .optional(note), "updated_at": .time(origin.now),
          ])
      }
      if moved.changed, status == .transferFailed { PixMetrics.claimResolved(status) }
    }
  }

  /// Tells Bacen that the donor agreed, or was silent.
  @Activity(
    name: "CompleteClaimWithBacenActivity", startToClose: .seconds(30), heartbeat: .seconds(10),
    retryPolicy: Profile.submission.retryPolicy)
  public func completeClaimWithBacen(claimID: String, autoConfirmed: Bool) async throws {
    try await services.perform(["claim_id": "\(claimID)"]) { origin in
      let claim = try await requireClaim(claimID)
      _ = try await ask(.completeClaim, claim, origin, ["auto_confirmed": "\(autoConfirmed)"])
    }
  }

  /// Tells Bacen that the claim is withdrawn.
  @Activity(
    name: "CancelClaimWithBacenActivity", startToClose: .seconds(30), heartbeat: .seconds(10),
    retryPolicy: Profile.submission.retryPolicy)
  public func cancelClaimWithBacen(claimID: String, reason: String) async throws {
    try await services.perform(["claim_id": "\(claimID)"]) { origin in
      let claim = try await requireClaim(claimID)
      _ = try await ask(.cancelClaim, claim, origin, ["reason": reason])
    }
  }
}
