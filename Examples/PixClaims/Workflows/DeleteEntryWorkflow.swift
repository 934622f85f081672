public import DurableWorkflows
public import ExampleSupport

/// Why an entry is deleted.
public enum DeletionReason: String, Codable, Hashable, Sendable, CaseIterable {
  case userRequest = "USER_REQUEST"
  case compliance = "COMPLIANCE"
  case fraud = "FRAUD"
  case duplicate = "DUPLICATE"
  case adminAction = "ADMIN_ACTION"
}

/// The input of ``DeleteEntryWorkflow``.
public struct DeleteEntryInput: Codable, Hashable, Sendable {
  /// The business id.
  @OrEmpty public var entryID: String
  /// A ``DeletionReason``.
  @OrEmpty public var deletionReason: String
  /// Who asked for it.
  @OrEmpty public var requestedBy: String
  /// How many seconds a day has; less than 86,400 to try things out.
  public var daySeconds: Double?

  private enum CodingKeys: String, CodingKey {
    case entryID = "entry_id"
    case deletionReason = "deletion_reason"
    case requestedBy = "requested_by"
    case daySeconds = "day_seconds"
  }

  /// Creates an input.
  public init(entryID: String, reason: DeletionReason, requestedBy: String, daySeconds: Double? = nil) {
    self.entryID = entryID
    deletionReason = reason.rawValue
    self.requestedBy = requestedBy
    self.daySeconds = daySeconds
  }
}

/// The signal `cancel_deletion`.
public struct DeletionCancellation: Codable, Hashable, Sendable {
  /// Why.
  public var reason: String?
  /// Who cancels.
  public var cancelledBy: String?

  private enum CodingKeys: String, CodingKey {
    case reason
    case cancelledBy = "cancelled_by"
  }

  /// Creates a cancellation.
  public init(reason: String? = nil, cancelledBy: String? = nil) {
    self.reason = reason
    self.cancelledBy = cancelledBy
  }
}

/// The answer to `getState`, and the output, of ``DeleteEntryWorkflow``.
public struct DeletionResult: Codable, Hashable, Sendable {
  /// The business id.
  public var entryID = ""
  /// RUNNING, DEACTIVATED, CANCELLED, DELETED or FAILED.
  public var status = "RUNNING"
  /// When the key was switched off.
  public var deactivatedAt: Moment?
  /// When the entry was deleted.
  public var deletedAt: Moment?
  /// What happened, for people.
  public var message = ""
  /// What went wrong.
  public var errorReason: String?

  private enum CodingKeys: String, CodingKey {
    case entryID = "entry_id"
    case status
    case deactivatedAt = "deactivated_at"
    case deletedAt = "deleted_at"
    case message
    case errorReason = "error_reason"
  }
}

/// Deletes an entry after a waiting period in which the key is switched off and the deletion can be cancelled.
@Workflow(name: "DeleteEntryWorkflow")
public actor DeleteEntryWorkflow {
  /// How many days the entry waits.
  public static let waitingDays = 30
  /// How long a run may take; one day more than the waiting period.
  public static let executionTimeout = Duration.days(31)

  private var state = DeletionResult()
  private var cancellation: DeletionCancellation?

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of an entry's run.
  public static func id(of entryID: String) -> String { "delete-entry-\(entryID)" }

  /// Deletes the entry.
  public func run(input: DeleteEntryInput) async throws -> DeletionResult {
    try await failing {
      try require(input.entryID, "entry_id")
      guard let reason = DeletionReason(rawValue: input.deletionReason) else {
        let known = DeletionReason.allCases.map(\.rawValue).joined(separator: ", ")
        throw PixError(.validation, "deletion_reason is '\(input.deletionReason)'; write one of \(known)")
      }
      try require(input.requestedBy, "requested_by")
      let day = try dayLength(input.daySeconds)
      state.entryID = input.entryID
      do {
        return try await delete(input.entryID, reason: reason, after: day * Self.waitingDays)
      } catch let error as ActivityError {
        state.status = "FAILED"
        state.errorReason = error.cause.root.message
        throw error
      }
    }
  }

  /// The entry is to stay.
  @WorkflowSignal(name: "cancel_deletion")
  public func cancelDeletion(cancellation: DeletionCancellation) {
    if self.cancellation == nil { self.cancellation = cancellation }
  }

  /// Where the work stands.
  @WorkflowQuery
  public func getState() -> DeletionResult { state }

  private func delete(
    _ id: String, reason: DeletionReason, after wait: Duration
  ) async throws -> DeletionResult {
    let entries = context.activities(EntryActivities.self)
    try await entries.deactivateEntry(entryID: id, reason: reason.rawValue)
    state.status = "DEACTIVATED"
    state.deactivatedAt = context.moment
    do {
      try await context.condition(timeout: wait) { cancellation != nil }
      return try await reactivate(id, entries)
    } catch is TimeoutError {
      try await entries.deleteEntry(entryID: id)
    }
    state.status = "DELETED"
    state.deletedAt = context.moment
    state.message = "the entry was deleted"
    state.errorReason = try await tolerating("notify Bacen", context) {
      try await context.activities(EntryActivities.self, options: Profile.api).notifyBacenOfEntry(entryID: id)
    }
    return state
  }

  /// The entry stays, whatever becomes of the reactivation.
  private func reactivate(_ id: String, _ entries: EntryActivities.Proxy) async throws -> DeletionResult {
    do {
      try await entries.activateEntry(entryID: id)
    } catch let error as ActivityError {
      let reason = "the deletion was cancelled, but the entry could not be activated: \(error.cause.root.message)"
      try await tolerating("alert", context) {
        try await context.activities(SyncActivities.self).raiseAlert(
          alert: Alert("EntryReactivationFailed", subject: id, message: reason))
      }
      throw error
    }
    state.status = "CANCELLED"
    state.message = cancellation?.reason.map { "the deletion was cancelled: \($0)" } ?? "the deletion was cancelled"
    return state
  }
}
