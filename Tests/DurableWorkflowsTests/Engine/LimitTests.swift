internal import DurableWorkflows
internal import Logging
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// What a run may have at most, and what becomes of it beyond.
///
/// Would fail if a limit were not kept, or a run beyond it were lost or went on silently.
@Suite("Limits", .timeLimit(.minutes(1)))
struct LimitTests {
  private func withLimits(
    _ change: @escaping @Sendable (inout WorkflowLimits) -> Void, log: Log = Log(),
    _ body: (WorkflowTestEnvironment) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Itinerary.self, Child.self, Crowd.self, Tally.self],
      configure: { options in
        change(&options.limits)
        options.logger = Logger(label: "limits") { _ in log }
      }
    ) { env in
      env.mock("a") { _ in "a" }
      env.mock("check") { try $0.decode(0, as: Int.self) }
      try await body(env)
    }
  }

  // MARK: Histories

  @Test("a run with too many events is terminated with Temporal's reason; one that continues as new is not")
  func count() async throws {
    let log = Log()
    try await withLimits({ ($0.historyCountWarning, $0.historyCountError) = (30, 60) }, log: log) { env in
      let steps = [String](repeating: "act a", count: 20)
      let long = try await env.client.start(Itinerary.self, id: "long", input: .init(steps: steps))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await long.result() }
      #expect(error?.status == .terminated)
      #expect(error?.cause.message.contains("Workflow history count exceeds limit.") == true)
      let history = try await long.fetchHistory()
      #expect((61...70).contains(history.count))
      #expect(history.last?.typeName == "WorkflowExecutionTerminated")
      #expect(log.count { $0.contains("let it continue as new") } == 1, "it is said once")
      try await env.restart(.kill)
      #expect(try await long.describe().info.status == .terminated)
      let part = [String](repeating: "act a", count: 8)
      #expect(
        try await env.execute(Itinerary.self, id: "parted", input: .init(steps: part + ["next"] + part)).count == 16)
    }
  }

  @Test("a run whose history is too large is terminated, also when only messages made it so")
  func size() async throws {
    try await withLimits({ ($0.historySizeWarning, $0.historySizeError) = (50_000, 100_000) }) { env in
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      let bulk = Payload(encoding: Payload.binaryPlain, data: [UInt8](repeating: 7, count: 30_000))
      for _ in 0..<3 { try await handle.signal(name: "unknown", input: [bulk]) }
      #expect(try await handle.describe().info.status == .running)
      try await handle.signal(name: "unknown", input: [bulk])
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.message.contains("Workflow history size exceeds limit.") == true)
      await #expect(throws: WorkflowServiceError.self) { try await handle.signal(name: "add", input: []) }
    }
  }

  // MARK: Pending operations

  @Test(
    "a task that asks for more than may be pending fails with the cause that names the limit, and nothing is lost",
    arguments: [
      (Crowd.Kind.activities, WorkflowTaskFailedCause.pendingActivitiesLimitExceeded, "PENDING_ACTIVITIES"),
      (.children, .pendingChildWorkflowsLimitExceeded, "PENDING_CHILD_WORKFLOWS"),
      (.signals, .pendingSignalsLimitExceeded, "PENDING_SIGNALS"),
      (.cancels, .pendingRequestCancelLimitExceeded, "PENDING_REQUEST_CANCEL"),
    ])
  func pending(_ kind: Crowd.Kind, cause: WorkflowTaskFailedCause, name: String) async throws {
    let most = Mutex(3)
    try await withLimits({ limits in
      let most = most.withLock { $0 }
      (limits.pendingActivities, limits.pendingChildWorkflows) = (most, most)
      (limits.pendingSignals, limits.pendingCancelRequests) = (most, most)
    }) { env in
      for id in ["within", "beyond"] where kind != .children {
        for number in 0..<4 { _ = try await env.client.start(Tally.self, id: "\(id)-\(number)", input: 0) }
      }
      let within = try await env.client.start(Crowd.self, id: "within", input: .init(kind: kind, count: 3))
      #expect(try await within.result() == 3)
      let beyond = try await env.client.start(Crowd.self, id: "beyond", input: .init(kind: kind, count: 4))
      try await env.settle()
      let description = try await beyond.describe()
      #expect(description.info.status == .running)
      #expect(description.pendingWorkflowTask?.failure.message.contains("\(name)_LIMIT_EXCEEDED") == true)
      let history = try await beyond.fetchHistory()
      guard case .workflowTaskFailed(_, _, let recorded, _, _, _)? = history.last?.attributes else {
        Issue.record("the last event is a \(history.last?.typeName ?? "")")
        return
      }
      #expect(recorded == cause)
      most.withLock { $0 = 4 }
      try await env.restart(.kill)
      #expect(try await env.client.handle(for: Crowd.self, id: "beyond").result() == 4)
    }
  }

  @Test("the task is tried again when something that was pending has ended")
  func retried() async throws {
    try await withLimits({ $0.pendingActivities = 3 }) { env in
      let mock = env.mock("a") { _ in "a" }
      mock.hold()
      let handle = try await env.client.start(Crowd.self, id: "c", input: .init(kind: .messages, count: 4))
      let two = try JSONPayloadConverter().payload(for: 2)
      try await handle.signal(name: "more", input: [two])
      try await mock.waitForCalls(2)
      try await handle.signal(name: "more", input: [two])
      #expect(try await handle.describe().pendingWorkflowTask?.failure.message.contains("4 activities") == true)
      mock.release()
      try await mock.waitForCalls(4)
      #expect(try await handle.result() == 4)
      #expect(mock.callCount == 4)
    }
  }

  // MARK: Memos and search attributes

  @Test("starts with a memo or search attributes that are too large are refused")
  func starts() async throws {
    let change: @Sendable (inout WorkflowLimits) -> Void = { limits in
      limits.memoSize = 1000
      (limits.searchAttributeCount, limits.searchAttributeSize, limits.searchAttributesTotalSize) = (3, 100, 200)
    }
    func text(_ count: Int) throws -> Payload {
      try JSONPayloadConverter().payload(for: String(repeating: "x", count: count))
    }
    try await withLimits(change) { env in
      for (options, problem) in [
        (WorkflowClient.StartOptions(memo: ["note": try text(1000)]), "the memo has 1024 bytes; at most 1000"),
        (.init(searchAttributes: ["A": try text(99)]), "'A' has 101 bytes; at most 100"),
        (.init(searchAttributes: ["A": try text(98), "B": try text(98)]), "the search attributes have 238 bytes"),
        (
          .init(searchAttributes: ["A": try text(1), "B": try text(1), "C": try text(1), "D": try text(1)]),
          "there are 4 search attributes; at most 3"
        ),
      ] {
        let error = await #expect(throws: WorkflowServiceError.self) {
          _ = try await env.client.start(Tally.self, id: "t", input: 0, options: options)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
      }
      let fitting = WorkflowClient.StartOptions(memo: ["note": try text(900)], searchAttributes: ["A": try text(98)])
      _ = try await env.client.start(Tally.self, id: "t", input: 0, options: fitting)
    }
  }

  @Test(
    "workflow tasks that make them too large fail; the run goes on when it may",
    arguments: [
      (Crowd.Kind.memo, WorkflowTaskFailedCause.badModifyWorkflowPropertiesAttributes),
      (.searchAttributes, .badSearchAttributes), (.childMemo, .badStartChildExecutionAttributes),
      (.continuedMemo, .badContinueAsNewAttributes),
    ])
  func upserts(_ kind: Crowd.Kind, cause: WorkflowTaskFailedCause) async throws {
    let most = Mutex(100)
    try await withLimits({ limits in
      limits.memoSize = most.withLock { $0 }
      limits.searchAttributeSize = most.withLock { $0 }
    }) { env in
      let handle = try await env.client.start(Crowd.self, id: "c", input: .init(kind: kind, count: 200))
      try await env.settle()
      #expect(try await handle.describe().pendingWorkflowTask?.failure.message.contains("at most 100") == true)
      guard case .workflowTaskFailed(_, _, let recorded, _, _, _)? = try await handle.fetchHistory().last?.attributes
      else {
        Issue.record("the last event is no failed workflow task")
        return
      }
      #expect(recorded == cause)
      most.withLock { $0 = 1000 }
      try await env.restart(.kill)
      #expect(try await env.client.handle(for: Crowd.self, id: "c").result() == 200)
    }
  }

  @Test("limits below one are refused")
  func options() async throws {
    var wrong = WorkflowEngineOptions()
    wrong.limits.pendingSignals = 0
    let options = wrong
    let error = await #expect(throws: WorkflowEngineError.self) {
      _ = try await WorkflowEngine.open(directory: "/never", workflows: [Tally.self], options: options)
    }
    #expect(error?.message.contains("limits.pendingSignals is 0") == true)
    #expect(WorkflowLimits().historyCountError == 51_200 && WorkflowLimits().historySizeError == 50 << 20)
  }
}

