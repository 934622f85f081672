public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

extension PixStore {
  /// The entry with an id, deleted or not; `nil` if there is none.
  public func entry(_ id: String) async throws -> Entry? { try await read { try await $0.entry(id) } }

  /// The entry of a key that is not deleted, or `nil`.
  public func entry(forKey key: String) async throws -> Entry? {
    try await read { try await $0.entry(forKey: key) }
  }

  /// The entries that are not deleted, in the order of their keys.
  ///
  /// - Parameter participant: only this participant's; empty for all.
  public func entries(participant: String) async throws -> [Entry] {
    try await read { transaction in
      let condition = participant.isEmpty ? "" : " AND participant = ?"
      let rows = try await transaction.connection.query(
        "SELECT * FROM entries WHERE deleted_at IS NULL\(condition) ORDER BY key",
        parameters: participant.isEmpty ? [] : [.text(participant)])
      var entries: [Entry] = []
      for try await row in rows { entries.append(try Entry(row: row)) }
      return entries
    }
  }

  /// Records an entry.
  ///
  /// - Returns: the entry as it is in the store; the earlier one if it was recorded before.
  /// - Throws: ``PixError`` with `KEY_ALREADY_EXISTS` if another entry has the key.
  @discardableResult
  public func createEntry(_ entry: Entry, _ origin: ChangeOrigin) async throws -> Entry {
    try entry.validate()
    let taken = PixError(.keyAlreadyExists, "key \(entry.key) has an entry already")
    do {
      return try await change(origin) { transaction in
        if let known = try await transaction.entry(entry.entryID), known.deletedAt == nil {
          if known.key == entry.key { return known }
          throw PixError(.keyAlreadyExists, "entry id \(entry.entryID) belongs to another key")
        }
        if try await transaction.entry(forKey: entry.key) != nil { throw taken }
        try await transaction.insert(entry)
        try await transaction.audit("entry", entry.entryID, operation: "create", old: nil, new: entry)
        try await transaction.record(
          .entry(
            "entry_created", entry,
            [
              "key_type": .string(entry.keyType.rawValue), "participant": .string(entry.participant),
              "status": .string(entry.status.rawValue), "owner_name": .string(entry.ownerName),
              "owner_tax_id": .string(entry.ownerTaxID), "created_at": .time(origin.now),
            ]))
        return entry
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      if let known = try await self.entry(entry.entryID), known.deletedAt == nil, known.key == entry.key {
        return known
      }
      throw taken
    }
  }

  /// Changes an entry that is not deleted.
  ///
  /// - Parameters:
  ///   - mutate: changes the entry and says whether it did.
  ///   - cells: further columns to set.
  ///   - event: the event of the change.
  @discardableResult
  func changeEntry(
    _ id: String, operation: String, _ origin: ChangeOrigin, mutate: @Sendable (inout Entry) throws -> Bool,
    event: @Sendable (Entry) -> DomainEvent
  ) async throws -> Entry {
    try await change(origin) { transaction in
      let old = try await transaction.requireEntry(id, locking: true)
      var entry = old
      guard try mutate(&entry) else { return entry }
      try await transaction.save(entry, replacing: old, operation: operation)
      try await transaction.record(event(entry))
      return entry
    }
  }

  /// Deletes an entry softly: its key is free again. One that is deleted already stays as it is.
  ///
  /// - Returns: the entry.
  /// - Throws: ``PixError`` with `ENTRY_NOT_FOUND` if there never was one.
  @discardableResult
  public func deleteEntry(_ id: String, _ origin: ChangeOrigin) async throws -> Entry {
    try await change(origin) { transaction in
      guard let old = try await transaction.entry(id, locking: true) else {
        throw PixError(.entryNotFound, "there is no entry '\(id)'")
      }
      if old.deletedAt != nil { return old }
      var entry = old
      entry.deletedAt = origin.now
      try await transaction.save(entry, replacing: old, operation: "delete")
      try await transaction.record(.entry("entry_deleted", entry, ["deleted_at": .time(entry.deletedAt)]))
      return entry
    }
  }
}

extension PixTransaction {
  func entry(_ id: String, locking: Bool = false) async throws -> Entry? {
    try await rows("SELECT * FROM entries WHERE entry_id = ?", [.text(id)], locking: locking)
      .first.map(Entry.init(row:))
  }

