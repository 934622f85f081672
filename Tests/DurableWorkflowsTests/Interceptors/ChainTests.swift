internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Which interceptors are called, and in which order.
@Suite("Chains of interceptors", .timeLimit(.minutes(1)))
struct ChainTests {
  @Test("the first one registered is the outermost, in both directions")
  func order() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Beating.self],
      configure: { $0.interceptors = [Marking("a", notes), Marking("b", notes)] }
    ) { env in
      env.mock("beat") { _ in
        try ActivityExecutionContext.current?.heartbeat(1)
        return Empty()
      }
      _ = try await env.execute(Beating.self, id: "w")
      #expect(
        notes.all == [
          "a> run w", "b> run w", "a> schedule beat", "b> schedule beat",
          "a> info", "b> info", "b< info", "a< info", "a> execute beat", "b> execute beat",
          "a> heartbeat", "b> heartbeat", "b< heartbeat", "a< heartbeat",
          "b< execute beat", "a< execute beat", "b< schedule beat", "a< schedule beat", "b< run w", "a< run w",
        ])
    }
  }

  @Test("every call that a workflow can make is seen")
  func everything() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self], configure: { $0.interceptors = [Marking("a", notes)] }
    ) { env in
      env.mock("shout") { try $0.decode(0, as: String.self) + "!" }
      env.mock("whisper") { try $0.decode(0, as: String.self) + "." }
      let other = try await env.client.start(Gathering.self, id: "other", input: "")
      let words = try await env.execute(Gathering.self, id: "w", input: "twice")
      #expect(words == ["once!", "once.", "aside", "to child", "end"])
      await #expect(throws: WorkflowFailedError.self) { _ = try await other.result() }
      let begun = Set(notes.all.filter { $0.hasPrefix("a> ") }.map { String($0.dropFirst(3)) })
      #expect(
        begun.isSuperset(of: [
          "run w", "run child", "run other", "sleep 1.0 seconds", "schedule shout", "execute shout",
          "schedule local whisper", "execute whisper", "side effect", "start child child", "signal child child",
          "signal other", "cancel other", "continue as new", "handle signal note",
        ]))
      let begins = notes.all.count { $0.hasPrefix("a> ") }
      #expect(begins == notes.all.count { $0.hasPrefix("a< ") }, "what began has ended")
    }
  }

  @Test("messages are seen once each, queries and validators included")
  func messages() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self], configure: { $0.interceptors = [Marking("a", notes)] }
    ) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      #expect(try await handle.executeUpdate(Gathering.add, "one") == 1)
      await #expect(throws: WorkflowUpdateFailedError.self) { _ = try await handle.executeUpdate(Gathering.add, "") }
      try await handle.signal(Gathering.note, "two")
      #expect(try await handle.query(Gathering.words, "t") == ["two"])
      let begun = notes.all.filter { $0.hasPrefix("a> ") }.map { String($0.dropFirst(3)) }
      #expect(
        begun == [
          "run w", "validate add", "handle update add", "validate add", "handle signal note", "handle query words",
        ])
    }
  }

  @Test("a client's chain: order, and what it may change, refuse and answer itself")
  func client() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Gathering.self]) { env in
      let client = WorkflowClient(
        frontend: env.client.frontend, interceptors: [Asking("a", notes), Asking("b", notes)])
      let handle = try await client.start(Gathering.self, id: "w", input: "")
      #expect(notes.take() == ["a> start", "b> start", "b< start", "a< start"])
      #expect(try await handle.describe().info.memo["asked"]?.text == "ab", "both changed the request")
      try await handle.signal(Gathering.note, "end")
      #expect(notes.take() == ["a> signal", "b> signal"])
      #expect(try await handle.result() == ["end"])
      let error = await #expect(throws: ApplicationError.self) { try await handle.terminate() }
      #expect(error?.message == "a forbids it")
      #expect(try await client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 1042)
      #expect(try await client.frontend.getSystemInfo().serverVersion == WorkflowEngine.version)
    }
  }

  @Test("a client's chain sees what operators do: pauses, deletions and batches")
  func operators() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Gathering.self]) { env in
      let client = WorkflowClient(frontend: env.client.frontend, interceptors: [Overseeing(notes: notes)])
      let handle = try await client.start(Gathering.self, id: "w", input: "")
      try await handle.pause(reason: "audit")
      #expect(try await handle.describe().pause?.reason == "audit, seen")
      try await handle.unpause()
      let job = try await client.startBatch(.cancel, query: "WorkflowId = 'nobody'", jobID: "job")
      #expect(try await client.describeBatch(job).reason == "seen")
      #expect(try await client.listBatches().map(\.jobID) == ["job"])
      try await client.stopBatch(job)
      let error = await #expect(throws: ApplicationError.self) { try await handle.delete() }
      #expect(error?.message == "nothing is deleted here")
      #expect(try await handle.describe().info.status == .running)
      #expect(notes.all == ["pause w", "unpause w", "start cancel", "describe job", "list", "stop job", "delete w"])
    }
  }

  @Test("an engine's own client has those of the engine's interceptors that are for clients")
  func engineClient() async throws {
    let notes = Notes()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self],
      configure: { $0.interceptors = [Marking("a", notes), AskingWorker(asking: Asking("b", notes))] }
    ) { env in
      _ = try await env.engine.client.start(Gathering.self, id: "w", input: "")
      #expect(notes.all.contains("b> start"))
    }
  }

  @Test("without interceptors a client's frontend is the one that it was given")
  func unwrapped() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Gathering.self]) { env in
      #expect(env.engine.client.frontend is WorkflowEngine)
    }
  }
}

