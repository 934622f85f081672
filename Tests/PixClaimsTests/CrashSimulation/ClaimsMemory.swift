import DurableWorkflows
import ExampleSupport
import Synchronization

@testable import PixClaims

/// The database of the claims, and Bacen, outside the process: they survive its crashes, and what is asked for again
/// has no further effect.
final class ClaimsMemory: Sendable {
  struct State {
    var entries: [String: Entry] = [:]
    var claims: [String: Claim] = [:]
    var infractions: [String: Infraction] = [:]
    var reports: [String: SyncStatistics] = [:]
    var alerts: [String: Alert] = [:]
    /// By the key of the change, as in the table of events.
    var events: [String: DomainEvent] = [:]

    /// Records an event; the same event of the same change is recorded once.
    mutating func record(_ event: DomainEvent, _ origin: ChangeOrigin) {
      events["\(origin.idempotencyKey ?? "")/\(event.type)"] = event
    }

    func claim(_ id: String) throws -> Claim {
      guard let claim = claims[id] else { throw PixError(.claimNotFound, "there is no claim '\(id)'") }
      return claim
    }

    func entry(_ id: String) throws -> Entry {
      guard let entry = entries[id], entry.deletedAt == nil else {
        throw PixError(.entryNotFound, "there is no entry '\(id)'")
      }
      return entry
    }

    func infraction(_ id: String) throws -> Infraction {
      guard let infraction = infractions[id] else {
        throw PixError(.infractionNotFound, "there is no infraction '\(id)'")
      }
      return infraction
    }

    /// Moves a claim to a state, and its key if it is to.
    mutating func move(
      _ id: String, to status: ClaimStatus, movingKey: Bool = false, _ origin: ChangeOrigin,
      adjust: (inout Claim) -> Void = { _ in }
    ) throws {
      var claim = try claim(id)
      guard try claim.move(to: status, at: origin.now) else { return }
      adjust(&claim)
      if movingKey {
        var entry = try entry(claim.entryID)
        entry.participant = claim.claimerISPB
        entries[entry.entryID] = entry
        record(.entry("ownership_transferred", entry), origin)
      }
      claims[id] = claim
      record(.claim("claim_\(status.rawValue)", claim), origin)
    }

    /// Changes an entry; `change` says whether anything is different afterwards.
    mutating func changeEntry(
      _ id: String, _ event: String, _ origin: ChangeOrigin, _ change: (inout Entry) throws -> Bool
    ) throws {
      var entry = try entry(id)
      guard try change(&entry) else { return }
      entries[id] = entry
      record(.entry(event, entry), origin)
    }

    mutating func moveInfraction(
      _ id: String, to status: InfractionStatus, notes: String?, _ origin: ChangeOrigin
    ) throws {
      var report = try infraction(id)
      guard try report.move(to: status, notes: notes, at: origin.now) else { return }
      infractions[id] = report
      record(.infraction("infraction_\(status.rawValue)", report), origin)
    }
  }

  let bridge = SimulatedBridge()
  private let state: Mutex<State>

  /// A database with some active entries.
  init(entries: [Entry] = []) {
    var state = State()
    for entry in entries { state.entries[entry.entryID] = entry }
    self.state = Mutex(state)
  }

  func change<Result: Sendable, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try state.withLock { (state) throws(Failure) in try body(&state) }
  }

  /// What came of everything, without times and ids that are drawn.
  var summary: [String] {
    let stored = change { state in
      let entries = state.entries.values.map { entry in
        "\(entry.key) of \(entry.participant), \(entry.status.rawValue), account \(entry.account ?? "none")"
          + (entry.deletedAt == nil ? "" : ", deleted")
      }
      let claims = state.claims.values.map { "\($0.claimID) \($0.status.rawValue) at Bacen \($0.bacenClaimID ?? "no")" }
      let infractions = state.infractions.values.map {
        "\($0.infractionID) \($0.status.rawValue) \($0.evidenceURLs) \($0.resolutionNotes ?? "")"
      }
      let reports = state.reports.values.map {
        "\($0.status): \($0.entriesCreated) created, \($0.entriesUpdated) updated"
      }
      let events = state.events.values.map(\.type)
      return entries + claims + infractions + reports + events + state.alerts.values.map(\.name)
    }
    return (stored + bridge.accepted.map { "Bacen: \($0.operation.rawValue) of \($0.subject)" }).sorted()
  }
}
