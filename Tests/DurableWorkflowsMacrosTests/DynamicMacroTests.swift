internal import Testing

@Suite("Macros with dynamic: true or a version expand")
struct DynamicMacroTests {
  @Test("dynamic handlers get entries that pass name and arguments on, and no references")
  func handlers() {
    expectExpansion(
      of: """
        @Workflow
        actor Gateway {
          func run(input: Int) -> Int { input }
          @WorkflowSignal(dynamic: true) func any(signal name: String, arguments: Arguments) {}
          @WorkflowSignal func known() {}
          @WorkflowQuery(dynamic: true) func any(query name: Swift.String, _ values: DurableWorkflows.Arguments) throws -> [String] { [] }
          @WorkflowUpdate(unfinishedPolicy: .abandon, dynamic: true)
          func any(_ name: String, with arguments: Arguments) async throws {}
          @WorkflowUpdateValidator(for: "any") func check(name: String, arguments: Arguments) throws {}
        }
        """,
      to: """
        actor Gateway {
          func run(input: Int) -> Int { input }
          func any(signal name: String, arguments: Arguments) {}
          func known() {}
          func any(query name: Swift.String, _ values: DurableWorkflows.Arguments) throws -> [String] { [] }
          func any(_ name: String, with arguments: Arguments) async throws {}
          func check(name: String, arguments: Arguments) throws {}

          nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          static var handlers: DurableWorkflows.WorkflowHandlers<Gateway> {
            DurableWorkflows.WorkflowHandlers<Gateway>()
              .dynamicSignal { workflow, name, arguments in
                workflow.any(signal: name, arguments: arguments)
              }
              .signal("known") { workflow, _ in
                workflow.known()
              }
              .dynamicQuery { workflow, name, arguments in
                try workflow.any(query: name, arguments)
              }
              .dynamicUpdate(unfinishedPolicy: .abandon, validator: { workflow, name, arguments in
                try workflow.check(name: name, arguments: arguments)
              }) { workflow, name, arguments in
                try await workflow.any(name, with: arguments)
                return DurableWorkflows.Empty()
              }
          }

          /// Typed references to the signals of `Gateway`.
          nonisolated enum Signals {
            static var known: DurableWorkflows.WorkflowSignalReference<Gateway> { DurableWorkflows.WorkflowSignalReference<Gateway>("known") }
          }
        }

        extension Gateway: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test("a dynamic workflow says so, and has a version like any other")
  func workflow() {
    expectExpansion(
      of: """
        @Workflow(version: 1 + 1, dynamic: true)
        public actor Gateway {
          public func run(input: RawPayloads) async throws {}
        }
        """,
      to: """
        public actor Gateway {
          public func run(input: RawPayloads) async throws {}

          public nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          public static var version: Swift.Int { 1 + 1 }

          public static var isDynamic: Swift.Bool { true }

          public init() {}

          public typealias Input = RawPayloads

          public typealias Output = DurableWorkflows.Empty

          public func run(input: RawPayloads) async throws -> DurableWorkflows.Empty {
            let _: Swift.Void = try await run(input: input)
            return DurableWorkflows.Empty()
          }
        }

        extension Gateway: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test("arguments that say the default change nothing")
  func defaults() {
    expectExpansion(
      of: """
        @Workflow(name: nil, version: nil, dynamic: false)
        actor Plain {
          func run(input: Int) -> Int { input }
          @WorkflowQuery(dynamic: false) var a: Int { 1 }
        }
        """,
      to: """
        actor Plain {
          func run(input: Int) -> Int { input }
          var a: Int { 1 }

          nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current

          static var handlers: DurableWorkflows.WorkflowHandlers<Plain> {
            DurableWorkflows.WorkflowHandlers<Plain>()
              .query("a") { workflow, _ in
                workflow.a
              }
          }

          /// Typed references to the queries of `Plain`.
          nonisolated enum Queries {
            static var a: DurableWorkflows.WorkflowQueryReference<Plain, Int> { DurableWorkflows.WorkflowQueryReference<Plain, Int>("a") }
          }
        }

        extension Plain: DurableWorkflows.WorkflowDefinition {}
        """
    )
  }

  @Test("a dynamic activity is defined, but not offered by the proxy")
  func activity() {
    expectExpansion(
      of: """
        @ActivityContainer
        actor Bridge {
          @Activity(dynamic: true)
          func any(activity name: String, arguments: Arguments) async throws -> Int { 1 }
          @Activity(cancellationType: .tryCancel, isIdempotent: Self.safe) func pay() {}
        }
        @ActivityContainer
        struct Echo {
          @Activity(dynamic: true) func any(_ name: String, _ arguments: Arguments) {}
        }
        """,
      to: """
        actor Bridge {
          func any(activity name: String, arguments: Arguments) async throws -> Int { 1 }
          func pay() {}

          nonisolated var activities: [DurableWorkflows.ActivityDefinition] {
            [
              DurableWorkflows.ActivityDefinition(dynamic: { [self] arguments in
                let name = DurableWorkflows.ActivityExecutionContext.current?.info.activityType ?? ""
                return try await self.any(activity: name, arguments: arguments)
              }),
              DurableWorkflows.ActivityDefinition("pay", defaults: DurableWorkflows.ActivityOptions(cancellationType: .tryCancel, isIdempotent: Bridge.safe)) { [self] _ in
                await self.pay()
                return DurableWorkflows.Empty()
              },
            ]
          }

          /// The activities of `Bridge` as workflows call them.
          nonisolated struct Proxy: DurableWorkflows.ActivityProxy {
            private let invoker: DurableWorkflows.ActivityInvoker

            init(_ invoker: DurableWorkflows.ActivityInvoker) {
              self.invoker = invoker
            }

            nonisolated(nonsending) func pay() async throws {
              let _: DurableWorkflows.Empty = try await self.invoker.execute("pay", defaults: DurableWorkflows.ActivityOptions(cancellationType: .tryCancel, isIdempotent: Bridge.safe))
            }
          }
        }
        struct Echo {
          func any(_ name: String, _ arguments: Arguments) {}

          nonisolated var activities: [DurableWorkflows.ActivityDefinition] {
            [
              DurableWorkflows.ActivityDefinition(dynamic: { [self] arguments in
                let name = DurableWorkflows.ActivityExecutionContext.current?.info.activityType ?? ""
                self.any(name, arguments)
                return DurableWorkflows.Empty()
              }),
            ]
          }

          /// The activities of `Echo` as workflows call them.
          nonisolated struct Proxy: DurableWorkflows.ActivityProxy {
            private let invoker: DurableWorkflows.ActivityInvoker

            init(_ invoker: DurableWorkflows.ActivityInvoker) {
              self.invoker = invoker
            }
          }
        }

        extension Bridge: DurableWorkflows.ActivityContainer {}

        extension Echo: DurableWorkflows.ActivityContainer {}
        """
    )
  }
}
