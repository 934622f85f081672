internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Updates: validators, outcomes, deduplication, and what happens to them at the end of a run and of a process.
@Suite("Updates", .timeLimit(.minutes(1)))
struct UpdateTests {
  static let limit = WorkflowUpdateReference<Account, Int, Int>("setLimit")
  static let slow = WorkflowUpdateReference<Account, String>("slow")
  static let nosy = WorkflowUpdateReference<Account, Int>("nosy")

  @Test("an update is accepted, runs, and its result is recorded; a refused one leaves no trace")
  func acceptAndReject() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 10)
      #expect(try await handle.executeUpdate(UpdateTests.limit, 25) == 10)
      let before = try await handle.fetchHistory().count
      let error = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await handle.executeUpdate(UpdateTests.limit, -1)
      }
      #expect(error?.cause.applicationType == "NegativeLimit")
      #expect(try await handle.fetchHistory().count == before)
      try await handle.signal(name: "close")
      #expect(try await handle.result() == 25)
      let types = try await handle.fetchHistory().typeNames
      #expect(types.filter { $0.contains("Update") } == ["WorkflowExecutionUpdateAccepted", "WorkflowExecutionUpdateCompleted"])
    }
  }

  @Test("an update that waits for a paused run keeps its long input, however many checkpoints pass")
  func waitingInput() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Account.self], configure: Padding.configure
    ) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 10)
      try await handle.pause(reason: "a look")
      let update = try await handle.startUpdate(UpdateTests.limit, 2500, waitForStage: .admitted)
      for _ in 0..<4 { try await env.engine.checkpoint() }
      try await handle.unpause(reason: "seen")
      #expect(try await update.result() == 10)
    }
  }

  @Test("the id dedupes: the second request gets the first one's outcome, also after a kill")
  func deduplication() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 1)
      #expect(try await handle.executeUpdate(UpdateTests.limit, 2, updateID: "u") == 1)
      #expect(try await handle.executeUpdate(UpdateTests.limit, 3, updateID: "u") == 1)
      try await env.restart(.kill)
      #expect(try await handle.executeUpdate(UpdateTests.limit, 4, updateID: "u") == 1)
      #expect(try await handle.updateHandle(updateID: "u", returning: Int.self).result() == 1)
      try await handle.signal(name: "close")
      #expect(try await handle.result() == 2)
    }
  }

  @Test("an accepted update goes on after a kill; its sleeping handler finishes before the run closes")
  func survivesAKill() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 1)
      let update = try await handle.startUpdate(UpdateTests.slow, updateID: "s")
      try await handle.signal(name: "close")
      try await env.restart(.kill)
      #expect(try await update.result() == "slept")
      #expect(try await handle.result() == 1)
    }
  }

  @Test("an unknown update, a closed run and an unknown id are refused with words that help")
  func refusals() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 1)
      let unknown = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await handle.executeUpdate(WorkflowUpdateReference<Account, Int>("nope"))
      }
      #expect(unknown?.cause.message.contains("known updates: [setLimit slow nosy]") == true)
      let missing = await #expect(throws: WorkflowServiceError.self) {
        _ = try await handle.updateHandle(updateID: "never", returning: Int.self).result()
      }
      #expect(missing?.code == .notFound)
      try await handle.signal(name: "close")
      _ = try await handle.result()
      let closed = await #expect(throws: WorkflowServiceError.self) {
        _ = try await handle.executeUpdate(UpdateTests.limit, 3)
      }
      #expect(closed?.code == .notFound)
    }
  }

  @Test("a validator that changes state is caught, and the workflow's state is as before")
  func nosyValidator() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      let handle = try await env.client.start(Account.self, id: "a", input: 7)
      let error = await #expect(throws: WorkflowUpdateFailedError.self) {
        _ = try await handle.executeUpdate(UpdateTests.nosy)
      }
      #expect(error?.cause.message.contains("changed the workflow's state") == true)
      try await handle.signal(name: "close")
      #expect(try await handle.result() == 7)
    }
  }

  @Test("update-with-start starts the run once and updates it every time")
  func withStart() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Account.self]) { env in
      for (limit, previous) in [(5, 1), (6, 5)] {
        let answer = try await env.client.executeUpdateWithStart(
          Account.self, id: "a", input: 1, update: UpdateTests.limit, limit)
        #expect(answer == previous)
      }
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 1)
    }
  }

  @Test("signal-with-start begins the run with the signal, or signals the one that is open")
  func signalWithStart() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self]) { env in
      let add = WorkflowSignalReference<Tally, Int>("add")
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let handle = try await env.client.signalWithStart(Tally.self, id: "t", input: 1, signal: add, 10)
      let again = try await env.client.signalWithStart(Tally.self, id: "t", input: 1, signal: add, 100)
      #expect(handle.execution == again.execution)
      try await handle.signal(name: "finish")
      #expect(try await handle.result() == 111)
    }
  }
}

actor Account: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var limit = 0
  private var isClosed = false

  static var handlers: WorkflowHandlers<Account> {
    WorkflowHandlers()
      .signal("close") { workflow, _ in workflow.isClosed = true }
      .update("setLimit", validator: { workflow, arguments in
        if try arguments.decode(0, as: Int.self) < 0 {
          throw ApplicationError("limits are not negative", type: "NegativeLimit")
        }
      }) { workflow, arguments in
        defer { workflow.limit = (try? arguments.decode(0)) ?? 0 }
        return workflow.limit
      }
      .update("slow") { workflow, _ in
        try await workflow.context.sleep(for: .seconds(3600))
        return "slept"
      }
      .update("nosy", validator: { workflow, _ in workflow.limit = 99 }) { workflow, _ in workflow.limit }
  }

  func run(input: Int) async throws -> Int {
    if limit == 0 { limit = input }
    try await context.condition { isClosed }
    return limit
  }
}
