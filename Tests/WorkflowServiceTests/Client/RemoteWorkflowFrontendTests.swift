import DurableWorkflows
import Synchronization
import Testing

@testable import WorkflowService

@Suite("The remote frontend", .timeLimit(.minutes(1)))
struct RemoteWorkflowFrontendTests {
  @Test("Every request arrives as it was made")
  func requests() async throws {
    let frontend = ScriptedFrontend()
    var start = StartWorkflowExecutionRequest(workflowID: "w", workflowType: "T", taskQueue: "q")
    start.input = [Sample.payload, Sample.bytes]
    start.executionTimeout = .hours(1)
    start.runTimeout = .milliseconds(1500)
    start.taskTimeout = .seconds(3)
    start.identity = "me"
    start.requestID = "request-1"
    start.idReusePolicy = .rejectDuplicate
    start.idConflictPolicy = .useExisting
    start.memo = ["m": Sample.payload]
    start.searchAttributes = ["s": Sample.payload]
    start.header = ["h": Sample.bytes]
    start.retryPolicy = Sample.retryPolicy
    start.cronSchedule = "@daily"
    start.startDelay = .milliseconds(2500)
    start.lastCompletionResult = [Sample.bytes]
    start.continuedFailure = Sample.applicationFailure
    var signal = SignalWorkflowExecutionRequest(
      execution: Sample.execution, signalName: "approve", input: [Sample.payload], identity: "me",
      requestID: "request-2")
    signal.header = ["h": Sample.bytes]
    var query = QueryWorkflowRequest(execution: Sample.execution, queryType: "q", arguments: [Sample.bytes])
    query.rejectCondition = .notCompletedCleanly
    query.header = ["h": Sample.bytes]
    let describe = DescribeWorkflowExecutionRequest(execution: Sample.execution)
    var cancel = RequestCancelWorkflowExecutionRequest(
      execution: Sample.execution, reason: "no more", identity: "me", requestID: "request-3")
    cancel.firstExecutionRunID = Sample.otherRunID
    var terminate = TerminateWorkflowExecutionRequest(
      execution: Sample.execution, reason: "enough", details: [Sample.payload], identity: "me")
    terminate.firstExecutionRunID = Sample.otherRunID
    let list = ListWorkflowExecutionsRequest(pageSize: 5, nextPageToken: [1, 0], query: "WorkflowId = 'w'")
    try await withRemote(of: frontend) { [start, signal, query, cancel, terminate] remote in
      _ = try await remote.startWorkflowExecution(start)
      try await remote.signalWorkflowExecution(signal)
      _ = try await remote.queryWorkflow(query)
      _ = try await remote.describeWorkflowExecution(describe)
      try await remote.requestCancelWorkflowExecution(cancel)
      try await remote.terminateWorkflowExecution(terminate)
      _ = try await remote.listWorkflowExecutions(list)
      _ = try await remote.countWorkflowExecutions(namespace: "default", query: "q")
    }
    #expect(
      frontend.requests == [
        .start(start), .signal(signal), .query(query), .describe(describe), .requestCancel(cancel),
        .terminate(terminate), .list(list), .count("q"),
      ])
  }

  @Test("Every answer arrives as it was given")
  func answers() async throws {
    let running = WorkflowExecutionInfo(
      execution: Sample.execution, workflowType: "T", taskQueue: "q", startTime: Sample.time, closeTime: nil,
      status: .running, historyLength: 1, historySizeBytes: 2)
    let frontend = ScriptedFrontend {
      $0.start = { _ in StartWorkflowExecutionResponse(runID: Sample.runID, started: false, status: .timedOut) }
      $0.query = { $0.queryType == "r" ? .rejected(.canceled) : .result([Sample.payload, Sample.bytes]) }
      $0.list = { _ in
        ListWorkflowExecutionsResponse(executions: [Sample.info, running], nextPageToken: [0, 255])
      }
      $0.count = { _ in CountWorkflowExecutionsResponse(count: 17) }
    }
    try await withRemote(of: frontend) { remote in
      let start = try await remote.startWorkflowExecution(
        StartWorkflowExecutionRequest(workflowID: "w", workflowType: "T", taskQueue: "q"))
      #expect(start == StartWorkflowExecutionResponse(runID: Sample.runID, started: false, status: .timedOut))
      let result = try await remote.queryWorkflow(QueryWorkflowRequest(execution: Sample.execution, queryType: "q"))
      #expect(result == .result([Sample.payload, Sample.bytes]))
      let rejected = try await remote.queryWorkflow(QueryWorkflowRequest(execution: Sample.execution, queryType: "r"))
      #expect(rejected == .rejected(.canceled))
      let description = try await remote.describeWorkflowExecution(
        DescribeWorkflowExecutionRequest(execution: Sample.execution))
      #expect(description == Sample.description)
      let list = try await remote.listWorkflowExecutions(ListWorkflowExecutionsRequest())
      #expect(list == ListWorkflowExecutionsResponse(executions: [Sample.info, running], nextPageToken: [0, 255]))
      let count = try await remote.countWorkflowExecutions(namespace: "default", query: "")
      #expect(count == 17)
      let namespace = try await remote.describeNamespace("default")
      #expect(namespace == NamespaceDescription(name: "default", id: "namespace-1", retention: .days(3)))
      let system = try await remote.getSystemInfo()
      #expect(system.clusterID == "cluster-1")
      #expect(system.serverVersion == "1.29.0")
    }
  }

  @Test("A blocked run tells why, from its history")
  func blocked() async throws {
    var description = Sample.description
    description.pendingWorkflowTask = PendingWorkflowTaskInfo(
      scheduledTime: Sample.time, attempt: 1, failure: Sample.applicationFailure)
    let history = [
      Sample.allEvents[0],
      HistoryEvent(
        id: 2, time: Sample.time,
        attributes: .workflowTaskFailed(
          scheduledEventID: 2, startedEventID: 3, cause: .nonDeterministicError, failure: Sample.applicationFailure,
          identity: "me")),
    ]
    let frontend = ScriptedFrontend { [description] in
      $0.describe = { _ in description }
      $0.history = { _ in
        GetWorkflowExecutionHistoryResponse(events: history, nextPageToken: [], runID: Sample.runID)
      }
    }
    try await withRemote(of: frontend) { [description] remote in
      let read = try await remote.describeWorkflowExecution(
        DescribeWorkflowExecutionRequest(execution: Sample.execution))
      #expect(read == description)
    }
  }

  @Test(
    "Errors come back as they were thrown",
    arguments: [
      WorkflowServiceError(.alreadyStarted, "a", runID: Sample.runID, startRequestID: "request-1"),
      WorkflowServiceError(.notFound, "b"), WorkflowServiceError(.namespaceNotFound, "c"),
      WorkflowServiceError(.invalidArgument, "d"), WorkflowServiceError(.queryFailed, "e"),
      WorkflowServiceError(.unimplemented, "f"), WorkflowServiceError(.resourceExhausted, "g"),
      WorkflowServiceError(.failedPrecondition, "h"),
    ])
  func errors(_ thrown: WorkflowServiceError) async throws {
    let frontend = ScriptedFrontend { $0.query = { _ in throw thrown } }
    try await withRemote(of: frontend) { remote in
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await remote.queryWorkflow(QueryWorkflowRequest(execution: Sample.execution, queryType: "q"))
      }
      #expect(error == thrown)
    }
  }

  @Test("A service that cannot be reached is named")
  func unreachable() async throws {
    // A port that was just given back: nobody listens there.
    let port = try await withServer(of: ScriptedFrontend()) { $0 }
    let error = await #expect(throws: WorkflowServiceError.self) {
      _ = try await RemoteWorkflowFrontend.connect(address: "127.0.0.1:\(port)")
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("could not connect to 127.0.0.1:\(port)") == true, "\(error?.message ?? "")")
  }

  @Test("Bad addresses are refused", arguments: ["", "host", "host:", ":1", "host:0", "host:65536", "host:x", "[]:1"])
  func badAddress(_ address: String) async {
    let error = await #expect(throws: WorkflowServiceError.self) {
      _ = try await RemoteWorkflowFrontend.connect(address: address)
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test("What is safe to repeat is repeated under one request id; a termination is sent once")
  func retries() async throws {
    let failures = Mutex(3)
    @Sendable func failing() throws {
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw WorkflowServiceError(.unavailable, "not now") }
    }
    let frontend = ScriptedFrontend {
      $0.start = { _ in
        try failing()
        return StartWorkflowExecutionResponse(runID: Sample.runID, started: true)
      }
      $0.terminate = { _ in try failing() }
    }
    try await withRemote(of: frontend, adjusting: { $0.initialRetryInterval = .milliseconds(1) }) { remote in
      let response = try await remote.startWorkflowExecution(
        StartWorkflowExecutionRequest(workflowID: "w", workflowType: "T", taskQueue: "q"))
      #expect(response.started)
      failures.withLock { $0 = 1 }
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await remote.terminateWorkflowExecution(TerminateWorkflowExecutionRequest(execution: Sample.execution))
      }
      #expect(error?.code == .unavailable)
    }
    let starts = frontend.requests.compactMap { if case .start(let request) = $0 { request } else { nil } }
    #expect(starts.count == 4)
    #expect(Set(starts.map(\.requestID)).count == 1)
    #expect(starts.first?.requestID.isEmpty == false)
    #expect(frontend.requests.count == 5)
  }

  @Test("Repeating ends when the time is over")
  func retryTimeout() async throws {
    let frontend = ScriptedFrontend { $0.count = { _ in throw WorkflowServiceError(.unavailable, "never") } }
    try await withRemote(
      of: frontend,
      adjusting: {
        $0.initialRetryInterval = .milliseconds(1)
        $0.retryTimeout = .seconds(5)
      }
    ) { remote in
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await remote.countWorkflowExecutions(namespace: "default", query: "")
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("never") == true)
    }
    #expect(frontend.requests.count > 1)
  }

  @Test("A request that is not answered in time says so")
  func timeout() async throws {
    let frontend = ScriptedFrontend {
      $0.query = { _ in
        try await Task.sleep(for: .seconds(3600))
        return .result([])
      }
    }
    try await withRemote(of: frontend) { connected in
      var impatient = connected
      impatient.configuration.requestTimeout = .milliseconds(100)
      let remote = impatient
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await remote.queryWorkflow(QueryWorkflowRequest(execution: Sample.execution, queryType: "q"))
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  @Test("History without a run id is read from one run, page by page")
  func historyPins() async throws {
    let events = Sample.history(signals: 3)
    let frontend = ScriptedFrontend {
      $0.history = { request in
        let next = Int(request.nextPageToken.first ?? 1)
        return GetWorkflowExecutionHistoryResponse(
          events: [events[next - 1]], nextPageToken: next < events.count ? [UInt8(next + 1)] : [],
          runID: request.execution.runID)
      }
    }
    try await withRemote(of: frontend) { remote in
      let client = WorkflowClient(frontend: remote)
      let read = try await client.history(of: WorkflowExecution(workflowID: "order-17"))
      #expect(read == events)
      let error = await #expect(throws: WorkflowServiceError.self) {
        var request = GetWorkflowExecutionHistoryRequest(execution: Sample.execution)
        request.nextPageToken = [200, 1]
        _ = try await remote.getWorkflowExecutionHistory(request)
      }
      #expect(error?.code == .invalidArgument)
    }
    let reads = frontend.requests.compactMap { if case .history(let request) = $0 { request } else { nil } }
    #expect(reads.count == events.count)
    #expect(reads.allSatisfy { $0.execution == Sample.execution })
  }
}
