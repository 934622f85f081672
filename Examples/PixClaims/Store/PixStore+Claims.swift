public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

extension PixStore {
  /// The claim with an id, or `nil`.
  public func claim(_ id: String) async throws -> Claim? { try await read { try await $0.claim(id) } }

  /// The claim that blocks a key, or `nil`.
  public func openClaim(forKey key: String) async throws -> Claim? {
    try await read { try await $0.openClaim(forKey: key) }
  }

  /// Records a claim.
  ///
  /// - Returns: the claim as it is in the store; the earlier one if it was recorded before.
  /// - Throws: ``PixError`` with `CLAIM_ALREADY_EXISTS` and the id of another claim that blocks the key.
  public func createClaim(_ claim: Claim, _ origin: ChangeOrigin) async throws -> Claim {
    do {
      return try await change(origin) { transaction in
        if let known = try await transaction.claim(claim.claimID) { return known }
        if let open = try await transaction.openClaim(forKey: claim.key) { throw PixStore.blocked(by: open) }
        try await transaction.insert(claim)
        try await transaction.audit("claim", claim.claimID, operation: "create", old: nil, new: claim)
        return claim
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      // Another process was faster between the look and the insertion.
      if let known = try await self.claim(claim.claimID) { return known }
      if let open = try await openClaim(forKey: claim.key) { throw PixStore.blocked(by: open) }
      throw error
    }
  }

  private static func blocked(by claim: Claim) -> PixError {
    PixError(
      .claimAlreadyExists, "key \(claim.key) has claim \(claim.claimID), which is \(claim.status.rawValue)",
      claimID: claim.claimID)
  }

  /// Moves a claim to a state.
  ///
  /// - Parameters:
  ///   - adjust: sets what belongs to the state; called only if the state changes.
  ///   - event: the event of the change, if it has one.
  /// - Returns: the claim afterwards, and whether it changed.
  @discardableResult
  func moveClaim(
    _ id: String, to status: ClaimStatus, _ origin: ChangeOrigin,
    adjust: @Sendable (inout Claim) -> Void = { _ in },
    event: @Sendable (_ old: Claim, _ new: Claim) -> DomainEvent?
  ) async throws -> (claim: Claim, changed: Bool) {
    try await change(origin) { transaction in
      try await transaction.moveClaim(id, to: status, adjust: adjust, event: event)
    }
  }

  /// Ends a claim whose key moves to the claimer: claim, entry, audit and events in one transaction.
  ///
  /// - Parameter status: `completed`, or `expired` if silence confirmed it.
  /// - Throws: ``PixError`` if the claim or the entry forbids it; nothing has changed then.
  @discardableResult
  func transfer(_ id: String, to status: ClaimStatus, _ origin: ChangeOrigin) async throws -> (
    claim: Claim, changed: Bool
  ) {
    try await change(origin) { transaction in
      let moved = try await transaction.moveClaim(
        id, to: status, adjust: { $0.isAutoConfirmed = status == .expired }
      ) { _, claim in
        status == .expired
          ? .claim(
            "claim_expired", claim, ["expired_at": .time(claim.expiredAt), "auto_confirmed": .bool(true)])
          : .claim("claim_completed", claim, ["completed_at": .time(claim.completedAt)])
      }
      if moved.changed { try await transaction.moveKey(of: moved.claim) }
      return moved
    }
  }

  /// Records Bacen's ids.
  func setBacenReply(_ reply: BridgeReply, ofClaim id: String, _ origin: ChangeOrigin) async throws {
    try await change(origin) { transaction in
      try await transaction.update(
        "claims",
        [
          ("bacen_claim_id", .text(reply.bacenID)), ("correlation_id", .text(reply.correlationID)),
          ("updated_at", .time(origin.now)),
        ], where: "claim_id", is: id)
    }
  }

  /// The claims in a state, oldest first.
  public func claims(withStatus status: ClaimStatus) async throws -> [Claim] {
    try await read { transaction in
      try await transaction.rows(
        "SELECT * FROM claims WHERE status = ? AND deleted_at IS NULL ORDER BY created_at",
        [.text(status.rawValue)]
      ).map(Claim.init(row:))
    }
  }

  /// How many claims await a decision, and since when the oldest of them.
  public func openClaims() async throws -> (count: Int, oldest: Moment?) {
    try await read { transaction in
      let rows = try await transaction.connection.query(
        "SELECT COUNT(*) AS number, MIN(created_at) AS oldest FROM claims WHERE deleted_at IS NULL "
          + "AND status IN ('OPEN', 'WAITING_RESOLUTION')",
        columnTypes: ["number": .integer, "oldest": .timestamp]
      ).collect()
      return (Int(try rows.first?.integer("number") ?? 0), try rows.first?.moment("oldest"))
    }
  }
}

extension PixTransaction {
  func claim(_ id: String, locking: Bool = false) async throws -> Claim? {
    try await rows("SELECT * FROM claims WHERE claim_id = ? AND deleted_at IS NULL", [.text(id)], locking: locking)
      .first.map(Claim.init(row:))
  }

