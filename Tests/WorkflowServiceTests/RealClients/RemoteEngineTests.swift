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

  @Test("Updates, starts with a message, resets and chains through the typed client")
  func messages() async throws {
    try await withEngine(workflows: Exported.workflows, activities: Exported.activities) { engine in
      try await withRemote(of: engine) { remote in
        let client = WorkflowClient(frontend: remote)
        let handle = try await client.start(Messages.self, id: "m")
        let first = try await handle.executeUpdate(Messages.add, "one", updateID: "u1")
        #expect(first == 1)
        let again = try await handle.executeUpdate(Messages.add, "one", updateID: "u1")
        #expect(again == 1)
        let refused = await #expect(throws: WorkflowUpdateFailedError.self) {
          _ = try await handle.executeUpdate(Messages.add, "")
        }
        #expect(refused?.cause.applicationType == "Refused")
        let started = try await handle.startUpdate(Messages.add, "two")
        #expect(try await started.result() == 2)
        let known: WorkflowUpdateHandle<Int> = handle.updateHandle(updateID: "u1")
        #expect(try await known.result() == 1)
        let third = try await client.executeUpdateWithStart(
          Messages.self, id: "m", input: Empty(), update: Messages.add, "three")
        #expect(third == 3)
        let signaled = try await client.signalWithStart(
          Messages.self, id: "m", input: Empty(), signal: Messages.finish)
        #expect(try await signaled.result() == ["one", "two", "three"])

        let reset = try await remote.resetWorkflowExecution(
          ResetWorkflowExecutionRequest(
            execution: handle.execution, workflowTaskFinishEventID: 4, requestID: "reset", reapply: .updates))
        let rerun: WorkflowHandle<Messages> = client.handle(id: "m", runID: reset.runID)
        let history = try await rerun.fetchHistory()
        guard case .workflowExecutionStarted(let attributes)? = history.first?.attributes else {
          Issue.record("the history has no start")
          return
        }
        #expect(attributes.runID == reset.runID)
        #expect(attributes.originalRunID == handle.execution.runID)
        let result = try await client.execute(Countdown.self, id: "c", input: 2)
        #expect(result == "done")
      }
    }
  }

  @Test("Schedules through the typed client")
  func schedules() async throws {
    try await withEngine { engine in
      try await withRemote(of: engine) { remote in
        let request = CreateScheduleRequest(
          scheduleID: "s",
          schedule: Schedule(
            action: .startWorkflow(
              ScheduleAction.StartWorkflow(
                workflowType: "Echo", workflowID: "echo",
                input: [Payload(encoding: Payload.jsonPlain, data: Array(#""x""#.utf8))])),
            spec: ScheduleSpec(calendars: [ScheduleCalendarSpec(hour: [ScheduleRange(2, through: 5, step: 2)])])))
        let created = try await remote.createSchedule(request)
        let description = try await remote.describeSchedule(DescribeScheduleRequest(scheduleID: "s"))
        let local = try await engine.describeSchedule(DescribeScheduleRequest(scheduleID: "s"))
        #expect(description == local)
        #expect(description.conflictToken == created.conflictToken)
        var patch = PatchScheduleRequest(scheduleID: "s", patch: SchedulePatch(pause: "enough"))
        patch.requestID = "patch"
        try await remote.patchSchedule(patch)
        var stale = UpdateScheduleRequest(scheduleID: "s", schedule: request.schedule)
        stale.conflictToken = created.conflictToken
        let update = stale
        let error = await #expect(throws: WorkflowServiceError.self) { try await remote.updateSchedule(update) }
        #expect(error?.code == .failedPrecondition)
        let day = Timestamp(nanosecondsSinceEpoch: 1_767_225_600_000_000_000)
        let times = try await remote.listScheduleMatchingTimes(
          ListScheduleMatchingTimesRequest(scheduleID: "s", startTime: day, endTime: day + .hours(24)))
        #expect(times == [day + .hours(2), day + .hours(4)])
        #expect(try await remote.countSchedules(namespace: "default", query: "TemporalSchedulePaused = true") == 1)
        try await remote.deleteSchedule(DeleteScheduleRequest(scheduleID: "s"))
        let list = try await remote.listSchedules(ListSchedulesRequest())
        #expect(list.schedules.isEmpty)
      }
    }
  }

  @Test("Pauses and batches through the typed client")
  func operations() async throws {
    try await withEngine(workflows: Exported.workflows, activities: Exported.activities) { engine in
      try await withRemote(of: engine) { remote in
        let client = WorkflowClient(frontend: remote)
        let handle = try await client.start(Waiting.self, id: "w")
        try await handle.pause(reason: "look first")
        let description = try await handle.describe()
        #expect(description.info.status == .paused)
        var pause = try #require(try await engine.client.handle(for: Waiting.self, id: "w").describe().pause)
        #expect(!pause.requestID.isEmpty && pause.reason == "look first")
        pause.requestID = ""
        #expect(description.pause == pause)
        let error = await #expect(throws: WorkflowServiceError.self) { try await handle.pause() }
        #expect(error?.code == .failedPrecondition)
        try await handle.unpause(reason: "looked")
        #expect(try await handle.describe().info.status == .running)
        let seen = try await handle.fetchHistory().filter { [58, 59].contains($0.attributes.type.rawValue) }
        let written = try await engine.client.history(of: handle.execution)
        #expect(seen == written.filter { [58, 59].contains($0.attributes.type.rawValue) })
        #expect(seen.count == 2)

        let job = try await client.startBatch(
          .signal(name: "finish"), query: "ExecutionStatus = 'Running'", reason: "done", maxOperationsPerSecond: 1000)
        _ = try await handle.result()
        var batch = try await client.describeBatch(job)
        while batch.state == .running { batch = try await client.describeBatch(job) }
        let local = try await engine.client.describeBatch(job)
        #expect(batch == local)
        #expect(batch.completeOperationCount == 1 && batch.reason == "done" && batch.operation == "signal")
        try await client.stopBatch(job)
        let batches = try await client.listBatches()
        let localBatches = try await engine.client.listBatches()
        #expect(batches == localBatches)
        let taken = await #expect(throws: WorkflowServiceError.self) {
          try await client.startBatch(.cancel, query: "ExecutionStatus = 'Running'", jobID: job)
        }
        #expect(taken?.code == .alreadyStarted)
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
