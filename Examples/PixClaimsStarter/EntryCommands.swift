internal import ArgumentParser
internal import DurableWorkflows
internal import PixClaims
internal import ProgramSupport

struct CreateEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Registers a key and waits until Bacen has it.")

  @Option(help: "The entry's id.") var entryId: String
  @Option(help: "The key: CPF, CNPJ, e-mail, phone or UUID.") var key: String
  @Option(help: "The ISPB of the participant.") var participant: String
  @Option(help: "The owner's name.") var ownerName: String
  @Option(help: "The owner's tax number, 11 or 14 digits.") var ownerTaxId: String
  @Option(help: "The account.") var account: String?
  @Option(help: "The branch.") var branch: String?

  func run() async throws {
    try await Session.run { session in
      var input = CreateEntryInput(
        entryID: entryId, key: key, participant: participant, ownerName: ownerName, ownerTaxID: ownerTaxId)
      input.account = account
      input.branch = branch
      return try await session.api.createEntry(input).result()
    }
  }
}

struct UpdateEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Changes a key's data.")

  @Argument(help: "The entry's id.") var entryId: String
  @Option(help: "The account.") var account: String?
  @Option(help: "The branch.") var branch: String?
  @Option(help: "The owner's name.") var ownerName: String?
  @Option(help: "The owner's tax number.") var ownerTaxId: String?

  func run() async throws {
    try await Session.run { session in
      let changes = EntryChanges(branch: branch, account: account, ownerName: ownerName, ownerTaxID: ownerTaxId)
      return try await session.api.updateEntry(UpdateEntryInput(entryID: entryId, changes: changes)).result()
    }
  }
}

struct DeleteEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Starts the deletion of an entry, with its waiting period.")

  @Argument(help: "The entry's id.") var entryId: String
  @Option(help: "USER_REQUEST, COMPLIANCE, FRAUD, DUPLICATE or ADMIN_ACTION.") var reason = "USER_REQUEST"
  @Option(help: "Who asks.") var requestedBy = "pix-claims-starter"
  @Flag(help: "Wait until the deletion has ended.") var wait = false

  func run() async throws {
    try await Session.run { session in
      guard let reason = DeletionReason(rawValue: reason) else {
        let known = DeletionReason.allCases.map(\.rawValue).joined(separator: ", ")
        throw PixError(.validation, "--reason is '\(reason)'; write one of \(known)")
      }
      let handle = try await session.api.deleteEntry(entryId, reason: reason, requestedBy: requestedBy)
      return wait ? try await handle.result() : try await handle.query(DeleteEntryWorkflow.Queries.getState)
    }
  }
}

struct CancelDeletion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Cancels a deletion that waits.")

  @Argument(help: "The entry's id.") var entryId: String
  @Option(help: "Who cancels.") var by = "pix-claims-starter"
  @Option(help: "Why.") var reason: String

  func run() async throws {
    try await Session.run { session in
      try await session.api.cancelDeletion(of: entryId, by: by, reason: reason)
      return Done()
    }
  }
}

struct ShowEntry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows an entry.")

  @Argument(help: "The entry's id.") var entryId: String

  func run() async throws {
    try await Session.run { session in
      guard let entry = try await session.store.entry(entryId) else {
        throw PixError(.entryNotFound, "there is no entry '\(entryId)'")
      }
      return entry
    }
  }
}