  func requireClaim(_ id: String, locking: Bool = false) async throws -> Claim {
    if let claim = try await claim(id, locking: locking) { return claim }
    throw PixError(.claimNotFound, "there is no claim '\(id)'")
  }

  func openClaim(forKey key: String) async throws -> Claim? {
    try await rows(
      "SELECT * FROM claims WHERE key = ? AND deleted_at IS NULL AND status IN (\(ClaimStatus.blockingList))",
      [.text(key)]
    ).first.map(Claim.init(row:))
  }

  func insert(_ claim: Claim) async throws {
    try await insert(
      "claims",
      [
        ("id", .uuid(UUID().uuidString)), ("claim_id", .text(claim.claimID)),
        ("donor_participant", .text(claim.donorISPB)), ("claimer_participant", .text(claim.claimerISPB)),
        ("created_at", .time(claim.createdAt)),
      ] + claim.cells + [("updated_at", .time(now))])
  }

  func moveClaim(
    _ id: String, to status: ClaimStatus, adjust: (inout Claim) -> Void,
    event: (_ old: Claim, _ new: Claim) -> DomainEvent?
  ) async throws -> (claim: Claim, changed: Bool) {
    let old = try await requireClaim(id, locking: true)
    var claim = old
    guard try claim.move(to: status, at: now) else { return (claim, false) }
    adjust(&claim)
    try await update("claims", claim.cells + [("updated_at", .time(now))], where: "claim_id", is: id)
    try await audit("claim", id, operation: status.rawValue.lowercased(), old: old, new: claim)
    if let event = event(old, claim) { try await record(event) }
    return (claim, true)
  }
}

extension Claim {
  /// The columns that may change.
  fileprivate var cells: [(column: String, cell: Cell)] {
    [
      ("entry_id", .text(entryID)), ("type", .text(type.rawValue)), ("key", .text(key)),
      ("key_type", .text(keyType.rawValue)), ("status", .text(status.rawValue)),
      ("claimer_account_branch", .text(claimerBranch)), ("claimer_account_number", .text(claimerAccount)),
      ("claimer_account_type", .text(claimerAccountType)), ("bacen_claim_id", .text(bacenClaimID)),
      ("correlation_id", .text(correlationID)), ("completion_period_end", .time(completionPeriodEnd)),
      ("claim_expiry_date", .time(expiresAt)), ("confirmed_at", .time(confirmedAt)),
      ("completed_at", .time(completedAt)), ("cancelled_at", .time(cancelledAt)), ("expired_at", .time(expiredAt)),
      ("auto_confirmed", .flag(isAutoConfirmed)), ("cancellation_reason", .text(cancellationReason)),
      ("notes", .text(notes)),
    ]
  }

  fileprivate init(row: ODBCRow) throws {
    guard let completionPeriodEnd = try row.moment("completion_period_end"),
      let expiresAt = try row.moment("claim_expiry_date"), let createdAt = try row.moment("created_at")
    else { throw PixError(.invalidState, "a claim in the database has no dates") }
    self.init(
      claimID: try row.string("claim_id"), entryID: try row.string("entry_id"),
      type: try row.value("type", as: ClaimType.self), key: try row.string("key"),
      keyType: try row.value("key_type", as: KeyType.self), status: try row.value("status", as: ClaimStatus.self),
      donorISPB: try row.string("donor_participant"), claimerISPB: try row.string("claimer_participant"),
      claimerBranch: try row.text("claimer_account_branch"), claimerAccount: try row.text("claimer_account_number"),
      claimerAccountType: try row.text("claimer_account_type"), bacenClaimID: try row.text("bacen_claim_id"),
      correlationID: try row.text("correlation_id"), completionPeriodEnd: completionPeriodEnd, expiresAt: expiresAt,
      confirmedAt: try row.moment("confirmed_at"), completedAt: try row.moment("completed_at"),
      cancelledAt: try row.moment("cancelled_at"), expiredAt: try row.moment("expired_at"),
      isAutoConfirmed: try row.flag("auto_confirmed"), cancellationReason: try row.text("cancellation_reason"),
      notes: try row.text("notes"), createdAt: createdAt)
  }
}
