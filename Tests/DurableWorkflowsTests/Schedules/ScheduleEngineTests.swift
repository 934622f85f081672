internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Schedules at work in an engine, in virtual time.
@Suite("Schedules in the engine", .timeLimit(.minutes(1)))
struct ScheduleEngineTests {
  // MARK: Time

  @Test("a year of daily work in a zone with summer time, with restarts, misses and doubles nothing")
  func year() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "daily", try schedule(ScheduleSpec(cronExpressions: ["CRON_TZ=Europe/Berlin 30 9 * * *"])))
      var modes: [WorkflowTestEnvironment.RestartMode] = [
        .shutdown, .kill, .powerLoss(.synced), .kill, .powerLoss(.everything),
      ]
      for part in 0..<6 {
        try await env.sleep(for: .days(part == 5 ? 60 : 61))
        if let mode = modes.popLast() { try await env.restart(mode) }
      }
      let info = try await handle.describe().info
      #expect(info.actionCount == 365)
      #expect(info.missedCatchupWindow == 0)
      let times = try await startTimes(env)
      #expect(times.count == 365)
      // From 29 March to 24 October half past nine is 07:30 UTC.
      #expect(times.count { $0.hasSuffix("T07:30:00Z") } == 210)
      #expect(times.count { $0.hasSuffix("T08:30:00Z") } == 155)
      #expect(times.contains("2026-03-28T08:30:00Z") && times.contains("2026-03-29T07:30:00Z"))
      #expect(times.contains("2026-10-24T07:30:00Z") && times.contains("2026-10-25T08:30:00Z"))
      #expect(Set(times).count == 365)
    }
  }

  @Test("what was due while the engine was down is caught up with, up to the window")
  func catchUp() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "hourly",
        try schedule(
          ScheduleSpec(cronExpressions: ["@hourly"]),
          policy: SchedulePolicy(overlap: .allowAll, catchupWindow: .hours(3))))
      try await env.sleep(for: .minutes(90))
      // The process is suspended, or killed, for nine hours.
      try await env.advance(by: .hours(9))
      var info = try await handle.describe().info
      #expect(info.actionCount == 1 + 3)
      #expect(info.missedCatchupWindow == 6)
      try await env.restart(.kill)
      env.clock.advance(by: .hours(2))
      try await env.settle()
      info = try await handle.describe().info
      #expect(info.actionCount == 4 + 2)
      #expect(info.recentActions.map(\.scheduleTime).last == Timestamp("2026-01-01T12:00:00Z"))
      #expect(info.recentActions.map(\.actualTime).last == Timestamp("2026-01-01T12:30:00Z"))
      #expect(Set(try await startTimes(env)).count == 6)
    }
  }

  @Test("jitter is the same after a restart")
  func jitter() async throws {
    try await withSchedules { env in
      let spec = ScheduleSpec(cronExpressions: ["@hourly"], jitter: .minutes(45))
      let handle = try await env.client.createSchedule(id: "j", try schedule(spec))
      let planned = try await handle.describe().info.futureActionTimes
      #expect(planned.count == 10)
      #expect(planned != (1...10).map { env.now + .hours($0) })
      #expect(try spec.nextTimes(after: env.now, count: 10, scheduleID: "j").map(\.due) == planned)
      for _ in 0..<10 {
        try await env.restart(.kill)
        try await env.sleep(for: .hours(1) + .minutes(1))
      }
      let actions = try await handle.describe().info.recentActions
      #expect(actions.map(\.actualTime) == planned)
      #expect(actions.map(\.scheduleTime) == planned)
    }
  }

  @Test("a schedule that waits costs no turns, and one timer")
  func idle() async throws {
    try await withSchedules { env in
      for number in 0..<50 {
        try await env.client.createSchedule(id: "s\(number)", try schedule(ScheduleSpec(cronExpressions: ["@yearly"])))
      }
      let before = try await env.engine.statistics()
      #expect(before.timers <= 51)
      try await env.sleep(for: .days(200))
      let after = try await env.engine.statistics()
      // The mark that the journal is idle may come late.
      #expect(after.syncs <= before.syncs + 1)
    }
  }

  @Test("limited actions end the schedule, which is forgotten after seven days, also by the journal")
  func end() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "twice",
        try schedule(
          ScheduleSpec(cronExpressions: ["@daily"]),
          state: ScheduleState(limitedActions: true, remainingActions: 2)))
      #expect(try await handle.describe().info.futureActionTimes.count == 2)
      try await env.sleep(for: .days(8))
      let description = try await handle.describe()
      #expect(description.info.actionCount == 2)
      #expect(description.schedule.state.remainingActions == 0)
      #expect(description.info.futureActionTimes.isEmpty)
      try await env.sleep(for: .days(2))
      await expect(.notFound) { _ = try await handle.describe() }
      try await env.restart(.kill)
      await expect(.notFound) { _ = try await handle.describe() }
      #expect(try await startTimes(env).count == 2)
    }
  }

  // MARK: Runs

  @Test("a run carries the schedule's id and the nominal time, and what the action says")
  func run() async throws {
    try await withSchedules { env in
      let memo = ["note": try JSONPayloadConverter().payload(for: "monthly")]
      let action = try ScheduleAction.startWorkflow(
        ScheduledWork.self, id: "report", input: ScheduledWork.Input(minutes: 1), taskQueue: "reports",
        runTimeout: .hours(2), memo: memo, priority: Priority(priorityKey: 2, fairnessKey: "tenant"))
      try await env.client.createSchedule(
        id: "s", Schedule(action: action, spec: ScheduleSpec(cronExpressions: ["@hourly"])))
      try await env.sleep(for: .minutes(61))
      let run = env.client.handle(for: ScheduledWork.self, id: "report-2026-01-01T01:00:00Z")
      let description = try await run.describe()
      #expect(description.info.status == .completed)
      #expect(description.info.memo == memo)
      #expect(description.info.taskQueue == "reports")
      #expect(description.runTimeout == .hours(2))
      guard case .workflowExecutionStarted(let started)? = try await run.fetchHistory().first?.attributes else {
        Issue.record("the history does not begin with the start")
        return
      }
      #expect(started.priority == Priority(priorityKey: 2, fairnessKey: "tenant"))
      func attribute(_ name: String) throws -> String? {
        try description.info.searchAttributes[name].map { try JSONPayloadConverter().value(of: $0, as: String.self) }
      }
      #expect(try attribute("TemporalScheduledById") == "s")
      #expect(try attribute("TemporalScheduledStartTime") == "2026-01-01T01:00:00Z")
      #expect(
        description.info.searchAttributes["TemporalScheduledById"]?.metadata["type"] == Array("Keyword".utf8))
    }
  }

  @Test("each run learns what the one before returned, or how it failed")
  func results() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "s", try schedule(ScheduleSpec(cronExpressions: ["@hourly"])))
      try await env.sleep(for: .minutes(130))
      try await handle.update { $0.action = try action(ScheduledWork.Input(fails: true)) }
      try await env.sleep(for: .hours(1))
      try await env.restart(.kill)
      try await handle.update { $0.action = try action(ScheduledWork.Input()) }
      try await env.sleep(for: .hours(1))
      let last = env.client.handle(for: ScheduledWork.self, id: "work-2026-01-01T04:00:00Z")
      #expect(try await last.result() == 3)
      let first = try #require(try await last.fetchHistory().first)
      guard case .workflowExecutionStarted(let started) = first.attributes else {
        Issue.record("the history does not begin with its start")
        return
      }
      #expect(started.continuedFailure?.root.message == "out of paper")
      #expect(
        try await handle.describe().info.recentActions.map(\.startWorkflowStatus)
          == [.completed, .completed, .failed, .completed])
    }
  }

  @Test("a large result reaches the next run, also after a restart")
  func largeResults() async throws {
    try await withSchedules(configure: { $0.blobThreshold = 1024 }) { env in
      try await env.client.createSchedule(
        id: "s",
        Schedule(
          action: .startWorkflow(GrowingWorkflow.self, id: "g"), spec: ScheduleSpec(cronExpressions: ["@hourly"])))
      for hour in 1...4 {
        try await env.restart(.kill)
        try await env.sleep(for: .hours(1) + .seconds(1))
        let run = env.client.handle(for: GrowingWorkflow.self, id: "g-2026-01-01T0\(hour):00:00Z")
        #expect(try await run.result().count == hour * 1000)
      }
    }
  }

  @Test("a run that goes on as new or is retried counts as open until its chain ends")
  func chains() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "s",
        try schedule(
          ScheduleSpec(cronExpressions: ["@hourly"]), input: ScheduledWork.Input(minutes: 40, continuations: 3)))
      try await env.sleep(for: .minutes(150))
      var info = try await handle.describe().info
      #expect(info.actionCount == 1)
      #expect(info.overlapSkipped == 1)
      #expect(info.runningWorkflows.map(\.workflowID) == ["work-2026-01-01T01:00:00Z"])
      try await env.restart(.kill)
      #expect(try await handle.describe().info.runningWorkflows == info.runningWorkflows)
      try await env.sleep(for: .minutes(120))
      info = try await handle.describe().info
      #expect(info.actionCount == 2)
      #expect(info.overlapSkipped == 2)
    }
    try await withSchedules { env in
      var retried = try schedule(
        ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(pauseOnFailure: true),
        input: ScheduledWork.Input(minutes: 5, fails: true))
      guard case .startWorkflow(var action) = retried.action else { return }
      action.retryPolicy = RetryPolicy(initialInterval: .minutes(20), maximumAttempts: 3)
      retried.action = .startWorkflow(action)
      let handle = try await env.client.createSchedule(id: "s", retried)
      try await env.sleep(for: .minutes(121))
      #expect(try await handle.describe().schedule.state.isPaused == false)
      try await env.sleep(for: .minutes(30))
      let description = try await handle.describe()
      #expect(description.schedule.state.isPaused)
      #expect(
        description.schedule.state.note
          == "paused due to workflow failure: work-2026-01-01T01:00:00Z: out of paper")
      #expect(description.info.actionCount == 1)
      #expect(description.info.recentActions.map(\.startWorkflowStatus) == [.failed])
    }
  }

  @Test("overlaps: the running workflow is cancelled, terminated or waited for")
  func overlaps() async throws {
    for (policy, statuses) in [
      (ScheduleOverlapPolicy.cancelOther, [WorkflowExecutionStatus.canceled, .canceled, .canceled, .running]),
      (.terminateOther, [.terminated, .terminated, .terminated, .running]),
      (.bufferAll, [.completed, .completed, .running]), (.bufferOne, [.completed, .completed, .running]),
      (.skip, [.completed, .completed]), (.allowAll, [.completed, .completed, .completed, .running]),
    ] {
      try await withSchedules { env in
        let handle = try await env.client.createSchedule(
          id: "s",
          try schedule(
            ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: policy),
            input: ScheduledWork.Input(minutes: 75)))
        try await env.sleep(for: .minutes(255))
        let info = try await handle.describe().info
        #expect(info.recentActions.map(\.startWorkflowStatus) == statuses, "\(policy)")
        #expect(info.runningWorkflows.count == (policy == .skip || policy == .allowAll ? 0 : 1), "\(policy)")
        #expect(info.bufferSize == (policy == .bufferAll || policy == .bufferOne ? 1 : 0), "\(policy)")
      }
    }
  }

  @Test("starts that wait go on waiting after a crash")
  func bufferSurvives() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "s",
        try schedule(
          ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .bufferAll),
          input: ScheduledWork.Input(minutes: 150)))
      try await env.sleep(for: .minutes(190))
      #expect(try await handle.describe().info.bufferSize == 2)
      try await env.restart(.powerLoss(.synced))
      #expect(try await handle.describe().info.bufferSize == 2)
      try await handle.pause()
      // What waits is dropped when its turn comes while the schedule is paused.
      try await env.sleep(for: .minutes(30))
      #expect(try await handle.describe().info.bufferSize == 0)
      #expect(try await handle.describe().info.actionCount == 1)
    }
  }

  @Test("a run that ends while the engine shuts down is followed by the next one in the next process")
  func shutdownBetween() async throws {
    try await withSchedules(configure: { $0.gracefulShutdownPeriod = .seconds(10) }) { env in
      let mock = env.mock("work") { _ in "done" }
      mock.hold()
      let handle = try await env.client.createSchedule(
        id: "s",
        Schedule(
          action: .startWorkflow(WorkingWorkflow.self, id: "work"), spec: ScheduleSpec(cronExpressions: ["@hourly"]),
          policy: SchedulePolicy(overlap: .bufferOne)))
      try await env.advance(by: .hours(1))
      try await mock.waitForCalls(1)
      try await env.advance(by: .hours(1))
      #expect(try await handle.describe().info.bufferSize == 1)
      let engine = env.engine
      async let shutdown: Void = engine.shutdown()
      while true {
        do {
          try await engine.patchSchedule(PatchScheduleRequest(scheduleID: "s", patch: SchedulePatch()))
        } catch let error as WorkflowServiceError {
          #expect(error.code == .unavailable)
          break
        }
      }
      mock.release()
      try await shutdown
      try await env.restart()
      let info = try await handle.describe().info
      #expect(info.recentActions.map(\.startWorkflowStatus).first == .completed)
      #expect(info.actionCount == 2)
      #expect(info.bufferSize == 0)
    }
  }
}
