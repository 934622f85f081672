public import DurableWorkflows
public import ExampleSupport

/// The input of ``UpdateEntryWorkflow``.
public struct UpdateEntryInput: Codable, Hashable, Sendable {
  /// The business id.
  @OrEmpty public var entryID: String
  /// The branch; absent to leave it.
  public var branch: String?
  /// The account; absent to leave it.
  public var account: String?
  /// The owner's name; absent to leave it.
  public var ownerName: String?
  /// The owner's tax number; absent to leave it.
  public var ownerTaxID: String?

  private enum CodingKeys: String, CodingKey {
    case entryID = "entry_id"
    case branch = "account_branch"
    case account = "account_number"
    case ownerName = "owner_name"
    case ownerTaxID = "owner_tax_id"
  }

  /// Creates an input.
  public init(entryID: String, changes: EntryChanges) {
    self.entryID = entryID
    branch = changes.branch
    account = changes.account
    ownerName = changes.ownerName
    ownerTaxID = changes.ownerTaxID
  }

  var changes: EntryChanges {
    EntryChanges(branch: branch, account: account, ownerName: ownerName, ownerTaxID: ownerTaxID)
  }
}

/// Changes a key's data: here, then at Bacen.
@Workflow(name: "UpdateEntryWorkflow")
public actor UpdateEntryWorkflow {
  private var state = EntryResult()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Changes the data.
  public func run(input: UpdateEntryInput) async throws -> EntryResult {
    try await failing {
      try require(input.entryID, "entry_id")
      if input.changes.isEmpty {
        throw PixError(
          .validation,
          "nothing is to be changed; give account_branch, account_number, owner_name or owner_tax_id"
        )
      }
      state.entryID = input.entryID
      let entries = context.activities(EntryActivities.self)
      try await entries.validateEntry(entryID: input.entryID)
      try await entries.updateEntry(entryID: input.entryID, changes: input.changes)
      state.status = "UPDATED"
      state.message = "the entry was changed"
      let problem = try await tolerating("notify Bacen", context) {
        try await context.activities(EntryActivities.self, options: Profile.api)
          .notifyBacenOfEntry(entryID: input.entryID)
      }
      if let problem { state.message += "; \(problem)" }
      return state
    }
  }

  /// Where the work stands.
  @WorkflowQuery
  public func getState() -> EntryResult { state }
}
