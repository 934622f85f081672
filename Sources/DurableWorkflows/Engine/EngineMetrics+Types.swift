internal import Metrics

/// The metrics of one workflow type on one task queue.
final class WorkflowTypeMetrics {
  private let started: Counter
  private let completed: Counter
  private let failed: Counter
  private let canceled: Counter
  private let continuedAsNew: Counter
  private let terminated: Counter
  private let timedOut: Counter
  private let endToEndLatency: Timer
  private let taskExecutionLatency: Timer
  private let taskReplayLatency: Timer
  private let taskScheduleToStartLatency: Timer
  private let taskNonDeterminism: Counter
  private let taskWorkflowError: Counter

  init(_ maker: MetricMaker) {
    started = maker.counter("durable_workflows_workflow_started")
    completed = maker.counter("temporal_workflow_completed")
    failed = maker.counter("temporal_workflow_failed")
    canceled = maker.counter("temporal_workflow_canceled")
    continuedAsNew = maker.counter("temporal_workflow_continue_as_new")
    terminated = maker.counter("durable_workflows_workflow_terminated")
    timedOut = maker.counter("durable_workflows_workflow_timed_out")
    endToEndLatency = maker.timer("temporal_workflow_endtoend_latency")
    taskExecutionLatency = maker.timer("temporal_workflow_task_execution_latency")
    taskReplayLatency = maker.timer("temporal_workflow_task_replay_latency")
    taskScheduleToStartLatency = maker.timer("temporal_workflow_task_schedule_to_start_latency")
    let failures = "temporal_workflow_task_execution_failed"
    taskNonDeterminism = maker.with("failure_reason", "NonDeterminismError").counter(failures)
    taskWorkflowError = maker.with("failure_reason", "WorkflowError").counter(failures)
  }

  func runStarted() { started.increment() }

  func runClosed(_ state: RunState) {
    let counter =
      switch state.status {
      case .completed: completed
      case .canceled: canceled
      case .continuedAsNew: continuedAsNew
      case .terminated: terminated
      case .timedOut: timedOut
      case .failed, .running, .paused: failed
      }
    counter.increment()
    endToEndLatency.recordNanoseconds(((state.closeTime ?? state.startTime) - state.startTime).inNanoseconds)
  }

  func taskStarted(after duration: Duration) { taskScheduleToStartLatency.recordNanoseconds(duration.inNanoseconds) }
  func taskExecuted(in duration: Duration) { taskExecutionLatency.recordNanoseconds(duration.inNanoseconds) }
  func taskReplayed(in duration: Duration) { taskReplayLatency.recordNanoseconds(duration.inNanoseconds) }

  func taskFailed(_ cause: WorkflowTaskFailedCause) {
    (cause == .nonDeterministicError ? taskNonDeterminism : taskWorkflowError).increment()
  }
}

/// The metrics of one activity type on one task queue.
final class ActivityTypeMetrics {
  private let scheduleToStartLatency: Timer
  private let executionLatency: Timer
  private let succeedEndToEndLatency: Timer
  private let failed: Counter
  private let canceled: Counter
  private let unregistered: Counter

  init(_ maker: MetricMaker) {
    scheduleToStartLatency = maker.timer("temporal_activity_schedule_to_start_latency")
    executionLatency = maker.timer("temporal_activity_execution_latency")
    succeedEndToEndLatency = maker.timer("temporal_activity_succeed_endtoend_latency")
    failed = maker.counter("temporal_activity_execution_failed")
    canceled = maker.counter("temporal_activity_execution_cancelled")
    unregistered = maker.counter("temporal_unregistered_activity_invocation")
  }

  func attemptStarted(_ pending: PendingActivity, isRegistered: Bool, at now: Timestamp) {
    scheduleToStartLatency.recordNanoseconds((now - pending.readyTime).inNanoseconds)
    if !isRegistered { unregistered.increment() }
  }

  func attemptFinished(_ pending: PendingActivity, _ outcome: ActivityOutcome, at now: Timestamp) {
    executionLatency.recordNanoseconds((now - (pending.lastStartedTime ?? now)).inNanoseconds)
    switch outcome {
    case .completed: succeedEndToEndLatency.recordNanoseconds((now - pending.scheduledTime).inNanoseconds)
    case .failed: failed.increment()
    case .canceled: canceled.increment()
    case .completesAsynchronously: break
    }
  }
}

/// The metrics of one activity type's local executions on one task queue.
final class LocalActivityTypeMetrics {
  private let total: Counter
  private let executionLatency: Timer
  private let succeedEndToEndLatency: Timer
  private let failed: Counter
  private let canceled: Counter

  init(_ maker: MetricMaker) {
    total = maker.counter("temporal_local_activity_total")
    executionLatency = maker.timer("temporal_local_activity_execution_latency")
    succeedEndToEndLatency = maker.timer("temporal_local_activity_succeed_endtoend_latency")
    failed = maker.counter("temporal_local_activity_execution_failed")
    canceled = maker.counter("temporal_local_activity_execution_cancelled")
  }

  func executionStarted() { total.increment() }

  func attemptFinished(
    _ request: LocalActivityRequest, _ outcome: ActivityOutcome, startedTime: Timestamp, at now: Timestamp
  ) {
    executionLatency.recordNanoseconds((now - startedTime).inNanoseconds)
    switch outcome {
    case .completed: succeedEndToEndLatency.recordNanoseconds((now - request.scheduledTime).inNanoseconds)
    case .failed: failed.increment()
    case .canceled: canceled.increment()
    case .completesAsynchronously: break
    }
  }
}
