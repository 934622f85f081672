internal import Crypto
internal import DurableWorkflows
internal import FoundationEssentials
internal import WorkflowJournal
internal import WorkflowTesting

extension GoldenJournal.Run {
  fileprivate var isOpen: Bool { status == "Running" || status == "Paused" }
}

extension GoldenJournal {
  /// Reads the journal without opening it, replays its open runs, opens it, and replays every run.
  ///
  /// Returns what differs from what was recorded, or `nil`.
  public func problem() async throws -> String? {
    let fileSystem = try fileSystem()
    var prepared = WorkflowEngineOptions()
    prepared.fileSystem = fileSystem
    try GoldenScenario.configure(&prepared, isEncrypted: isEncrypted)
    let options = prepared
    let inspection = try Journal.read(
      directory: WorkflowTestEnvironment.directory, fileSystem: fileSystem, encryption: options.journal.encryption,
      visit: { _, _, _ in })
    if let damage = inspection.damage.first { return "\(name) is damaged: \(damage)" }
    if (inspection.tornTail != nil) != hasTornTail {
      return "\(name) has the torn tail \(String(describing: inspection.tornTail))"
    }
    let report = try await WorkflowCheck.run(
      directory: WorkflowTestEnvironment.directory, workflows: [GoldenWorkflow.self], options: options)
    if !report.isCompatible { return "\(name) does not replay: \(report)" }
    let open = runs.count(where: \.isOpen)
    if report.openRuns != open { return "\(name) has \(report.openRuns) open runs, not \(open)" }
    return try await WorkflowTestEnvironment.withEnvironment(
      workflows: [GoldenWorkflow.self], startTime: Timestamp(nanosecondsSinceEpoch: time), fileSystem: fileSystem,
      configure: { GoldenScenario.adopt(options, &$0) }
    ) { env in
      GoldenScenario.mock(env)
      return try await compare(env)
    }
  }

  private func compare(_ env: WorkflowTestEnvironment) async throws -> String? {
    var found: [String: WorkflowExecutionInfo] = [:]
    for try await info in env.client.list() { found[info.execution.runID] = info }
    for run in runs {
      guard let info = found.removeValue(forKey: run.runID) else { return "\(name): run \(run.runID) is gone" }
      let history = try await Self.history(info.execution, env)
      guard history.count >= run.events else { return "\(name): run \(run.runID) has \(history.count) events" }
      // An open run may have gone on since the journal was opened.
      let digest = Self.digest(history.prefix(run.events))
      guard digest == run.digest else { return "\(name): the events of run \(run.runID) are others" }
      if !run.isOpen, "\(info.status)" != run.status { return "\(name): run \(run.runID) is \(info.status)" }
      let outcome = try await WorkflowReplayer(workflows: [GoldenWorkflow.self]).replay(history)
      if run.status == "Completed", try Self.text(outcome.result ?? []) != run.result {
        return "\(name): the replay of run \(run.runID) returns something else"
      }
    }
    // Runs that were started since the journal was opened have no events of before.
    if hasRunsElsewhere == true {
      let client = env.client(namespace: GoldenOperations.namespace)
      let result = try await client.handle(for: GoldenWorkflow.self, id: "golden-0").result()
      if result != ["signal: from elsewhere"] { return "\(name): the run of the other namespace returns \(result)" }
      let batch = try await client.describeBatch("batch")
      if batch.completeOperationCount != 1 { return "\(name): the batch of the other namespace is \(batch)" }
      _ = try await client.scheduleHandle(id: "nightly").describe()
    }
    for schedule in schedules {
      _ = try await env.client.scheduleHandle(id: schedule).describe()
    }
    return nil
  }

  /// The runs of an environment as they are.
  static func runs(of env: WorkflowTestEnvironment) async throws -> [Run] {
    var runs: [Run] = []
    for try await info in env.client.list() {
      let history = try await history(info.execution, env)
      var result: [String] = []
      if case .workflowExecutionCompleted(let payloads, _, _)? = history.last?.attributes {
        result = try text(payloads)
      }
      runs.append(
        Run(
          workflowID: info.execution.workflowID, runID: info.execution.runID, status: "\(info.status)",
          events: history.count, digest: digest(history[...]), result: result))
    }
    return runs.sorted { ($0.workflowID, $0.runID) < ($1.workflowID, $1.runID) }
  }

  private static func history(
    _ execution: WorkflowExecution, _ env: WorkflowTestEnvironment
  ) async throws -> [HistoryEvent] {
    try await env.client.handle(
      for: GoldenWorkflow.self, id: execution.workflowID, runID: execution.runID
    ).fetchHistory()
  }

  private static func text(_ payloads: [Payload]) throws -> [String] {
    try payloads.flatMap { try JSONPayloadConverter().value(of: $0, as: [String].self) }
  }

  private static func digest(_ history: ArraySlice<HistoryEvent>) -> String {
    var function = SHA256()
    for event in history {
      let line = "\(event.id) \(event.attributes.type.rawValue) \(event.time.nanosecondsSinceEpoch)\n"
      function.update(data: Data(line.utf8))
    }
    return function.finalize().prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
