internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// A slot that is held over several activities.
@Suite("Sessions", .timeLimit(.minutes(1)))
struct SessionTests {
  private func withSessions(
    _ limit: Int = 2, _ body: (WorkflowTestEnvironment) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [
        Worker(
          taskQueue: "default", workflows: [Errands.self, Shuttle.self],
          options: WorkerOptions(maxConcurrentSessionExecutions: limit))
      ]
    ) { env in try await body(env) }
  }

  @Test("no more sessions are open at once than the worker allows; each holds its slot until it is closed")
  func limit() async throws {
    try await withSessions(2) { env in
      let mock = env.mockErrands()
      mock.hold()
      var handles: [WorkflowHandle<Shuttle>] = []
      for number in 0..<5 {
        handles.append(try await env.client.start(Shuttle.self, id: "\(number)", input: Shuttle.Plan(trips: 2)))
      }
      try await mock.waitForCalls(2)
      try await env.settle()
      #expect(mock.callCount == 2)
      let description = try await env.client.describeTaskQueue()
      #expect(description.openSessions == 2)
      #expect(description.waitingSessions == 3)
      mock.release()
      for handle in handles { #expect(try await handle.result() == ["0", "1"]) }
      #expect(mock.callCount == 10)
      #expect(try await env.client.describeTaskQueue().openSessions == 0)
    }
  }

  @Test("whoever gets no slot in time is told")
  func creationTimeout() async throws {
    try await withSessions(0) { env in
      env.mockErrands()
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Shuttle.self, input: Shuttle.Plan(trips: 1))
      }
      #expect(error?.cause.root.message.contains("schedule-to-start timeout") == true)
    }
  }

  @Test("when the process ends the session has failed; the run opens another one and begins again")
  func restart() async throws {
    try await withSessions { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(Shuttle.self, id: "s", input: Shuttle.Plan(trips: 2, attempts: 2))
      try await mock.waitForCalls(1)
      mock.releaseOne()
      try await mock.waitForCalls(2)
      try await env.restart(.kill)
      mock.release()
      #expect(try await handle.result() == ["0", "1"])
      #expect(mock.errands == ["0", "1", "0", "1"])
      try await env.replayAll([Shuttle.self])
    }
  }

  @Test("when its time is over what runs in it fails, and its slot is free; a closed run leaves none behind")
  func expiry() async throws {
    try await withSessions(1) { env in
      let mock = env.mockErrands()
      mock.hold()
      let handle = try await env.client.start(Shuttle.self, id: "s", input: Shuttle.Plan(trips: 2))
      try await mock.waitForCalls(1)
      try await env.advance(by: .minutes(6))
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      #expect(error?.cause.root.message.contains("has failed") == true)
      let next = try await env.client.start(Shuttle.self, id: "t", input: Shuttle.Plan(trips: 1))
      try await mock.waitForCalls(2)
      #expect(try await env.client.describeTaskQueue().openSessions == 1)
      try await next.terminate()
      #expect(try await env.client.describeTaskQueue().openSessions == 0)
    }
  }
}

/// Makes trips in a session, each by the activity `errand`.
actor Shuttle: WorkflowDefinition {
  struct Plan: Codable, Sendable {
    var trips: Int
    var attempts = 1
  }

  nonisolated let context = WorkflowContext.current

  func run(input plan: Plan) async throws -> [String] {
    var attempt = 1
    while true {
      do {
        return try await go(plan)
      } catch let error as ActivityError
        where attempt < plan.attempts && error.cause.typeName == WorkflowSession.failureType
      {
        attempt += 1
      }
    }
  }

  private func go(_ plan: Plan) async throws -> [String] {
    try await context.withSession(SessionOptions(executionTimeout: .minutes(5))) { session in
      var done: [String] = []
      for trip in 0..<plan.trips {
        done.append(
          try await context.executeActivity(
            "errand", "\(trip)", options: session.options(ActivityOptions(startToCloseTimeout: .hours(1)))))
      }
      return done
    }
  }
}

extension Failure {
  fileprivate var typeName: String? {
    if case .application(let type, _, _, _) = info { type } else { nil }
  }
}
