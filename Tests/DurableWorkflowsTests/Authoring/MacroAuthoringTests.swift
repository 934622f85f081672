public import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Every form of the macros, compiled and run: a page of examples. The simple forms are in MacroConformanceTests.
@Suite("Workflows declared with every form of the macros", .timeLimit(.minutes(1)))
struct MacroAuthoringTests {
  private func withClient(_ body: (WorkflowClient, WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Credit.self, Gateway.self, PricingV1.self, PricingV2.self, Journey.self],
      activities: [Bank()]
    ) { try await body($0.client, $0) }
  }

  @Test("updates answer, validators refuse without a trace, and queries read what is left")
  func updates() async throws {
    try await withClient { client, _ in
      let credit = try await client.start(Credit.self, id: "credit", input: "Ada")
      #expect(try await credit.executeUpdate(Credit.Updates.raiseLimit, 50, "for Ada") == 150)
      let error = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await credit.executeUpdate(Credit.Updates.raiseLimit, -1, nil)
      }
      #expect(error?.cause.message == "an amount of -1 is not allowed")
      #expect(try await credit.query(Credit.Queries.limit) == 150)
      #expect(try await credit.query(Credit.Queries.noteCount, 3) == 1)
      await #expect(throws: WorkflowUpdateFailedError.self) { try await credit.executeUpdate(Credit.Updates.audit) }

      let settling = try await credit.startUpdate(Credit.Updates.settle, 3, updateID: "settle-1")
      #expect(try await settling.result() == ["for Ada"])
      #expect(try await credit.updateHandle(updateID: "settle-1", returning: [String].self).result() == ["for Ada"])

      try await credit.signal(Credit.Signals.freeze)
      await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await credit.executeUpdate(Credit.Updates.raiseLimit, 1, nil)
      }
      #expect(try await credit.executeUpdate(Credit.Updates.close) == Empty())
      #expect(try await credit.result() == 1)
      #expect(try await credit.query(Credit.Queries.limit) == 0)
      let accepted = try await credit.fetchHistory().typeNames.filter { $0 == "WorkflowExecutionUpdateAccepted" }
      #expect(accepted.count == 4)
    }
  }

  @Test("an update or a signal can start the run that it is for")
  func withStart() async throws {
    try await withClient { client, _ in
      let limit = try await client.executeUpdateWithStart(
        Credit.self,
        id: "credit",
        input: "Ada",
        update: Credit.Updates.raiseLimit,
        5,
        nil
      )
      #expect(limit == 105)
      let credit = try await client.signalWithStart(
        Credit.self,
        id: "credit",
        input: "Ada",
        signal: Credit.Signals.freeze
      )
      await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await credit.executeUpdate(Credit.Updates.raiseLimit, 1, nil)
      }
    }
  }

  @Test("a dynamic workflow runs under any name and handles signals, queries and updates of any name")
  func dynamicForms() async throws {
    try await withClient { client, _ in
      let converter = JSONPayloadConverter()
      let input = try [converter.payload(for: 1), converter.payload(for: 2)]
      let run = try await client.start(workflowType: "anything", id: "a", input: input).runID
      let handle = client.handle(for: Gateway.self, id: "a", runID: run)
      try await handle.signal(name: "first", input: input)
      let notes = try await handle.query(name: "notes")
      #expect(try converter.value(of: notes, as: [String].self) == ["first/2"])
      await #expect(throws: WorkflowServiceError.self) { _ = try await handle.query(name: "unknown") }

      let double = UpdateRequest(updateID: "1", name: "double", input: [try converter.payload(for: 21)])
      #expect(
        try await client.startUpdate(double, of: handle.execution, waitForStage: .completed, returning: Int.self)
          .result() == 42
      )
      let halve = UpdateRequest(updateID: "2", name: "halve", input: [try converter.payload(for: 21)])
      await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await client.startUpdate(halve, of: handle.execution, returning: Int.self)
      }
      try await handle.signal(name: "second")
      #expect(try await handle.result() == 2)
    }
  }

  @Test("new runs take the newest version; children, local and dynamic activities are called like any other")
  func journey() async throws {
    try await withClient { client, _ in
      #expect(try await client.execute(PricingV2.self, id: "pricing", input: 41) == 42)
      let result = try await client.execute(Journey.self, id: "journey", input: 1)
      #expect(result == ["price 2", "moved 2", "moved 3 at once", "postcard 4"])
    }
  }

  @Test("a handler that still runs when run returns finishes first, unless its policy says otherwise")
  func unfinishedHandlers() async throws {
    try await withClient { client, env in
      let journey = try await client.start(Journey.self, id: "journey", input: 0)
      let waiting = try await journey.startUpdate(Journey.Updates.wait, 60)
      let left = try await journey.startUpdate(Journey.Updates.linger, 120)
      let start = env.now
      try await journey.signal(Journey.Signals.stop)
      #expect(try await journey.result() == [])
      #expect(env.now - start == .seconds(60))
      #expect(try await waiting.result() == "waited 60")
      await #expect(throws: (any Error).self) { _ = try await left.result() }
    }
  }
}

