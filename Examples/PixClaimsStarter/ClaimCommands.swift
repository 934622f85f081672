internal import ArgumentParser
internal import DurableWorkflows
internal import PixClaims

struct CreateClaim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Claims a key for a participant.")

  @Option(help: "The entry whose key is claimed.") var entryId: String
  @Option(help: "The ISPB of the participant that wants the key.") var claimer: String
  @Option(help: "OWNERSHIP or PORTABILITY.") var type = "OWNERSHIP"
  @Option(help: "The claim's id; made up if absent.") var claimId: String?
  @Option(help: "The claimer's account.") var account: String?
  @Option(help: "The claimer's branch.") var branch: String?
  @Option(help: "Days for an answer; only 30 are allowed.") var completionPeriod = 30

  func run() async throws {
    try await Session.run { session in
      var request = ClaimsAPI.ClaimRequest(entryID: entryId, claimerISPB: claimer)
      guard let type = ClaimType(rawValue: type) else {
        throw PixError(.validation, "--type is '\(type)'; write OWNERSHIP or PORTABILITY")
      }
      request.type = type
      request.claimID = claimId
      request.claimerAccount = account
      request.claimerBranch = branch
      request.completionPeriodDays = completionPeriod
      return try await session.api.createClaim(request)
    }
  }
}

struct ConfirmClaim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "The owner of the key agrees to a claim.")

  @Argument(help: "The claim's id.") var claimId: String
  @Option(help: "The ISPB of the participant that has the key.") var by: String

  func run() async throws {
    try await Session.run { try await $0.api.confirmClaim(claimId, by: by) }
  }
}

struct CancelClaim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Owner or claimer withdraws a claim.")

  @Argument(help: "The claim's id.") var claimId: String
  @Option(help: "The ISPB of the participant that asks.") var by: String
  @Option(help: "Why.") var reason = ""

  func run() async throws {
    try await Session.run { try await $0.api.cancelClaim(claimId, by: by, reason: reason) }
  }
}

struct ShowClaim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows a claim, or waits for its end.")

  @Argument(help: "The claim's id.") var claimId: String
  @Flag(help: "Wait until the claim's workflow has ended.") var wait = false

  func run() async throws {
    try await Session.run { session in
      if wait {
        _ = try await session.client.handle(for: ClaimWorkflow.self, id: ClaimWorkflow.id(of: claimId)).result()
      }
      return try await session.api.claim(claimId)
    }
  }
}
