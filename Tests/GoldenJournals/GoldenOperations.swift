internal import DurableWorkflows
internal import WorkflowTesting

/// What operators do in a golden journal, and the options that leave records of their own: pauses, deletions, resets,
/// batches, priorities, encoded failures.
struct GoldenOperations {
  enum Operation: String, CaseIterable {
    case pause, pauseAndUnpause, delete, reset, signalBatch, pauseBatch, terminateBatch, deleteBatch
    case resetBatch, buildResetBatch
  }

  let operation: Operation
  let encodesFailures: Bool
  let hasPriorities: Bool
  let hasBuildID: Bool
  let hasNamespace: Bool

  /// The namespace beside the engine's own.
  static let namespace = "elsewhere"

  init(seed: UInt64) {
    // The operations that were added later have scenarios of their own, so that earlier seeds mean what they meant.
    let count = seed < 1096 ? 8 : Operation.allCases.count
    operation = Operation.allCases[Int(seed % UInt64(count))]
    encodesFailures = seed % 3 == 0
    hasPriorities = seed % 2 == 0
    hasBuildID = seed >= 1064 && seed % 5 != 0
    hasNamespace = seed >= 1064 && seed % 3 != 1
  }

  /// The operations in a word.
  var name: String {
    operation.rawValue + (encodesFailures ? "-failures" : "") + (hasPriorities ? "-priorities" : "")
      + (hasBuildID ? "-build" : "") + (hasNamespace ? "-namespace" : "")
  }

  func configure(_ options: inout WorkflowEngineOptions) {
    options.payloadConverter = DataConverter(codecs: [], encodesFailures: encodesFailures)
    if hasBuildID { options.buildID = "golden" }
  }

  func startOptions(_ number: Int) -> WorkflowClient.StartOptions {
    guard hasPriorities else { return WorkflowClient.StartOptions() }
    return WorkflowClient.StartOptions(
      priority: Priority(priorityKey: 1 + number % 5, fairnessKey: "tenant-\(number)", fairnessWeight: 1.5))
  }

  /// Runs in another namespace: one that ends, with the id of a run of the engine's own, a schedule, and a batch.
  func goElsewhere(_ env: WorkflowTestEnvironment) async throws {
    guard hasNamespace else { return }
    let client = env.client(namespace: Self.namespace)
    let handle = try await client.start(GoldenWorkflow.self, id: "golden-0", input: GoldenWorkflow.Plan([.signal]))
    _ = try await client.startBatch(
      .signal(name: "say", input: [try JSONPayloadConverter().payload(for: "from elsewhere")]),
      query: "WorkflowId = 'golden-0'", jobID: "batch")
    _ = try await handle.result()
    let action = try ScheduleAction.startWorkflow(
      GoldenWorkflow.self, id: "scheduled", input: GoldenWorkflow.Plan([.activity]), priority: Priority(priorityKey: 2))
    let schedule = Schedule(action: action, spec: ScheduleSpec(cronExpressions: ["0 0 1 1 *"]))
    try await client.createSchedule(id: "nightly", schedule)
  }

  /// Does the operation. Refusals, of runs that have ended, do not matter.
  func operate(_ env: WorkflowTestEnvironment, on id: String) async throws {
    let handle = env.client.handle(for: GoldenWorkflow.self, id: id)
    do {
      switch operation {
      case .pause: try await handle.pause(reason: "for good")
      case .pauseAndUnpause:
        try await handle.pause(reason: "a look")
        try await env.sleep(for: .seconds(5))
        try await handle.unpause(reason: "seen")
      case .delete: try await handle.delete()
      case .reset: _ = try await handle.reset(to: .firstWorkflowTask, reason: "again")
      case .signalBatch:
        try await batch(env, .signal(name: "say", input: [try JSONPayloadConverter().payload(for: "to all")]))
      case .pauseBatch: try await batch(env, .pause)
      case .terminateBatch: try await batch(env, .terminate())
      case .deleteBatch: try await batch(env, .delete)
      case .resetBatch: try await batch(env, .reset(to: .lastWorkflowTask))
      case .buildResetBatch: try await batch(env, .reset(to: .buildID("golden")))
      }
    } catch is WorkflowServiceError {
    }
  }

  private func batch(_ env: WorkflowTestEnvironment, _ action: BatchOperation) async throws {
    _ = try await env.client.startBatch(
      action, query: "WorkflowId != 'golden-0'", jobID: "batch", reason: "by query", maxOperationsPerSecond: operation == .deleteBatch ? 50 : 1)
    // Of others than deletions some are left when the journal is.
    try await env.sleep(for: .milliseconds(1500))
  }
}
