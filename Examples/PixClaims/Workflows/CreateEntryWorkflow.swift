public import DurableWorkflows
public import ExampleSupport

/// The input of ``CreateEntryWorkflow``.
public struct CreateEntryInput: Codable, Hashable, Sendable {
  /// The business id.
  @OrEmpty public var entryID: String
  /// The key.
  @OrEmpty public var key: String
  /// The kind of the key; by default the one whose format it has.
  public var keyType: String?
  /// The participant.
  @OrEmpty public var participant: String
  /// The branch.
  public var branch: String?
  /// The account.
  public var account: String?
  /// The kind of the account; CACC by default.
  public var accountType: String?
  /// The kind of the owner; NATURAL_PERSON by default.
  public var ownerType: String?
  /// The owner's name.
  @OrEmpty public var ownerName: String
  /// The owner's tax number.
  @OrEmpty public var ownerTaxID: String
  /// Who asked for it.
  public var requestedBy: String?

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
    case requestedBy = "requested_by"
  }

  /// Creates an input.
  public init(entryID: String, key: String, participant: String, ownerName: String, ownerTaxID: String) {
    self.entryID = entryID
    self.key = key
    self.participant = participant
    self.ownerName = ownerName
    self.ownerTaxID = ownerTaxID
  }

  /// The entry to be recorded.
  ///
  /// - Throws: ``PixError`` that names the field that is wrong.
  func entry() throws -> Entry {
    try require(key, "key")
    let keyType =
      try CreateEntryInput.value(keyType, "key_type", as: KeyType.self) ?? KeyType.of(key)
    guard let keyType else {
      throw PixError(
        .validation,
        "key '\(key)' has the format of no kind of key; write a CPF, CNPJ, e-mail, phone or UUID"
      )
    }
    let entry = Entry(
      entryID: entryID,
      key: key,
      keyType: keyType,
      participant: participant,
      branch: branch,
      account: account,
      accountType: try CreateEntryInput.value(accountType, "account_type", as: AccountType.self) ?? .current,
      ownerType: try CreateEntryInput.value(ownerType, "owner_type", as: OwnerType.self) ?? .naturalPerson,
      ownerName: ownerName,
      ownerTaxID: ownerTaxID
    )
    try entry.validate()
    return entry
  }

  private static func value<Value: RawRepresentable<String>>(
    _ text: String?,
    _ field: String,
    as type: Value.Type
  ) throws -> Value? {
    guard let text, !text.isEmpty else { return nil }
    if let value = Value(rawValue: text) { return value }
    throw PixError(.validation, "\(field) is '\(text)', which is not one of its values")
  }
}

/// The answer to `getState`, and the output, of the workflows of entries.
public struct EntryResult: Codable, Hashable, Sendable {
  /// The business id.
  public var entryID = ""
  /// Where the work stands, for example ACTIVE, REJECTED, FAILED.
  public var status = "RUNNING"
  /// Bacen's id.
  public var bacenEntryID: String?
  /// What happened, for people.
  public var message = ""

  private enum CodingKeys: String, CodingKey {
    case entryID = "entry_id"
    case status
    case bacenEntryID = "bacen_entry_id"
    case message
  }
}

/// Registers a key: here, then with Bacen. If Bacen does not take it, it is deleted here again.
@Workflow(name: "CreateEntryWorkflow")
public actor CreateEntryWorkflow {
  /// How long a run may take.
  public static let executionTimeout = Duration.minutes(5)

  private var state = EntryResult()

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of an entry's run.
  public static func id(of entryID: String) -> String { "create-entry-\(entryID)" }

  /// Registers the key.
  public func run(input: CreateEntryInput) async throws -> EntryResult {
    try await failing {
      let entry = try input.entry()
      state.entryID = entry.entryID
      var isRecorded = false
      do {
        try await context.withSaga { saga in
          let entries = context.activities(EntryActivities.self)
          try await entries.createEntry(entry: entry)
          isRecorded = true
          saga.addCompensation("entry") { try await entries.deleteEntry(entryID: entry.entryID) }
          state.bacenEntryID = try await context.activities(EntryActivities.self, options: Profile.api)
            .registerEntryWithBacen(entryID: entry.entryID)
        }
        state.status = "ACTIVE"
        state.message = "the key is registered"
      } catch let error as ActivityError where isRecorded {
        state.status = error.failureType == FailureType.bacenRejected ? "REJECTED" : "FAILED"
        state.message = error.cause.root.message
      }
      return state
    }
  }

  /// Where the work stands.
  @WorkflowQuery
  public func getState() -> EntryResult { state }
}
