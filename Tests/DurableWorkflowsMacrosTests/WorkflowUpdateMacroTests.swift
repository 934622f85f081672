internal import Testing

@Suite("@WorkflowUpdate and @WorkflowUpdateValidator expand")
struct WorkflowUpdateMacroTests {
  @Test("updates get entries with their effects, validators and policies, and typed references")
  func updates() {
    expectExpansion(
      of: """
        @Workflow
        public actor Checkout {
          private var limit = Limit()
          public func run(input: Order) async throws -> Receipt { fatalError() }
          @WorkflowUpdate public func raiseLimit(to new: Decimal, _ note: Self.Note?) async throws -> Self.Limit { limit }
          @WorkflowUpdateValidator(for: "raiseLimit")
          func check(_ new: Decimal, note: Checkout.Note?) throws {}
          @WorkflowUpdate(name: "re-set", unfinishedPolicy: .abandon) func reset() {}
          @WorkflowUpdateValidator(for: "reset") private func mayReset() {}
          @WorkflowUpdate func settle(a: Int) async {}
        }
        """,
      to: """
        public actor Checkout {
          private var limit = Limit()
          public func run(input: Order) async throws -> Receipt { fatalError() }
          public func raiseLimit(to new: Decimal, _ note: Self.Note?) async throws -> Self.Limit { limit }
          func check(_ new: Decimal, note: Checkout.Note?) throws {}
          func reset() {}
          private func mayReset() {}
          func settle(a: Int) async {}

          public nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          public init() {}

          public static var handlers: DurableWorkflows.WorkflowHandlers<Checkout> {
            DurableWorkflows.WorkflowHandlers<Checkout>()
              .update("raiseLimit", validator: { workflow, arguments in
                try workflow.check(arguments.decode(0, as: Decimal.self), note: arguments.decode(1, as: Checkout.Note?.self))
              }) { workflow, arguments in
                try await workflow.raiseLimit(to: arguments.decode(0, as: Decimal.self), arguments.decode(1, as: Checkout.Note?.self))
              }
              .update("re-set", unfinishedPolicy: .abandon, validator: { workflow, _ in
                workflow.mayReset()
              }) { workflow, _ in
                workflow.reset()
                return DurableWorkflows.Empty()
              }
              .update("settle") { workflow, arguments in
                try await workflow.settle(a: arguments.decode(0, as: Int.self))
                return DurableWorkflows.Empty()
              }
          }

          /// Typed references to the updates of `Checkout`.
          public nonisolated enum Updates {
            public static var raiseLimit: DurableWorkflows.WorkflowUpdateReference<Checkout, Checkout.Limit, Decimal, Checkout.Note?> { DurableWorkflows.WorkflowUpdateReference<Checkout, Checkout.Limit, Decimal, Checkout.Note?>("raiseLimit") }
            static var reset: DurableWorkflows.WorkflowUpdateReference<Checkout, DurableWorkflows.Empty> { DurableWorkflows.WorkflowUpdateReference<Checkout, DurableWorkflows.Empty>("re-set") }
            static var settle: DurableWorkflows.WorkflowUpdateReference<Checkout, DurableWorkflows.Empty, Int> { DurableWorkflows.WorkflowUpdateReference<Checkout, DurableWorkflows.Empty, Int>("settle") }
          }
        }

        extension Checkout: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test("the table lists signals, queries and updates in this order, with the signals' policies")
  func order() {
    expectExpansion(
      of: """
        @Workflow
        actor Checkout {
          func run(input: Int) -> Int { input }
          @WorkflowUpdate func `repeat`() -> Int { 1 }
          @WorkflowQuery func `default`() -> Int { 1 }
          @WorkflowSignal(name: "go", unfinishedPolicy: HandlerUnfinishedPolicy.warnAndAbandon) func start() async {}
        }
        """,
      to: """
        actor Checkout {
          func run(input: Int) -> Int { input }
          func `repeat`() -> Int { 1 }
          func `default`() -> Int { 1 }
          func start() async {}

          nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          static var handlers: DurableWorkflows.WorkflowHandlers<Checkout> {
            DurableWorkflows.WorkflowHandlers<Checkout>()
              .signal("go", unfinishedPolicy: HandlerUnfinishedPolicy.warnAndAbandon) { workflow, _ in
                await workflow.start()
              }
              .query("default") { workflow, _ in
                workflow.`default`()
              }
              .update("repeat") { workflow, _ in
                workflow.`repeat`()
              }
          }

          /// Typed references to the signals of `Checkout`.
          nonisolated enum Signals {
            static var start: DurableWorkflows.WorkflowSignalReference<Checkout> { DurableWorkflows.WorkflowSignalReference<Checkout>("go") }
          }

          /// Typed references to the queries of `Checkout`.
          nonisolated enum Queries {
            static var `default`: DurableWorkflows.WorkflowQueryReference<Checkout, Int> { DurableWorkflows.WorkflowQueryReference<Checkout, Int>("default") }
          }

          /// Typed references to the updates of `Checkout`.
          nonisolated enum Updates {
            static var `repeat`: DurableWorkflows.WorkflowUpdateReference<Checkout, Int> { DurableWorkflows.WorkflowUpdateReference<Checkout, Int>("repeat") }
          }
        }

        extension Checkout: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }
}
