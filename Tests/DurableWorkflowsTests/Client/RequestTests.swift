internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Starting, finding and refusing.
@Suite("Requests", .timeLimit(.minutes(1)))
struct RequestTests {
  private func withTally(_ body: (WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Tally.self]) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      try await body(env)
    }
  }

  private func finished(_ env: WorkflowTestEnvironment, id: String, _ input: Int = 0) async throws -> WorkflowHandle<Tally> {
    let handle = try await env.client.start(Tally.self, id: id, input: input)
    try await handle.signal(name: "finish")
    _ = try await handle.result()
    return handle
  }

  @Test("an open run's id: fail, use the existing run, or terminate it")
  func conflicts() async throws {
    try await withTally { env in
      let first = try await env.client.start(Tally.self, id: "t", input: 1)
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.start(Tally.self, id: "t", input: 2)
      }
      #expect(error?.code == .alreadyStarted)
      #expect(error?.runID == first.execution.runID)
      let existing = try await env.client.start(
        Tally.self, id: "t", input: 2, options: .init(idConflictPolicy: .useExisting))
      #expect(existing.execution == first.execution)
      let second = try await env.client.start(
        Tally.self, id: "t", input: 3, options: .init(idConflictPolicy: .terminateExisting))
      #expect(second.execution.runID != first.execution.runID)
      #expect(try await first.describe().info.status == .terminated)
      try await env.restart(.kill)
      let current = env.client.handle(for: Tally.self, id: "t")
      try await current.signal(name: "finish")
      #expect(try await current.result() == 3)
    }
  }

  @Test("a closed run's id: the reuse policies")
  func reuse() async throws {
    try await withTally { env in
      _ = try await finished(env, id: "t")
      for policy in [WorkflowIDReusePolicy.rejectDuplicate, .allowDuplicateFailedOnly] {
        let error = await #expect(throws: WorkflowServiceError.self) {
          _ = try await env.client.start(Tally.self, id: "t", input: 1, options: .init(idReusePolicy: policy))
        }
        #expect(error?.code == .alreadyStarted)
      }
      let second = try await env.client.start(Tally.self, id: "t", input: 2)
      try await second.terminate()
      let third = try await env.client.start(
        Tally.self, id: "t", input: 3, options: .init(idReusePolicy: .allowDuplicateFailedOnly))
      #expect(third.execution.runID != second.execution.runID)
      #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "WorkflowId = 't'") == 3)
    }
  }

  @Test("repeated requests with the same id have one effect, also after a kill")
  func dedupe() async throws {
    try await withTally { env in
      let options = WorkflowClient.StartOptions(requestID: "request-1")
      let first = try await env.client.start(Tally.self, id: "t", input: 0, options: options)
      var signal = SignalWorkflowExecutionRequest(
        execution: first.execution, signalName: "add", input: [try JSONPayloadConverter().payload(for: 5)])
      signal.requestID = "signal-1"
      try await env.client.frontend.signalWorkflowExecution(signal)
      try await env.restart(.kill)
      let again = try await env.client.start(Tally.self, id: "t", input: 0, options: options)
      #expect(again.execution == first.execution)
      try await env.client.frontend.signalWorkflowExecution(signal)
      signal.requestID = "signal-2"
      try await env.client.frontend.signalWorkflowExecution(signal)
      try await first.signal(name: "finish")
      #expect(try await first.result() == 10)
    }
  }

  @Test("what cannot be started is refused with the reason")
  func refused() async throws {
    try await withTally { env in
      func code(_ change: (inout StartWorkflowExecutionRequest) -> Void) async -> WorkflowServiceError? {
        var request = StartWorkflowExecutionRequest(workflowID: "x", workflowType: "Tally", taskQueue: "default")
        request.input = [Payload(encoding: Payload.jsonPlain, data: Array("1".utf8))]
        change(&request)
        let prepared = request
        return await #expect(throws: WorkflowServiceError.self) {
          _ = try await env.client.frontend.startWorkflowExecution(prepared)
        }
      }
      let type = await code { $0.workflowType = "Tolly" }
      #expect(type?.message == "workflow type 'Tolly' is not registered; registered: [Tally]")
      #expect(await code { $0.workflowID = "" }?.code == .invalidArgument)
      #expect(await code { $0.workflowID = String(repeating: "x", count: 1001) }?.code == .invalidArgument)
      #expect(await code { $0.runTimeout = .seconds(-1) }?.code == .invalidArgument)
      #expect(await code { $0.namespace = "elsewhere" }?.code == .namespaceNotFound)
      let input = await code { $0.input = [Payload(encoding: Payload.jsonPlain, data: Array("\"text\"".utf8))] }
      #expect(input?.message.contains("argument 1 of workflow 'Tally' as Int") == true)
      let count = try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "")
      #expect(count == 0)
    }
  }

  @Test("requests to runs that do not exist or are closed")
  func notFound() async throws {
    try await withTally { env in
      let closed = try await finished(env, id: "closed")
      for handle in [env.client.handle(for: Tally.self, id: "nowhere"), closed] {
        let error = await #expect(throws: WorkflowServiceError.self) { try await handle.signal(name: "add") }
        #expect(error?.code == .notFound)
      }
      let wrongRun = env.client.handle(for: Tally.self, id: "closed", runID: "another")
      await #expect(throws: WorkflowServiceError.self) { _ = try await wrongRun.describe() }
      try await closed.cancel()
      #expect(try await closed.describe().info.status == .completed)
    }
  }

  @Test("runs are listed newest first, page by page, while others start; queries filter")
  func list() async throws {
    try await withTally { env in
      for index in 0..<25 { _ = try await env.client.start(Tally.self, id: "run-\(index)", input: 0) }
      var request = ListWorkflowExecutionsRequest(namespace: "default", pageSize: 10, query: "")
      var ids: [String] = []
      var pages = 0
      repeat {
        let page = try await env.client.frontend.listWorkflowExecutions(request)
        ids += page.executions.map(\.execution.workflowID)
        request.nextPageToken = page.nextPageToken
        pages += 1
        _ = try await env.client.start(Tally.self, id: "later-\(pages)", input: 0)
      } while !request.nextPageToken.isEmpty
      #expect(ids == (0..<25).reversed().map { "run-\($0)" })
      #expect(pages == 3)
      try await env.client.handle(for: Tally.self, id: "run-3").terminate()
      var found: [String] = []
      for try await info in env.client.list(query: "ExecutionStatus = 'Terminated' AND WorkflowType = \"Tally\"") {
        found.append(info.execution.workflowID)
      }
      #expect(found == ["run-3"])
      let error = await #expect(throws: WorkflowServiceError.self) {
        for try await _ in env.client.list(query: "Colour = 'red'") {}
      }
      #expect(error?.code == .invalidArgument)
      request.nextPageToken = [1, 2, 3]
      let token = request
      await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.frontend.listWorkflowExecutions(token)
      }
    }
  }

  @Test("history is read in pages that a token pins to its run, and long polls answer with the next event")
  func history() async throws {
    try await withTally { env in
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      for number in 1...10 {
        try await handle.signal(name: "add", input: [JSONPayloadConverter().payload(for: number)])
      }
      try await handle.signal(name: "finish")
      _ = try await handle.result()
      let whole = try await handle.fetchHistory()
      #expect(whole.map(\.id) == Array(1...Int64(whole.count)))
      var request = GetWorkflowExecutionHistoryRequest(execution: WorkflowExecution(workflowID: "t"))
      request.maximumPageSize = 7
      var paged: [HistoryEvent] = []
      repeat {
        let page = try await env.client.frontend.getWorkflowExecutionHistory(request)
        #expect(page.events.count <= 7)
        paged += page.events
        request.nextPageToken = page.nextPageToken
        // A new run of the id does not disturb the reading of the old one.
        if paged.count == 7 { _ = try await env.client.start(Tally.self, id: "t", input: 1) }
      } while !request.nextPageToken.isEmpty
      #expect(paged == whole)

      let open = env.client.handle(for: Tally.self, id: "t")
      var poll = GetWorkflowExecutionHistoryRequest(execution: open.execution)
      poll.waitNewEvent = true
      let first = try await env.client.frontend.getWorkflowExecutionHistory(poll)
      #expect(first.events.map(\.id) == [1, 2, 3, 4])
      poll.nextPageToken = first.nextPageToken
      let waiting = poll
      async let next = env.client.frontend.getWorkflowExecutionHistory(waiting)
      try await env.settle()
      try await open.signal(name: "finish")
      #expect(try await next.events.first?.typeName == "WorkflowExecutionSignaled")
      poll.nextPageToken = Array("nonsense".utf8)
      let nonsense = poll
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.frontend.getWorkflowExecutionHistory(nonsense)
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("a long poll without an event ends with an empty page and a token to go on with")
  func longPollTimeout() async throws {
    try await withTally { env in
      let handle = try await env.client.start(Tally.self, id: "t", input: 0)
      var request = GetWorkflowExecutionHistoryRequest(execution: handle.execution)
      request.waitNewEvent = true
      request.filter = .closeEvent
      request.longPollTimeout = .seconds(20)
      let engine = env.engine
      let poll = request
      async let answer = engine.getWorkflowExecutionHistory(poll)
      while try await engine.statistics().timers == 0 { await Task.yield() }
      try await env.advance(by: .seconds(20))
      let page = try await answer
      #expect(page.events.isEmpty)
      #expect(!page.nextPageToken.isEmpty)
      try await handle.signal(name: "finish")
      request.nextPageToken = page.nextPageToken
      #expect(try await engine.getWorkflowExecutionHistory(request).events.last?.attributes.isClosing == true)
    }
  }

  @Test("payloads above the threshold are kept in files and come back whole, also after a power loss")
  func blobs() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Bulk.self]) { env in
      let size = 300_000
      env.mock("double") { arguments in
        let bytes = try arguments.decode(0, as: [UInt8].self)
        return bytes + bytes
      }
      let input = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let handle = try await env.client.start(Bulk.self, id: "b", input: input)
      try await handle.signal(name: "more", input: [JSONPayloadConverter().payload(for: input)])
      try await env.restart(.powerLoss())
      let expected = input + input + input
      #expect(try await handle.result() == expected)
      let history = try await handle.fetchHistory()
      guard case .workflowExecutionStarted(let started) = history[0].attributes else { return }
      #expect(started.input.first?.data.count == size)
      try await WorkflowReplayer(workflows: [Bulk.self]).replay(history)
      let statistics = try await env.engine.statistics()
      #expect(statistics.bytesWritten < 100_000, "the journal holds references")
      try await env.restart(.powerLoss())
      #expect(try await handle.result() == expected)
    }
  }

  @Test("a payload above the limit is refused", arguments: [2000])
  func tooLarge(limit: Int) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Bulk.self], configure: { options in
        options.blobThreshold = 1024
        options.maximumPayloadSize = limit
      }
    ) { env in
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.start(Bulk.self, id: "b", input: [UInt8](repeating: 1, count: limit + 1))
      }
      #expect(error?.code == .invalidArgument)
      env.mock("double") { _ in [UInt8](repeating: 1, count: limit + 1) }
      let failed = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Bulk.self, id: "c", input: [1])
      }
      #expect(failed?.cause.root.applicationType == "PayloadTooLarge")
    }
  }
}

actor Bulk: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var more: [UInt8] = []
  static var handlers: WorkflowHandlers<Bulk> {
    WorkflowHandlers().signal("more") { workflow, arguments in workflow.more = try arguments.decode(0) }
  }
  func run(input: [UInt8]) async throws -> [UInt8] {
    let doubled: [UInt8] = try await context.executeActivity("double", input, options: minute)
    try await context.condition(timeout: .seconds(10)) { !more.isEmpty }
    return doubled + more
  }
}
