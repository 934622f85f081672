internal import Testing

@testable internal import DurableWorkflows

@Suite("Schedule overlap policies")
struct ScheduleOverlapTests {
  @Test("skip: nothing is started while a run is open")
  func skip() throws {
    var driver = try ScheduleDriver.hourly(.skip)
    driver.run(until: "2026-01-01T03:30:00Z")
    #expect(driver.started == [driver.id(1)])
    #expect(driver.machine.progress.overlapSkipped == 2)
    driver.close(driver.id(1))
    #expect(driver.started == [driver.id(1)])
    driver.run(until: "2026-01-01T04:30:00Z")
    #expect(driver.started == [driver.id(1), driver.id(4)])
    #expect(driver.machine.progress.actionCount == 2)
  }

  @Test("buffer one: one start waits, the first")
  func bufferOne() throws {
    var driver = try ScheduleDriver.hourly(.bufferOne)
    driver.run(until: "2026-01-01T04:30:00Z")
    #expect(driver.started == [driver.id(1)])
    #expect(driver.machine.progress.buffer.count == 1)
    #expect(driver.machine.progress.overlapSkipped == 2)
    driver.close(driver.id(1))
    #expect(driver.started == [driver.id(1), driver.id(2)])
    driver.close(driver.id(2))
    #expect(driver.started == [driver.id(1), driver.id(2)])
  }

  @Test("buffer all: every start waits its turn")
  func bufferAll() throws {
    var driver = try ScheduleDriver.hourly(.bufferAll)
    driver.run(until: "2026-01-01T04:30:00Z")
    for hour in 1...4 {
      #expect(driver.started == driver.ids(1...hour))
      driver.close(driver.id(hour))
    }
    #expect(driver.started == driver.ids(1...4))
    #expect(driver.machine.progress.overlapSkipped == 0)
    #expect(driver.machine.progress.running.isEmpty)
  }

  @Test("buffer all: what exceeds the buffer is dropped and counted")
  func overflow() throws {
    var driver = try ScheduleDriver.hourly(.bufferAll)
    driver.sleep(until: "2026-03-01T00:00:00Z")
    let hours = Int64(59 * 24)
    #expect(driver.started == [driver.id(1)])
    #expect(driver.machine.progress.buffer.count == ScheduleMachine.largestBuffer)
    #expect(driver.machine.progress.bufferDropped == hours - 1 - Int64(ScheduleMachine.largestBuffer))
  }

  @Test("cancel other: the open run is asked once, and the next follows when it is closed")
  func cancelOther() throws {
    var driver = try ScheduleDriver.hourly(.cancelOther)
    driver.run(until: "2026-01-01T03:30:00Z")
    #expect(driver.started == [driver.id(1)])
    #expect(driver.cancelled == [driver.id(1)])
    driver.close(driver.id(1), .canceled)
    #expect(driver.started == [driver.id(1), driver.id(3)])
    #expect(driver.machine.progress.buffer.isEmpty)
  }

  @Test("terminate other: the open run gives way")
  func terminateOther() throws {
    var driver = try ScheduleDriver.hourly(.terminateOther)
    driver.run(until: "2026-01-01T03:30:00Z")
    #expect(driver.started == driver.ids(1...3))
    #expect(driver.terminated == driver.ids(1...2))
    #expect(driver.machine.progress.running.map(\.execution.workflowID) == [driver.id(3)])
    #expect(driver.machine.progress.recentActions.map(\.startWorkflowStatus) == [.terminated, .terminated, .running])
  }

  @Test("terminate overrides a cancellation that was requested before")
  func escalation() throws {
    var driver = try ScheduleDriver.hourly(.cancelOther)
    driver.run(until: "2026-01-01T02:30:00Z")
    driver.patch(SchedulePatch(triggerImmediately: .init(overlap: .terminateOther)))
    #expect(driver.cancelled == [driver.id(1)])
    #expect(driver.terminated == [driver.id(1)])
    #expect(driver.started == [driver.id(1), "r-2026-01-01T02:30:00Z"])
  }

  @Test("allow all: runs are started side by side and stand in nobody's way")
  func allowAll() throws {
    var driver = try ScheduleDriver.hourly(.allowAll)
    driver.run(until: "2026-01-01T03:30:00Z")
    #expect(driver.started == driver.ids(1...3))
    #expect(driver.machine.progress.running.isEmpty)
    driver.patch(SchedulePatch(triggerImmediately: .init(overlap: .skip)))
    #expect(driver.started.last == "r-2026-01-01T03:30:00Z")
    driver.patch(SchedulePatch(triggerImmediately: .init(overlap: .skip)))
    #expect(driver.started.count == 4)
    driver.close(driver.id(2), .failed)
    #expect(driver.machine.progress.recentActions.map(\.startWorkflowStatus) == [.running, .failed, .running, .running])
  }
}
