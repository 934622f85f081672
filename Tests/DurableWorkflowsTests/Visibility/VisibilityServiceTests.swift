@testable internal import DurableWorkflows
internal import Synchronization
internal import Testing

@Suite struct VisibilityServiceTests {
  private static func record(_ key: UInt64) -> VisibilityRecord {
    VisibilityRecord(
      key: RunKey(rawValue: key), workflowID: "w", runID: "r\(key)", workflowType: "T", taskQueue: "q",
      startTime: Timestamp(nanosecondsSinceEpoch: Int64(key)), executionTime: .epoch, status: .running,
      historyLength: 0, historySizeBytes: 0, memo: [:], searchAttributes: [:])
  }

  private func count(_ service: VisibilityService) async throws -> Int { try await service.request { $0.count } }

  @Test("what was handed over before a request is in its answer, however much it is", arguments: [1, 100, 10_000])
  func order(_ runs: Int) async throws {
    let service = VisibilityService(declared: [:], wakeOwner: nil)
    try service.start()
    defer { service.close() }
    for key in 1...UInt64(runs) { service.note([.put(Self.record(key))]) }
    #expect(try await count(service) == runs)
    for key in 1...UInt64(runs) { service.note([.forget(RunKey(rawValue: key))]) }
    #expect(try await count(service) == 0)
  }

  @Test("without a thread, the owner is woken and does the work")
  func owner() async throws {
    let (wakeUps, wake) = AsyncStream<Void>.makeStream()
    let service = VisibilityService(declared: [:], wakeOwner: { wake.yield() })
    service.note([.put(Self.record(1))])
    async let answer = count(service)
    for await _ in wakeUps {
      service.drain()
      break
    }
    let runs = try await answer
    #expect(runs == 1)
    service.close()
  }

  @Test("requests wait for the index to be made, and are refused if it cannot be")
  func rebuild() async throws {
    struct Broken: Error {}
    for isBroken in [false, true] {
      let service = VisibilityService(declared: [:], wakeOwner: nil)
      let hasFinished = Mutex(false)
      service.rebuild(finished: { hasFinished.withLock { $0 = true } }) { index in
        if isBroken { throw Broken() }
        index.apply(.put(Self.record(1)))
      }
      #expect(service.isRebuilding)
      service.note([.put(Self.record(2))])
      async let answer = count(service)
      try service.start()
      if isBroken {
        do {
          _ = try await answer
          Issue.record("the index cannot be made")
        } catch let error as WorkflowServiceError {
          #expect(error.code == .unavailable)
        }
      } else {
        let runs = try await answer
        #expect(runs == 2)
      }
      #expect(!service.isRebuilding && hasFinished.withLock { $0 })
      service.close()
    }
  }

  @Test("requests to a closed service are refused, and so are those that wait")
  func close() async throws {
    let service = VisibilityService(declared: [:], wakeOwner: {})
    let waiting = Task { try await count(service) }
    await Task.yield()
    service.close()
    await #expect(throws: WorkflowServiceError.self) { _ = try await waiting.value }
    await #expect(throws: WorkflowServiceError.self) { _ = try await count(service) }
  }
}
