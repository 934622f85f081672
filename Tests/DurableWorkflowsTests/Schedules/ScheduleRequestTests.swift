internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Creating, reading and changing schedules through the client.
@Suite("Schedule requests", .timeLimit(.minutes(1)))
struct ScheduleRequestTests {
  private let hourly = ScheduleSpec(cronExpressions: ["@hourly"])

  @Test("a described schedule shows what was stored, what happened and what will happen")
  func describe() async throws {
    try await withSchedules { env in
      let memo = ["note": try JSONPayloadConverter().payload(for: "x")]
      let created = try schedule(
        ScheduleSpec(cronExpressions: ["CRON_TZ=America/Sao_Paulo 0 9 * * MON-FRI # office"]),
        policy: SchedulePolicy(overlap: .bufferOne, catchupWindow: .seconds(1), pauseOnFailure: true),
        state: ScheduleState(note: "first"))
      let handle = try await env.client.createSchedule(
        id: "s", created, options: .init(memo: memo, searchAttributes: memo))
      try await env.sleep(for: .days(2))
      let description = try await handle.describe()
      #expect(description.id == "s")
      #expect(description.memo == memo)
      #expect(description.searchAttributes == memo)
      #expect(description.schedule.spec.timeZoneName == "America/Sao_Paulo")
      #expect(
        description.schedule.spec.calendars
          == [ScheduleCalendarSpec(hour: [9], dayOfWeek: [ScheduleRange(1, through: 5)], comment: "office")])
      #expect(description.schedule.policy.catchupWindow == .seconds(10))
      #expect(description.schedule.policy.pauseOnFailure)
      #expect(description.schedule.state == created.state)
      guard case .startWorkflow(let action) = description.schedule.action else { return }
      #expect(action.taskQueue == env.client.taskQueue)
      #expect(description.info.createTime == Timestamp("2026-01-01T00:00:00Z"))
      #expect(description.info.updateTime == nil)
      #expect(
        description.info.recentActions.map(\.scheduleTime)
          == [Timestamp("2026-01-01T12:00:00Z"), Timestamp("2026-01-02T12:00:00Z")])
      #expect(description.info.futureActionTimes.count == 10)
      #expect(description.info.futureActionTimes.first == Timestamp("2026-01-05T12:00:00Z"))
      #expect(description.info.lastActionError == nil)
      #expect(description.conflictToken.count == 8)
      try await env.restart(.kill)
      #expect(try await handle.describe() == description)
    }
  }

  @Test("a large input comes back whole, and reaches the run")
  func largeInput() async throws {
    try await withSchedules(configure: { $0.blobThreshold = 1024 }) { env in
      let text = String(repeating: "x", count: 2000)
      let action = ScheduleAction.StartWorkflow(
        workflowType: "ScheduledWork", workflowID: "w",
        input: [try JSONPayloadConverter().payload(for: ["minutes": text])])
      await expect(.invalidArgument) {
        try await env.client.createSchedule(id: "s", Schedule(action: .startWorkflow(action), spec: hourly))
      }
      var padded = action
      let json = "{\"minutes\":0,\"fails\":false,\"continuations\":0}"
      padded.input = [Payload(encoding: Payload.jsonPlain, data: Array(json.utf8))]
      padded.input[0].data.append(contentsOf: Array(repeating: UInt8(ascii: " "), count: 2000))
      let handle = try await env.client.createSchedule(
        id: "s", Schedule(action: .startWorkflow(padded), spec: hourly))
      guard case .startWorkflow(let described) = try await handle.describe().schedule.action else { return }
      #expect(described.input == padded.input)
      try await env.sleep(for: .minutes(61))
      #expect(try await handle.describe().info.recentActions.map(\.startWorkflowStatus) == [.completed])
    }
  }

  @Test("an id is taken until its schedule is deleted; a repeated request is recognised")
  func duplicates() async throws {
    try await withSchedules { env in
      let daily = try schedule(ScheduleSpec(cronExpressions: ["@daily"]))
      try await env.client.createSchedule(id: "s", daily, options: .init(requestID: "once"))
      try await env.client.createSchedule(id: "s", daily, options: .init(requestID: "once"))
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await env.client.createSchedule(id: "s", daily)
      }
      #expect(error?.code == .alreadyStarted)
      #expect(error?.message == "schedule \"s\" is already registered")
      let handle = env.client.scheduleHandle(id: "s")
      try await handle.delete()
      await expect(.notFound) { try await handle.delete() }
      await expect(.notFound) { _ = try await handle.describe() }
      await expect(.notFound) { try await handle.pause() }
      await expect(.notFound) { try await handle.update { $0.state.note = "x" } }
      await expect(.notFound) { _ = try await handle.matchingTimes(from: .epoch, through: .epoch) }
      try await env.sleep(for: .days(2))
      #expect(try await startTimes(env).isEmpty)
      try await env.restart(.kill)
      try await env.client.createSchedule(id: "s", try schedule(hourly))
      try await env.sleep(for: .minutes(61))
      #expect(try await startTimes(env) == ["2026-01-03T01:00:00Z"])
    }
  }

  @Test("deleting a schedule leaves its runs alone")
  func deletion() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(
        id: "s", try schedule(hourly, input: ScheduledWork.Input(minutes: 90)))
      try await env.sleep(for: .minutes(61))
      try await handle.delete()
      try await env.restart(.kill)
      let run = env.client.handle(for: ScheduledWork.self, id: "work-2026-01-01T01:00:00Z")
      #expect(try await run.result() == 1)
      #expect(try await startTimes(env).count == 1)
    }
  }

  @Test("pause, trigger, backfill, unpause, with durable effect")
  func patches() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(id: "s", try schedule(hourly))
      try await handle.pause(note: "holidays")
      #expect(try await handle.describe().schedule.state == ScheduleState(note: "holidays", isPaused: true))
      try await env.sleep(for: .minutes(150))
      try await handle.trigger()
      try await env.restart(.powerLoss(.synced))
      try await handle.backfill([
        ScheduleBackfill(
          startAt: Timestamp("2025-12-31T20:00:00Z"), endAt: Timestamp("2025-12-31T22:00:00Z"), overlap: .bufferAll)
      ])
      try await handle.unpause()
      try await env.sleep(for: .hours(1))
      #expect(
        try await startTimes(env) == [
          "2026-01-01T02:30:00Z", "2025-12-31T20:00:00Z", "2025-12-31T21:00:00Z", "2025-12-31T22:00:00Z",
          "2026-01-01T03:00:00Z",
        ])
      let description = try await handle.describe()
      #expect(description.schedule.state.isPaused == false)
      #expect(description.schedule.state.note == "unpaused by test")
      #expect(description.info.actionCount == 5)
      await expect(.invalidArgument) {
        try await handle.backfill([ScheduleBackfill(startAt: env.now, endAt: env.now + .seconds(-1))])
      }
      await expect(.invalidArgument) { try await handle.pause(note: String(repeating: "x", count: 1001)) }
    }
  }

  @Test("a repeated patch has one effect, also after a restart")
  func repeatedPatch() async throws {
    try await withSchedules { env in
      try await env.client.createSchedule(id: "s", try schedule(hourly, policy: SchedulePolicy(overlap: .allowAll)))
      var request = PatchScheduleRequest(
        scheduleID: "s", patch: SchedulePatch(triggerImmediately: .init()))
      request.requestID = "once"
      try await env.client.frontend.patchSchedule(request)
      try await env.restart(.kill)
      try await env.sleep(for: .minutes(1))
      try await env.client.frontend.patchSchedule(request)
      #expect(try await startTimes(env).count == 1)
    }
  }

  @Test("a schedule may begin with actions")
  func initialPatch() async throws {
    try await withSchedules { env in
      let backfill = ScheduleBackfill(
        startAt: Timestamp("2025-12-31T22:00:00Z"), endAt: Timestamp("2025-12-31T23:00:00Z"), overlap: .allowAll)
      try await env.client.createSchedule(
        id: "s", try schedule(hourly, state: ScheduleState(isPaused: true)),
        options: .init(triggerImmediately: true, backfills: [backfill]))
      #expect(
        Set(try await startTimes(env))
          == ["2026-01-01T00:00:00Z", "2025-12-31T22:00:00Z", "2025-12-31T23:00:00Z"])
    }
  }

  @Test("an update replaces; one that is based on what has changed since is refused and tried again")
  func update() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(id: "s", try schedule(hourly))
      let old = try await handle.describe()
      var calls = 0
      try await handle.update { schedule in
        calls += 1
        schedule.spec = ScheduleSpec(cronExpressions: ["*/30 * * * *"])
      }
      #expect(calls == 1)
      var stale = UpdateScheduleRequest(scheduleID: "s", schedule: old.schedule)
      stale.conflictToken = old.conflictToken
      await expect(.failedPrecondition) { try await env.client.frontend.updateSchedule(stale) }
      try await env.sleep(for: .minutes(61))
      #expect(try await startTimes(env) == ["2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"])
      let token = try await handle.describe().conflictToken
      try await handle.update { _ in }
      #expect(try await handle.describe().conflictToken == token)
      try await env.restart(.kill)
      #expect(try await handle.describe().info.updateTime == Timestamp("2026-01-01T00:00:00Z"))
      #expect(try await handle.describe().conflictToken == token)
    }
  }

  @Test("concurrent updates all take effect")
  func concurrentUpdates() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(id: "s", try schedule(hourly))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<8 {
          group.addTask {
            try await handle.update { $0.spec.skip.append(ScheduleCalendarSpec(hour: [ScheduleRange(index)])) }
          }
        }
        try await group.waitForAll()
      }
      let hours = try await handle.describe().schedule.spec.skip.compactMap(\.hour.first?.start)
      #expect(hours.sorted() == Array(0..<8))
    }
  }

  @Test("an upsert creates, replaces what differs, and keeps the state")
  func upsert() async throws {
    try await withSchedules { env in
      let handle = try await env.client.upsertSchedule(id: "s", try schedule(hourly))
      let created = try await handle.describe()
      try await env.client.upsertSchedule(id: "s", try schedule(hourly))
      #expect(try await handle.describe() == created)
      try await handle.pause(note: "operator")
      try await env.client.upsertSchedule(id: "s", try schedule(ScheduleSpec(cronExpressions: ["@daily"])))
      let replaced = try await handle.describe()
      #expect(replaced.schedule.spec.calendars == [ScheduleCalendarSpec()])
      #expect(replaced.schedule.state == ScheduleState(note: "operator", isPaused: true))
    }
  }

  @Test("schedules are listed by id, page by page, filtered and counted")
  func list() async throws {
    try await withSchedules { env in
      for number in (0..<25).shuffled() {
        let id = "s\(number < 10 ? "0" : "")\(number)"
        try await env.client.createSchedule(
          id: id, try schedule(hourly, state: ScheduleState(note: id, isPaused: number % 5 == 0)))
      }
      func ids(_ query: String = "", pageSize: Int = 0) async throws -> [String] {
        var ids: [String] = []
        for try await entry in env.client.listSchedules(query: query, pageSize: pageSize) { ids.append(entry.id) }
        return ids
      }
      let all = (0..<25).map { "s\($0 < 10 ? "0" : "")\($0)" }
      #expect(try await ids() == all)
      #expect(try await ids(pageSize: 7) == all)
      #expect(try await ids(pageSize: 5) == all)
      #expect(try await ids("ScheduleId = 's07'") == ["s07"])
      #expect(try await ids("ScheduleId STARTS_WITH \"s2\" AND TemporalSchedulePaused = false").count == 4)
      #expect(try await ids("TemporalSchedulePaused=true and WorkflowType != 'Other'", pageSize: 2).count == 5)
      let frontend = env.client.frontend
      #expect(try await frontend.countSchedules(namespace: "default", query: "") == 25)
      #expect(try await frontend.countSchedules(namespace: "default", query: "TemporalSchedulePaused != true") == 20)
      for query in ["x", "ScheduleId", "ScheduleId =", "ScheduleId = s", "ScheduleIds = 's'", "ScheduleId = 's' OR",
        "TemporalSchedulePaused STARTS_WITH 'x'", "ScheduleId = 's", "WorkflowType LIKE 'x'"]
      {
        await expect(.invalidArgument) { _ = try await frontend.countSchedules(namespace: "default", query: query) }
      }
      let page = try await frontend.listSchedules(ListSchedulesRequest(pageSize: 1))
      let entry = try #require(page.schedules.first)
      #expect(entry.note == "s00" && entry.isPaused && entry.workflowType == "ScheduledWork")
      #expect(entry.futureActionTimes.count == 5)
      #expect(entry.spec == (try hourly.canonicalized()))
    }
  }

  @Test("the times of a span")
  func matchingTimes() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(id: "s", try schedule(hourly))
      let start = Timestamp("2030-06-01T00:00:00Z")
      let times = try await handle.matchingTimes(from: start, through: start + .hours(3))
      #expect(times == (1...3).map { start + .hours($0) })
      #expect(try await handle.matchingTimes(from: start, through: start + .days(365)).count == 1000)
      #expect(try await handle.matchingTimes(from: start, through: start + .days(-1)).isEmpty)
    }
  }

  @Test("what is wrong is refused at once")
  func invalid() async throws {
    try await withSchedules { env in
      let good = try schedule(hourly)
      var bad = good
      bad.spec.cronExpressions = ["0 25 * * *"]
      let error = await #expect(throws: ScheduleSpecError.self) { try await env.client.createSchedule(id: "s", bad) }
      #expect(error?.field == "spec.cronExpressions[0].hour")
      let refusal = await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.frontend.createSchedule(CreateScheduleRequest(scheduleID: "s", schedule: bad))
      }
      #expect(refusal?.code == .invalidArgument)
      #expect(refusal?.message.contains("spec.cronExpressions[0].hour at character 3 is '25'") == true)
      await expect(.invalidArgument) { try await env.client.createSchedule(id: "", good) }
      await expect(.invalidArgument) {
        try await env.client.createSchedule(id: String(repeating: "x", count: 1001), good)
      }
      await expect(.namespaceNotFound) {
        _ = try await env.client.frontend.createSchedule(
          CreateScheduleRequest(namespace: "other", scheduleID: "s", schedule: good))
      }
      func change(_ change: (inout ScheduleAction.StartWorkflow) -> Void) -> Schedule {
        guard case .startWorkflow(var action) = good.action else { return good }
        change(&action)
        var schedule = good
        schedule.action = .startWorkflow(action)
        return schedule
      }
      for wrong in [
        change { $0.workflowType = "Unknown" }, change { $0.workflowID = "" },
        change { $0.workflowID = String(repeating: "x", count: 990) }, change { $0.runTimeout = .seconds(-1) },
        change { $0.input = [] }, change { $0.retryPolicy = RetryPolicy(backoffCoefficient: 0) },
      ] {
        await expect(.invalidArgument) { try await env.client.createSchedule(id: "s", wrong) }
      }
      let handle = try await env.client.createSchedule(id: "s", good)
      await expect(.invalidArgument) {
        var request = UpdateScheduleRequest(scheduleID: "s", schedule: bad)
        request.conflictToken = try await handle.describe().conflictToken
        try await env.client.frontend.updateSchedule(request)
      }
      #expect(try await handle.describe().schedule.spec == (try hourly.canonicalized()))
    }
  }

  @Test("a start that fails is shown and does not stop the schedule")
  func failedStart() async throws {
    try await withSchedules { env in
      let handle = try await env.client.createSchedule(id: "s", try schedule(hourly))
      try await env.restart(.shutdown, workflows: [WorkingWorkflow.self])
      try await env.sleep(for: .minutes(61))
      let info = try await handle.describe().info
      #expect(info.actionCount == 0)
      #expect(info.lastActionError?.contains("ScheduledWork") == true)
      try await env.restart(.shutdown, workflows: [ScheduledWork.self])
      try await env.sleep(for: .hours(1))
      #expect(try await startTimes(env) == ["2026-01-01T02:00:00Z"])
    }
  }
}
