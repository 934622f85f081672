internal import DurableWorkflows
internal import Testing
internal import WorkflowTesting

/// Headers reach the other side of every call.
@Suite("Headers", .timeLimit(.minutes(1)))
struct HeaderTests {
  private func withTrail(
    _ notes: Notes, _ body: (WorkflowTestEnvironment) async throws -> Void
  ) async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Gathering.self], configure: { $0.interceptors = [Trail(notes: notes)] }
    ) { env in
      env.mock("shout") { _ in ActivityExecutionContext.current?.info.header.trail ?? "none" }
      env.mock("whisper") { _ in ActivityExecutionContext.current?.info.header.trail ?? "none" }
      try await body(env)
    }
  }

  @Test("from the client to run, signal, query and update, and on to activity, child, other run and next run")
  func endToEnd() async throws {
    let notes = Notes()
    try await withTrail(notes) { env in
      let other = try await env.client.start(Gathering.self, id: "other", input: "")
      let words = try await env.execute(Gathering.self, id: "w", input: "twice")
      #expect(words.prefix(2) == ["client/start>next>activity", "client/start>next>local"])
      await #expect(throws: WorkflowFailedError.self) { _ = try await other.result() }
      let seen = Set(notes.all)
      #expect(
        seen == [
          "run other: client/start", "run w: client/start", "run w: client/start>next",
          "execute shout: client/start>activity", "execute shout: client/start>next>activity",
          "execute whisper: client/start>local", "execute whisper: client/start>next>local",
          "run child: client/start>child", "run child: client/start>next>child",
          "signal to child: client/start>signal child", "signal to child: client/start>next>signal child",
          "signal to other: client/start>signal",
        ])
    }
  }

  @Test("of messages, also with start")
  func messages() async throws {
    let notes = Notes()
    try await withTrail(notes) { env in
      let handle = try await env.client.signalWithStart(
        Gathering.self, id: "w", input: "", signal: Gathering.note, "one")
      _ = try await handle.query(Gathering.words, "")
      #expect(try await handle.executeUpdate(Gathering.add, "two") == 2)
      try await handle.signal(Gathering.note, "three")
      _ = try await env.client.executeUpdateWithStart(
        Gathering.self, id: "w", input: "", update: Gathering.add, "four")
      #expect(
        notes.all == [
          "run w: client/signal with start", "signal one: client/signal with start", "query words: client/query",
          "validate two: client/update", "update two: client/update", "signal three: client/signal",
          "validate four: client/update with start", "update four: client/update with start",
        ])
    }
  }

  @Test("survive a kill: replayed handlers, retried attempts and carried signals get the recorded ones")
  func recorded() async throws {
    let notes = Notes()
    try await withTrail(notes) { env in
      let shout = env.mock("shout") { _ in "done" }
      shout.hold()
      let handle = try await env.client.start(Gathering.self, id: "w", input: "once")
      try await handle.signal(Gathering.note, "hello")
      try await shout.waitForCalls(1)
      _ = notes.take()
      try await env.restart(.kill)
      try await shout.waitForCalls(2)
      #expect(shout.calls[1].info.header.trail == "client/start>activity")
      #expect(notes.take() == ["execute shout: client/start>activity"])
      try await handle.signal(Gathering.note, "again")
      #expect(
        notes.take() == ["run w: client/start", "signal hello: client/signal", "signal again: client/signal"])
      shout.release()
      let words = try await handle.result()
      #expect(words.prefix(3) == ["hello", "again", "done"])
    }
  }
}

