internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Errors travel through history with type, details and causes.
@Suite("Failures", .timeLimit(.minutes(1)))
struct FailureTests {
  @Test("a Codable error of an activity comes back typed in the workflow")
  func typed() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Handling.self]) { env in
      env.mock("charge") { _ in throw CardDeclined(code: 51, reason: "funds") }
      let result = try await env.execute(Handling.self, id: "h")
      #expect(result == "declined 51: funds")
    }
  }

  @Test("the chain of causes reaches the client: workflow, activity, application, its cause")
  func chain() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Passing.self]) { env in
      env.mock("charge") { _ in
        throw ApplicationError(
          "not charged", type: "Payment", isNonRetryable: true, details: [try JSONPayloadConverter().payload(for: 7)],
          cause: Failure(message: "socket closed", info: .server(isNonRetryable: false)))
      }
      let error = try #require(
        await #expect(throws: WorkflowFailedError.self) { _ = try await env.execute(Passing.self, id: "p") })
      #expect(error.status == .failed)
      guard case .activity(_, _, _, "charge", "1", .nonRetryableFailure) = error.cause.info else {
        Issue.record("\(error.cause.info)")
        return
      }
      let application = try #require(error.cause.cause)
      #expect(application.message == "not charged")
      guard case .application("Payment", true, let details, nil) = application.info else {
        Issue.record("\(application.info)")
        return
      }
      #expect(try JSONPayloadConverter().value(of: try #require(details.first), as: Int.self) == 7)
      #expect(error.cause.root.message == "socket closed")
      try await env.restart(.kill)
      let again = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.client.handle(for: Passing.self, id: "p").result()
      }
      #expect(again?.cause == error.cause)
    }
  }

  @Test("an error of the workflow's own is recorded with its type and value")
  func ownError() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Throwing.self]) { env in
      let error = try #require(
        await #expect(throws: WorkflowFailedError.self) { _ = try await env.execute(Throwing.self, id: "t") })
      guard case .application("CardDeclined", false, let details, nil) = error.cause.info else {
        Issue.record("\(error.cause.info)")
        return
      }
      let value = try JSONPayloadConverter().value(of: try #require(details.first), as: CardDeclined.self)
      #expect(value == CardDeclined(code: 1, reason: "own"))
    }
  }

  @Test("results and arguments that do not fit are errors that name what does not fit")
  func undecodable() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Passing.self]) { env in
      let mock = env.mock("charge") { _ in "text instead of a number" }
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await env.execute(Passing.self, id: "p") }
      #expect(error?.cause.applicationType == "PayloadConversionError")
      #expect(error?.cause.message.contains("Int") == true)

      mock.answer { try $0.decode(0, as: [String].self).count }
      let handle = try await env.client.start(Passing.self, id: "q")
      try await env.sleep(for: .milliseconds(1))
      let message = try await handle.describe().pendingActivities.first?.lastFailure?.message
      #expect(message?.contains("argument 1 of activity 'charge'") == true)
    }
  }

  @Test("invalid activity options fail the run with an error that names the remedy")
  func invalidOptions() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Careless.self]) { env in
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await env.execute(Careless.self, id: "c") }
      #expect(error?.cause.applicationType == "InvalidActivityOptions")
      #expect(error?.cause.message.contains("neither a start-to-close nor a schedule-to-close timeout is set") == true)
    }
  }
}

struct CardDeclined: Error, Codable, Equatable {
  var code: Int
  var reason: String
}

actor Handling: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    do {
      let _: Int = try await context.executeActivity("charge", options: once)
      return "charged"
    } catch let error as ActivityError {
      guard let declined = error.cause(as: CardDeclined.self) else { return "another error: \(error)" }
      return "declined \(declined.code): \(declined.reason)"
    }
  }
}

actor Passing: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Int {
    try await context.executeActivity("charge", 17, options: minute)
  }
}

actor Throwing: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty { throw CardDeclined(code: 1, reason: "own") }
}

actor Careless: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Int { try await context.executeActivity("charge", options: ActivityOptions()) }
}
