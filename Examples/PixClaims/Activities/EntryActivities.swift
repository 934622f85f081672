public import DurableWorkflows
internal import ExampleSupport
internal import Logging

/// The activities of entries.
@ActivityContainer
public struct EntryActivities {
  let services: PixServices

  /// Creates the activities.
  public init(_ services: PixServices) { self.services = services }

  /// Records an active entry; the same entry again changes nothing.
  @Activity(name: "CreateEntryActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func createEntry(entry: Entry) async throws {
    try await services.perform(["entry_id": "\(entry.entryID)", "key": "\(entry.key)"]) { origin in
      try await services.store.createEntry(entry, origin)
    }
  }

  /// Changes the given fields.
  @Activity(name: "UpdateEntryActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func updateEntry(entryID: String, changes: EntryChanges) async throws {
    try await services.perform(["entry_id": "\(entryID)"]) { origin in
      try await services.store.changeEntry(entryID, operation: "update", origin) { entry in
        let before = entry
        try entry.apply(changes)
        return entry != before
      } event: {
        .entry("entry_updated", $0, ["updated_at": .time(origin.now)])
      }
    }
  }

  /// Deletes the entry softly; one that is deleted already stays as it is.
  @Activity(name: "DeleteEntryActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func deleteEntry(entryID: String) async throws {
    try await services.perform(["entry_id": "\(entryID)"]) { origin in
      try await services.store.deleteEntry(entryID, origin)
    }
  }

  /// Switches the entry on.
  @Activity(name: "ActivateEntryActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func activateEntry(entryID: String) async throws {
    try await services.perform(["entry_id": "\(entryID)", "status": "ACTIVE"]) { origin in
      try await services.store.changeEntry(entryID, operation: "activate", origin) {
        try $0.activate()
      } event: {
        .entry("entry_activated", $0, ["status": .string($0.status.rawValue), "activated_at": .time(origin.now)])
      }
    }
  }

  /// Switches the entry off.
  @Activity(name: "DeactivateEntryActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func deactivateEntry(entryID: String, reason: String) async throws {
    try await services.perform(["entry_id": "\(entryID)", "status": "INACTIVE"]) { origin in
      try await services.store.changeEntry(entryID, operation: "deactivate", origin) {
        try $0.deactivate(reason: reason)
      } event: {
        .entry(
          "entry_deactivated", $0,
          [
            "status": .string($0.status.rawValue), "deactivated_at": .time(origin.now), "reason": .string(reason),
          ])
      }
    }
  }

  /// The entry's state.
  @Activity(name: "GetEntryStatusActivity", startToClose: .seconds(5), retryPolicy: Profile.validation.retryPolicy)
  public func getEntryStatus(entryID: String) async throws -> EntryStatus {
    try await services.perform(["entry_id": "\(entryID)"]) { _ in try await requireEntry(entryID).status }
  }

  /// Fails unless the entry has a key and a participant and is neither blocked nor deleted.
  @Activity(name: "ValidateEntryActivity", startToClose: .seconds(5), retryPolicy: Profile.validation.retryPolicy)
  public func validateEntry(entryID: String) async throws {
    try await services.perform(["entry_id": "\(entryID)"]) { _ in
      let entry = try await requireEntry(entryID)
      try entry.validate()
      if entry.status == .blocked { throw PixError(.invalidState, "entry \(entryID) is BLOCKED") }
    }
  }

  /// Gives the entry to another participant and owner.
  @Activity(
    name: "UpdateEntryRecordOwnershipActivity", startToClose: .seconds(10), retryPolicy: Profile.database.retryPolicy)
  public func updateEntryRecordOwnership(
    entryID: String, ispb: String, ownerName: String, ownerTaxID: String
  ) async throws {
    try await services.perform(["entry_id": "\(entryID)"]) { origin in
      try ISPB.check(ispb, field: "participant_ispb")
      try await services.store.changeEntry(entryID, operation: "transfer", origin) { entry in
        let before = entry
        try entry.apply(EntryChanges(ownerName: ownerName, ownerTaxID: ownerTaxID))
        entry.participant = ispb
        return entry != before
      } event: {
        .entry(
          "ownership_updated", $0,
          [
            "new_owner": .string(ispb), "owner_name": .string(ownerName), "owner_tax_id": .string(ownerTaxID),
          ])
      }
    }
  }

  // MARK: Bacen

  /// Registers the entry with Bacen and keeps Bacen's id.
  @Activity(name: "RegisterEntryWithBacenActivity", startToClose: .seconds(30), retryPolicy: Profile.api.retryPolicy)
  public func registerEntryWithBacen(entryID: String) async throws -> String {
    try await services.perform(["entry_id": "\(entryID)"]) { origin in
      let reply = try await tell(.createEntry, try await requireEntry(entryID), origin)
      try await services.store.changeEntry(entryID, operation: "register", origin) { entry in
        defer { entry.bacenEntryID = reply.bacenID }
        return entry.bacenEntryID != reply.bacenID
      } event: {
        .entry("entry_registered", $0, ["bacen_entry_id": .string(reply.bacenID)])
      }
      return reply.bacenID
    }
  }

  /// Tells Bacen that the entry was changed or deleted.
  @Activity(name: "NotifyBacenOfEntryActivity", startToClose: .seconds(30), retryPolicy: Profile.api.retryPolicy)
  public func notifyBacenOfEntry(entryID: String) async throws {
    try await services.perform(["entry_id": "\(entryID)"]) { origin in
      // A deleted entry is still there to be told of.
      guard let entry = try await services.store.entry(entryID) else {
        throw PixError(.entryNotFound, "there is no entry '\(entryID)'")
      }
      _ = try await tell(entry.deletedAt == nil ? .updateEntry : .deleteEntry, entry, origin)
    }
  }

  private func requireEntry(_ id: String) async throws -> Entry {
    if let entry = try await services.store.entry(id), entry.deletedAt == nil { return entry }
    throw PixError(.entryNotFound, "there is no entry '\(id)'")
  }

  private func tell(
    _ operation: BridgeRequest.Operation, _ entry: Entry, _ origin: ChangeOrigin
  ) async throws -> BridgeReply {
    try await services.bridge.send(
      BridgeRequest(
        operation, subject: entry.entryID, fields: ["key": entry.key, "participant": entry.participant],
        idempotencyKey: origin.idempotencyKey ?? "\(operation.rawValue)/\(entry.entryID)"))
  }
}
