internal import DurableWorkflows

/// What came out of a universe: what `drive` returned, and how its runs ended.
struct SimulationOutcome<Value: Equatable & Sendable>: Sendable {
  var value: Value
  var runs: [SimulatedRun]

  /// How this outcome differs from the expected one; `nil` if it does not.
  func difference(from expected: SimulationOutcome, comparesRuns: Bool) -> (expected: String, actual: String)? {
    if value != expected.value { return ("\(expected.value)", "\(value)") }
    guard comparesRuns else { return nil }
    let ends = endings
    for (id, expectedEnds) in expected.endings.sorted(by: { $0.key < $1.key }) {
      let actualEnds = ends[id] ?? []
      if expectedEnds.contains(SimulatedRun.unsettled) || actualEnds.contains(SimulatedRun.unsettled) { continue }
      if expectedEnds != actualEnds { return describe(id, expectedEnds, actualEnds) }
    }
    if let (id, ends) = ends.sorted(by: { $0.key < $1.key }).first(where: { expected.endings[$0.key] == nil }) {
      return describe(id, [], ends)
    }
    return nil
  }

  private func describe(_ id: String, _ expected: [String], _ actual: [String]) -> (String, String) {
    func text(_ ends: [String]) -> String {
      ends.isEmpty ? "workflow '\(id)' was not started" : "workflow '\(id)': " + ends.joined(separator: "; then ")
    }
    return (text(expected), text(actual))
  }

  /// The ends of the runs of every workflow id of every namespace, in the order in which they were started.
  private var endings: [String: [String]] {
    var endings: [String: [String]] = [:]
    for run in runs {
      guard let ending = run.ending else { continue }
      let place = run.namespace == "default" ? "" : run.namespace + "/"
      endings[place + run.execution.workflowID, default: []].append(ending)
    }
    return endings
  }
}

/// A run at the end of a universe.
struct SimulatedRun: Sendable {
  static let unsettled = "goes on"

  var namespace = "default"
  var execution: WorkflowExecution
  var history: [HistoryEvent]
  /// Whether nothing more can happen to it by itself.
  var isSettled: Bool

  var workflowType: String? {
    if case .workflowExecutionStarted(let started)? = history.first?.attributes { started.workflowType } else { nil }
  }

  /// How the run ended, in words that do not depend on the order of events; `nil` if another run continues it.
  var ending: String? {
    guard let last = history.last, last.attributes.isClosing else {
      return isSettled ? "waits for ever" : SimulatedRun.unsettled
    }
    if last.attributes.newExecutionRunID != nil { return nil }
    switch last.attributes {
    case .workflowExecutionCompleted(let result, _, _): return "returned \(text(result))"
    case .workflowExecutionFailed(let failure, _, _, _): return "failed: \(text(failure))"
    case .workflowExecutionCanceled(let details, _): return "was canceled \(text(details))"
    case .workflowExecutionTerminated(let reason, _, _): return "was terminated: \(reason)"
    default: return "\(last.attributes.type)"
    }
  }

  private func text(_ payloads: [Payload]) -> String {
    payloads.map { payload in
      payload.encoding == Payload.jsonPlain
        ? String(decoding: payload.data, as: UTF8.self) : "\(payload.encoding) \(fingerprint(payload.data))"
    }.joined(separator: ", ")
  }

  private func text(_ failure: Failure) -> String {
    var text = failure.message
    switch failure.info {
    case .application(let type, _, let details, _): text += " [\(type)] \(self.text(details))"
    case .timeout(let type, _): text += " [\(type) timeout]"
    case .activity(_, _, _, let type, _, let state): text += " [activity \(type), \(state)]"
    case .childWorkflow(_, let id, _, _, _, _, let state): text += " [child \(id), \(state)]"
    default: break
    }
    return failure.cause.map { "\(text) < \(self.text($0))" } ?? text
  }
}
