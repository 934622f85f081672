internal import Testing

@testable internal import DurableWorkflows

/// What the macros wrote for the types of MacroAuthoringTests.
@Suite("Types declared with updates, dynamic handlers and versions")
struct MacroTableTests {
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
