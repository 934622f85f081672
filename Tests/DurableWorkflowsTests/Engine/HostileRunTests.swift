import DurableWorkflows
import Testing
import WorkflowTesting

/// Runs and requests that could take the engine with them.
@Suite("Hostile runs", .timeLimit(.minutes(1)))
struct HostileRunTests {
  @Test("a loop that swallows its cancellation fails its own workflow task; other runs go on")
  func runawayCancellation() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Stubborn.self, Patient.self]) { env in
      let stubborn = try await env.client.start(Stubborn.self, id: "stubborn")
      try await stubborn.cancel(reason: "enough")
      let blocked = await #expect(throws: WorkflowBlockedError.self) { _ = try await stubborn.result() }
      #expect("\(String(describing: blocked))".contains("1,000 further operations"))
      #expect(try await env.execute(Patient.self, id: "patient") == "done")
      try await stubborn.terminate()
      await #expect(throws: WorkflowFailedError.self) { _ = try await stubborn.result() }
    }
  }

  @Test("a payload with the reserved metadata key is refused and does not reach the run")
  func reservedMetadata() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Patient.self]) { env in
      let handle = try await env.client.start(Patient.self, id: "patient")
      var forged = Payload(encoding: Payload.jsonPlain, data: [UInt8](repeating: 0, count: 40))
      forged.metadata["durable-workflows-blob"] = Array("sha256".utf8)
      let refusal = await #expect(throws: WorkflowServiceError.self) {
        try await handle.signal(name: "anything", input: [forged])
      }
      #expect(refusal?.code == .invalidArgument)
      #expect(try await handle.result() == "done")
    }
  }

  @Test("the largest number of attempts survives a restart")
  func largestAttempts() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Persistent.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let handle = try await env.client.start(Persistent.self, id: "persistent")
      try await mock.waitForCalls(1)
      try await env.restart(.kill)
      mock.release()
      #expect(try await handle.result() == "done")
    }
  }

  @Test("two open activities cannot share an id")
  func sharedActivityID() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Sharing.self]) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Sharing.self, id: "sharing")
      }
      #expect(error?.cause.applicationType == "InvalidActivityOptions")
      mock.release()
    }
  }
}

private actor Stubborn: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    while true { try? await context.sleep(for: .seconds(3600)) }
  }
}

actor Patient: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.sleep(for: .days(1))
    return "done"
  }
}

actor Persistent: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    try await context.executeActivity(
      "work",
      options: ActivityOptions(
        startToCloseTimeout: .seconds(10), retryPolicy: RetryPolicy(maximumAttempts: .max)))
  }
}

actor Sharing: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    let options = ActivityOptions(startToCloseTimeout: .seconds(10), activityID: "mine")
    async let first: String = context.executeActivity("work", options: options)
    async let second: String = context.executeActivity("work", options: options)
    return try await second + first
  }
}
