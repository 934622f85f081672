internal import Testing

@Suite("@ActivityContainer expands")
struct ActivityContainerMacroTests {
  @Test("an actor awaits its synchronous methods, but not its nonisolated ones")
  func actor() {
    expectExpansion(
      of: """
        @ActivityContainer
        public actor Payments {
          /// Charges a card.
          @Activity(startToClose: .seconds(30), retryPolicy: .none)
          public func charge(order: Order, amount: Decimal = 1) async throws -> Receipt { fatalError() }
          @Activity(name: "ship-it") private func ship(_ order: Order) {}
          @Activity @discardableResult nonisolated func quote(for _: Int!) -> Int { 1 }
        }
        """,
      to: """
        public actor Payments {
          /// Charges a card.
          public func charge(order: Order, amount: Decimal = 1) async throws -> Receipt { fatalError() }
          private func ship(_ order: Order) {}
          @discardableResult nonisolated func quote(for _: Int!) -> Int { 1 }

          public nonisolated var activities: [DurableWorkflows.ActivityDefinition] {
            [
              DurableWorkflows.ActivityDefinition("charge", defaults: DurableWorkflows.ActivityOptions(startToCloseTimeout: .seconds(30), retryPolicy: .none)) { [self] arguments in
                try await self.charge(order: arguments.decode(0, as: Order.self), amount: arguments.decode(1, as: Decimal.self))
              },
              DurableWorkflows.ActivityDefinition("ship-it") { [self] arguments in
                try await self.ship(arguments.decode(0, as: Order.self))
                return DurableWorkflows.Empty()
              },
              DurableWorkflows.ActivityDefinition("quote") { [self] arguments in
                try self.quote(for: arguments.decode(0, as: Int?.self))
              },
            ]
          }

          /// The activities of `Payments` as workflows call them.
          public nonisolated struct Proxy: DurableWorkflows.ActivityProxy {
            private let invoker: DurableWorkflows.ActivityInvoker

            public init(_ invoker: DurableWorkflows.ActivityInvoker) {
              self.invoker = invoker
            }

            /// Charges a card.
            public nonisolated(nonsending) func charge(order: Order, amount: Decimal = 1) async throws -> Receipt {
              try await self.invoker.execute("charge", defaults: DurableWorkflows.ActivityOptions(startToCloseTimeout: .seconds(30), retryPolicy: .none), order, amount)
            }

            fileprivate nonisolated(nonsending) func ship(_ order: Order) async throws {
              let _: DurableWorkflows.Empty = try await self.invoker.execute("ship-it", order)
            }

            @discardableResult
            nonisolated(nonsending) func quote(for argument0: Int?) async throws -> Int {
              try await self.invoker.execute("quote", argument0)
            }
          }
        }

        extension Payments: DurableWorkflows.ActivityContainer {}
        """
    )
  }

  @Test("a struct does not await its synchronous methods; Self keeps its meaning in the proxy")
  func structure() {
    expectExpansion(
      of: """
        @ActivityContainer
        struct Pure {
          @Activity func add(a: Self.Number = Self.zero) throws -> Self.Number { a }
          @Activity @MainActor func shown() -> Bool { true }
        }
        """,
      to: """
        struct Pure {
          func add(a: Self.Number = Self.zero) throws -> Self.Number { a }
          @MainActor func shown() -> Bool { true }

          nonisolated var activities: [DurableWorkflows.ActivityDefinition] {
            [
              DurableWorkflows.ActivityDefinition("add") { [self] arguments in
                try self.add(a: arguments.decode(0, as: Pure.Number.self))
              },
              DurableWorkflows.ActivityDefinition("shown") { [self] _ in
                await self.shown()
              },
            ]
          }

          /// The activities of `Pure` as workflows call them.
          nonisolated struct Proxy: DurableWorkflows.ActivityProxy {
            private let invoker: DurableWorkflows.ActivityInvoker

            init(_ invoker: DurableWorkflows.ActivityInvoker) {
              self.invoker = invoker
            }

            nonisolated(nonsending) func add(a: Pure.Number = Pure.zero) async throws -> Pure.Number {
              try await self.invoker.execute("add", a)
            }

            nonisolated(nonsending) func shown() async throws -> Bool {
              try await self.invoker.execute("shown")
            }
          }
        }

        extension Pure: DurableWorkflows.ActivityContainer {}
        """
    )
  }
}
