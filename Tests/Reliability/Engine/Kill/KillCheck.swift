internal import DurableWorkflows
internal import Foundation
internal import WorkflowTesting

/// Compares, after a campaign, what its client was told, what the ledger wrote down and what the journal holds.
struct KillCheck {
  let campaign: KillCampaign
  /// Runs that ended before the last checkpoint may have been forgotten by then.
  var allowsForgotten = false

  private(set) var problems: [String] = []
  private(set) var counts: [String: Int] = [:]
  private var entries: [String: [LedgerEntry]] = [:]
  /// The activities that histories hold, by idempotency key.
  private var knownKeys: Set<String> = []

  init(_ campaign: KillCampaign) { self.campaign = campaign }

  /// Opens the journal in this process and looks at everything.
  mutating func run() async throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: campaign.ledgerFile), options: .alwaysMapped))
    for entry in LedgerEntry.all(in: bytes) {
      entries[entry.key, default: []].append(entry)
      counts["ledger entries", default: 0] += 1
    }
    let engine = try await WorkflowEngine.open(
      directory: campaign.journal, workflows: [LedgerWorkflow.self], options: try KillSettings.engineOptions(
        retention: campaign.settings.retention, isEncrypted: campaign.isEncrypted))
    let histories = try await histories(of: engine)
    for run in campaign.runs where run.isStarted { try check(run, histories[run.id] ?? []) }
    for chain in histories.values { for history in chain { checkHistory(history) } }
    try await replaySome(histories)
    checkLedger()
    try await engine.shutdown()
  }

  private mutating func fail(_ problem: String) {
    counts["violations", default: 0] += 1
    if problems.count < 20 { problems.append(problem) }
  }

  private mutating func count(_ name: String, _ number: Int = 1) { counts[name, default: 0] += number }

  /// The histories of this campaign's workflow ids, each chain in the order of its runs.
  private func histories(of engine: WorkflowEngine) async throws -> [String: [[HistoryEvent]]] {
    var histories: [String: [[HistoryEvent]]] = [:]
    var request = ListWorkflowExecutionsRequest(
      namespace: engine.options.namespace, pageSize: 1000, query: "ORDER BY StartTime DESC")
    let prefix = "r\(campaign.number)-"
    repeat {
      let page = try await engine.listWorkflowExecutions(request)
      for info in page.executions where info.execution.workflowID.hasPrefix(prefix) {
        let history = try await engine.client.history(of: info.execution)
        histories[info.execution.workflowID, default: []].append(history)
      }
      request.nextPageToken = page.nextPageToken
    } while !request.nextPageToken.isEmpty
    return histories.mapValues { $0.reversed() }
  }

  // MARK: Clients

  /// What the client was told is true.
  private mutating func check(_ run: ScriptedRun, _ chain: [[HistoryEvent]]) throws {
    count("runs")
    guard let last = chain.last?.last else {
      if !allowsForgotten { fail("run \(run.id) was acknowledged and is gone") }
      return
    }
    guard case .workflowExecutionCompleted(let result, _, _) = last.attributes else {
      return fail("run \(run.id) has not completed: its last event is \(last.attributes.type)")
    }
    let outcome = try JSONDecoder().decode(LedgerOutcome.self, from: Data(result.first?.data ?? []))
    if outcome != run.plan.outcome { fail("run \(run.id) returned \(outcome) instead of \(run.plan.outcome)") }
    let events = chain.flatMap { $0 }
    for request in run.requests { check(request, of: run, events, result: result.first?.text ?? "") }
  }

  private mutating func check(
    _ request: ScriptedRun.Request, of run: ScriptedRun, _ events: [HistoryEvent], result: String
  ) {
    switch request.verb {
    case .start:
      guard case .workflowExecutionStarted(let started)? = events.first?.attributes, started.requestID == run.id else {
        return fail("run \(run.id) was started by somebody else")
      }
      if case .acknowledged(let runID) = request.answer, started.runID != runID {
        fail("run \(run.id) was acknowledged as \(runID) and is \(started.runID)")
      }
    case .signal:
      let id = "\(run.id)-s\(request.argument)"
      let seen = events.count {
        if case .workflowExecutionSignaled(_, _, _, _, id) = $0.attributes { true } else { false }
      }
      if seen != 1 { fail("signal \(id) is \(seen) times in its history") }
    case .update:
      let id = "\(run.id)-u\(request.argument)"
      let accepted = events.count {
        if case .workflowExecutionUpdateAccepted(let update) = $0.attributes { update.request.updateID == id } else {
          false
        }
      }
      let outcomes = events.compactMap {
        if case .workflowExecutionUpdateCompleted(id, _, _, let outcome) = $0.attributes { outcome } else { nil }
      }
      guard accepted == 1, outcomes.count == 1, case .success(let value) = outcomes[0] else {
        return fail("update \(id) was accepted \(accepted) times and completed \(outcomes.count) times")
      }
      if case .acknowledged(let told) = request.answer, told != value.first?.text {
        fail("update \(id) was answered with \(told) and has \(value.first?.text ?? "nothing")")
      }
    case .result:
      if case .acknowledged(let told) = request.answer, told != result {
        fail("run \(run.id) was said to have returned \(told) and has \(result)")
      }
    }
  }

  // MARK: Histories

  /// Event ids have no gaps; every step has one result, which is the receipt that the ledger gave; and no attempt was
  /// made in a life that had found the result.
  private mutating func checkHistory(_ history: [HistoryEvent]) {
    count("histories")
    count("events", history.count)
    guard case .workflowExecutionStarted(let started)? = history.first?.attributes else {
      return fail("a history does not begin with its start")
    }
    let name = "\(started.workflowID)/\(started.runID)"
    if zip(history, 1...).contains(where: { $0.id != Int64($1) }) { fail("the history of \(name) has gaps") }
    var steps: [Int64: String] = [:]
    var closed: Set<Int64> = []
    for event in history {
      if case .activityTaskScheduled(let activity) = event.attributes {
        steps[event.id] = "\(name)/\(activity.activityID)"
      }
      guard let opening = event.attributes.openingEventID else { continue }
      if !closed.insert(opening).inserted { fail("event \(opening) of \(name) is closed twice") }
      guard let key = steps[opening] else { continue }
      guard case .activityTaskCompleted(_, _, _, let result) = event.attributes else {
        fail("step \(key) ended with \(event.attributes.type)")
        continue
      }
      checkStep(key, result: result.first?.text ?? "", recordedAt: event.time)
    }
    let open = steps.keys.count { !closed.contains($0) }
    if open > 0 { fail("\(open) steps of \(name) have no result") }
  }

  private mutating func checkStep(_ key: String, result: String, recordedAt time: Timestamp) {
    count("steps")
    knownKeys.insert(key)
    let attempts = entries[key] ?? []
    let accepted = attempts.filter { $0.kind == .accepted }
    guard accepted.count == 1 else { return fail("step \(key) took effect \(accepted.count) times") }
    if String(accepted[0].receipt) != result {
      fail("step \(key) has result \(result) but its effect is number \(accepted[0].receipt)")
    }
    // A life that began after the result was recorded has found it.
    let lastLife = campaign.lifeStarts.lastIndex { $0 <= time.nanosecondsSinceEpoch }.map { $0 + 1 } ?? 0
    if let late = attempts.first(where: { Int($0.life) > lastLife }) {
      fail("step \(key) ran again in life \(late.life); its result was recorded in life \(lastLife)")
    }
    count("repeated attempts", attempts.count { $0.kind == .repeated })
    var perLife: [UInt32: (attempts: Int, refused: Int)] = [:]
    for attempt in attempts {
      perLife[attempt.life, default: (0, 0)].attempts += 1
      if attempt.kind == .refused { perLife[attempt.life, default: (0, 0)].refused += 1 }
    }
    // In one life an attempt follows only one that failed; all others need a kill in between.
    for (life, made) in perLife where made.attempts > 1 + made.refused {
      fail("step \(key) was attempted \(made.attempts) times in life \(life), of which \(made.refused) failed")
    }
  }

  /// Nothing was done that no journal knows of: a step runs only when its scheduling is durable.
  private mutating func checkLedger() {
    if allowsForgotten { return }
    for key in entries.keys where !knownKeys.contains(key) {
      fail("step \(key) took effect and is in no history")
    }
  }

  private mutating func replaySome(_ histories: [String: [[HistoryEvent]]]) async throws {
    let replayer = WorkflowReplayer(workflows: [LedgerWorkflow.self])
    for (index, entry) in histories.sorted(by: { $0.key < $1.key }).enumerated() where index % 20 == 0 {
      for history in entry.value {
        count("replayed histories")
        do {
          try await replayer.replay(history)
        } catch {
          fail("a history of \(entry.key) does not replay: \(error)")
        }
      }
    }
  }
}
