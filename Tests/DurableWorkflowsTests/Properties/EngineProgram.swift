internal import DurableWorkflows
internal import WorkflowTesting

/// Runs a program in a test environment, with restarts.
struct EngineProgram {
  private enum Input {
    case message(Int)
    case cancellation
    case termination
    case restart(WorkflowTestEnvironment.RestartMode)
  }

  let program: Program
  private let number = PropertySettings.nextNumber()
  private var inputs: [(time: Int64, input: Input)] = []
  private let cacheSize: Int
  /// Whether a checkpoint follows every turn.
  private let checkpoints: Bool

  init(_ program: Program, seed: UInt64) {
    self.program = program
    for (index, message) in program.messages.enumerated() { inputs.append((message.time, .message(index))) }
    if let time = program.cancellation { inputs.append((time, .cancellation)) }
    if let time = program.termination { inputs.append((time, .termination)) }
    var random = SeededValues(seed: seed ^ 0xE26)
    cacheSize = random.bool() ? 1 : 1000
    checkpoints = random.below(4) == 0
    // What an update waits for before a retry is not durable: a restart forgets it.
    for _ in 0..<(program.retry == nil ? random.below(3) : 0) {
      let mode: WorkflowTestEnvironment.RestartMode = [.shutdown, .kill, .powerLoss()][random.below(3)]
      inputs.append((Int64.random(in: 0...60_000_000_000, using: &random), .restart(mode)))
    }
    inputs.sort { $0.time < $1.time }
  }

  /// Activities that end at once, each attempt as the program says.
  static let stubs: ActivityStubs = [
    "activity": { arguments in
      let text: String = try arguments.decode(0)
      guard let input = ProgramInput(text), let entry = ProgramTable.shared.entry(input.number),
        let info = ActivityExecutionContext.current?.info
      else { throw ApplicationError("there is no program '\(text)'", type: "missing", isNonRetryable: true) }
      let number: Int = try arguments.decode(1)
      let plan = entry.program.descendant(input.path).activities[number]
      switch plan.attempt(info.attempt).ending {
      case .success(let value): return value
      case .failure(let type, let isNonRetryable, let nextDelay):
        throw ApplicationError(
          "failed", type: "\(type)", isNonRetryable: isNonRetryable,
          nextRetryDelay: nextDelay.map { .nanoseconds($0) })
      }
    }
  ]

  func run() async throws -> ProgramOutcome {
    ProgramTable.shared.insert(program, as: number, countsDraws: false)
    defer { ProgramTable.shared.remove(number) }
    return try await WorkflowTestEnvironment.withEnvironment(
      workflows: [ProgramWorkflow.self], activities: [EngineProgram.stubs],
      configure: { [cacheSize, checkpoints] in
        $0.maxCachedWorkflows = cacheSize
        if checkpoints { $0.checkpointThreshold = 1 }
      }
    ) { env in
      var options = WorkflowClient.StartOptions()
      options.runTimeout = program.runTimeout.map { .nanoseconds($0) }
      options.retryPolicy = program.retry?.policy
      let handle = try await env.client.start(
        ProgramWorkflow.self, id: ProgramDriver.workflowID, input: ProgramInput(number: number).text, options: options)
      var updates: [Int: String] = [:]
      for (time, input) in inputs {
        try await env.sleep(for: VirtualClock.defaultStart + .nanoseconds(time) - env.now)
        try await act(input, env, handle, &updates)
      }
      try await env.sleep(for: .days(1))
      return try await outcome(env, updates)
    }
  }

  private func act(
    _ input: Input, _ env: WorkflowTestEnvironment, _ handle: WorkflowHandle<ProgramWorkflow>,
    _ updates: inout [Int: String]
  ) async throws {
    do {
      switch input {
      case .restart(let mode): try await env.restart(mode)
      case .cancellation: try await handle.cancel()
      case .termination: try await handle.terminate()
      case .message(let index):
        let message = program.messages[index]
        let converter = JSONPayloadConverter()
        func payloads(_ numbers: [Int]) throws -> [Payload] { try numbers.map { try converter.payload(for: $0) } }
        guard case .update(let limit) = message.kind else {
          try await handle.signal(
            name: "signal",
            input: payloads([message.channel, message.activity ?? -1, message.kind == .poison ? 1 : 0]))
          return
        }
        let request = UpdateRequest(
          updateID: "\(index)", name: "update", input: try payloads([message.channel, message.activity ?? -1, limit]))
        _ = try await env.client.frontend.updateWorkflowExecution(
          UpdateWorkflowExecutionRequest(
            execution: WorkflowExecution(workflowID: ProgramDriver.workflowID), request: request,
            waitStage: .admitted))
      }
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // It came too late.
    }
  }

  private func outcome(_ env: WorkflowTestEnvironment, _ updates: [Int: String]) async throws -> ProgramOutcome {
    let converter = JSONPayloadConverter()
    var outcome = ProgramOutcome(updates: updates)
    let page = try await env.client.frontend.listWorkflowExecutions(
      ListWorkflowExecutionsRequest(pageSize: 1000, query: "ORDER BY StartTime DESC"))
    for info in page.executions.reversed() {
      let history = try await env.client.history(of: info.execution)
      try await WorkflowReplayer(workflows: [ProgramWorkflow.self]).replay(history)
      var run = try ProgramOutcome.Run(history: history, converter)
      if run.status != .open { run.time -= VirtualClock.defaultStart.nanosecondsSinceEpoch }
      outcome.runs[info.execution.workflowID] = run
      for event in history {
        switch event.attributes {
        case .workflowExecutionUpdateAccepted(let accepted):
          if let index = Int(accepted.request.updateID) { outcome.updates[index] = "accepted" }
        case .workflowExecutionUpdateCompleted(let id, _, _, let result):
          if let index = Int(id) { outcome.updates[index] = try ProgramOutcome.text(result, converter) }
        default: break
        }
      }
    }
    for (index, message) in program.messages.enumerated() where message.isUpdate && outcome.updates[index] == nil {
      outcome.updates[index] = "lost"
    }
    return outcome
  }
}
