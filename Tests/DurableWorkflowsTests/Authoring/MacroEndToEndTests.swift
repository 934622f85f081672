internal import DurableWorkflows
internal import Foundation
internal import Testing

@Suite("Macro-declared workflows in an engine")
struct MacroEndToEndTests {
  @Test(
    "proxies schedule activities, references reach handlers, and the result comes back typed",
    .timeLimit(.minutes(1))
  )
  func roundTrip() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "macros-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let engine = try await WorkflowEngine.open(
      directory: directory,
      workflows: [Transfer.self, Notice.self],
      activities: [Accounts()]
    )
    let handle = try await engine.client.start(Transfer.self, id: "transfer-1", input: 40)
    #expect(try await handle.query(Transfer.Queries.approvals) == 0)
    try await handle.signal(Transfer.Signals.approve, "Ada", 1)
    #expect(try await handle.query(Transfer.Queries.isApproved, 2) == false)
    try await handle.signal(Transfer.Signals.approve, "Grace", 1)
    #expect(try await handle.result() == ["Ada", "Grace", "balance 42"])
    #expect(try await handle.query(Transfer.Queries.isApproved, 2))

    #expect(try await engine.client.execute(Notice.self, id: "notice-1") == Empty())
    try await engine.shutdown()
  }
}

@Workflow
actor Transfer {
  private var reviewers: [String] = []
  @WorkflowQuery private(set) var approvals: Int = 0

  func run(input amount: Int) async throws -> [String] {
    let accounts = context.activities(Accounts.self)
    try await accounts.open("cash", with: 2)
    try await context.condition { self.approvals >= 2 }
    async let balance = accounts.deposit(to: "cash", amount)
    return try await reviewers + ["balance \(balance)"]
  }

  @WorkflowSignal func approve(by reviewer: String, counting count: Int) {
    reviewers.append(reviewer)
    approvals += count
  }

  @WorkflowQuery func isApproved(atLeast count: Int) -> Bool { approvals >= count }
}

@Workflow(name: "send-notice")
actor Notice {
  func run() async throws {
    try await context.activities(Accounts.self).open("notice")
  }
}

@ActivityContainer
private actor Accounts {
  private var balances: [String: Int] = [:]

  @Activity(name: "open-account", startToClose: .seconds(10))
  func open(_ account: String, with amount: Int = 0) { balances[account] = amount }

  @Activity(startToClose: .seconds(10), retryPolicy: RetryPolicy.none)
  func deposit(to account: String, _ amount: Int) throws -> Int {
    guard let balance = balances[account] else { throw ApplicationError("no account '\(account)'") }
    balances[account] = balance + amount
    return balance + amount
  }
}
