internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// A process may die at any moment: the result is the same, and what was recorded is not done again.
@Suite("Crashes", .timeLimit(.minutes(2)))
struct CrashTests {
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test("restarts at random moments do not change the result, and no recorded result is computed again", arguments: 0..<40)
  func anyMoment(seed: Int) async throws {
    var random = Seeded(state: UInt64(seed))
    let cached = [1, 2, 1000].randomElement(using: &random) ?? 1
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Pipeline.self], configure: { $0.maxCachedWorkflows = cached }
    ) { env in
      // Every call that begins after the activity's result is recorded is a violation.
      let recorded = Mutex<Set<String>>([])
      let violations = Mutex<[String]>([])
      env.mock("step") { arguments in
        let key = ActivityExecutionContext.current?.info.idempotencyKey ?? ""
        if recorded.withLock({ $0.contains(key) }) { violations.withLock { $0.append(key) } }
        let number = try arguments.decode(0, as: Int.self)
        await shuffle()
        if number % 5 == 3, ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("first attempt") }
        return number * 2
      }
      var handles: [WorkflowHandle<Pipeline>] = []
      for index in 0..<3 {
        handles.append(try await env.client.start(Pipeline.self, id: "p\(index)", input: 6 + index))
      }
      let results = Task { [handles] in
        var results: [[Int]] = []
        for handle in handles { results.append(try await handle.result()) }
        return results
      }
      for _ in 0..<Int.random(in: 2...6, using: &random) {
        for _ in 0..<Int.random(in: 0..<60, using: &random) { await Task.yield() }
        let mode: WorkflowTestEnvironment.RestartMode =
          switch Int.random(in: 0..<4, using: &random) {
          case 0: .shutdown
          case 1: .kill
          case 2: .powerLoss(.synced)
          default: .powerLoss(.random(seed: random.next()))
          }
        try await env.restart(mode)
        for handle in handles {
          let runID = handle.execution.runID
          for event in try await handle.fetchHistory() {
            guard case .activityTaskCompleted(let scheduled, _, _, _) = event.attributes,
              case .activityTaskScheduled(let attributes) = try await handle.fetchHistory()[Int(scheduled) - 1].attributes
            else { continue }
            recorded.withLock { _ = $0.insert("\(handle.execution.workflowID)/\(runID)/\(attributes.activityID)") }
          }
        }
      }
      let all = try await results.value
      for (index, result) in all.enumerated() {
        let count = 6 + index
        #expect(result == (0..<count).map { $0 * 2 } + [count])
      }
      #expect(violations.withLock { $0 } == [])
      for handle in handles {
        let history = try await handle.fetchHistory()
        #expect(history.map(\.id) == Array(1...Int64(history.count)))
        #expect(history.count { $0.typeName == "ActivityTaskCompleted" } == history.count { $0.typeName == "ActivityTaskScheduled" })
        try await WorkflowReplayer(workflows: [Pipeline.self]).replay(history)
      }
    }
  }

  @Test("the journal may fail in any call of a run; what was acknowledged before is there, and the run ends as it should")
  func anyCall() async throws {
    // How many calls a run without faults makes after the start.
    func run(failing call: Int?) async throws -> (calls: Int, hasFailed: Bool) {
      try await WorkflowTestEnvironment.withEnvironment(workflows: [Pipeline.self]) { env in
        env.mock("step") { try $0.decode(0, as: Int.self) * 2 }
        let fileSystem = env.fileSystem
        let first = fileSystem.callCount
        if let call { fileSystem.failCall(first + call, errno: 5, sticky: false) }
        var isAcknowledged = false
        do {
          _ = try await env.client.start(Pipeline.self, id: "p", input: 4, options: .init(requestID: "once"))
          isAcknowledged = true
          let result = try await env.client.handle(for: Pipeline.self, id: "p").result()
          #expect(result == [0, 2, 4, 6, 4])
          return (fileSystem.callCount - first, false)
        } catch is WorkflowServiceError {
          try await env.restart(.powerLoss())
          if isAcknowledged {
            #expect(try await env.client.frontend.countWorkflowExecutions(namespace: "default", query: "") == 1)
          }
          let handle = try await env.client.start(Pipeline.self, id: "p", input: 4, options: .init(requestID: "once"))
          let result = try await handle.result()
          #expect(result == [0, 2, 4, 6, 4])
          return (0, true)
        }
      }
    }
    let calls = try await run(failing: nil).calls
    #expect(calls > 5)
    var failures = 0
    for call in 1...calls { failures += try await run(failing: call).hasFailed ? 1 : 0 }
    // Not every call matters to a request: some mark the journal idle.
    #expect(failures > calls / 4)
  }
}

actor Pipeline: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input count: Int) async throws -> [Int] {
    let halves = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for index in 0..<count {
        group.addTask { (index, try await self.context.executeActivity("step", index, options: minute)) }
      }
      var halves: [Int: Int] = [:]
      for try await (index, half) in group { halves[index] = half }
      return halves
    }
    try await context.sleep(for: .seconds(30))
    var results: [Int] = []
    for index in 0..<count { results.append(halves[index] ?? -1) }
    let last: Int = try await context.executeActivity("step", count, options: minute)
    return results + [last / 2]
  }
}
