import DurableWorkflows
import Testing

@testable import WorkflowService

/// Our own remote client against an engine behind a server.
@Suite("The remote frontend and an engine", .timeLimit(.minutes(1)))
struct RemoteEngineTests {
  @Test("The typed client cannot tell a remote engine from its own")
  func typedClient() async throws {
    try await withEngine { engine in
      try await withRemote(of: engine) { remote in
        let client = WorkflowClient(frontend: remote)
        let handle = try await client.start(Checkout.self, id: "w", input: "book")
        let none = try await handle.query(name: "approvals")
        #expect(none == Payload(encoding: Payload.jsonPlain, data: Array(#""""#.utf8)))
        async let result = handle.result()
        try await handle.signal(
          name: "approve", input: [Payload(encoding: Payload.jsonPlain, data: Array(#""Ann""#.utf8))])
        let text = try await result
        #expect(text == "charged book approved by Ann")

        let local: WorkflowHandle<Checkout> = engine.client.handle(id: "w")
        let remoteHistory = try await handle.fetchHistory()
        let localHistory = try await local.fetchHistory().map(withoutRequestID)
        #expect(remoteHistory == localHistory)
        let remoteDescription = try await handle.describe()
        let localDescription = try await local.describe()
        #expect(remoteDescription == told(localDescription))

        let error = await #expect(throws: WorkflowServiceError.self) { try await handle.terminate() }
        #expect(error?.code == .notFound)
        var infos: [WorkflowExecutionInfo] = []
        for try await info in client.list() { infos.append(info) }
        #expect(infos == [localDescription.info])
      }
    }
  }

  @Test("A failed run arrives with its failure")
  func failure() async throws {
    try await withEngine { engine in
      try await withRemote(of: engine) { remote in
        let handle = try await WorkflowClient(frontend: remote).start(Checkout.self, id: "w", input: "book")
        try await handle.signal(
          name: "approve", input: [Payload(encoding: Payload.jsonPlain, data: Array(#""nobody""#.utf8))])
        let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
        #expect(error?.status == .failed)
        #expect(error?.cause.applicationType == "ApprovalError")
        #expect(error?.execution == handle.execution)
      }
    }
  }

  @Test("A long poll over the time limit goes on with its token until the event comes")
  func longPolls() async throws {
    var configuration = WorkflowServiceServer.Configuration(port: 0)
    configuration.longPollTimeout = .milliseconds(50)
    try await withEngine { [configuration] engine in
      try await withRemote(of: engine, configuration: configuration) { remote in
        let handle = try await WorkflowClient(frontend: remote).start(Checkout.self, id: "w", input: "book")
        var request = GetWorkflowExecutionHistoryRequest(execution: WorkflowExecution(workflowID: "w"))
        request.filter = .closeEvent
        request.waitNewEvent = true
        let empty = try await remote.getWorkflowExecutionHistory(request)
        #expect(empty.events.isEmpty)
        #expect(!empty.nextPageToken.isEmpty)
        #expect(empty.runID == handle.execution.runID)
        try await handle.signal(
          name: "approve", input: [Payload(encoding: Payload.jsonPlain, data: Array(#""Ann""#.utf8))])
        var page = empty
        while page.events.isEmpty {
          request.nextPageToken = page.nextPageToken
          page = try await remote.getWorkflowExecutionHistory(request)
        }
        #expect(page.events.count == 1)
        #expect(page.events.allSatisfy { $0.attributes.isClosing })
        #expect(page.nextPageToken.isEmpty)

        var bad = request
        bad.nextPageToken = [1, 120, 33]
        let error = await #expect(throws: WorkflowServiceError.self) {
          _ = try await remote.getWorkflowExecutionHistory(bad)
        }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  /// What the API has fields for.
  private func told(_ description: WorkflowExecutionDescription) -> WorkflowExecutionDescription {
    var told = description
    told.pendingTimers = []
    told.pendingUpdates = []
    told.pendingLocalActivities = []
    told.lastTaskTime = nil
    told.handlers = nil
    told.tellsTimers = false
    return told
  }

  /// The API has no field for the start request's id.
  private func withoutRequestID(_ event: HistoryEvent) -> HistoryEvent {
    guard case .workflowExecutionStarted(var started) = event.attributes else { return event }
    started.requestID = ""
    return HistoryEvent(id: event.id, time: event.time, attributes: .workflowExecutionStarted(started))
  }
}