/// Writes the way that a call has come into its header, and notes what arrives.
private struct Trail: WorkerInterceptor, ClientInterceptor, WorkflowInboundInterceptor, WorkflowOutboundInterceptor,
  ActivityInboundInterceptor
{
  let notes: Notes
  var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { TrailOfClient() }

  private func arrived(_ what: String, _ header: [String: Payload]) {
    notes.add("\(what): \(header.trail ?? "none")")
  }

  func executeWorkflow(
    input: ExecuteWorkflowInput, next: (ExecuteWorkflowInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    arrived("run \(input.context.info.execution.workflowID)", input.header)
    return try await next(input)
  }

  func handleSignal(input: HandleSignalInput, next: (HandleSignalInput) async throws -> Void) async throws {
    if input.arguments[0].text != "end" { arrived("signal \(input.arguments[0].text)", input.header) }
    try await next(input)
  }

  func handleQuery(input: HandleQueryInput, next: (HandleQueryInput) throws -> Payload) throws -> Payload {
    arrived("query \(input.name)", input.header)
    return try next(input)
  }

  func validateUpdate(input: HandleUpdateInput, next: (HandleUpdateInput) throws -> Void) throws {
    arrived("validate \(input.arguments[0].text)", input.header)
    try next(input)
  }

  func handleUpdate(
    input: HandleUpdateInput, next: (HandleUpdateInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    arrived("update \(input.arguments[0].text)", input.header)
    return try await next(input)
  }

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    arrived("execute \(input.info.activityType)", input.header)
    return try await next(input)
  }

  private func extend(_ header: inout [String: Payload], _ context: WorkflowContext, _ step: String) {
    header["trail"] = payload((context.info.header.trail ?? "none") + ">" + step)
  }

  func executeActivity(
    input: ScheduleActivityInput, next: (ScheduleActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    var input = input
    extend(&input.header, input.context, "activity")
    return try await next(input)
  }

  func executeLocalActivity(
    input: ScheduleLocalActivityInput, next: (ScheduleLocalActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    var input = input
    extend(&input.header, input.context, "local")
    return try await next(input)
  }

  func startChildWorkflow(
    input: StartChildWorkflowInput, next: (StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle
  ) async throws -> UntypedChildWorkflowHandle {
    var input = input
    extend(&input.header, input.context, "child")
    return try await next(input)
  }

  func signalChildWorkflow(
    input: SignalChildWorkflowInput, next: (SignalChildWorkflowInput) async throws -> Void
  ) async throws {
    var input = input
    extend(&input.header, input.context, "signal child")
    try await next(input)
  }

  func signalExternalWorkflow(
    input: SignalExternalWorkflowInput, next: (SignalExternalWorkflowInput) async throws -> Void
  ) async throws {
    var input = input
    extend(&input.header, input.context, "signal")
    try await next(input)
  }

  func makeContinueAsNewError(
    input: MakeContinueAsNewErrorInput, next: (MakeContinueAsNewErrorInput) throws -> ContinueAsNewError
  ) throws -> ContinueAsNewError {
    var input = input
    extend(&input.header, input.context, "next")
    return try next(input)
  }
}

private struct TrailOfClient: ClientOutboundInterceptor {
  func startWorkflow(
    input: StartWorkflowExecutionRequest,
    next: (StartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    var input = input
    input.header["trail"] = payload("client/start")
    return try await next(input)
  }

  func signalWithStartWorkflow(
    input: SignalWithStartWorkflowExecutionRequest,
    next: (SignalWithStartWorkflowExecutionRequest) async throws -> StartWorkflowExecutionResponse
  ) async throws -> StartWorkflowExecutionResponse {
    var input = input
    input.start.header["trail"] = payload("client/signal with start")
    return try await next(input)
  }

  func startUpdateWithStartWorkflow(
    input: UpdateWithStartWorkflowExecutionRequest,
    next: (UpdateWithStartWorkflowExecutionRequest) async throws -> UpdateWithStartWorkflowExecutionResponse
  ) async throws -> UpdateWithStartWorkflowExecutionResponse {
    var input = input
    input.update.header["trail"] = payload("client/update with start")
    return try await next(input)
  }

  func signalWorkflow(
    input: SignalWorkflowExecutionRequest, next: (SignalWorkflowExecutionRequest) async throws -> Void
  ) async throws {
    var input = input
    input.header["trail"] = payload("client/signal")
    try await next(input)
  }

  func queryWorkflow(
    input: QueryWorkflowRequest, next: (QueryWorkflowRequest) async throws -> QueryWorkflowResponse
  ) async throws -> QueryWorkflowResponse {
    var input = input
    input.header["trail"] = payload("client/query")
    return try await next(input)
  }

  func startWorkflowUpdate(
    input: UpdateWorkflowExecutionRequest,
    next: (UpdateWorkflowExecutionRequest) async throws -> UpdateWorkflowExecutionResponse
  ) async throws -> UpdateWorkflowExecutionResponse {
    var input = input
    input.request.header["trail"] = payload("client/update")
    return try await next(input)
  }
}
