internal import Testing

@testable public import DurableWorkflows

/// Updates, validators, dynamic handlers and versions on real types: that this file compiles without warnings is half of
/// the test.
@Suite("Types declared with updates, dynamic handlers and versions")
struct MacroAuthoringTests {
  private func arguments(_ values: any (Encodable & Sendable)...) throws -> Arguments {
    let converter = JSONPayloadConverter()
    return Arguments(try values.map { try converter.payload(for: $0) }, converter: converter, subject: "test")
  }

  @Test("updates are registered in the order of declaration, under their names, with validators and policies")
  func table() {
    let handlers = Credit.handlers
    #expect(handlers.updateNames == ["raiseLimit", "close-account", "settle", "audit"])
    #expect(handlers.problems.isEmpty)
    #expect(handlers.updates.filter { $0.value.validator != nil }.keys.sorted() == ["close-account", "raiseLimit"])
    #expect(handlers.updates["raiseLimit"]?.unfinishedPolicy == .finish)
    #expect(handlers.updates["settle"]?.unfinishedPolicy == .abandon)
    #expect(handlers.signals["freeze"]?.unfinishedPolicy == .warnAndAbandon)
    #expect(handlers.dynamicSignal == nil && handlers.dynamicQuery == nil && handlers.dynamicUpdate == nil)
    #expect(Credit.Updates.raiseLimit.name == "raiseLimit")
    #expect(Credit.Updates.close.name == "close-account")
  }

  @Test("references carry result and arguments")
  func references() {
    let raise: WorkflowUpdateReference<Credit, Int, Int, String?> = Credit.Updates.raiseLimit
    let close: WorkflowUpdateReference<Credit, Empty> = Credit.Updates.close
    #expect([raise.name, close.name] == ["raiseLimit", "close-account"])
  }

  @Test("updates decode their arguments, change the actor and answer; errors reach the caller")
  func updates() async throws {
    let workflow = Credit()
    let raise = try #require(Credit.handlers.updates["raiseLimit"])
    #expect(try await raise.body(workflow, arguments(50, "for Ada")) as? Int == 150)
    #expect(try await raise.body(workflow, arguments(1)) as? Int == 151)
    let limit = try #require(Credit.handlers.queries["limit"])
    #expect(try await limit(workflow, arguments()) as? Int == 151)

    let close = try #require(Credit.handlers.updates["close-account"])
    #expect(try await close.body(workflow, arguments()) as? Empty == Empty())
    #expect(try await limit(workflow, arguments()) as? Int == 0)
    let audit = try #require(Credit.handlers.updates["audit"])
    await #expect(throws: ApplicationError.self) { _ = try await audit.body(workflow, arguments()) }
  }

  @Test("validators refuse by throwing")
  func validators() async throws {
    let workflow = Credit()
    let validator = try #require(Credit.handlers.updates["raiseLimit"]?.validator)
    try await validator(workflow, arguments(50, "for Ada"))
    await #expect(throws: ApplicationError.self) { try await validator(workflow, arguments(-1)) }
    let error = await #expect(throws: PayloadConversionError.self) { try await validator(workflow, arguments("a")) }
    #expect(error?.subject == "argument 1 of test as Int")
  }

  @Test("dynamic handlers get the name and the arguments as they arrived")
  func dynamicHandlers() async throws {
    #expect(Gateway.isDynamic && !Credit.isDynamic)
    let workflow = Gateway()
    let handlers = Gateway.handlers
    try await handlers.dynamicSignal?.body(workflow, "note", arguments("a", 1))
    #expect(try await handlers.dynamicQuery?(workflow, "notes", arguments()) as? [String] == ["note/2"])
    let update = try #require(handlers.dynamicUpdate)
    #expect(update.unfinishedPolicy == .abandon)
    #expect(try await update.body(workflow, "double", arguments(21)) as? Int == 42)
    let validator = try #require(update.validator)
    try await validator(workflow, "double", arguments())
    await #expect(throws: ApplicationError.self) { try await validator(workflow, "halve", arguments()) }
  }

  @Test("two versions share a name")
  func versions() {
    #expect([PricingV1.name, PricingV2.name] == ["pricing", "pricing"])
    #expect([Credit.version, PricingV1.version, PricingV2.version] == [0, 1, 2])
  }

  @Test("activities carry cancellation type, idempotency, and the dynamic one its code")
  func activities() async throws {
    let activities = Bank().activities
    #expect(
      activities.map(\.defaults) == [
        ActivityOptions(
          startToCloseTimeout: .seconds(5),
          cancellationType: .waitCancellationCompleted,
          isIdempotent: false
        ),
        ActivityOptions(),
      ]
    )
    #expect(activities.map(\.name) == ["transfer", ""])
    #expect(activities.map(\.isDynamic) == [false, true])
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
    guard amount > 0, total < 1_000, !isFrozen else { throw ApplicationError("no") }
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
private actor Gateway {
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
private actor PricingV1 {
  func run(input amount: Int) -> Int { amount }
}

@Workflow(name: "pricing", version: 2)
private actor PricingV2 {
  func run(input amount: Int) -> Int { amount + 1 }
}

@ActivityContainer
private actor Bank {
  @Activity(startToClose: .seconds(5), cancellationType: .waitCancellationCompleted, isIdempotent: false)
  func transfer(_ amount: Int) throws -> Int { amount }

  @Activity(dynamic: true)
  func any(activity name: String, arguments: Arguments) throws -> String {
    try "\(name) \(arguments.decode(0, as: Int.self))"
  }
}
