internal import DurableWorkflows
internal import FoundationEssentials

/// Everything that Swift offers for doing several things at once; its result is the order in which they happened.
actor Medley: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var trace: [String] = []
  private var pokes = 0
  private var level = 0

  static var handlers: WorkflowHandlers<Medley> {
    WorkflowHandlers()
      .signal("poke") { workflow, arguments in try await workflow.poke(try arguments.decode(0)) }
      .query("trace") { workflow, _ in workflow.trace }
  }

  enum Part: String, Codable, CaseIterable {
    case asyncLets, concurrentFunctions, group, stream, yields, conditions, cancelledGroup, unstructured, race, signals
    case values
  }

  func run(input parts: [Part]) async throws -> [String] {
    for part in parts {
      switch part {
      case .asyncLets: try await asyncLets()
      case .concurrentFunctions: await concurrentFunctions()
      case .group: try await group()
      case .stream: await stream()
      case .yields: await yields()
      case .conditions: try await conditions()
      case .cancelledGroup: await cancelledGroup()
      case .unstructured: try await unstructured()
      case .race: try await race()
      case .signals: try await context.condition(timeout: .hours(1)) { self.pokes == 3 }
      case .values:
        note("random \(context.random(in: 0...999_999)) \(context.uuid()) \(context.now.timeIntervalSince1970)")
      }
    }
    return trace
  }

  private func poke(_ number: Int) async throws {
    note("poke \(number) begins")
    try await context.sleep(for: .seconds(number))
    let echo: String = try await context.executeActivity("echo", "poke \(number)", options: minute)
    note(echo)
    pokes += 1
  }

  private func note(_ text: String) { trace.append(text) }

  private func asyncLets() async throws {
    async let first = echo("let 1")
    async let second = echo("let 2")
    note(try await second)
    note(try await first)
  }

  private func concurrentFunctions() async {
    async let first = slow(1)
    async let second = slow(2)
    note("slow \(await second)")
    note("slow \(await first)")
  }

  private func echo(_ text: String) async throws -> String {
    let echo: String = try await context.executeActivity("echo", text, options: minute)
    note("heard \(echo)")
    return echo
  }

  private nonisolated func slow(_ number: Int) async -> Int {
    await hop(number) + hop(number)
  }

  @concurrent private nonisolated func hop(_ number: Int) async -> Int {
    await Task.yield()
    return number
  }

  private func group() async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<5 {
        group.addTask {
          let echo: String = try await self.context.executeActivity("echo", "group \(index)", options: minute)
          await self.note(echo)
          if index % 2 == 0 { try await self.context.sleep(for: .seconds(index)) }
          return index
        }
      }
      for try await index in group { note("group \(index) ended") }
    }
  }

  private func stream() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    await withTaskGroup { group in
      group.addTask {
        for number in 0..<4 {
          continuation.yield(number)
          if number % 2 == 1 { await Task.yield() }
        }
        continuation.finish()
      }
      group.addTask { for await number in stream { await self.note("stream \(number)") } }
    }
  }

  private func yields() async {
    await withTaskGroup { group in
      for name in ["a", "b", "c"] {
        group.addTask {
          for step in 0..<3 {
            await self.note("\(name)\(step)")
            await Task.yield()
          }
        }
      }
    }
  }

  private func conditions() async throws {
    level = 0
    try await withThrowingTaskGroup { group in
      for index in 0..<4 {
        group.addTask {
          try await self.reach(index % 2 + 1)
          await self.note("condition \(index)")
        }
      }
      group.addTask {
        try await self.context.sleep(for: .seconds(1))
        await self.raise(to: 2)
      }
      try await group.waitForAll()
    }
  }

  private func reach(_ target: Int) async throws { try await context.condition { self.level >= target } }
  private func raise(to level: Int) { self.level = level }

  private func cancelledGroup() async {
    await withTaskGroup { group in
      for index in 0..<3 {
        group.addTask {
          do {
            try await self.context.sleep(for: .hours(index + 1))
            await self.note("slept \(index)")
          } catch {
            await self.note("cancelled \(index): \(type(of: error))")
          }
        }
      }
      group.addTask { try? await self.context.sleep(for: .seconds(1)) }
      await group.next()
      group.cancelAll()
    }
  }

  private func unstructured() async throws {
    let task = Task(executorPreference: context.taskExecutor) {
      await self.note("unstructured")
      await Task.yield()
      return try await self.echo("from a task")
    }
    note("after the task was made")
    note(try await task.value)
  }

  private func race() async throws {
    let winner = try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask {
        let echo: String = try await self.context.executeActivity("echo", "racer", options: minute)
        return echo
      }
      group.addTask {
        try await self.context.sleep(for: .days(1))
        return "timer"
      }
      let winner = try await group.next() ?? "nobody"
      group.cancelAll()
      return winner
    }
    note("winner \(winner)")
  }
}
