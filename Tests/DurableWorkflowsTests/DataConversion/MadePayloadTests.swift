internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Payloads that no converter made: those of memos, of details, of schedules and batches.
///
/// Would fail if any of them came into the journal's files in the clear, or out of them encoded.
@Suite("Payloads that were made elsewhere", .timeLimit(.minutes(1)))
struct MadePayloadTests {
  static let secret = "the secret of the claim"
  static let converter = DataConverter(codecs: [Masking()])

  static func plain(_ text: String = secret) -> Payload {
    Payload(encoding: Payload.jsonPlain, data: Array("\"\(text)\"".utf8))
  }

  private func withKeepers(_ body: (WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Keeper.self], configure: { $0.payloadConverter = MadePayloadTests.converter }
    ) { env in
      try await body(env)
      try await env.engine.checkpoint()
      for name in try env.fileSystem.list(WorkflowTestEnvironment.directory) {
        let bytes = env.fileSystem.contents(of: "\(WorkflowTestEnvironment.directory)/\(name)") ?? []
        #expect(!bytes.contains(Array(Self.secret.utf8)), "it is in \(name)")
      }
      // Without the codec they are there and unreadable.
      let client = WorkflowClient(frontend: env.client.frontend)
      for try await info in client.list() {
        for payload in info.memo.values { #expect(payload.encoding == Masking.encoding) }
      }
    }
  }

  @Test("memos: of a start, changed by the workflow, of children and of the run that continues")
  func memos() async throws {
    try await withKeepers { env in
      let memo = ["note": Self.plain()]
      let handle = try await env.client.start(Keeper.self, id: "k", input: "memo", options: .init(memo: memo))
      #expect(
        try await handle.result() == [Self.secret, "changed", "child: \(Self.secret)", "last: \(Self.secret)"])
      #expect(try await handle.describe().info.memo == memo)
      let child = env.client.handle(for: Keeper.self, id: "child")
      #expect(try await child.describe().info.memo == memo)
      try await env.restart(.kill)
      var memos: [[String: Payload]] = []
      for try await info in env.client.list() { memos.append(info.memo) }
      #expect(memos.count == 3 && memos.allSatisfy { $0["note"] != nil })
      #expect(memos.allSatisfy { $0.values.allSatisfy { $0.encoding == Payload.jsonPlain } })
    }
  }

  @Test("details of a run that is cancelled, and of an activity that honours its cancellation")
  func cancellation() async throws {
    try await withKeepers { env in
      let work = env.mock("work") { _ in
        do {
          try await Task.sleep(for: .seconds(3600))
          return "worked"
        } catch {
          throw CanceledError("stopped", details: [Self.plain()])
        }
      }
      let handle = try await env.client.start(Keeper.self, id: "k", input: "work")
      try await work.waitForCalls(1)
      try await handle.cancel()
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.status == .canceled)
      guard case .canceled(let details)? = error?.cause.info else {
        Issue.record("the cause is \(String(describing: error?.cause))")
        return
      }
      // The workflow has added one that was encoded already.
      #expect(details == [Self.plain(), Self.plain("\(Self.secret), encoded")])
    }
  }

  @Test("a schedule's input and memos, whatever converter made them; an update that changes nothing sends nothing")
  func schedules() async throws {
    try await withKeepers { env in
      let memo = ["note": Self.plain()]
      for (id, converter) in [("plain", JSONPayloadConverter() as any PayloadConverter), ("encoded", Self.converter)] {
        let action = try ScheduleAction.startWorkflow(
          Keeper.self, id: id, input: Self.secret, memo: memo, payloadConverter: converter)
        let schedule = Schedule(action: action, spec: ScheduleSpec(cronExpressions: ["@hourly"]))
        let handle = try await env.client.createSchedule(id: id, schedule, options: .init(memo: memo))
        let token = try await handle.describe().conflictToken
        try await env.client.upsertSchedule(id: id, schedule)
        let description = try await handle.describe()
        #expect(description.conflictToken == token, "nothing has changed")
        #expect(description.memo == memo)
        guard case .startWorkflow(let start) = description.schedule.action else { return }
        #expect(start.input == [Self.plain()] && start.memo == memo)
        try await handle.update { $0.policy.pauseOnFailure = true }
        #expect(try await handle.describe().schedule.policy.pauseOnFailure)
      }
      for try await entry in env.client.listSchedules() { #expect(entry.memo == memo) }
      try await env.restart(.kill)
      try await env.sleep(for: .minutes(61))
      for id in ["plain", "encoded"] {
        let run = env.client.handle(for: Keeper.self, id: "\(id)-2026-01-01T01:00:00Z")
        #expect(try await run.result() == [Self.secret, Self.secret])
        #expect(try await run.describe().info.memo == memo)
      }
    }
  }

  @Test("what a batch brings to its runs")
  func batches() async throws {
    try await withKeepers { env in
      let handle = try await env.client.start(Keeper.self, id: "k", input: "wait")
      for input in [Self.plain(), try Self.converter.payload(for: Self.secret)] {
        _ = try await env.client.startBatch(.signal(name: "tell", input: [input]), query: "WorkflowId = 'k'")
        try await env.sleep(for: .seconds(1))
      }
      #expect(try await handle.result() == ["", Self.secret, Self.secret])
      let other = try await env.client.start(Keeper.self, id: "other", input: "wait")
      _ = try await env.client.startBatch(.terminate(details: [Self.plain()]), query: "WorkflowId = 'other'")
      try await env.sleep(for: .seconds(1))
      #expect(try await other.describe().info.status == .terminated)
    }
  }
}