  func entry(forKey key: String, locking: Bool = false) async throws -> Entry? {
    try await rows("SELECT * FROM entries WHERE key = ? AND deleted_at IS NULL", [.text(key)], locking: locking)
      .first.map(Entry.init(row:))
  }

  func requireEntry(_ id: String, locking: Bool = false) async throws -> Entry {
    if let entry = try await entry(id, locking: locking), entry.deletedAt == nil { return entry }
    throw PixError(.entryNotFound, "there is no entry '\(id)'")
  }

  func insert(_ entry: Entry) async throws {
    try await insert(
      "entries",
      [
        ("id", .uuid(UUID().uuidString)), ("entry_id", .text(entry.entryID)), ("registered_at", .time(now)),
        ("activated_at", .time(now)), ("created_at", .time(now)),
      ] + entry.cells + [("updated_at", .time(now))])
  }

  func save(_ entry: Entry, replacing old: Entry, operation: String) async throws {
    var cells = entry.cells + [("updated_at", .time(now))]
    if entry.status != old.status, entry.status == .active { cells.append(("activated_at", .time(now))) }
    if entry.status != old.status, entry.status == .inactive { cells.append(("deactivated_at", .time(now))) }
    try await update("entries", cells, where: "entry_id", is: entry.entryID)
    try await audit("entry", entry.entryID, operation: operation, old: old, new: entry)
  }

  /// Gives a claim's key to the claimer. A key that the claimer has already stays as it is.
  func moveKey(of claim: Claim) async throws {
    guard let old = try await entry(forKey: claim.key, locking: true) else {
      throw PixError(.entryNotFound, "key \(claim.key) of claim \(claim.claimID) has no entry")
    }
    if old.participant == claim.claimerISPB { return }
    guard old.participant == claim.donorISPB else {
      throw PixError(
        .invalidState, "key \(claim.key) belongs to \(old.participant), not to the donor \(claim.donorISPB)")
    }
    var entry = old
    entry.participant = claim.claimerISPB
    entry.branch = claim.claimerBranch ?? entry.branch
    entry.account = claim.claimerAccount ?? entry.account
    entry.accountType = claim.claimerAccountType.flatMap(AccountType.init) ?? entry.accountType
    try await save(entry, replacing: old, operation: "transfer")
    try await record(
      .claim(
        "ownership_transferred", claim,
        [
          "entry_id": .string(entry.entryID), "old_owner": .string(old.participant),
          "new_owner": .string(entry.participant),
        ]))
  }
}

extension Entry {
  /// The columns that may change.
  fileprivate var cells: [(column: String, cell: Cell)] {
    [
      ("key", .text(key)), ("key_type", .text(keyType.rawValue)), ("participant", .text(participant)),
      ("account_branch", .text(branch)), ("account_number", .text(account)),
      ("account_type", .text(accountType.rawValue)), ("owner_type", .text(ownerType.rawValue)),
      ("owner_name", .text(ownerName)), ("owner_tax_id", .text(ownerTaxID)), ("status", .text(status.rawValue)),
      ("bacen_entry_id", .text(bacenEntryID)), ("reason_for_status_change", .text(statusReason)),
      ("deleted_at", .time(deletedAt)),
    ]
  }

  fileprivate init(row: ODBCRow) throws {
    self.init(
      entryID: try row.string("entry_id"), key: try row.string("key"),
      keyType: try row.value("key_type", as: KeyType.self), participant: try row.string("participant"),
      branch: try row.text("account_branch"), account: try row.text("account_number"),
      accountType: try row.value("account_type", as: AccountType.self),
      ownerType: try row.value("owner_type", as: OwnerType.self), ownerName: try row.string("owner_name"),
      ownerTaxID: try row.string("owner_tax_id"))
    status = try row.value("status", as: EntryStatus.self)
    bacenEntryID = try row.text("bacen_entry_id")
    statusReason = try row.text("reason_for_status_change")
    updatedAt = try row.moment("updated_at")
    deletedAt = try row.moment("deleted_at")
  }
}
