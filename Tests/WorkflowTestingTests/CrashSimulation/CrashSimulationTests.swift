internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

@Suite("Crash simulation", .timeLimit(.minutes(2)))
struct CrashSimulationTests {
  @Test("signals, parallel payments with retries, timers: every crash gives the same outcome", arguments: [1, 2, 3])
  func purchase(seed: UInt64) async throws {
    let report = try await CrashSimulation.run(
      workflows: [Purchase.self], seed: seed, world: { Bank() },
      activities: { bank in
        [
          [
            "pay": { arguments in
              let info = try #require(ActivityExecutionContext.current?.info)
              let amount = try arguments.decode(0, as: Int.self)
              if amount == 20, info.attempt == 1 { throw ApplicationError("not now") }
              await Task.yield()
              _ = bank.pay(amount, key: info.idempotencyKey)
              return amount
            },
            "ship": { "parcel \(try $0.decode(0, as: Int.self))" },
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let purchase = try await life.client.start(Purchase.self, id: "p", input: [10, 20, 30])
        try await life.sleep(until: .days(1))
        try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: "Ada")])
        try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: "Grace")])
        return ["\(try await purchase.result())", "\(life.world.balance)"]
      })
    #expect(report.durableCalls >= 14)
    #expect(report.crashPoints > 2 * report.durableCalls)
    #expect(report.lives > 2 * report.crashPoints)
    #expect(report.replays == report.crashPoints + 2)
    #expect(report.runs == 1)
  }

  @Test("cancellation with clean-up, failures, and several runs at once")
  func several() async throws {
    let report = try await CrashSimulation.run(
      workflows: [Rental.self, Doomed.self], world: { true },
      activities: { _ in
        [
          [
            "reserve": { _ in "reserved" }, "release": { _ in "released" },
            "fail": { _ in throw ApplicationError("never", type: "Never") },
          ] as ActivityStubs
        ]
      },
      drive: { life in
        let rental = try await life.client.start(Rental.self, id: "rental")
        let doomed = try await life.client.start(Doomed.self, id: "doomed")
        // Not before the reservation, whatever the order of things.
        try await life.sleep(until: .hours(1))
        try await rental.cancel(reason: "changed my mind")
        let message: String
        do {
          message = "\(try await doomed.result())"
        } catch let error as WorkflowFailedError {
          message = error.description
        }
        return [try await rental.result(), message]
      })
    #expect(report.runs == 2)
    #expect(report.crashPoints > 30)
  }

  @Test("cancellation and an update that arrive together while an activity backs off", arguments: 1...6)
  func together(seed: UInt64) async throws {
    let report = try await CrashSimulation.run(
      workflows: [Patient.self], seed: seed, world: { true },
      activities: { _ in [["later": { _ in throw ApplicationError("not yet") }] as ActivityStubs] },
      drive: { life in
        let patient = try await life.client.start(Patient.self, id: "p")
        try await life.sleep(until: .seconds(1))
        async let cancellation: Void = patient.cancel()
        async let answer = patient.executeUpdate(WorkflowUpdateReference<Patient, Int>("ask"))
        _ = try? await cancellation
        _ = try? await answer
        return try await patient.result()
      })
    #expect(report.crashPoints > 5)
  }

  @Test("runs that drive does not wait for are let end, or wait for ever, and are compared")
  func leftAlone() async throws {
    let report = try await CrashSimulation.run(
      workflows: [Purchase.self, Rental.self], activities: { [["reserve": { _ in "reserved" }] as ActivityStubs] },
      drive: { client in
        _ = try await client.start(Purchase.self, id: "never approved", input: [])
        _ = try await client.start(Rental.self, id: "kept")
        return true
      })
    #expect(report.runs == 2)
  }

  @Test("one seed, one course of events")
  func repeatable() async throws {
    func course(_ seed: UInt64, only: [SimulatedCrash]? = nil) async throws -> (CrashSimulationReport, [String]) {
      let log = Mutex<[String]>([])
      let report = try await CrashSimulation.run(
        workflows: [Purchase.self],
        activities: {
          [
            [
              "pay": { arguments in
                let amount = try arguments.decode(0, as: Int.self)
                for _ in 0..<3 {
                  log.withLock { $0.append("pay \(amount)") }
                  await Task.yield()
                }
                return amount
              },
              "ship": { _ in "parcel" },
            ] as ActivityStubs
          ]
        }, seed: seed, only: only,
        drive: { client in
          let purchase = try await client.start(Purchase.self, id: "p", input: [10, 20, 30])
          for name in ["Ada", "Grace"] {
            try await purchase.signal(name: "approve", input: [JSONPayloadConverter().payload(for: name)])
          }
          return try await purchase.result()
        })
      return (report, log.withLock { $0 })
    }
    let first = try await course(7)
    let second = try await course(7)
    #expect(first.0 == second.0)
    #expect(first.1.elementsEqual(second.1))
    let other = try await course(8)
    #expect(!other.1.elementsEqual(first.1))
    let crash = SimulatedCrash(call: 9, survival: .prefix(count: 0, tornBytes: 100), clockJump: .seconds(3))
    let one = try await course(7, only: [crash])
    #expect(one.0.crashPoints == 1)
    #expect(one.0.lives == 4)
  }
}
