internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// What a journal holds of a namespace must be in the options.
@Suite("Namespaces in the options", .timeLimit(.minutes(1)))
struct NamespaceOptionsTests {
  private func opening(
    _ fileSystem: InMemoryFileSystem, own: String = "default", _ namespaces: [String],
    _ body: (WorkflowTestEnvironment) async throws -> Void = { _ in }
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self, ScheduledWork.self], fileSystem: fileSystem,
      configure: { options in
        options.namespace = own
        options.namespaces = namespaces.map { WorkflowNamespace($0) }
      }, body)
  }

  private func refusal(
    _ fileSystem: InMemoryFileSystem, own: String = "default", _ namespaces: [String]
  ) async -> String {
    let error = await #expect(throws: WorkflowEngineError.self) {
      try await opening(fileSystem, own: own, namespaces)
    }
    #expect(error?.code == .invalidConfiguration)
    return error?.message ?? ""
  }

  @Test("an engine does not open a journal with a namespace that is missing, and loses nothing", arguments: [false, true])
  func missing(isInCheckpoint: Bool) async throws {
    let fileSystem = InMemoryFileSystem()
    try await opening(fileSystem, ["north", "south"]) { env in
      _ = try await env.client(namespace: "north").start(Tally.self, id: "n", input: 1)
      _ = try await env.client(namespace: "south").start(Tally.self, id: "s", input: 2)
      _ = try await env.client.start(Tally.self, id: "own", input: 3)
      if isInCheckpoint { try await env.engine.checkpoint() }
    }
    let message = await refusal(fileSystem, ["south"])
    #expect(message.contains("'north'") && message.contains("run 'n'") && !message.contains("'south'"))
    #expect(await refusal(fileSystem, []).contains("'north', 'south'"))
    // What was another namespace cannot become the engine's own.
    #expect(await refusal(fileSystem, own: "north", ["south"]).contains("'north' is the engine's own namespace"))
    try await opening(fileSystem, ["south", "north", "west"]) { env in
      var ids: [[String]] = []
      for name in ["north", "south", "west", "default"] { ids.append(try await env.client(namespace: name).ids()) }
      #expect(ids == [["n"], ["s"], [], ["own"]])
    }
  }

  @Test("the check before a deployment finds what is missing")
  func check() async throws {
    let fileSystem = InMemoryFileSystem()
    try await opening(fileSystem, ["north"]) { env in
      _ = try await env.client(namespace: "north").start(Tally.self, id: "n", input: 1)
      try await env.settle()
    }
    var options = WorkflowEngineOptions()
    options.fileSystem = fileSystem
    for namespaces in [[], ["north"]] {
      options.namespaces = namespaces.map { WorkflowNamespace($0) }
      let check = { [options] in
        try await WorkflowCheck.run(
          directory: WorkflowTestEnvironment.directory, workflows: [Tally.self], options: options)
      }
      if namespaces.isEmpty {
        let error = await #expect(throws: WorkflowEngineError.self) { _ = try await check() }
        #expect(error?.code == .invalidConfiguration && error?.message.contains("'north'") == true)
      } else {
        let report = try await check()
        #expect(report.openRuns == 1 && report.brokenRuns.isEmpty)
      }
    }
  }

  @Test("a namespace can go when nothing of it is left, and the engine's own may be called otherwise")
  func gone() async throws {
    let fileSystem = InMemoryFileSystem()
    try await opening(fileSystem, ["north"]) { env in
      try await env.client(namespace: "north").start(Tally.self, id: "n", input: 1).delete()
      _ = try await env.client.start(Tally.self, id: "own", input: 3)
    }
    try await opening(fileSystem, own: "main", []) { env in
      let ids = try await env.client.ids()
      #expect(env.client.namespace == "main" && ids == ["own"])
      await expect(.namespaceNotFound) { _ = try await env.client(namespace: "default").count() }
    }
  }

  @Test("a schedule alone keeps its namespace")
  func scheduleAlone() async throws {
    let fileSystem = InMemoryFileSystem()
    try await opening(fileSystem, ["north"]) { env in
      let spec = ScheduleSpec(cronExpressions: ["@yearly"])
      _ = try await env.client(namespace: "north").createSchedule(id: "s", schedule(spec))
    }
    #expect(await refusal(fileSystem, []).contains("schedule 's'"))
  }

  @Test("names that are empty or there twice, and times that are negative, are refused")
  func invalid() async {
    let fileSystem = InMemoryFileSystem()
    #expect(await refusal(fileSystem, own: "", []).contains("empty"))
    #expect(await refusal(fileSystem, [""]).contains("no name"))
    #expect(await refusal(fileSystem, ["a", "b", "a"]) == "the namespace 'a' is there twice")
    #expect(await refusal(fileSystem, ["default"]) == "the namespace 'default' is there twice")
    let error = await #expect(throws: WorkflowEngineError.self) {
      try await WorkflowTestEnvironment.withEnvironment(
        workflows: [Tally.self], configure: { $0.namespaces = [WorkflowNamespace("a", retention: .seconds(-1))] }
      ) { _ in }
    }
    #expect(error?.message.contains("negative") == true)
  }
}
