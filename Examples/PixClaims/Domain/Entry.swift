public import ExampleSupport

/// The state of a key's entry.
public enum EntryStatus: String, Codable, Hashable, Sendable {
  /// The key works.
  case active = "ACTIVE"
  /// The key is switched off.
  case inactive = "INACTIVE"
  /// The key was switched off by an authority.
  case blocked = "BLOCKED"
  /// A portability claim is open.
  case portabilityPending = "PORTABILITY_PENDING"
  /// An ownership claim is open.
  case ownershipChangePending = "OWNERSHIP_CHANGE_PENDING"
}

/// The kinds of owners.
public enum OwnerType: String, Codable, Hashable, Sendable {
  /// A person.
  case naturalPerson = "NATURAL_PERSON"
  /// A company.
  case legalPerson = "LEGAL_PERSON"
}

/// The kinds of accounts.
public enum AccountType: String, Codable, Hashable, Sendable {
  /// A current account.
  case current = "CACC"
  /// A salary account.
  case salary = "SLRY"
  /// A savings account.
  case savings = "SVGS"
  /// A payment account.
  case transactional = "TRAN"
}

/// A key of the directory: whose it is and where its money goes.
public struct Entry: Hashable, Codable, Sendable {
  /// The business id.
  public var entryID: String
  /// The key.
  public var key: String
  /// The kind of the key.
  public var keyType: KeyType
  /// The ISPB of the participant that has the key.
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
  /// The owner's tax number: 11 digits for a person, 14 for a company.
  public var ownerTaxID: String
  /// The state.
  public var status: EntryStatus = .active
  /// Bacen's id, once it has one.
  public var bacenEntryID: String?
  /// Why the state was changed last.
  public var statusReason: String?
  /// When the row was changed last.
  public var updatedAt: Moment?
  /// When it was deleted.
  public var deletedAt: Moment?

  private enum CodingKeys: String, CodingKey {
    case entryID = "entry_id"
    case key
    case keyType = "key_type"
    case participant = "participant_ispb"
    case branch = "account_branch"
    case account = "account_number"
    case accountType = "account_type"
    case ownerType = "owner_type"
    case ownerName = "owner_name"
    case ownerTaxID = "owner_tax_id"
    case status
    case bacenEntryID = "bacen_entry_id"
    case statusReason = "reason_for_status_change"
    case updatedAt = "updated_at"
    case deletedAt = "deleted_at"
  }

  /// Creates an active entry.
  public init(
    entryID: String, key: String, keyType: KeyType, participant: String, branch: String? = nil,
    account: String? = nil, accountType: AccountType = .current, ownerType: OwnerType = .naturalPerson,
    ownerName: String, ownerTaxID: String
  ) {
    self.entryID = entryID
    self.key = key
    self.keyType = keyType
    self.participant = participant
    self.branch = branch
    self.account = account
    self.accountType = accountType
    self.ownerType = ownerType
    self.ownerName = ownerName
    self.ownerTaxID = ownerTaxID
  }

  /// - Throws: ``PixError`` that names the field that is wrong.
  public func validate() throws {
    if entryID.isEmpty || entryID.utf8.count > 50 {
      throw PixError(.validation, "entry_id is '\(entryID)'; it has 1 to 50 bytes")
    }
    try keyType.check(key)
    try ISPB.check(participant, field: "participant_ispb")
    if ownerName.isEmpty { throw PixError(.validation, "owner_name is empty; give the owner's name") }
    try Entry.checkTaxID(ownerTaxID)
  }

  static func checkTaxID(_ text: String) throws {
    if KeyType.cpf.accepts(text) || KeyType.cnpj.accepts(text) { return }
    throw PixError(.validation, "owner_tax_id is '\(text)'; it has 11 or 14 digits")
  }
}

/// The fields of an entry that may be changed; absent ones stay.
public struct EntryChanges: Hashable, Codable, Sendable {
  /// The branch.
  public var branch: String?
  /// The account.
  public var account: String?
  /// The owner's name.
  public var ownerName: String?
  /// The owner's tax number.
  public var ownerTaxID: String?

  private enum CodingKeys: String, CodingKey {
    case branch = "account_branch"
    case account = "account_number"
    case ownerName = "owner_name"
    case ownerTaxID = "owner_tax_id"
  }

  /// Creates changes.
  public init(branch: String? = nil, account: String? = nil, ownerName: String? = nil, ownerTaxID: String? = nil) {
    self.branch = branch
    self.account = account
    self.ownerName = ownerName
    self.ownerTaxID = ownerTaxID
  }

  /// Whether nothing is to be changed.
  public var isEmpty: Bool { branch == nil && account == nil && ownerName == nil && ownerTaxID == nil }
}
