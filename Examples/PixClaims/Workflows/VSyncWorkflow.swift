public import DurableWorkflows
public import ExampleSupport
internal import FoundationEssentials
internal import Logging

/// The input of ``VSyncWorkflow``.
public struct VSyncInput: Codable, Hashable, Sendable {
  /// The participant; empty for all.
  @OrEmpty public var participant: String
  /// FULL or INCREMENTAL.
  @OrEmpty public var syncType: String
  /// For INCREMENTAL: since when changes are looked at.
  public var lastSyncDate: Moment?

  private enum CodingKeys: String, CodingKey {
    case participant = "participant_ispb"
    case syncType = "sync_type"
    case lastSyncDate = "last_sync_date"
  }

  /// Creates an input.
  public init(participant: String = "", syncType: SyncType, lastSyncDate: Moment? = nil) {
    self.participant = participant
    self.syncType = syncType.rawValue
    self.lastSyncDate = lastSyncDate
  }

  /// - Throws: ``PixError`` that names the field that is wrong.
  func checkedType() throws -> SyncType {
    guard let type = SyncType(rawValue: syncType) else {
      throw PixError(.validation, "sync_type is '\(syncType)'; write FULL or INCREMENTAL")
    }
    if !participant.isEmpty { try ISPB.check(participant, field: "participant_ispb") }
    if type == .incremental, lastSyncDate == nil {
      throw PixError(.validation, "last_sync_date is missing; INCREMENTAL needs it")
    }
    return type
  }
}

/// The answer to `getState`, and the output, of ``VSyncWorkflow``.
public struct VSyncResult: Codable, Hashable, Sendable {
  /// How many entries are in order now.
  public var entriesSynced = 0
  /// How many entries were made.
  public var entriesCreated = 0
  /// How many entries were changed.
  public var entriesUpdated = 0
  /// How many entries Bacen does not have; they are only flagged.
  public var entriesDeleted = 0
  /// How many differences there were.
  public var discrepancies = 0
  /// How long it took, in milliseconds.
  public var durationMilliseconds = 0
  /// When the comparison began.
  public var syncTimestamp: Moment?
  /// The id of the report; absent if it could not be kept.
  public var reportID: String?
  /// RUNNING, COMPLETED or PARTIAL.
  public var status = "RUNNING"
  /// What could not be settled.
  public var errorMessage: String?

  private enum CodingKeys: String, CodingKey {
    case entriesSynced = "entries_synced"
    case entriesCreated = "entries_created"
    case entriesUpdated = "entries_updated"
    case entriesDeleted = "entries_deleted"
    case discrepancies
    case durationMilliseconds = "duration_ms"
    case syncTimestamp = "sync_timestamp"
    case reportID = "report_id"
    case status
    case errorMessage = "error_message"
  }
}

