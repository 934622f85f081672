internal import ExampleSupport

extension Claim {
  /// Moves the claim to a state, if its present one allows that.
  ///
  /// - Returns: whether anything changed; a claim that is in the state already stays as it is, so that an activity may
  ///   run again.
  /// - Throws: ``PixError`` with `CLAIM_ALREADY_RESOLVED` if the claim has another final state, `INVALID_STATE` if the
  ///   step is not allowed.
  mutating func move(to target: ClaimStatus, at time: Moment) throws -> Bool {
    if status == target { return false }
    guard target.predecessors.contains(status) else {
      if [.completed, .cancelled, .expired].contains(status) {
        throw PixError(.claimAlreadyResolved, "claim \(claimID) is \(status.rawValue) already")
      }
      throw PixError(
        .invalidState, "claim \(claimID) is \(status.rawValue), which does not lead to \(target.rawValue)")
    }
    status = target
    switch target {
    case .confirmed: confirmedAt = time
    case .completed: completedAt = time
    case .cancelled: cancelledAt = time
    case .expired: expiredAt = time
    case .open, .waitingResolution, .pending, .transferFailed: break
    }
    return true
  }
}

extension ClaimStatus {
  /// The states that lead here.
  var predecessors: [ClaimStatus] {
    switch self {
    case .open: []
    case .waitingResolution: [.open]
    case .confirmed: [.open, .waitingResolution]
    case .completed: [.confirmed, .transferFailed]
    case .cancelled: [.open, .waitingResolution, .confirmed, .pending, .transferFailed]
    case .expired: [.open, .waitingResolution, .transferFailed]
    case .pending: [.open, .waitingResolution]
    case .transferFailed: [.open, .waitingResolution, .confirmed]
    }
  }
}
