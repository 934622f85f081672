internal import Logging
internal import Synchronization
internal import Testing
internal import WorkflowJournal

@testable internal import DurableWorkflows

@Suite struct ActivityRelayTests {
  private let long = Duration.seconds(60)

  @Test func whoLooksGetsWhatIsGiven() async {
    let relay = ActivityRelay(longest: long)
    let done = Mutex<[Int]>([])
    await relay.run {
      done.withLock { $0.append(1) }
      #expect(relay.begin(7))
      let isGiven = relay.give({ done.withLock { $0.append(2) }; return nil }, to: 7)
      #expect(isGiven)
      return 7
    }
    #expect(done.withLock { $0 } == [1, 2])
  }

  @Test func workGoesFromTaskToTaskWithoutEnd() async {
    let relay = ActivityRelay(longest: long)
    let count = Mutex(0)
    // As the engine does it: what one task begins to look for, another thread gives.
    @Sendable func work(_ number: UInt64) -> ActivityRelay.Work {
      {
        count.withLock { $0 += 1 }
        guard number < 100_000, relay.begin(number) else { return nil }
        _ = relay.give(work(number + 1), to: number)
        return number
      }
    }
    await relay.run(work(1))
    #expect(count.withLock { $0 } == 100_000)
  }

  @Test func onlyOneLooksAndOnlyItIsGiven() {
    let relay = ActivityRelay(longest: long)
    #expect(!give(relay, to: 1))
    #expect(relay.begin(1))
    #expect(!relay.begin(2))
    #expect(!give(relay, to: 2))
    #expect(give(relay, to: 1))
    #expect(!give(relay, to: 1))
    #expect(relay.next(1) != nil)
    #expect(relay.begin(2))
  }

  @Test func whoFindsNothingEndsAndIsGivenNothing() async {
    let relay = ActivityRelay(longest: .microseconds(1))
    #expect(relay.begin(1))
    #expect(relay.next(1) == nil)
    #expect(!give(relay, to: 1))
    #expect(relay.begin(2))
  }

  private func give(_ relay: ActivityRelay, to number: UInt64) -> Bool { relay.give({ nil }, to: number) }

  @Test func lookingInVainIsDoneEverLessOftenUntilItSucceeds() {
    let relay = ActivityRelay(longest: .microseconds(1))
    var looks = 0
    for number: UInt64 in 1...5000 where relay.begin(number) {
      looks += 1
      #expect(relay.next(number) == nil)
    }
    #expect((10...30).contains(looks), "\(looks) looks")
    // One success, and everyone looks again.
    var number: UInt64 = 5001
    while !relay.begin(number) { number += 1 }
    #expect(give(relay, to: number))
    #expect(relay.next(number) != nil)
    #expect(relay.begin(number + 1))
    #expect(relay.next(number + 1) == nil)
    #expect(relay.begin(number + 2))
  }

  @Test func nobodyLooksWithoutAProcessorForIt() {
    #expect(!ActivityRelay(longest: .zero).begin(1))
  }

  /// One activity runs until it is told to stop, another cancels its own task; the next asks whether it is cancelled.
  @Test func anActivityNeverRunsInATaskThatWasCancelled() async throws {
    let waits = ActivityDefinition("waits") { _ -> Empty in
      while !Task.isCancelled { await Task.yield() }
      return Empty()
    }
    let cancels = ActivityDefinition("cancels") { _ -> Empty in
      withUnsafeCurrentTask { $0?.cancel() }
      return Empty()
    }
    let asks = ActivityDefinition("asks") { _ in Task.isCancelled }
    var options = WorkflowEngineOptions()
    options.fileSystem = InMemoryFileSystem()
    options.logger.logLevel = .critical
    let engine = try await WorkflowEngine.open(
      directory: "/journal", workflows: [WaitsThenAsks.self], activities: [], extra: [waits, cancels, asks],
      options: options)
    let answers = try await engine.client.execute(WaitsThenAsks.self, id: "run", input: Empty())
    #expect(answers == [false, false, false])
    try await engine.shutdown()
  }
}

private actor WaitsThenAsks: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input: Empty) async throws -> [Bool] {
    let short = ActivityOptions(
      startToCloseTimeout: .milliseconds(20), retryPolicy: RetryPolicy(maximumAttempts: 1))
    let long = ActivityOptions(startToCloseTimeout: .seconds(60))
    var answers: [Bool] = []
    for _ in 0..<3 {
      do {
        _ = try await context.executeActivity("waits", options: short, returning: Empty.self)
      } catch is ActivityError {
        // Its time was over.
      }
      if answers.count == 1 { _ = try await context.executeActivity("cancels", options: long, returning: Empty.self) }
      answers.append(try await context.executeActivity("asks", options: long, returning: Bool.self))
    }
    return answers
  }
}
