internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// `patch` and `deprecatePatch` over the life of a change.
@Suite("Patches", .timeLimit(.minutes(1)))
struct PatchTests {
  private func withRuns(
    _ body: (WorkflowTestEnvironment) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Fee.self]) { env in
      env.mock("fee-v1") { _ in 1 }
      env.mock("fee-v2") { _ in 2 }
      try await body(env)
    }
  }

  private func markers(_ history: [HistoryEvent]) -> Int { history.count { $0.typeName == "MarkerRecorded" } }

  @Test("an old run stays on the old branch, a new run takes the new one and keeps it")
  func branches() async throws {
    try await withRuns { env in
      let old = try await env.client.start(Fee.self, id: "old")
      try await env.settle()
      try await env.restart(workflows: [PatchedFee.self])
      let new = try await env.client.start(PatchedFee.self, id: "new")
      try await env.settle()
      try await env.restart()
      #expect(try await old.result() == [1, 1])
      #expect(try await new.result() == [2, 2])
      #expect(markers(try await old.fetchHistory()) == 0)
      #expect(markers(try await new.fetchHistory()) == 1, "the answer is recorded once for both uses")
      for history in [try await old.fetchHistory(), try await new.fetchHistory()] {
        try await WorkflowReplayer(workflows: [PatchedFee.self]).replay(history)
      }
    }
  }

  @Test("a run that has not reached the patch yet takes the new branch")
  func notReached() async throws {
    try await withRuns { env in
      let handle = try await env.client.start(Fee.self, id: "early")
      // The code that is deployed before the first activity's result has not reached the second fee.
      try await env.settle()
      try await env.restart(workflows: [LatePatchedFee.self])
      #expect(try await handle.result() == [1, 2])
    }
  }

  @Test("deprecated, and then removed, patches go on replaying")
  func deprecation() async throws {
    try await withRuns { env in
      try await env.restart(workflows: [PatchedFee.self])
      let patched = try await env.client.start(PatchedFee.self, id: "patched")
      try await env.settle()
      try await env.restart(workflows: [DeprecatedFee.self])
      let deprecated = try await env.client.start(DeprecatedFee.self, id: "deprecated")
      try await env.settle()
      #expect(try await patched.result() == [2, 2])
      try await env.restart(workflows: [NewFee.self])
      #expect(try await deprecated.result() == [2, 2])
      let error = await #expect(throws: NonDeterminismError.self) {
        try await WorkflowReplayer(workflows: [NewFee.self]).replay(try await patched.fetchHistory())
      }
      #expect(error?.expected == "MarkerRecorded 'core_patch' of patch 'fee'")
    }
  }

  @Test("removing the old branch while a run is on it is found")
  func removedTooEarly() async throws {
    try await withRuns { env in
      let old = try await env.client.start(Fee.self, id: "old")
      try await env.settle()
      try await env.restart(workflows: [NewFee.self])
      let error = await #expect(throws: NonDeterminismError.self) { _ = try await old.result() }
      #expect(error?.expected == "ActivityTaskScheduled of 'fee-v1' (id 1)")
    }
  }
}

extension WorkflowDefinition {
  fileprivate func fee(_ name: String) async throws -> Int { try await context.executeActivity(name, options: minute) }
}

actor Fee: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Int] {
    let first = try await fee("fee-v1")
    try await context.sleep(for: .days(1))
    return [first, try await fee("fee-v1")]
  }
}

actor PatchedFee: WorkflowDefinition {
  static var name: String { "Fee" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Int] {
    let first = try await fee(context.patch("fee") ? "fee-v2" : "fee-v1")
    try await context.sleep(for: .days(1))
    return [first, try await fee(context.patch("fee") ? "fee-v2" : "fee-v1")]
  }
}

actor LatePatchedFee: WorkflowDefinition {
  static var name: String { "Fee" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Int] {
    let first = try await fee("fee-v1")
    try await context.sleep(for: .days(1))
    return [first, try await fee(context.patch("late") ? "fee-v2" : "fee-v1")]
  }
}

actor DeprecatedFee: WorkflowDefinition {
  static var name: String { "Fee" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Int] {
    context.deprecatePatch("fee")
    let first = try await fee("fee-v2")
    try await context.sleep(for: .days(1))
    return [first, try await fee("fee-v2")]
  }
}

actor NewFee: WorkflowDefinition {
  static var name: String { "Fee" }
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> [Int] {
    let first = try await fee("fee-v2")
    try await context.sleep(for: .days(1))
    return [first, try await fee("fee-v2")]
  }
}