actor Beating: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    try await context.executeActivity("beat", options: once)
  }
}

/// Notes a client's starts and signals, adds to the memo, forbids terminations and counts 500 and a bit more runs.
private struct Asking: ClientInterceptor, ClientOutboundInterceptor {
  let name: String
  let notes: Notes

  init(_ name: String, _ notes: Notes) {
    self.name = name
    self.notes = notes
  }

  func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    notes.add("\(name)> start")
    defer { notes.add("\(name)< start") }
    var input = input
    input.memo["asked"] = payload((input.memo["asked"]?.text ?? "") + name)
    return try await next(input)
  }

  func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    notes.add("\(name)> signal")
    try await next(input)
  }

  func terminateWorkflow(
    input: TerminateWorkflowExecutionRequest, next: (TerminateWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    throw ApplicationError("\(name) forbids it")
  }

  func countWorkflows(
    input: CountWorkflowsInput, next: (CountWorkflowsInput) async throws -> Int
  ) async throws -> Int {
    name == "b" ? 42 : try await next(input) + 1000
  }
}

/// Notes what operators do, changes some of it, and forbids deletions.
private struct Overseeing: ClientInterceptor, ClientOutboundInterceptor {
  let notes: Notes

  func pauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    notes.add("pause \(input.execution.workflowID)")
    var input = input
    input.reason += ", seen"
    try await next(input)
  }

  func unpauseWorkflow(
    input: PauseWorkflowExecutionRequest, next: (PauseWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    notes.add("unpause \(input.execution.workflowID)")
    try await next(input)
  }

  func deleteWorkflow(
    input: DeleteWorkflowExecutionRequest, next: (DeleteWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    notes.add("delete \(input.execution.workflowID)")
    throw ApplicationError("nothing is deleted here")
  }

  func startBatchOperation(
    input: StartBatchOperationRequest, next: (StartBatchOperationRequest) async throws -> Void
  ) async throws {
    notes.add("start \(input.operation.name)")
    var input = input
    input.reason = "seen"
    try await next(input)
  }

  func stopBatchOperation(
    input: StopBatchOperationRequest, next: (StopBatchOperationRequest) async throws -> Void
  ) async throws {
    notes.add("stop \(input.jobID)")
    try await next(input)
  }

  func describeBatchOperation(
    input: DescribeBatchOperationInput, next: (DescribeBatchOperationInput) async throws -> BatchOperationDescription
  ) async throws -> BatchOperationDescription {
    notes.add("describe \(input.jobID)")
    return try await next(input)
  }

  func listBatchOperations(
    input: ListBatchOperationsInput, next: (ListBatchOperationsInput) async throws -> [BatchOperationDescription]
  ) async throws -> [BatchOperationDescription] {
    notes.add("list")
    return try await next(input)
  }
}

private struct AskingWorker: WorkerInterceptor, ClientInterceptor {
  let asking: Asking
  var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { asking }
}
