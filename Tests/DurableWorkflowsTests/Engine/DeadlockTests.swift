internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Workflow code that never yields blocks its own run and nothing else.
@Suite("Code that does not yield", .timeLimit(.minutes(1)))
struct DeadlockTests {
  @Test("a run whose code spins is blocked, others go on; when the code comes back the run goes on, too")
  func spinning() async throws {
    let gate = Gate.open()
    defer { gate.release() }
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Spinner.self, Tally.self], configure: { $0.deadlockDetectionTimeout = .milliseconds(200) }
    ) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let tally = try await env.client.start(Tally.self, id: "t", input: 1)
      let spinner = try await env.client.start(Spinner.self, id: "s", input: gate.id)
      try await tally.signal(name: "add", input: [try JSONPayloadConverter().payload(for: 2)])
      try await tally.signal(name: "finish")
      #expect(try await tally.result() == 3)
      let blocked = try await spinner.describe().pendingWorkflowTask
      #expect(blocked?.failure.message.contains("without waiting") == true)
      gate.release()
      #expect(try await spinner.completion() == "released")
    }
  }

  @Test("a query that spins fails, and the engine answers the next one")
  func spinningQuery() async throws {
    let gate = Gate.open()
    defer { gate.release() }
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Spinner.self, Tally.self], configure: { $0.deadlockDetectionTimeout = .milliseconds(200) }
    ) { env in
      let tally = try await env.client.start(Tally.self, id: "t", input: 1)
      let spinner = try await env.client.start(Spinner.self, id: "s", input: -1)
      let argument = try JSONPayloadConverter().payload(for: gate.id)
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await spinner.query(name: "spin", arguments: [argument])
      }
      #expect(error?.code == .queryFailed)
      #expect(try await tally.query(name: "sum") == JSONPayloadConverter().payload(for: 1))
    }
  }
}

extension WorkflowHandle {
  /// The result, also of a run that is blocked at first.
  func completion() async throws -> W.Output {
    while true {
      do {
        return try await result()
      } catch is WorkflowBlockedError {
        await Task.yield()
      }
    }
  }
}

/// What spinning code looks at.
final class Gate: Sendable {
  private static let gates = Mutex<[Gate]>([])
  private let isReleased = Atomic<Bool>(false)
  let id: Int

  private init(id: Int) { self.id = id }

  static func open() -> Gate {
    gates.withLock { gates in
      gates.append(Gate(id: gates.count))
      return gates[gates.count - 1]
    }
  }

  static func spin(_ id: Int) {
    let gate = gates.withLock { $0[id] }
    while !gate.isReleased.load(ordering: .acquiring) {}
  }

  func release() { isReleased.store(true, ordering: .releasing) }
}

actor Spinner: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  static var handlers: WorkflowHandlers<Spinner> {
    WorkflowHandlers().query("spin") { _, arguments in
      Gate.spin(try arguments.decode(0))
      return "released"
    }
  }

  func run(input: Int) async throws -> String {
    if input >= 0 { Gate.spin(input) } else { try await context.condition { false } }
    return "released"
  }
}
