internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Namespaces of one engine see nothing of each other.
@Suite("Namespaces", .timeLimit(.minutes(1)))
struct NamespaceTests {
  private func finish(_ client: WorkflowClient, id: String, _ input: Int) async throws -> WorkflowHandle<Tally> {
    let handle = try await client.start(Tally.self, id: id, input: input)
    try await handle.signal(name: "finish")
    _ = try await handle.result()
    return handle
  }

  @Test("the same workflow id runs in each of them, before and after restarts and a checkpoint")
  func sameID() async throws {
    try await withNamespaces([Tally.self]) { env in
      env.mock("check") { try $0.decode(0, as: Int.self) }
      let clients = ["default", "north", "south"].map { env.client(namespace: $0) }
      var handles: [WorkflowHandle<Tally>] = []
      for (number, client) in clients.enumerated() {
        handles.append(try await client.start(Tally.self, id: "t", input: number * 100))
        let again = await #expect(throws: WorkflowServiceError.self) {
          try await client.start(Tally.self, id: "t", input: 0)
        }
        #expect(again?.code == .alreadyStarted && again?.runID == handles[number].execution.runID)
      }
      for step in 0..<4 {
        for (number, client) in clients.enumerated() {
          let handle = client.handle(for: Tally.self, id: "t")
          #expect(try await handle.describe().info.execution == handles[number].execution)
          try await handle.signal(name: "add", input: [argument(number + 1)])
          #expect(try await client.ids() == ["t"])
          #expect(try await client.count("WorkflowId = 't'") == 1)
        }
        try await env.settle()
        if step == 1 { try await env.engine.checkpoint() }
        try await env.restart(step == 2 ? .powerLoss() : .kill)
      }
      for (number, handle) in handles.enumerated() {
        try await handle.signal(name: "finish")
        #expect(try await handle.result() == number * 100 + 4 * (number + 1))
      }
      #expect(try await env.engine.statistics().runs == 3)
    }
  }

  @Test("a run is found in its own namespace only, by whatever request")
  func strangers() async throws {
    try await withNamespaces([Tally.self]) { env in
      let run = try await env.client(namespace: "north").start(Tally.self, id: "t", input: 1).execution
      for client in [env.client, env.client(namespace: "south")] {
        for execution in [run, WorkflowExecution(workflowID: "t")] {
          let handle = client.handle(for: Tally.self, id: execution.workflowID, runID: execution.runID)
          await expect(.notFound) { _ = try await handle.describe() }
          await expect(.notFound) { try await handle.signal(name: "finish") }
          await expect(.notFound) { try await handle.terminate() }
          await expect(.notFound) { try await handle.cancel() }
          await expect(.notFound) { try await handle.pause() }
          await expect(.notFound) { try await handle.delete() }
          await expect(.notFound) { _ = try await handle.fetchHistory() }
          await expect(.notFound) { _ = try await handle.query(name: "sum") }
        }
        #expect(try await client.count() == 0)
      }
      let answer = try await env.client(namespace: "north").handle(for: Tally.self, id: "t").query(name: "sum")
      #expect(try JSONPayloadConverter().value(of: answer, as: Int.self) == 1)
    }
  }

  @Test("one that the engine does not serve is refused, by its name")
  func unknown() async throws {
    try await withNamespaces([Tally.self]) { env in
      let error = #expect(throws: WorkflowServiceError.self) { try env.engine.client(namespace: "east") }
      #expect(error?.code == .namespaceNotFound && error?.message == "Namespace east is not found.")
      let client = env.client(namespace: "east")
      await expect(.namespaceNotFound) { _ = try await client.start(Tally.self, id: "t", input: 1) }
      await expect(.namespaceNotFound) { _ = try await client.count() }
      await expect(.namespaceNotFound) { _ = try await client.listBatches() }
      await expect(.namespaceNotFound) { _ = try await client.ids() }
      await expect(.namespaceNotFound) { _ = try await client.handle(for: Tally.self, id: "t").describe() }
      await expect(.namespaceNotFound) { _ = try await client.scheduleHandle(id: "s").describe() }
      await expect(.namespaceNotFound) { _ = try await client.startBatch(.cancel, query: "", matchesEveryRun: true) }
      await expect(.namespaceNotFound) { _ = try await client.describeTaskQueue() }
      await expect(.namespaceNotFound) { _ = try await client.frontend.describeNamespace("east") }
      await expect(.namespaceNotFound) { _ = try await env.client(namespace: "").count() }
      for name in ["north", "default"] {
        let known = try env.engine.client(namespace: name)
        #expect(known.namespace == name)
      }
    }
  }

  @Test("they are described and listed, the engine's own first")
  func descriptions() async throws {
    try await withNamespaces([Tally.self]) { env in
      let all = try await env.client.frontend.listNamespaces()
      #expect(all.map(\.name) == ["default", "north", "south"])
      #expect(all.map(\.retention) == [.seconds(3 * 86_400), .seconds(60), .seconds(3 * 86_400)])
      #expect(all.map(\.description) == ["", "cold", ""])
      #expect(Set(all.map(\.id)).count == 3)
      #expect(try await env.client.frontend.describeNamespace("north") == all[1])
    }
  }

  @Test("children, activities and what code is told of are of the run's namespace")
  func children() async throws {
    try await withNamespaces([Resident.self]) { env in
      env.mock("place") { _ in Resident.place }
      var handles: [WorkflowHandle<Resident>] = []
      for name in ["default", "north", "south"] {
        handles.append(try await env.client(namespace: name).start(Resident.self, id: "r", input: 2))
      }
      try await env.settle()
      try await env.restart(.kill)
      for handle in handles {
        let client = handle.client
        #expect(try await client.ids() == ["r", "resident-0", "resident-1"])
        let child = client.handle(for: Resident.self, id: "resident-0")
        try await child.signal(name: "tell", input: [argument("news of \(client.namespace)")])
        let name = client.namespace
        let expected = "\(name), \(name), \(name), \(name), \(name) heard news of \(name) under \(name)"
        #expect(try await handle.result() == expected)
        try await WorkflowReplayer(workflows: [Resident.self]).replay(try await handle.fetchHistory())
      }
    }
  }

  @Test("a signal to another workflow finds the one of the sender's namespace")
  func external() async throws {
    try await withNamespaces([Messenger.self, Child.self]) { env in
      let north = env.client(namespace: "north")
      let target = try await north.start(Child.self, id: "target", input: .wait)
      let stranger = try await env.client.start(Messenger.self, id: "stranger", input: "target")
      #expect(try await stranger.result() != "signalled")
      #expect(try await north.start(Messenger.self, id: "friend", input: "target").result() == "signalled")
      #expect(try await target.result() == "signalled by friend")
    }
  }

  @Test("an activity is completed by its id and by its token only in its own namespace")
  func activities() async throws {
    try await withNamespaces([OneStep.self]) { env in
      let tokens = Mutex<[[UInt8]]>([])
      let mock = env.mock("step") { _ in
        tokens.withLock { $0.append(ActivityExecutionContext.current?.info.taskToken ?? []) }
        throw CompleteAsyncError()
      }
      let (north, south) = (env.client(namespace: "north"), env.client(namespace: "south"))
      let one = try await north.start(OneStep.self, id: "o", input: true)
      try await mock.waitForCalls(1)
      let two = try await south.start(OneStep.self, id: "o", input: true)
      try await mock.waitForCalls(2)
      try await env.settle()
      let token = tokens.withLock { $0[0] }
      await expect(.notFound) { try await south.asyncActivity(taskToken: token).complete("wrong") }
      try await north.asyncActivity(taskToken: token).complete("north")
      try await south.asyncActivity(WorkflowExecution(workflowID: "o"), activityID: "1").complete("south")
      #expect(try await one.result() == "north")
      #expect(try await two.result() == "south")
    }
  }

  @Test("closed runs are kept as long as their namespace says")
  func retention() async throws {
    try await withNamespaces([Tally.self]) { env in
      for name in ["default", "north", "south"] { _ = try await finish(env.client(namespace: name), id: "t", 1) }
      try await env.sleep(for: .seconds(100))
      #expect(try await env.engine.checkpoint().forgottenRuns == 1)
      for _ in 0..<2 {
        #expect(try await env.client.ids() == ["t"])
        #expect(try await env.client(namespace: "north").ids() == [])
        #expect(try await env.client(namespace: "south").ids() == ["t"])
        await expect(.notFound) {
          _ = try await env.client(namespace: "north").handle(for: Tally.self, id: "t").describe()
        }
        try await env.restart(.kill)
      }
      #expect(try await finish(env.client(namespace: "north"), id: "t", 5).result() == 5)
    }
  }

  @Test("when a run is deleted, the newest of its id in its namespace takes its place")
  func deletion() async throws {
    try await withNamespaces([Tally.self]) { env in
      let north = env.client(namespace: "north")
      let first = try await finish(north, id: "t", 1)
      let second = try await finish(north, id: "t", 2)
      _ = try await finish(env.client, id: "t", 3)
      try await second.delete()
      #expect(try await north.handle(for: Tally.self, id: "t").describe().info.execution == first.execution)
      try await first.delete()
      await expect(.notFound) { _ = try await north.handle(for: Tally.self, id: "t").describe() }
      #expect(try await env.client.handle(for: Tally.self, id: "t").result() == 3)
    }
  }

  @Test("a reset's request id counts in its namespace, and the new run stays there")
  func reset() async throws {
    try await withNamespaces([Tally.self]) { env in
      var resets: [String] = []
      for name in ["north", "default"] {
        let handle = try await finish(env.client(namespace: name), id: "t", 1)
        let point = try #require(try await handle.pinned.points().first)
        for _ in 0..<2 {
          let response = try await handle.client.frontend.resetWorkflowExecution(
            ResetWorkflowExecutionRequest(
              namespace: name, execution: handle.execution, workflowTaskFinishEventID: point, requestID: "again"))
          resets.append(response.runID)
        }
      }
      #expect(resets[0] == resets[1] && resets[2] == resets[3] && resets[0] != resets[2])
      try await env.restart(.kill)
      for (name, run) in [("north", resets[0]), ("default", resets[2])] {
        let client = env.client(namespace: name)
        #expect(try await client.handle(for: Tally.self, id: "t").describe().info.execution.runID == run)
        #expect(try await client.count() == 2)
      }
    }
  }
}
