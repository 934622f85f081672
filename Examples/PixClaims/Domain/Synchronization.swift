public import ExampleSupport

/// How much of the directory is compared.
public enum SyncType: String, Codable, Hashable, Sendable {
  /// Everything.
  case full = "FULL"
  /// What Bacen changed since a date.
  case incremental = "INCREMENTAL"
}

/// How an entry differs between Bacen and here.
public enum DiscrepancyType: String, Codable, Hashable, Sendable, CaseIterable {
  /// Bacen has it, we do not.
  case missingLocal = "MISSING_LOCAL"
  /// Both have it, ours is old.
  case outdatedLocal = "OUTDATED_LOCAL"
  /// We have it, Bacen does not.
  case missingBacen = "MISSING_BACEN"
}

/// A difference, with what is needed to settle it.
public struct Discrepancy: Hashable, Codable, Sendable {
  /// What differs.
  public var type: DiscrepancyType
  /// The key.
  public var key: String
  /// The local entry, or the id for the one that is to be made.
  public var entryID: String
  /// What Bacen has; absent if it has nothing.
  public var bacen: BacenEntry?
  /// Whether the key belongs to another participant.
  public var changesParticipant = false

  private enum CodingKeys: String, CodingKey {
    case type, key
    case entryID = "entry_id"
    case bacen
    case changesParticipant = "changes_participant"
  }

  /// Creates a discrepancy.
  public init(
    type: DiscrepancyType, key: String, entryID: String, bacen: BacenEntry? = nil, changesParticipant: Bool = false
  ) {
    self.type = type
    self.key = key
    self.entryID = entryID
    self.bacen = bacen
    self.changesParticipant = changesParticipant
  }
}

/// An entry as Bacen has it.
public struct BacenEntry: Hashable, Codable, Sendable {
  /// Bacen's id.
  public var bacenEntryID: String?
  /// The key.
  public var key: String
  /// The kind of the key.
  public var keyType: KeyType
  /// The participant.
  public var participant: String
  /// The branch.
  public var branch: String?
  /// The account.
  public var account: String?
  /// The kind of the account.
  public var accountType: AccountType
  /// The kind of the owner.
  public var ownerType: OwnerType
  /// The owner's name.
  public var ownerName: String
  /// The owner's tax number.
  public var ownerTaxID: String
  /// When Bacen changed it last.
  public var updatedAt: Moment?

  private enum CodingKeys: String, CodingKey {
    case bacenEntryID = "bacen_entry_id"
    case key
    case keyType = "key_type"
    case participant = "participant_ispb"
    case branch = "account_branch"
    case account = "account_number"
    case accountType = "account_type"
    case ownerType = "owner_type"
    case ownerName = "owner_name"
    case ownerTaxID = "owner_tax_id"
    case updatedAt = "updated_at"
  }

  /// What Bacen has if it has the same as we.
  public init(_ entry: Entry, updatedAt: Moment? = nil) {
    bacenEntryID = entry.bacenEntryID
    key = entry.key
    keyType = entry.keyType
    participant = entry.participant
    branch = entry.branch
    account = entry.account
    accountType = entry.accountType
    ownerType = entry.ownerType
    ownerName = entry.ownerName
    ownerTaxID = entry.ownerTaxID
    self.updatedAt = updatedAt
  }

  /// A local entry with these contents.
  public func entry(id: String) -> Entry {
    var entry = Entry(
      entryID: id, key: key, keyType: keyType, participant: participant, branch: branch, account: account,
      accountType: accountType, ownerType: ownerType, ownerName: ownerName, ownerTaxID: ownerTaxID)
    entry.bacenEntryID = bacenEntryID
    return entry
  }

  /// The fields of a local entry that must change to equal this.
  public var changes: EntryChanges {
    EntryChanges(branch: branch, account: account, ownerName: ownerName, ownerTaxID: ownerTaxID)
  }

  /// Whether a local entry says the same.
  func matches(_ entry: Entry) -> Bool {
    participant == entry.participant && branch == entry.branch && account == entry.account
      && ownerName == entry.ownerName && ownerTaxID == entry.ownerTaxID
  }
}

/// What a comparison with Bacen found and did.
public struct SyncStatistics: Hashable, Codable, Sendable {
  /// The business id of the report.
  public var syncID: String
  /// How much was compared.
  public var syncType: SyncType
  /// The participant; empty for all.
  public var participant: String
  /// When the comparison began.
  public var timestamp: Moment
  /// How many entries Bacen sent.
  public var entriesFetched = 0
  /// How many entries are in order now.
  public var entriesSynced = 0
  /// How many entries were made.
  public var entriesCreated = 0
  /// How many entries were changed.
  public var entriesUpdated = 0
  /// How many entries Bacen does not have.
  public var entriesFlagged = 0
  /// How many differences there were.
  public var discrepancies = 0
  /// How many could not be settled.
  public var failures = 0
  /// How many of the differences were entries that only Bacen had.
  public var missingLocal = 0
  /// How many were entries of ours that were old.
  public var outdatedLocal = 0
  /// How many were entries that only we had.
  public var missingBacen = 0
  /// How long it took, in milliseconds.
  public var durationMilliseconds = 0
  /// COMPLETED or PARTIAL.
  public var status = "COMPLETED"
  /// What could not be settled.
  public var errorMessage: String?

  private enum CodingKeys: String, CodingKey {
    case syncID = "sync_id"
    case syncType = "sync_type"
    case participant = "participant_ispb"
    case timestamp = "sync_timestamp"
    case entriesFetched = "entries_fetched"
    case entriesSynced = "entries_synced"
    case entriesCreated = "entries_created"
    case entriesUpdated = "entries_updated"
    case entriesFlagged = "entries_deleted"
    case discrepancies, failures
    case missingLocal = "missing_local"
    case outdatedLocal = "outdated_local"
    case missingBacen = "missing_bacen"
    case durationMilliseconds = "duration_ms"
    case status
    case errorMessage = "error_message"
  }

  /// Creates the statistics of a comparison that begins.
  public init(syncID: String, syncType: SyncType, participant: String, timestamp: Moment) {
    self.syncID = syncID
    self.syncType = syncType
    self.participant = participant
    self.timestamp = timestamp
  }
}
