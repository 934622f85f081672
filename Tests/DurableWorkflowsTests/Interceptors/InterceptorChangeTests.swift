internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Interceptors change what passes through them.
@Suite("Changes by interceptors", .timeLimit(.minutes(1)))
struct InterceptorChangeTests {
  private func with(_ hooks: Hooks..., body: (WorkflowTestEnvironment) async throws -> Void) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Echo.self, Gathering.self], configure: { $0.interceptors = hooks }, body)
  }

  @Test("arguments and results of run, each interceptor seeing what the one before it made")
  func run() async throws {
    func adding(_ letter: String) -> Hooks {
      Hooks(run: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text + letter)]
        return try await next(input).map { payload($0.text + letter) }
      })
    }
    try await with(adding("1"), adding("2")) { env in
      env.mock("echo") { try $0.decode(0, as: String.self) }
      #expect(try await env.execute(Echo.self, id: "w", input: "a") == "a1221")
      try await env.restart()
      #expect(try await env.client.handle(for: Echo.self, id: "w").result() == "a1221")
    }
  }

  @Test("arguments that do not fit after the change fail the run with an error that names them")
  func unfit() async throws {
    let hooks = Hooks(run: { input, next in
      var input = input
      input.arguments = [Payload(encoding: Payload.jsonPlain, data: Array("[1]".utf8))]
      return try await next(input)
    })
    try await with(hooks) { env in
      let error = await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Echo.self, id: "w", input: "a")
      }
      #expect(error?.cause.message.contains("argument 1 of workflow 'Echo'") == true)
    }
  }

  @Test("arguments and answers of messages")
  func messages() async throws {
    let hooks = Hooks(
      signal: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text.uppercased())]
        try await next(input)
      },
      query: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text.uppercased())]
        _ = try next(input)
        input.arguments = [payload("")]
        return try next(input)
      },
      validator: { input, next in
        var input = input
        input.arguments = [payload("not empty")]
        try next(input)
      },
      update: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text.uppercased())]
        _ = try await next(input)
        return [Payload(encoding: Payload.jsonPlain, data: Array("7".utf8))]
      })
    try await with(hooks) { env in
      let handle = try await env.client.start(Gathering.self, id: "w", input: "")
      try await handle.signal(Gathering.note, "one")
      #expect(try await handle.executeUpdate(Gathering.add, "two") == 7)
      #expect(try await handle.executeUpdate(Gathering.add, "") == 7, "its validator was given another argument")
      #expect(try await handle.query(Gathering.words, "o") == ["ONE", "TWO", ""])
    }
  }

  @Test("arguments, options and result of an activity, and what its code gets")
  func activity() async throws {
    let hooks = Hooks(
      schedule: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text + ">out")]
        input.options.summary = "watched"
        input.options.startToCloseTimeout = .seconds(3)
        return try await next(input).map { payload($0.text + ">back") }
      },
      attempt: { input, next in
        var input = input
        input.arguments = [payload(input.arguments[0].text + ">in")]
        return try await next(input).map { payload($0.text + ">done") }
      })
    try await with(hooks) { env in
      env.mock("echo") { try $0.decode(0, as: String.self) }
      #expect(try await env.execute(Echo.self, id: "w", input: "a") == "a>out>in>done>back")
      let history = try await env.client.handle(for: Echo.self, id: "w").fetchHistory()
      let scheduled = try #require(
        history.compactMap { if case .activityTaskScheduled(let it) = $0.attributes { it } else { nil } }.first)
      #expect(scheduled.input.map(\.text) == ["a>out"])
      #expect(scheduled.summary == "watched")
      #expect(scheduled.startToCloseTimeout == .seconds(3))
    }
  }

  @Test("an interceptor may answer in an activity's place, or ask twice")
  func instead() async throws {
    let notes = Notes()
    let hooks = Hooks(schedule: { input, next in
      if input.arguments[0].text == "known" { return [payload("remembered")] }
      notes.add(try await next(input)[0].text)
      return try await next(input)
    })
    try await with(hooks) { env in
      let mock = env.mock("echo") { try $0.decode(0, as: String.self) }
      let known = try await env.execute(Echo.self, id: "v", input: "known")
      #expect(known == "remembered")
      #expect(mock.callCount == 0)
      let asked = try await env.execute(Echo.self, id: "w", input: "a")
      #expect(asked == "a")
      #expect(mock.callCount == 2)
      #expect(notes.all == ["a"])
    }
  }

  @Test("a side effect's value, live and replayed")
  func sideEffect() async throws {
    let hooks = Hooks(sideEffect: { input, next in payload(try next(input).text + "!") })
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Aside.self], configure: { $0.interceptors = [hooks] }
    ) { env in
      let handle = try await env.client.start(Aside.self, id: "w")
      try await env.sleep(for: .seconds(1))
      try await env.restart(.kill)
      #expect(try await handle.result() == "aside!")
    }
  }
}

actor Echo: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: String) async throws -> String {
    try await context.executeActivity("echo", input, options: minute)
  }
}

actor Aside: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> String {
    let aside = try context.sideEffect { "aside" }
    try await context.sleep(for: .seconds(10))
    return aside
  }
}
