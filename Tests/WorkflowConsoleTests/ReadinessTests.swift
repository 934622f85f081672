internal import Synchronization
internal import Testing
internal import WorkflowConsole

private struct Broken: Error, CustomStringConvertible {
  let description: String
}

@Suite("Readiness", .timeLimit(.minutes(1)))
struct ReadinessTests {
  @Test("not ready while starting and while draining; ready in between if all checks succeed")
  func phases() async {
    let readiness = Readiness()
    #expect(await readiness.report() == .notReady(reason: "starting", error: "the process is starting"))
    await readiness.serve([ReadinessCheck(reason: "a") {}, ReadinessCheck(reason: "b") {}])
    #expect(await readiness.report() == .ready)
    await readiness.drain()
    #expect(await readiness.report() == .notReady(reason: "shutting_down", error: "the process is shutting down"))
    await readiness.serve([])
    #expect(await readiness.report().isReady == false)
  }

  @Test("the first check that fails gives reason and error, and the later ones are not made")
  func failure() async {
    let later = Mutex(0)
    let readiness = Readiness()
    await readiness.serve([
      ReadinessCheck(reason: "fine") {},
      ReadinessCheck(reason: "database_unhealthy") { throw Broken(description: "no route") },
      ReadinessCheck(reason: "engine_unhealthy") { later.withLock { $0 += 1 } },
    ])
    #expect(await readiness.report() == .notReady(reason: "database_unhealthy", error: "no route"))
    #expect(later.withLock { $0 } == 0)
  }

  @Test("a check that does not answer fails within the budget, is not started again, and may recover")
  func budget() async {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let begun = Mutex(0)
    let readiness = Readiness(budget: .milliseconds(50))
    await readiness.serve([
      ReadinessCheck(reason: "slow") {
        begun.withLock { $0 += 1 }
        // Deaf to cancellation, like a call into a driver.
        await Task { for await _ in gate { return } }.value
      }
    ])
    #expect(await readiness.report() == .notReady(reason: "slow", error: "no answer within 0.05 seconds"))
    #expect(await readiness.report() == .notReady(reason: "slow", error: "an earlier check has not answered yet"))
    #expect(begun.withLock { $0 } == 1)
    open.finish()
    while await readiness.report() != .ready { await Task.yield() }
    #expect(begun.withLock { $0 } == 2)
  }

  @Test("reports asked for at the same time are one")
  func shared() async {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let begun = Mutex(0)
    let readiness = Readiness(budget: .seconds(30))
    await readiness.serve([
      ReadinessCheck(reason: "x") {
        begun.withLock { $0 += 1 }
        for await _ in gate { return }
      }
    ])
    await withTaskGroup(of: ReadinessReport.self) { group in
      for _ in 0..<20 { group.addTask { await readiness.report() } }
      while begun.withLock({ $0 }) == 0 { await Task.yield() }
      open.finish()
      for await report in group { #expect(report == .ready) }
    }
    #expect(begun.withLock { $0 } <= 20)
  }
}
