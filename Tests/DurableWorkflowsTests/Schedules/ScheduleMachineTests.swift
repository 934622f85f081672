internal import Testing

@testable internal import DurableWorkflows

@Suite("Schedule machine")
struct ScheduleMachineTests {
  // MARK: Time

  @Test("times that passed while nobody was there are caught up with, up to the window")
  func catchUp() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"]),
      policy: SchedulePolicy(overlap: .allowAll, catchupWindow: .hours(3)))
    driver.sleep(until: "2026-01-01T10:30:00Z")
    #expect(driver.started == driver.ids(8...10))
    #expect(driver.machine.progress.missedCatchupWindow == 7)
    driver.sleep(until: "2026-01-01T10:45:00Z")
    #expect(driver.started.count == 3)
    #expect(driver.machine.nextWakeUp == Timestamp("2026-01-01T11:00:00Z"))
  }

  @Test("a window is at least ten seconds")
  func shortestWindow() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .allowAll, catchupWindow: .zero))
    #expect(driver.machine.schedule.policy.catchupWindow == .seconds(10))
    driver.sleep(until: "2026-01-01T01:00:10Z")
    #expect(driver.started == [driver.id(1)])
    driver.sleep(until: "2026-01-01T02:00:11Z")
    #expect(driver.machine.progress.missedCatchupWindow == 1)
  }

  @Test("a year of seconds is caught up with in slices")
  func slices() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .seconds(10))]), policy: SchedulePolicy(overlap: .skip))
    driver.now = Timestamp("2026-02-01T00:00:00Z")
    var slices = 0
    while let next = driver.machine.nextWakeUp, next <= driver.now {
      let effects = driver.machine.advance(to: driver.now)
      for case .start(let start) in effects { driver.machine.started(start, runID: "x", at: driver.now) }
      slices += 1
    }
    let count = Int64(31 * 8640)
    #expect(driver.machine.progress.overlapSkipped == count - 1)
    #expect(driver.machine.progress.actionCount == 1)
    #expect(slices >= Int(count) / ScheduleMachine.slice)
  }

  @Test("many starts that may overlap come in slices, too")
  func slicesOfStarts() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .seconds(10))]), policy: SchedulePolicy(overlap: .allowAll))
    driver.now = Timestamp("2026-01-02T00:00:00Z")
    #expect(driver.machine.advance(to: driver.now).count == ScheduleMachine.slice)
    #expect(driver.machine.takeBuffer().isEmpty)
    let next = try #require(driver.machine.nextWakeUp)
    #expect(next <= driver.now)
    driver.settle()
    #expect(driver.started.count == 8640 - ScheduleMachine.slice)
    #expect(driver.machine.progress.bufferDropped == 0)
  }

  @Test("a clock that goes back starts nothing twice")
  func clockGoesBack() throws {
    var driver = try ScheduleDriver.hourly(.allowAll)
    driver.run(until: "2026-01-01T03:30:00Z")
    driver.now = Timestamp("2026-01-01T01:30:00Z")
    driver.settle()
    #expect(driver.machine.nextWakeUp == Timestamp("2026-01-01T04:00:00Z"))
    driver.run(until: "2026-01-01T04:30:00Z")
    #expect(driver.started == driver.ids(1...4))
  }

  @Test("jitter delays the start, not the name")
  func jitter() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"], jitter: .minutes(30)), policy: SchedulePolicy(overlap: .allowAll))
    let due = try #require(driver.machine.nextWakeUp)
    #expect(due > Timestamp("2026-01-01T01:00:00Z") && due < Timestamp("2026-01-01T01:30:00Z"))
    driver.run(until: "2026-01-01T03:59:59Z")
    #expect(driver.started == driver.ids(1...3))
    #expect(driver.machine.progress.recentActions[0].scheduleTime == due)
  }

  @Test("an ended schedule asks for nothing, and is forgotten after seven days")
  func end() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"], endAt: Timestamp("2026-01-01T02:00:00Z")))
    driver.run(until: "2026-01-01T02:30:00Z")
    #expect(driver.machine.deletionTime == nil)
    driver.close(driver.id(1))
    #expect(driver.machine.nextWakeUp == Timestamp("2026-01-08T01:00:00Z"))
    #expect(driver.machine.deletionTime == driver.machine.nextWakeUp)
    driver.patch(SchedulePatch(pause: "kept"))
    #expect(driver.machine.nextWakeUp == nil)
  }

  @Test("a long exclusion is not the end: the schedule sleeps until it is over, and goes on")
  func longExclusion() throws {
    // Every minute, except from 24 to 31 December: more times in a row than a search follows.
    let exclusion = ScheduleCalendarSpec(
      minute: [ScheduleRange(0, through: 59)], hour: [ScheduleRange(0, through: 23)],
      dayOfMonth: [ScheduleRange(24, through: 31)], month: [ScheduleRange(12)])
    let spec = ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .seconds(60))], skip: [exclusion])
    var driver = try ScheduleDriver(
      spec, policy: SchedulePolicy(overlap: .allowAll), at: Timestamp("2026-12-23T23:58:30Z"))
    driver.run(until: "2026-12-31T23:59:59Z")
    #expect(driver.started == ["r-2026-12-23T23:59:00Z"])
    #expect(driver.machine.deletionTime == nil)
    driver.run(until: "2027-01-01T00:01:30Z")
    #expect(driver.started.suffix(2) == ["r-2027-01-01T00:00:00Z", "r-2027-01-01T00:01:00Z"])
    // Also in one go, for a process that was not there.
    var late = try ScheduleDriver(
      spec, policy: SchedulePolicy(overlap: .allowAll), at: Timestamp("2026-12-23T23:58:30Z"))
    late.sleep(until: "2027-01-01T00:00:30Z")
    #expect(late.started.last == "r-2027-01-01T00:00:00Z")
  }

  // MARK: Requests

  @Test("a pause lets times pass for good; a trigger still acts")
  func pause() throws {
    var driver = try ScheduleDriver.hourly(.allowAll)
    driver.run(until: "2026-01-01T01:30:00Z")
    driver.patch(SchedulePatch(pause: "holidays"))
    #expect(driver.machine.schedule.state == ScheduleState(note: "holidays", isPaused: true))
    #expect(driver.machine.nextWakeUp == nil)
    driver.run(until: "2026-01-01T04:30:00Z")
    driver.patch(SchedulePatch(triggerImmediately: .init()))
    driver.patch(SchedulePatch(unpause: ""))
    driver.run(until: "2026-01-01T05:30:00Z")
    #expect(driver.started == [driver.id(1), "r-2026-01-01T04:30:00Z", driver.id(5)])
    #expect(driver.machine.progress.missedCatchupWindow == 0)
  }

  @Test("a start that waits is dropped when the schedule is paused")
  func pauseWhileWaiting() throws {
    var driver = try ScheduleDriver.hourly(.bufferAll)
    driver.run(until: "2026-01-01T03:30:00Z")
    driver.patch(SchedulePatch(pause: "stop"))
    driver.close(driver.id(1))
    #expect(driver.started == [driver.id(1)])
    #expect(driver.machine.progress.buffer.isEmpty)
  }

  @Test("limited actions: triggers and skipped times do not count")
  func limited() throws {
    var driver = try ScheduleDriver.hourly(.skip, state: ScheduleState(limitedActions: true, remainingActions: 2))
    #expect(driver.machine.futureActionTimes(10, after: driver.now).count == 2)
    driver.run(until: "2026-01-01T02:30:00Z")
    driver.close(driver.id(1))
    driver.patch(SchedulePatch(triggerImmediately: .init()))
    driver.close("r-2026-01-01T02:30:00Z")
    #expect(driver.machine.schedule.state.remainingActions == 1)
    driver.run(until: "2026-01-01T03:30:00Z")
    driver.close(driver.id(3))
    #expect(driver.machine.schedule.state.remainingActions == 0)
    #expect(driver.machine.futureActionTimes(10, after: driver.now).isEmpty)
    driver.sleep(until: "2026-01-01T08:30:00Z")
    #expect(driver.started == [driver.id(1), "r-2026-01-01T02:30:00Z", driver.id(3)])
    try driver.update { $0.state.remainingActions = 1 }
    driver.run(until: "2026-01-01T10:30:00Z")
    #expect(driver.started.last == driver.id(9))
  }

  @Test("limited actions: no more start at once than are left")
  func limitedCatchUp() throws {
    var driver = try ScheduleDriver.hourly(.allowAll, state: ScheduleState(limitedActions: true, remainingActions: 2))
    driver.sleep(until: "2026-01-01T08:30:00Z")
    #expect(driver.started == driver.ids(1...2))
  }

  @Test("a start that fails is reported, does not count, and makes room")
  func refused() throws {
    var driver = try ScheduleDriver.hourly(
      .bufferAll, state: ScheduleState(limitedActions: true, remainingActions: 5))
    driver.refusedIDs = [driver.id(1), driver.id(2)]
    driver.sleep(until: "2026-01-01T03:30:00Z")
    #expect(driver.started == [driver.id(3)])
    #expect(driver.machine.schedule.state.remainingActions == 4)
    #expect(driver.machine.progress.lastActionError == "\(driver.id(2)): no such workflow")
    #expect(driver.machine.progress.actionCount == 1)
  }

  @Test("a backfill takes all times of its span, ends included, paused or not")
  func backfill() throws {
    var driver = try ScheduleDriver.hourly(.skip, state: ScheduleState(isPaused: true))
    driver.now = Timestamp("2026-01-02T00:00:00Z")
    let backfill = ScheduleBackfill(
      startAt: Timestamp("2026-01-01T03:00:00Z"), endAt: Timestamp("2026-01-01T06:00:00Z"), overlap: .allowAll)
    driver.patch(SchedulePatch(backfills: [backfill]))
    #expect(driver.started == driver.ids(3...6))
    var inOrder = backfill
    inOrder.overlap = .bufferAll
    driver.patch(SchedulePatch(backfills: [inOrder]))
    #expect(driver.started == driver.ids(3...6) + [driver.id(3)])
    for hour in 3...6 { driver.close(driver.id(hour)) }
    #expect(driver.started == driver.ids(3...6) + driver.ids(3...6))
    #expect(driver.machine.nextWakeUp == nil)
  }

  @Test("a long backfill waits for its turn without filling the buffer")
  func longBackfill() throws {
    var driver = try ScheduleDriver(ScheduleSpec(cronExpressions: ["* * * * *"]), state: ScheduleState(isPaused: true))
    driver.now = Timestamp("2026-01-03T00:00:00Z")
    driver.patch(
      SchedulePatch(backfills: [
        ScheduleBackfill(
          startAt: Timestamp("2026-01-01T00:01:00Z"), endAt: Timestamp("2026-01-02T00:00:00Z"), overlap: .bufferAll)
      ]))
    #expect(driver.machine.progress.buffer.count <= ScheduleMachine.largestBuffer / 2)
    var count = 0
    while let running = driver.machine.progress.running.first {
      count += 1
      driver.close(running.execution.workflowID)
    }
    #expect(count == 1440)
    #expect(driver.machine.progress.bufferDropped == 0)
    #expect(driver.machine.progress.backfills.isEmpty)
  }

  @Test("a failed or timed-out run pauses the schedule if it shall", arguments: WorkflowExecutionStatus.closings)
  func pauseOnFailure(status: WorkflowExecutionStatus) throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: .bufferAll, pauseOnFailure: true))
    driver.run(until: "2026-01-01T02:30:00Z")
    driver.close(driver.id(1), status, message: "out of paper")
    let isPaused = status == .failed || status == .timedOut
    #expect(driver.machine.schedule.state.isPaused == isPaused)
    #expect(driver.started == (isPaused ? [driver.id(1)] : driver.ids(1...2)))
    if status == .failed {
      #expect(
        driver.machine.schedule.state.note
          == "paused due to workflow failure: r-2026-01-01T01:00:00Z: out of paper")
    }
  }

  @Test("an update takes effect from now on")
  func update() throws {
    var driver = try ScheduleDriver.hourly(.allowAll)
    driver.run(until: "2026-01-01T02:30:00Z")
    let token = driver.machine.progress.revision
    try driver.update { $0.spec = ScheduleSpec(cronExpressions: ["*/20 * * * *"]) }
    #expect(driver.machine.progress.revision > token)
    driver.run(until: "2026-01-01T03:00:00Z")
    #expect(driver.started == driver.ids(1...2) + ["r-2026-01-01T02:40:00Z", driver.id(3)])
    #expect(throws: ScheduleSpecError.self) { try driver.update { $0.spec.cronExpressions = ["* * * *"] } }
    driver.run(until: "2026-01-01T03:30:00Z")
    #expect(driver.started.count == 5)
  }

  @Test("an update keeps a time that its jitter still makes due, and repeats none")
  func updateWithJitter() throws {
    var driver = try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"], jitter: .minutes(50)), policy: SchedulePolicy(overlap: .allowAll))
    let due = try #require(driver.machine.nextWakeUp)
    driver.now = due + .seconds(-1)
    try driver.update { $0.policy.pauseOnFailure = true }
    driver.now = due
    driver.settle()
    #expect(driver.started == [driver.id(1)])
    driver.now = due + .seconds(1)
    try driver.update { $0.policy.pauseOnFailure = false }
    #expect(driver.started == [driver.id(1)])
  }

  @Test("what is wrong with policy and state is named")
  func errors() throws {
    func field(_ change: (inout Schedule) -> Void) throws -> String {
      var driver = try ScheduleDriver.hourly(.skip)
      return try #require(throws: ScheduleSpecError.self) { try driver.update(change) }.field
    }
    #expect(try field { $0.policy.catchupWindow = .seconds(-1) } == "policy.catchupWindow")
    #expect(try field { $0.state.remainingActions = -1 } == "state.remainingActions")
    #expect(try field { $0.spec.cronExpressions = ["0 0 * * X"] } == "spec.cronExpressions[0].dayOfWeek")
    #expect(
      try field {
        $0.spec = ScheduleSpec(
          cronExpressions: ["* * * * *"],
          skip: [ScheduleCalendarSpec(minute: [ScheduleRange(0, through: 59)], hour: [ScheduleRange(0, through: 23)])])
      } == "spec.skip")
  }

  @Test("recent actions are the last ten")
  func recentActions() throws {
    var driver = try ScheduleDriver.hourly(.allowAll)
    driver.run(until: "2026-01-01T14:30:00Z")
    #expect(driver.machine.progress.recentActions.map(\.startWorkflowResult.workflowID) == driver.ids(5...14))
    #expect(driver.machine.progress.recentActions.map(\.startWorkflowResult.runID).last == "run-14")
    #expect(driver.machine.futureActionTimes(10, after: driver.now).count == 10)
    #expect(driver.machine.futureActionTimes(10, after: driver.now).first == Timestamp("2026-01-01T15:00:00Z"))
  }

  // MARK: Restarts

  @Test("a restart between any two inputs changes nothing", arguments: 0..<150)
  func restarts(seed: Int) throws {
    var random = SeededValues(seed: UInt64(seed))
    let overlap = ScheduleOverlapPolicy.allCases[seed % ScheduleOverlapPolicy.allCases.count]
    let state = ScheduleState(limitedActions: random.below(3) == 0, remainingActions: random.below(12))
    let jitter: Duration = random.bool() ? .zero : .minutes(random.below(90))
    let spec = ScheduleSpec(
      cronExpressions: ["CRON_TZ=Europe/Berlin 0,20 * * * *"],
      skip: [ScheduleCalendarSpec(minute: [20], hour: [ScheduleRange(3, through: 5)])], jitter: jitter)
    let policy = SchedulePolicy(
      overlap: overlap, catchupWindow: .hours(random.below(5)), pauseOnFailure: random.bool())
    var steady = try ScheduleDriver(spec, policy: policy, state: state, at: Timestamp("2026-03-28T20:00:00Z"))
    var restarted = steady
    for _ in 0..<60 {
      let time = steady.now + .minutes(random.below(80))
      let kind = random.below(9)
      let closing = WorkflowExecutionStatus.closings[random.below(WorkflowExecutionStatus.closings.count)]
      let override = random.optional { ScheduleOverlapPolicy.allCases[$0.below(ScheduleOverlapPolicy.allCases.count)] }
      try restarted.restart()
      func act(_ driver: inout ScheduleDriver) {
        driver.now = time
        switch kind {
        case 0: driver.patch(SchedulePatch(pause: "p"))
        case 1: driver.patch(SchedulePatch(unpause: "u"))
        case 2: driver.patch(SchedulePatch(triggerImmediately: .init(overlap: override)))
        case 3:
          driver.patch(
            SchedulePatch(backfills: [
              ScheduleBackfill(startAt: time + .hours(-4), endAt: time + .hours(-1), overlap: override)
            ]))
        case 4, 5:
          if let running = driver.machine.progress.running.first { driver.close(running.execution.workflowID, closing) }
        default: driver.settle()
        }
      }
      act(&steady)
      act(&restarted)
      #expect(restarted.machine == steady.machine)
      #expect(restarted.started == steady.started)
      #expect(restarted.machine.nextWakeUp == steady.machine.nextWakeUp)
      expectSane(steady.machine)
    }
  }

  private func expectSane(_ machine: ScheduleMachine) {
    let progress = machine.progress
    #expect(progress.running.count <= 1)
    #expect(progress.buffer.isEmpty || !progress.running.isEmpty)
    #expect(progress.state.remainingActions >= 0)
    #expect(progress.recentActions.count <= ScheduleMachine.recentActionCount)
  }
}

extension WorkflowExecutionStatus {
  fileprivate static let closings: [WorkflowExecutionStatus] = [.completed, .failed, .canceled, .terminated, .timedOut]
}
