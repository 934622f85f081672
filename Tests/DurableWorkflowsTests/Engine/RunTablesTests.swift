internal import Testing

@testable internal import DurableWorkflows

/// Would fail if the tables of a recovered journal named another run than the newest that is left as the current one of
/// its id, kept the ids of deleted runs, or miscounted what is open.
@Suite("The tables of recovered runs")
struct RunTablesTests {
  private static func state(_ number: UInt64, _ id: String, isReset: Bool) -> RunState {
    var started = WorkflowExecutionStartedAttributes(
      workflowType: "W", workflowID: id, runID: "run-\(number)", taskQueue: "q", input: [])
    if isReset { started.originalRunID = "other" }
    started.requestID = "request-\(number)"
    return RunState(key: RunKey(rawValue: number), started: started, startTime: .epoch)
  }

  /// What the tables should say, in the simplest terms.
  private struct Model {
    var alive: [UInt64: RunState] = [:]
    var lying: Set<UInt64> = []

    func current(of id: String) -> RunKey? { alive.values.filter { $0.started.workflowID == id }.map(\.key).max() }
  }

  @Test("runs are put down in any order, loaded, put down again and deleted", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var draw = SeededDraw(seed: seed)
    let ids = (0..<8).map { "id-\($0)" }
    var tables = RunTables()
    var model = Model()
    var waiting: [RunState] = []
    var next: UInt64 = 1
    for _ in 0..<2000 {
      switch draw.below(10) {
      case 0...3:
        waiting.append(Self.state(next, ids[draw.below(ids.count)], isReset: draw.below(4) == 0))
        next += 1
      case 4...6:
        guard !waiting.isEmpty else { continue }
        var state = waiting.remove(at: draw.below(waiting.count))
        if draw.below(3) > 0 { state.status = .completed }
        tables.put(RunSummary(of: state), LyingRuns.Entry(isOpen: state.isOpen, tail: []))
        model.alive[state.key.rawValue] = state
        model.lying.insert(state.key.rawValue)
      case 7:
        guard let key = model.lying.min(by: { $0 % 97 < $1 % 97 }), let state = model.alive[key] else { continue }
        tables.remove(state)
        model.lying.remove(key)
        waiting.append(state)
      default:
        // Only a run that was loaded is deleted.
        let loaded = model.alive.keys.filter { !model.lying.contains($0) }.sorted()
        guard !loaded.isEmpty else { continue }
        let key = loaded[draw.below(loaded.count)]
        guard let state = model.alive.removeValue(forKey: key) else { continue }
        waiting.removeAll { $0.key == state.key }
        tables.forget(state)
      }
      for id in ids { #expect(tables.currentRun[.own, id] == model.current(of: id)) }
    }
    for number in 1..<next {
      let state = model.alive[number]
      #expect(tables.runOfID["run-\(number)"] == state?.key)
      #expect(tables.resetRuns[.own, "request-\(number)"] == (state?.started.isReset == true ? state?.key : nil))
      #expect((tables.lying[RunKey(rawValue: number)] != nil) == model.lying.contains(number))
    }
    #expect(tables.lying.count == model.lying.count)
    #expect(tables.openCount == model.lying.count { model.alive[$0]?.isOpen == true })
  }
}
