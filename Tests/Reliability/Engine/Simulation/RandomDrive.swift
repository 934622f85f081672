internal import DurableWorkflows
internal import WorkflowTesting

/// What the client of a random world does in every life: the same, and it checks what comes back.
struct RandomDrive: Sendable {
  /// Something came back that must not.
  struct Wrong: Error, CustomStringConvertible {
    var description: String
  }

  let world: RandomWorld

  /// Acts on all workflows at once; returns how each ended.
  func run(_ life: SimulatedLife<Empty>) async throws -> [String] {
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, client) in world.clients.enumerated() {
        group.addTask { (index, try await run(client, life)) }
      }
      var ends = [String](repeating: "", count: world.clients.count)
      for try await (index, end) in group { ends[index] = end }
      return ends
    }
  }

  private func run(_ client: RandomWorld.Client, _ life: SimulatedLife<Empty>) async throws -> String {
    try await life.sleep(until: .minutes(client.start))
    let handle = try await start(client, life)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<client.plan.signals where number > 0 || !client.startsWithSignal {
        group.addTask {
          try await life.sleep(until: .minutes(client.start + client.messages[number]))
          try await handle.signal(name: "note", input: [.json("\(number)")])
        }
      }
      for number in 0..<client.plan.updates {
        group.addTask {
          try await life.sleep(until: .minutes(client.start + client.messages[client.plan.signals + number]))
          try await update(number, handle)
        }
      }
      if client.asksInVain, client.plan.signals > 0, client.plan.ending == .returns {
        group.addTask { try await updateInVain(handle) }
      }
      group.addTask { try await end(client, handle, life) }
      try await group.waitForAll()
    }
    return try await result(client, handle)
  }

  private func start(
    _ client: RandomWorld.Client, _ life: SimulatedLife<Empty>
  ) async throws -> WorkflowHandle<RandomWorkflow> {
    var options = WorkflowClient.StartOptions()
    if client.plan.ending == .timesOut { options.runTimeout = .hours(30) }
    if client.startsWithSignal, client.plan.signals > 0 {
      return try await life.client.signalWithStart(
        RandomWorkflow.self, id: client.id, input: client.plan, options: options,
        signal: WorkflowSignalReference<RandomWorkflow, Int>("note"), 0)
    }
    return try await life.client.start(RandomWorkflow.self, id: client.id, input: client.plan, options: options)
  }

  private func update(_ number: Int, _ handle: WorkflowHandle<RandomWorkflow>) async throws {
    let value = try await handle.executeUpdate(WorkflowUpdateReference<RandomWorkflow, Int, Int>("add"), number)
    if value != RandomPlan.value(ofUpdate: number) { throw Wrong(description: "update \(number) returned \(value)") }
  }

  private func updateInVain(_ handle: WorkflowHandle<RandomWorkflow>) async throws {
    do {
      _ = try await handle.executeUpdate(WorkflowUpdateReference<RandomWorkflow, Int, Int>("add"), -1)
      throw Wrong(description: "an update that its validator refuses was accepted")
    } catch is WorkflowUpdateFailedError {
    } catch let error as WorkflowServiceError where error.code == .notFound {
      // The run had ended before.
    }
  }

  private func end(
    _ client: RandomWorld.Client, _ handle: WorkflowHandle<RandomWorkflow>, _ life: SimulatedLife<Empty>
  ) async throws {
    guard client.plan.ending == .cancelled || client.plan.ending == .terminated else { return }
    try await life.sleep(until: .minutes(client.start) + .days(1))
    do {
      if client.plan.ending == .cancelled { try await handle.cancel() } else { try await handle.terminate() }
    } catch let error as WorkflowServiceError where error.code == .notFound && life.number > 1 {
      // An earlier life has done it.
    }
  }

  private func result(_ client: RandomWorld.Client, _ handle: WorkflowHandle<RandomWorkflow>) async throws -> String {
    let plan = client.plan
    do {
      let sum = try await handle.result()
      let isExpected = plan.ending == .returns || plan.ending == .continues || plan.ending == .cancelled
      if isExpected, sum == plan.sum { return "\(sum)" }
      throw Wrong(description: "workflow \(client.id) returned \(sum) instead of \(plan.sum), \(plan.ending)")
    } catch let error as WorkflowFailedError {
      switch (plan.ending, error.status) {
      case (.fails, .failed) where error.cause.message == "\(plan.sum)": return "failed"
      case (.terminated, .terminated): return "terminated"
      case (.timesOut, .timedOut): return "timed out"
      // Cancelled before it waited for that.
      case (.cancelled, .canceled), (.cancelled, .failed): return "canceled"
      default: throw Wrong(description: "workflow \(client.id), \(plan.ending), ended as \(error.status): \(error)")
      }
    }
  }
}
