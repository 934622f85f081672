internal import DurableWorkflows
internal import WorkflowTesting

/// Options for activities of tests: one minute per attempt.
let minute = ActivityOptions(startToCloseTimeout: .seconds(60))

/// One minute per attempt and no retry.
let once = ActivityOptions(startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy.none)

/// Gives other tasks a random number of chances to run first.
func shuffle() async {
  for _ in 0..<Int.random(in: 0..<12) { await Task.yield() }
}

extension HistoryEvent {
  var typeName: String { attributes.type.description }
}

extension [HistoryEvent] {
  var typeNames: [String] { map(\.typeName) }
}

extension WorkflowTestEnvironment {
  /// Waits until no activity runs and what the last of them brought about is durable.
  func untilActivitiesEnded() async throws {
    while try await engine.statistics().runningActivities > 0 { await Task.yield() }
    try await settle()
  }

  /// Replays the history of every run.
  func replayAll(_ workflows: [any WorkflowDefinition.Type]) async throws {
    let replayer = WorkflowReplayer(workflows: workflows)
    for try await info in client.list() {
      try await replayer.replay(try await client.history(of: info.execution))
    }
  }
}
