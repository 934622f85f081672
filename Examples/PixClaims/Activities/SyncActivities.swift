public import DurableWorkflows
public import ExampleSupport
internal import FoundationEssentials
internal import Logging

/// The activities that compare our directory with Bacen's, and the one that calls people.
@ActivityContainer
public struct SyncActivities {
  let services: PixServices

  /// How many entries are fetched at a time.
  public static let pageSize = 1000

  /// Creates the activities.
  public init(_ services: PixServices) { self.services = services }

  /// Reads Bacen's directory.
  ///
  /// - Parameters:
  ///   - participant: only this participant's entries; empty for all.
  ///   - since: for an incremental comparison: only what was changed since.
  @Activity(
    name: "FetchBacenEntriesActivity", startToClose: .seconds(30), heartbeat: .seconds(10),
    retryPolicy: Profile.api.retryPolicy)
  public func fetchBacenEntries(participant: String, type: SyncType, since: Moment?) async throws -> [BacenEntry] {
    try await services.perform(["participant": "\(participant)"]) { _ in
      try await services.heartbeating {
        var entries: [BacenEntry] = []
        var query = DirectoryQuery(
          participant: participant, since: type == .incremental ? since : nil, limit: Self.pageSize)
        while true {
          let page = try await services.bridge.entries(query)
          entries += page.entries
          guard page.hasMore, let last = page.entries.last else { return entries }
          query.after = last.key
        }
      }
    }
  }

  /// Compares Bacen's entries with ours.
  ///
  /// An incremental comparison says nothing about entries that Bacen did not send.
  @Activity(name: "CompareEntriesActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func compareEntries(
    entries: [BacenEntry], participant: String, type: SyncType
  ) async throws -> DirectoryComparison {
    try await services.perform(["participant": "\(participant)"]) { _ in
      let local = try await services.store.entries(participant: participant)
      let comparison = try await compare(entries, with: local, type: type)
      PixMetrics.keysCompared(bacen: entries.count, local: local.count)
      return comparison
    }
  }

  /// Keeps the figures of a comparison.
  ///
  /// - Returns: the id of the report.
  @Activity(name: "GenerateSyncReportActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func generateSyncReport(statistics: SyncStatistics) async throws -> String {
    try await services.perform(["status": "\(statistics.status)"]) { origin in
      try await services.store.createSyncReport(statistics, origin)
      PixMetrics.synced(statistics, at: origin.now)
      return statistics.syncID
    }
  }

  /// Tells people that they must look at something.
  @Activity(name: "RaiseAlertActivity", startToClose: .seconds(15), retryPolicy: Profile.messages.retryPolicy)
  public func raiseAlert(alert: Alert) async throws {
    try await services.perform(["alert": "\(alert.name)"]) { _ in try await services.alerts.raise(alert) }
  }

  private func compare(
    _ bacen: [BacenEntry], with local: [Entry], type: SyncType
  ) async throws -> DirectoryComparison {
    let localByKey = Dictionary(local.map { ($0.key, $0) }) { first, _ in first }
    var comparison = DirectoryComparison()
    for entry in bacen {
      // A key that moved to this participant is ours under another one.
      var known = localByKey[entry.key]
      if known == nil { known = try await services.store.entry(forKey: entry.key) }
      guard let known else {
        let id = "ENTRY-\(UUID().uuidString.lowercased())"
        comparison.discrepancies.append(
          Discrepancy(type: .missingLocal, key: entry.key, entryID: id, bacen: entry))
        continue
      }
      if entry.matches(known) {
        comparison.matching += 1
      } else {
        comparison.discrepancies.append(
          Discrepancy(
            type: .outdatedLocal, key: entry.key, entryID: known.entryID, bacen: entry,
            changesParticipant: entry.participant != known.participant))
      }
    }
    if type == .full {
      let keys = Set(bacen.map(\.key))
      for entry in local where !keys.contains(entry.key) {
        comparison.discrepancies.append(
          Discrepancy(type: .missingBacen, key: entry.key, entryID: entry.entryID))
      }
    }
    return comparison
  }
}

/// What a comparison found.
public struct DirectoryComparison: Codable, Hashable, Sendable {
  /// How many entries are the same here and there.
  public var matching = 0
  /// What differs.
  public var discrepancies: [Discrepancy] = []

  /// Creates a comparison that found nothing.
  public init(matching: Int = 0, discrepancies: [Discrepancy] = []) {
    self.matching = matching
    self.discrepancies = discrepancies
  }
}