/// Compares our directory with Bacen's and settles the differences, one after the other.
@Workflow(name: "VSyncWorkflow")
public actor VSyncWorkflow {
  /// How long a run may take.
  public static let runTimeout = Duration.hours(2)
  /// More differences than this are a reason to call people.
  public static let criticalDiscrepancies = 1000

  private var state = VSyncResult()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Compares and settles.
  public func run(input: VSyncInput) async throws -> VSyncResult {
    try await failing {
      let type = try input.checkedType()
      let start = context.moment
      let syncID = "SYNC-\(context.uuid().uuidString.lowercased())"
      state.syncTimestamp = start
      var statistics = SyncStatistics(
        syncID: syncID, syncType: type, participant: input.participant, timestamp: start)
      let entries = try await context.activities(SyncActivities.self, options: Profile.api)
        .fetchBacenEntries(participant: input.participant, type: type, since: input.lastSyncDate)
      let sync = context.activities(SyncActivities.self)
      let comparison = try await sync.compareEntries(entries: entries, participant: input.participant, type: type)
      statistics.entriesFetched = entries.count
      statistics.entriesSynced = comparison.matching
      statistics.discrepancies = comparison.discrepancies.count
      try await settle(comparison.discrepancies, &statistics)
      statistics.durationMilliseconds = Int((context.moment - start) / .milliseconds(1))
      show(statistics)
      try await report(statistics, sync)
      return state
    }
  }

  /// Where the work stands.
  @WorkflowQuery
  public func getState() -> VSyncResult { state }

  private func settle(_ discrepancies: [Discrepancy], _ statistics: inout SyncStatistics) async throws {
    let entries = context.activities(EntryActivities.self)
    for discrepancy in discrepancies {
      statistics.count(discrepancy.type)
      do {
        try await settle(discrepancy, entries, &statistics)
      } catch let error as ActivityError {
        statistics.failures += 1
        context.logger.warning(
          "a difference could not be settled", metadata: ["key": "\(discrepancy.key)", "reason": "\(error)"])
      }
      show(statistics)
    }
    statistics.status = "COMPLETED"
    if statistics.failures > 0 {
      statistics.status = "PARTIAL"
      statistics.errorMessage =
        "\(statistics.failures) of \(statistics.discrepancies) discrepancies could not be settled"
    }
  }

  private func settle(
    _ discrepancy: Discrepancy, _ entries: EntryActivities.Proxy, _ statistics: inout SyncStatistics
  ) async throws {
    switch (discrepancy.type, discrepancy.bacen) {
    case (.missingLocal, let bacen?):
      try await entries.createEntry(entry: bacen.entry(id: discrepancy.entryID))
      statistics.entriesCreated += 1
      statistics.entriesSynced += 1
    case (.outdatedLocal, let bacen?):
      if discrepancy.changesParticipant {
        try await entries.updateEntryRecordOwnership(
          entryID: discrepancy.entryID, ispb: bacen.participant, ownerName: bacen.ownerName,
          ownerTaxID: bacen.ownerTaxID)
      }
      try await entries.updateEntry(entryID: discrepancy.entryID, changes: bacen.changes)
      statistics.entriesUpdated += 1
      statistics.entriesSynced += 1
    case (.missingBacen, _):
      statistics.entriesFlagged += 1
    case (_, nil):
      throw PixError(.validation, "the discrepancy of key \(discrepancy.key) says not what Bacen has")
    }
  }

  private func show(_ statistics: SyncStatistics) {
    state.entriesSynced = statistics.entriesSynced
    state.entriesCreated = statistics.entriesCreated
    state.entriesUpdated = statistics.entriesUpdated
    state.entriesDeleted = statistics.entriesFlagged
    state.discrepancies = statistics.discrepancies
    state.durationMilliseconds = statistics.durationMilliseconds
    state.errorMessage = statistics.errorMessage
  }

  private func report(_ statistics: SyncStatistics, _ sync: SyncActivities.Proxy) async throws {
    try await tolerating("keep report", context) {
      state.reportID = try await sync.generateSyncReport(statistics: statistics)
    }
    if statistics.entriesFlagged > 0 {
      try await alert(
        "OrphanedKeys", statistics, "\(statistics.entriesFlagged) keys are here, but not at Bacen", sync)
    }
    if statistics.discrepancies > Self.criticalDiscrepancies {
      try await alert("CriticalDivergence", statistics, "\(statistics.discrepancies) entries differ from Bacen's", sync)
    }
    state.status = statistics.status
    let event: [String: JSONValue] = [
      "event_type": .string("vsync_completed"), "key": .string(statistics.syncID),
      "ispb": .string(statistics.participant), "sync_type": .string(statistics.syncType.rawValue),
      "entries_synced": .integer(Int64(statistics.entriesSynced)),
      "entries_created": .integer(Int64(statistics.entriesCreated)),
      "entries_updated": .integer(Int64(statistics.entriesUpdated)),
      "entries_deleted": .integer(Int64(statistics.entriesFlagged)),
      "discrepancies": .integer(Int64(statistics.discrepancies)), "status": .string(statistics.status),
      "report_id": .optional(state.reportID), "sync_timestamp": .time(statistics.timestamp),
      "duration_seconds": .number(Double(statistics.durationMilliseconds) / 1000),
    ]
    try await tolerating("publish event", context) {
      try await context.activities(ClaimActivities.self).publishClaimEvent(event: event)
    }
  }

  private func alert(
    _ name: String, _ statistics: SyncStatistics, _ message: String, _ sync: SyncActivities.Proxy
  ) async throws {
    try await tolerating("alert", context) {
      try await sync.raiseAlert(alert: Alert(name, subject: statistics.syncID, message: message))
    }
  }
}

extension SyncStatistics {
  fileprivate mutating func count(_ type: DiscrepancyType) {
    switch type {
    case .missingLocal: missingLocal += 1
    case .outdatedLocal: outdatedLocal += 1
    case .missingBacen: missingBacen += 1
    }
  }
}
