internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Runs as many minutes as it is told, and returns how many runs of its schedule have completed.
actor ScheduledWork: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  struct Input: Codable, Hashable, Sendable {
    var minutes = 0
    var fails = false
    /// How often the run goes on as a new run, each as long.
    var continuations = 0
  }

  func run(input: Input) async throws -> Int {
    if input.minutes > 0 { try await context.sleep(for: .minutes(input.minutes)) }
    if input.fails { throw ApplicationError("out of paper", type: "Paper") }
    if input.continuations > 0 {
      var next = input
      next.continuations -= 1
      try context.continueAsNew(next)
    }
    return try (context.lastCompletionResult(as: Int.self) ?? 0) + 1
  }
}

/// Waits for one activity.
actor WorkingWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> String {
    try await context.executeActivity("work", options: ActivityOptions(startToCloseTimeout: .days(1)))
  }
}

/// Returns what the last run of its schedule returned, and more.
actor GrowingWorkflow: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> String {
    try (context.lastCompletionResult(as: String.self) ?? "") + String(repeating: "x", count: 1000)
  }
}

/// An environment for schedules of these workflows.
func withSchedules<Result>(
  configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in },
  _ body: nonisolated(nonsending) (WorkflowTestEnvironment) async throws -> Result
) async throws -> Result {
  try await WorkflowTestEnvironment.withEnvironment(
    workflows: [ScheduledWork.self, WorkingWorkflow.self, GrowingWorkflow.self], configure: configure, body)
}

/// A schedule of ``ScheduledWork``.
func schedule(
  _ spec: ScheduleSpec, policy: SchedulePolicy = SchedulePolicy(), state: ScheduleState = ScheduleState(),
  input: ScheduledWork.Input = ScheduledWork.Input()
) throws -> Schedule {
  Schedule(action: try action(input), spec: spec, policy: policy, state: state)
}

func action(_ input: ScheduledWork.Input) throws -> ScheduleAction {
  try .startWorkflow(ScheduledWork.self, id: "work", input: input)
}

/// The nominal times of all first runs that schedules started, oldest first.
func startTimes(_ env: WorkflowTestEnvironment) async throws -> [String] {
  var times: [String] = []
  for try await info in env.client.list(query: "ORDER BY StartTime DESC") {
    guard let payload = info.searchAttributes["TemporalScheduledStartTime"] else { continue }
    let time = try JSONPayloadConverter().value(of: payload, as: String.self)
    #expect(info.execution.workflowID.hasSuffix(time))
    times.append(time)
  }
  return times.reversed()
}

/// Expects a refusal.
func expect(_ code: WorkflowServiceError.Code, _ body: () async throws -> Void) async {
  let error = await #expect(throws: WorkflowServiceError.self) { try await body() }
  #expect(error?.code == code)
}