/// A public workflow with every form of signal, query and update.
@Workflow
public actor Credit {
  @WorkflowQuery private(set) var limit: Int = 100
  private var isFrozen = false
  private var notes: [String] = []

  /// Waits until the account is closed.
  public func run(input: String) async throws -> Int {
    try await context.condition { self.limit == 0 }
    return notes.count
  }

  @WorkflowSignal(unfinishedPolicy: .warnAndAbandon) func freeze() async { isFrozen = true }

  /// An update with labels, an optional argument, a result and a validator.
  @WorkflowUpdate public func raiseLimit(to amount: Int, _ note: String?) -> Int {
    limit += amount
    if let note { notes.append(note) }
    return limit
  }

  @WorkflowUpdateValidator(for: "raiseLimit") private func mayRaise(_ amount: Int, note: String?) throws {
    let total = limit + amount
    guard amount > 0, total < 1_000 else { throw ApplicationError("an amount of \(amount) is not allowed") }
    guard !isFrozen else { throw ApplicationError("the account is frozen") }
  }

  /// An update without result under a name of its own.
  @WorkflowUpdate(name: "close-account") func close() { limit = 0 }

  @WorkflowUpdateValidator(for: "close") func mayClose() {}

  @WorkflowUpdate(unfinishedPolicy: .abandon) func settle(within days: Int) async -> [String] { notes }

  @WorkflowUpdate func audit() async throws { throw ApplicationError("nothing to audit") }

  @WorkflowQuery func noteCount(longerThan length: Int) throws -> Int {
    var long = notes
    long.removeAll { $0.count <= length }
    return long.count
  }
}

/// Runs every workflow that has no type of its own, and answers whatever it is told or asked.
@Workflow(dynamic: true)
actor Gateway {
  private var notes: [String] = []

  func run(input: RawPayloads) async throws -> Int {
    try await context.condition { self.notes.count >= input.payloads.count }
    return notes.count
  }

  @WorkflowSignal(dynamic: true) func any(signal name: String, arguments: Arguments) {
    notes.append("\(name)/\(arguments.payloads.count)")
  }

  @WorkflowQuery(dynamic: true) func any(query name: String, arguments: Arguments) throws -> [String] {
    guard name == "notes" else { throw ApplicationError("no query '\(name)'") }
    return notes
  }

  @WorkflowUpdate(unfinishedPolicy: .abandon, dynamic: true)
  func any(update name: String, arguments: Arguments) async throws -> Int { try 2 * arguments.decode(0) }

  @WorkflowUpdateValidator(for: "any") func mayUpdate(_ name: String, _: Arguments) throws {
    guard name == "double" else { throw ApplicationError("no update '\(name)'") }
  }
}

@Workflow(name: "pricing", version: 1)
actor PricingV1 {
  func run(input amount: Int) -> Int { amount }
}

@Workflow(name: "pricing", version: 2)
actor PricingV2 {
  func run(input amount: Int) -> Int { amount + 1 }
}

@ActivityContainer
actor Bank {
  @Activity(startToClose: .seconds(5), cancellationType: .waitCancellationCompleted, isIdempotent: false)
  func transfer(_ amount: Int) throws -> Int { amount }

  @Activity(dynamic: true)
  func any(activity name: String, arguments: Arguments) throws -> String {
    try "\(name) \(arguments.decode(0, as: Int.self))"
  }
}

/// Calls everything that a workflow can call.
@Workflow
actor Journey {
  private var isStopped = false

  func run(input amount: Int) async throws -> [String] {
    guard amount > 0 else {
      try await context.condition { self.isStopped }
      return []
    }
    let price = try await context.executeChildWorkflow(PricingV2.self, input: amount)
    let moved = try await context.activities(Bank.self).transfer(price)
    let local = try await context.localActivities(Bank.self).transfer(moved + 1)
    let card: String = try await context.executeActivity("postcard", local + 1, options: minute)
    return ["price \(price)", "moved \(moved)", "moved \(local) at once", card]
  }

  @WorkflowSignal func stop() { isStopped = true }

  @WorkflowUpdate func wait(seconds: Int) async throws -> String {
    try await context.sleep(for: .seconds(seconds))
    return "waited \(seconds)"
  }

  @WorkflowUpdate(unfinishedPolicy: .abandon) func linger(seconds: Int) async throws -> String {
    try await wait(seconds: seconds)
  }
}
