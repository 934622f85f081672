internal import Testing

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
}
