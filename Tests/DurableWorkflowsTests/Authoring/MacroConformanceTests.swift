internal import Testing

@testable public import DurableWorkflows

/// The macros applied to real types: that this file compiles without warnings is half of the test.
@Suite("Types declared with macros")
struct MacroConformanceTests {
  private func arguments(_ values: any (Encodable & Sendable)...) throws -> Arguments {
    let converter = JSONPayloadConverter()
    return Arguments(try values.map { try converter.payload(for: $0) }, converter: converter, subject: "test")
  }

  private func run<W: WorkflowDefinition>(_ workflow: W, input: W.Input) async throws -> W.Output {
    try await workflow.run(input: input)
  }

  @Test("handlers are registered once each, in the order of declaration, under their names")
  func handlerTable() {
    let handlers = Approval.handlers
    #expect(handlers.signalNames == ["approve", "reset-all", "annotate"])
    #expect(handlers.queryNames == ["reviewers", "isApproved", "reviewer"])
    #expect(handlers.problems.isEmpty)
    #expect(Countdown.handlers.signalNames.isEmpty)
  }

  @Test("names are the type's, or those that were given")
  func names() {
    #expect(Approval.name == "approval-v1")
    #expect(Countdown.name == "Countdown")
    #expect(Approval.Signals.approve.name == "approve")
    #expect(Approval.Signals.reset.name == "reset-all")
    #expect(Approval.Queries.isApproved.name == "isApproved")
  }

  @Test("signals decode their arguments and reach the actor; queries answer from it")
  func handlersRun() async throws {
    let workflow = Approval()
    let handlers = Approval.handlers
    let approve = try #require(handlers.signals["approve"]?.body)
    try await approve(workflow, arguments("Ada", 2))
    let annotate = try #require(handlers.signals["annotate"]?.body)
    try await annotate(workflow, arguments("late"))

    let isApproved = try #require(handlers.queries["isApproved"])
    #expect(try await isApproved(workflow, arguments(2)) as? Bool == true)
    #expect(try await isApproved(workflow, arguments(3)) as? Bool == false)
    let reviewers = try #require(handlers.queries["reviewers"])
    #expect(try await reviewers(workflow, arguments()) as? [String] == ["Ada", "late"])

    let reset = try #require(handlers.signals["reset-all"]?.body)
    try await reset(workflow, arguments())
    #expect(try await reviewers(workflow, arguments()) as? [String] == [])
  }

  @Test("errors of handlers and of decoding reach the caller")
  func handlerErrors() async throws {
    let workflow = Approval()
    let annotate = try #require(Approval.handlers.signals["annotate"]?.body)
    await #expect(throws: ApplicationError.self) { try await annotate(workflow, arguments(String?.none)) }
    let approve = try #require(Approval.handlers.signals["approve"]?.body)
    let error = await #expect(throws: PayloadConversionError.self) { try await approve(workflow, arguments("Ada")) }
    #expect(error?.subject == "argument 2 of test")
    let reviewer = try #require(Approval.handlers.queries["reviewer"])
    await #expect(throws: ApplicationError.self) { _ = try await reviewer(workflow, arguments(7)) }
  }

  @Test("run with and without input and result")
  func runWitnesses() async throws {
    #expect(try await run(Countdown(), input: Empty()) == Empty())
    #expect(try await run(Dice(), input: Empty()) == 4)
    #expect(try await run(Doubling(), input: 21) == 42)
    let recording = Recording()
    #expect(try await run(recording, input: "a") == Empty())
    #expect(await recording.inputs == ["a"])
  }

  @Test("activities carry name, default options and code")
  func activities() async throws {
    let activities = Ledger().activities
    #expect(activities.map(\.name) == ["post", "close-books", "balance", "rate"])
    #expect(
      activities.map(\.defaults) == [
        ActivityOptions(startToCloseTimeout: .seconds(30), heartbeatTimeout: .seconds(5)),
        ActivityOptions(scheduleToCloseTimeout: .minutes(2), retryPolicy: RetryPolicy.none),
        ActivityOptions(), ActivityOptions(),
      ]
    )
    guard activities.count == 4 else { return }
    #expect(try await activities[0].body(arguments("cash", 12)) as? Int == 12)
    #expect(try await activities[0].body(arguments("cash", 30)) as? Int == 42)
    #expect(try await activities[2].body(arguments("cash")) as? Int == 42)
    #expect(try await activities[3].body(arguments(Int?.none)) as? Int == 1)
    #expect(try await activities[1].body(arguments()) as? Empty == Empty())
    #expect(try await activities[2].body(arguments("cash")) as? Int? == .some(nil))
  }

  @Test("a struct's activities run on the instance that was registered")
  func structure() async throws {
    let activities = Scaling(factor: 3).activities
    let scale = try #require(activities.first)
    #expect(try await scale.body(arguments(14)) as? Int == 42)
    #expect(activities.map(\.name) == ["scale", "scale-text"])
  }
}

/// A public workflow with every kind of handler.
@Workflow(name: "approval-v1")
public actor Approval {
  @WorkflowQuery var reviewers: [String] = []
  private var level: Int?

  /// Returns the reviewers if the ledger holds enough.
  public func run(input minimum: Int) async throws -> [String] {
    let ledger = context.activities(Ledger.self)
    async let balance = ledger.balance(of: "cash")
    try await ledger.closeBooks()
    guard let balance = try await balance, balance >= minimum else { return [] }
    return reviewers
  }

  /// A signal with labels.
  @WorkflowSignal public func approve(by reviewer: String, at level: Int) {
    reviewers.append(reviewer)
    self.level = level
  }

  @WorkflowSignal(name: "reset-all") func reset() { reviewers = [] }

  @WorkflowSignal func annotate(_ note: String?) async throws {
    guard let note else { throw ApplicationError("no note") }
    reviewers.append(note)
  }

  /// A query with an argument.
  @WorkflowQuery public func isApproved(at minimum: Int) -> Bool { level.map { $0 >= minimum } ?? false }

  @WorkflowQuery func reviewer(_ index: Int) throws -> String {
    guard reviewers.indices.contains(index) else { throw ApplicationError("no reviewer \(index)") }
    return reviewers[index]
  }
}

@Workflow
actor Countdown {
  func run() async throws {}
}

@Workflow
actor Dice {
  func run() -> Int { 4 }
}

@Workflow
actor Doubling {
  func run(input: Int) throws -> Int { input * 2 }
}

@Workflow
actor Recording {
  var inputs: [String] = []
  func run(input text: String) { inputs.append(text) }
}

/// A public container with every kind of activity.
@ActivityContainer
public actor Ledger {
  private var balances: [String: Int] = [:]

  /// Adds an amount to an account and returns the new balance.
  @Activity(startToClose: .seconds(30), heartbeat: .seconds(5))
  public func post(to account: String, _ amount: Int = 1) async throws -> Int {
    balances[account, default: 0] += amount
    return balances[account, default: 0]
  }

  /// An activity without parameters and result.
  @Activity(name: "close-books", scheduleToClose: .minutes(2), retryPolicy: RetryPolicy.none)
  public func closeBooks() { balances = [:] }

  /// A synchronous method of the actor.
  @Activity public func balance(of account: String) -> Int? { balances[account] }

  @Activity nonisolated func rate(of currency: Int?) throws -> Int { currency ?? 1 }
}

@ActivityContainer
private struct Scaling {
  var factor: Int

  @Activity func scale(_ value: Int) -> Int { value * factor }
  @Activity(name: "scale-text") func scale(_ value: String) throws -> String {
    String(repeating: value, count: factor)
  }
}