/// Asks for many things at once, and tells how many it got.
actor Crowd: WorkflowDefinition {
  enum Kind: String, Codable, Sendable {
    case activities, children, signals, cancels
    /// As many activities as messages ask for.
    case messages
    /// Values of as many bytes.
    case memo, searchAttributes, childMemo, continuedMemo
    case nothing
  }

  struct Plan: Codable, Sendable {
    var kind: Kind
    var count: Int
  }

  nonisolated let context = WorkflowContext.current
  private var done = 0

  static var handlers: WorkflowHandlers<Crowd> {
    WorkflowHandlers().signal("more") { workflow, arguments in
      try await workflow.each(try arguments.decode(0)) { workflow, _ in
        let _: String = try await workflow.context.executeActivity("a", options: minute)
      }
    }
  }

  private func each(
    _ count: Int, _ body: @escaping @Sendable (isolated Crowd, Int) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count { group.addTask { try await body(self, number) } }
      try await group.waitForAll()
    }
    done += count
  }

  private func name(_ number: Int) -> String { "\(context.info.execution.workflowID)-\(number)" }

  func run(input plan: Plan) async throws -> Int {
    let text = "\"" + String(repeating: "x", count: plan.count) + "\""
    let note = ["note": Payload(encoding: Payload.jsonPlain, data: Array(text.utf8))]
    switch plan.kind {
    case .activities:
      try await each(plan.count) { workflow, _ in
        let _: String = try await workflow.context.executeActivity("a", options: minute)
      }
    case .children:
      try await each(plan.count) { workflow, number in
        _ = try await workflow.context.executeChildWorkflow(
          Child.self, input: .sleep, options: ChildWorkflowOptions(workflowID: workflow.name(number)))
      }
    case .signals:
      try await each(plan.count) { workflow, number in
        try await workflow.context.signalExternalWorkflow(
          WorkflowExecution(workflowID: workflow.name(number)), signal: "add", 1)
      }
    case .cancels:
      try await each(plan.count) { workflow, number in
        try await workflow.context.cancelExternalWorkflow(WorkflowExecution(workflowID: workflow.name(number)))
      }
    case .messages: try await context.condition { done == plan.count }
    case .memo: try context.upsertMemo(note)
    case .searchAttributes: try context.upsertSearchAttributes(note)
    case .childMemo:
      _ = try await context.executeChildWorkflow(
        Child.self, input: .sleep, options: ChildWorkflowOptions(workflowID: "child", memo: note))
    case .continuedMemo:
      try context.continueAsNew(Plan(kind: .nothing, count: plan.count), options: ContinueAsNewOptions(memo: note))
    case .nothing: break
    }
    return plan.count
  }
}

/// What is logged.
private final class Log: LogHandler, Sendable {
  private let lines = Mutex<[String]>([])

  func count(where matches: (String) -> Bool) -> Int { lines.withLock { $0.count(where: matches) } }

  func log(event: LogEvent) { lines.withLock { $0.append("\(event.message)") } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }

  var logLevel: Logger.Level {
    get { .info }
    set {}
  }
}
