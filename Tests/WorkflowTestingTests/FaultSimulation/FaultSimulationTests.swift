internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// The simulation in which everything fails: what its findings rest on is that a seed can be run again.
@Suite("Fault simulation", .timeLimit(.minutes(2)))
struct FaultSimulationTests {
  private func simulation(_ seed: UInt64) -> FaultSimulation<Bool, String> {
    FaultSimulation(
      workflows: [Purchase.self], seed: seed, limit: .days(3), replays: false, world: { true },
      activities: { _ in
        [
          [
            "pay": { try $0.decode(0, as: Int.self) },
            // Long enough for a file of its own.
            "ship": { String(repeating: "p", count: 2000 + (try $0.decode(0, as: Int.self))) },
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let purchase = try await life.client.start(Purchase.self, id: "p", input: [10, 20, 30])
        try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: "Ada")])
        try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: "Grace")])
        return try await purchase.result()
      })
  }

  @Test("equal seeds make the same calls and write the same bytes, encrypted or not; others do not")
  func traces() async throws {
    var encrypted = 0
    var traces: Set<UInt64> = []
    for seed in UInt64(1)...24 {
      let first = try await simulation(seed).run()
      let second = try await simulation(seed).run()
      #expect(first.trace == second.trace, "seed \(seed): \(simulation(seed).plan)")
      #expect(first.outcome == second.outcome)
      #expect(first.lives == simulation(seed).plan.lives.count + 1)
      if simulation(seed).plan.isEncrypted { encrypted += 1 }
      traces.insert(first.trace)
    }
    #expect(encrypted > 0)
    #expect(traces.count == 24)
  }
}