/// Flips every bit.
struct Masking: PayloadCodec {
  static let encoding = "binary/masked"

  func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    let inner = try JSONPayloadConverter().payload(for: Inner(payload))
    return Payload(encoding: Masking.encoding, data: inner.data.map { ~$0 })
  }

  func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.encoding == Masking.encoding else { return payload }
    let inner = Payload(encoding: Payload.jsonPlain, data: payload.data.map { ~$0 })
    return try JSONPayloadConverter().value(of: inner, as: Inner.self).payload
  }

  private struct Inner: Codable {
    var payload: Payload

    init(_ payload: Payload) { self.payload = payload }
  }
}

/// Tells what it finds in its memo, and keeps a secret.
actor Keeper: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var told: [String] = []

  static var handlers: WorkflowHandlers<Keeper> {
    WorkflowHandlers().signal("tell") { workflow, arguments in workflow.told.append(try arguments.decode(0)) }
  }

  private func noted(_ key: String = "note") -> String {
    context.memo[key].map { String(decoding: $0.data, as: UTF8.self).replacing("\"", with: "") } ?? ""
  }

  func run(input: String) async throws -> [String] {
    let note = ["note": MadePayloadTests.plain()]
    switch input {
    case "memo":
      var found = [noted()]
      try context.upsertMemo(["later": MadePayloadTests.plain("changed")])
      found.append(noted("later"))
      try context.upsertMemo(["later": .null])
      if context.memo["later"] != nil { found.append("not removed") }
      found += try await context.executeChildWorkflow(
        Keeper.self, input: "child", options: ChildWorkflowOptions(workflowID: "child", memo: note))
      try context.continueAsNew("last " + found.joined(separator: "|"), options: ContinueAsNewOptions(memo: note))
    case "child": return ["child: \(noted())"]
    case "work":
      do {
        return [try await context.executeActivity("work", options: waiting)]
      } catch let error as CanceledError {
        let encoded = try MadePayloadTests.converter.payload(for: "\(MadePayloadTests.secret), encoded")
        throw CanceledError("stopped", details: error.details + [encoded])
      }
    case "wait":
      try await context.condition { told.count == 2 }
      return [noted()] + told
    case let found where found.hasPrefix("last "):
      return found.dropFirst(5).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        + ["last: \(noted())"]
    default: return [input, noted()]
    }
  }

  private var waiting: ActivityOptions {
    var options = ActivityOptions(startToCloseTimeout: .hours(2))
    options.heartbeatTimeout = nil
    options.cancellationType = .waitCancellationCompleted
    return options
  }
}
