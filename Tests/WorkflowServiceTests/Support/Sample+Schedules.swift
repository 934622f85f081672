import DurableWorkflows

extension Sample {
  static let schedule = Schedule(
    action: .startWorkflow(
      ScheduleAction.StartWorkflow(
        workflowType: "Report", workflowID: "report", taskQueue: "queue", input: [payload, bytes],
        executionTimeout: .hours(2), runTimeout: .minutes(90), taskTimeout: .seconds(11), retryPolicy: retryPolicy,
        memo: ["note": payload], searchAttributes: ["Customer": bytes], header: ["trace": bytes],
        priority: Priority(priorityKey: 2, fairnessKey: "tenant"))),
    spec: scheduleSpec,
    policy: SchedulePolicy(overlap: .bufferAll, catchupWindow: .minutes(3), pauseOnFailure: true),
    state: ScheduleState(note: "why", isPaused: true, limitedActions: true, remainingActions: 5))

  static let scheduleSpec: ScheduleSpec = {
    var spec = ScheduleSpec()
    spec.calendars = [
      ScheduleCalendarSpec(
        second: [1], minute: [ScheduleRange(2, through: 8, step: 3)], hour: [4, 5], dayOfMonth: [6], month: [7],
        year: [ScheduleRange(2026, through: 2030)], dayOfWeek: [0, 6], comment: "weekends")
    ]
    spec.intervals = [ScheduleIntervalSpec(every: .hours(2), offset: .minutes(5)), ScheduleIntervalSpec(every: .days(1))]
    spec.cronExpressions = ["0 12 * * MON-FRI # noon"]
    spec.skip = [ScheduleCalendarSpec(hour: [3], comment: "night")]
    spec.startAt = time
    spec.endAt = time + .days(30)
    spec.jitter = .milliseconds(1500)
    spec.timeZoneName = "Europe/Vienna"
    return spec
  }()

  static let schedulePatch = SchedulePatch(
    triggerImmediately: .init(overlap: .allowAll),
    backfills: [
      ScheduleBackfill(startAt: time, endAt: time + .hours(1), overlap: .terminateOther),
      ScheduleBackfill(startAt: time, endAt: time + .hours(2)),
    ],
    pause: "stop", unpause: "go")

  static let actionResult = ScheduleActionResult(
    scheduleTime: time, actualTime: time + .seconds(1), startWorkflowResult: execution, startWorkflowStatus: .failed)

  static let scheduleDescription = ScheduleDescription(
    id: "s", schedule: schedule,
    info: ScheduleInfo(
      actionCount: 1, missedCatchupWindow: 2, overlapSkipped: 3, bufferDropped: 4, bufferSize: 5,
      runningWorkflows: [execution], recentActions: [actionResult], futureActionTimes: [time + .hours(1)],
      createTime: time, updateTime: time + .minutes(1), invalidScheduleError: "no such zone"),
    memo: ["note": payload], searchAttributes: ["Customer": bytes], conflictToken: [0, 7])

  static let scheduleEntry = ScheduleListEntry(
    id: "s", spec: scheduleSpec, workflowType: "Report", note: "why", isPaused: true, recentActions: [actionResult],
    futureActionTimes: [time + .hours(1)], memo: ["note": payload], searchAttributes: ["Customer": bytes])
}
