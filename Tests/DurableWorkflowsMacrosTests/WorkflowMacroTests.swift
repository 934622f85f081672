internal import Testing

@Suite("@Workflow expands")
struct WorkflowMacroTests {
  @Test("a public actor with handlers gets context, initializer, table, references and conformance")
  func publicActor() {
    expectExpansion(
      of: """
        @Workflow(name: "checkout")
        public actor Checkout {
          private var approved = false
          public func run(input order: Order) async throws -> Receipt { fatalError() }
          @WorkflowSignal public func approve(by reviewer: String, _ note: String?) async throws { approved = true }
          @WorkflowSignal(name: "reset-all") func reset() { approved = false }
          @WorkflowQuery func isApproved(at level: Int) -> Bool { approved }
          @WorkflowQuery var total: Int? { get throws { nil } }
        }
        """,
      to: """
        public actor Checkout {
          private var approved = false
          public func run(input order: Order) async throws -> Receipt { fatalError() }
          public func approve(by reviewer: String, _ note: String?) async throws { approved = true }
          func reset() { approved = false }
          func isApproved(at level: Int) -> Bool { approved }
          var total: Int? { get throws { nil } }

          public nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          public static var name: Swift.String { "checkout" }

          public init() {}

          public static var handlers: DurableWorkflows.WorkflowHandlers<Checkout> {
            DurableWorkflows.WorkflowHandlers<Checkout>()
              .signal("approve") { workflow, arguments in
                try await workflow.approve(by: arguments.decode(0, as: String.self), arguments.decode(1, as: String?.self))
              }
              .signal("reset-all") { workflow, _ in
                workflow.reset()
              }
              .query("isApproved") { workflow, arguments in
                try workflow.isApproved(at: arguments.decode(0, as: Int.self))
              }
              .query("total") { workflow, _ in
                try workflow.total
              }
          }

          /// Typed references to the signals of `Checkout`.
          public nonisolated enum Signals {
            public static var approve: DurableWorkflows.WorkflowSignalReference<Checkout, String, String?> { DurableWorkflows.WorkflowSignalReference<Checkout, String, String?>("approve") }
            static var reset: DurableWorkflows.WorkflowSignalReference<Checkout> { DurableWorkflows.WorkflowSignalReference<Checkout>("reset-all") }
          }

          /// Typed references to the queries of `Checkout`.
          public nonisolated enum Queries {
            static var isApproved: DurableWorkflows.WorkflowQueryReference<Checkout, Bool, Int> { DurableWorkflows.WorkflowQueryReference<Checkout, Bool, Int>("isApproved") }
            static var total: DurableWorkflows.WorkflowQueryReference<Checkout, Int?> { DurableWorkflows.WorkflowQueryReference<Checkout, Int?>("total") }
          }
        }

        extension Checkout: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test(
    "run without input or result gets a witness with exactly the effects of the author's run",
    arguments: [
      (
        "func run() async throws {}",
        """
        typealias Input = DurableWorkflows.Empty

          typealias Output = DurableWorkflows.Empty

          func run(input: DurableWorkflows.Empty) async throws -> DurableWorkflows.Empty {
            try await run()
            return DurableWorkflows.Empty()
          }
        """
      ),
      (
        "func run() -> Int { 1 }",
        """
        typealias Input = DurableWorkflows.Empty

          typealias Output = Int

          func run(input: DurableWorkflows.Empty) async throws -> Int {
            run()
          }
        """
      ),
      (
        "func run(input order: Order) async throws(Never) -> Void {}",
        """
        typealias Input = Order

          typealias Output = DurableWorkflows.Empty

          func run(input: Order) async throws -> DurableWorkflows.Empty {
            let _: Swift.Void = await run(input: input)
            return DurableWorkflows.Empty()
          }
        """
      ),
      (
        "func run(input: Input) throws {} ; struct Input: Codable {}",
        """
        typealias Output = DurableWorkflows.Empty

          func run(input: Input) async throws -> DurableWorkflows.Empty {
            let _: Swift.Void = try run(input: input)
            return DurableWorkflows.Empty()
          }
        """
      ),
    ]
  )
  func runWitness(authored: String, witness: String) {
    expectExpansion(
      of: """
        @Workflow
        actor Checkout {
          \(authored)
        }
        """,
      to: """
        actor Checkout {
          \(authored)

          nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          \(witness)
        }

        extension Checkout: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test("what the author wrote by hand is not written again")
  func handWritten() {
    expectExpansion(
      of: """
        @Workflow
        package actor Checkout {
          package nonisolated let context = WorkflowContext.current
          let id: Int
          package init() { id = 1 }
          package func run(input: Int) -> Int { input }
        }
        """,
      to: """
        package actor Checkout {
          package nonisolated let context = WorkflowContext.current
          let id: Int
          package init() { id = 1 }
          package func run(input: Int) -> Int { input }
        }

        extension Checkout: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }
}
