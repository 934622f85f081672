internal import Testing
internal import WorkflowJournal

@testable internal import DurableWorkflows

/// Would fail if a run got lost in the table's parts, or if a copy saw what was done to the table after it.
@Suite("The table of runs that lie on disk")
struct LyingRunsTests {
  private static func key(_ number: UInt64) -> RunKey { RunKey(rawValue: number) }

  @Test("it is a dictionary, and a copy stays what it was", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var random = SeededDraw(seed: seed)
    var table = LyingRuns()
    var model: [RunKey: Bool] = [:]
    var copies: [(LyingRuns, [RunKey: Bool])] = []
    for step in 0..<20_000 {
      let key = Self.key(UInt64(1 + random.below(5000)))
      switch random.below(3) {
      case 0:
        #expect(table.remove(key)?.isOpen == model.removeValue(forKey: key))
      default:
        let isOpen = random.below(2) == 0
        table.insert(LyingRuns.Entry(isOpen: isOpen, tail: []), for: key)
        model[key] = isOpen
      }
      if step % 5000 == 4999 { copies.append((table, model)) }
    }
    copies.append((table, model))
    for (table, model) in copies {
      let all = table.inOrder
      #expect(table.count == model.count && all.count == model.count)
      #expect(all.map(\.key) == model.keys.sorted())
      #expect(all.allSatisfy { model[$0.key] == $0.entry.isOpen && table[$0.key]?.isOpen == $0.entry.isOpen })
      #expect(table[Self.key(5001)] == nil)
    }
  }

  @Test("what ended in records behind the checkpoint does not come back with its image")
  func residualRecords() throws {
    var state = RunState(
      key: Self.key(1),
      started: WorkflowExecutionStartedAttributes(
        workflowType: "W", workflowID: "w", runID: "r", taskQueue: "q", input: []),
      startTime: .epoch)
    var events: [[UInt8]] = []
    var writer = ByteWriter()
    let started = HistoryEvent(id: 1, time: .epoch, attributes: .workflowExecutionStarted(state.started))
    writer.events([started], of: state.key, state: state)
    events.append(writer.bytes)
    state.quarantine = RunQuarantine(reason: "it trapped", time: .epoch)
    state.hasLocalActivities = true
    let image = RunImage(of: state, events: events, blobs: []).encoded
    let pointer = RecordPointer(segment: 1, offset: 0, length: UInt32(image.count))
    var reader = RunReader { _ in image }
    try reader.images.append(state.key, pointer)
    let loaded = try #require(try reader.state(of: state.key, LyingRuns.Entry(isOpen: true, tail: [])))
    #expect(loaded.quarantine == nil && !loaded.hasLocalActivities)
  }
}
