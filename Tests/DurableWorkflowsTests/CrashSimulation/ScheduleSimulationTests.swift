internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Schedules and what they start, killed at every durable write.
@Suite("Crashes at every write: schedules", .timeLimit(.minutes(5)))
struct ScheduleSimulationTests {
  private let hourly = ScheduleSpec(intervals: [ScheduleIntervalSpec(every: .hours(1))])

  @Test("each overlap policy, with runs that are longer than the interval", arguments: ScheduleOverlapPolicy.allCases)
  func overlap(policy: ScheduleOverlapPolicy) async throws {
    let schedule = try schedule(
      hourly, policy: SchedulePolicy(overlap: policy),
      state: ScheduleState(limitedActions: true, remainingActions: 3), input: ScheduledWork.Input(minutes: 95))
    try await simulate([ScheduledWork.self]) { life in
      let handle = try await life.client.createSchedule(id: "s", schedule)
      try await life.sleep(until: .minutes(450))
      // A schedule that has nothing left to do would be deleted after a week, and a later life would not find it.
      try await handle.pause()
      let info = try await handle.describe().info
      return [info.actionCount, info.overlapSkipped, info.bufferDropped, info.missedCatchupWindow]
    }
  }

  @Test("pause, trigger, unpause, another rhythm, deletion")
  func requests() async throws {
    let schedule = try schedule(hourly, input: ScheduledWork.Input(minutes: 5))
    try await simulate([ScheduledWork.self], options: comparingOutcomes) { life in
      let handle = try await life.client.createSchedule(
        id: "s", schedule, options: .init(memo: ["for": argument("Ada")]))
      try await life.sleep(until: .minutes(150))
      try await handle.pause(note: "holidays")
      try await life.sleep(until: .minutes(270))
      try await handle.trigger()
      try await handle.unpause()
      try await life.sleep(until: .minutes(330))
      try await ifThere { try await handle.update { $0.spec.intervals[0].every = .hours(2) } }
      try await life.sleep(until: .minutes(510))
      try await ifThere { try await handle.update { $0.spec.intervals[0].every = .hours(1) } }
      try await life.sleep(until: .minutes(570))
      try await handle.delete()
      try await life.sleep(until: .minutes(700))
      // At 1:00, 2:00, 4:30 by hand, 5:00, 6:00, 8:00 and 9:00.
      return try await life.client.frontend.countWorkflowExecutions(namespace: "default", query: "")
    }
  }

  @Test("a schedule that is upserted and backfilled when its service starts")
  func upsert() async throws {
    let working = Schedule(
      action: .startWorkflow(WorkingWorkflow.self, id: "work"), spec: hourly,
      state: ScheduleState(limitedActions: true, remainingActions: 2))
    let growing = Schedule(
      action: .startWorkflow(GrowingWorkflow.self, id: "grow"), spec: ScheduleSpec(cronExpressions: ["30 * * * *"]),
      policy: SchedulePolicy(overlap: .bufferAll), state: ScheduleState(isPaused: true))
    let activities: ActivityStubs = ["work": { _ in "worked" }]
    try await simulate([WorkingWorkflow.self, GrowingWorkflow.self], activities: activities) { life in
      let work = try await life.client.upsertSchedule(id: "work", working)
      let grow = try await life.client.upsertSchedule(id: "grow", growing)
      let start = VirtualClock.defaultStart
      try await grow.backfill([ScheduleBackfill(startAt: start + .hours(-3), endAt: start + .hours(-1))])
      try await life.sleep(until: .hours(4))
      try await work.pause()
      return [try await work.describe().info.actionCount, try await grow.describe().info.actionCount]
    }
  }

  /// Does nothing if an earlier life has deleted the schedule.
  private func ifThere(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as WorkflowServiceError where error.code == .notFound {
      return
    }
  }
}
