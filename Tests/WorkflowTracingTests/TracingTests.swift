internal import DurableWorkflows
internal import InMemoryTracing
internal import Testing
internal import Tracing
internal import WorkflowTesting
internal import WorkflowTracing

/// Spans of clients, workflows and activities, and how they hang together.
@Suite("Tracing", .timeLimit(.minutes(1)))
struct TracingTests {
  private func withTracing(
    _ body: (WorkflowTestEnvironment, InMemoryTracer) async throws -> Void
  ) async throws {
    let tracer = InMemoryTracer()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Journey.self, Leg.self],
      configure: { $0.interceptors = [TracingInterceptor(tracer: tracer)] }
    ) { env in
      env.mock("book") { try $0.decode(0, as: String.self) }
      env.mock("look") { _ in "seen" }
      try await body(env, tracer)
    }
  }

  @Test("one trace from the caller through workflow, activity and child")
  func tree() async throws {
    try await withTracing { env, tracer in
      try await tracer.withSpan("order") { _ in
        _ = try await env.execute(Journey.self, id: "j", input: "Lisbon")
      }
      let spans = tracer.finishedSpans
      #expect(Set(spans.map(\.traceID)).count == 1)
      #expect(
        tree(of: spans) == """
          order
            StartWorkflow:Journey
              RunWorkflow:Journey
                StartActivity:look
                  RunActivity:look
                StartActivity:book
                  RunActivity:book
                StartChildWorkflow:Leg
                  RunWorkflow:Leg
                    StartActivity:book
                      RunActivity:book
                    CompleteWorkflow:Leg
                SignalChildWorkflow:go
                  HandleSignal:go
                CompleteWorkflow:Journey
          """)
    }
  }

  @Test("spans carry kinds and the ids of workflow, run and activity")
  func tags() async throws {
    try await withTracing { env, tracer in
      let handle = try await env.client.start(Journey.self, id: "j", input: "Lisbon")
      _ = try await handle.result()
      let start = try #require(tracer.finished("StartWorkflow:Journey").first)
      #expect(start.kind == .client)
      #expect(start.text("temporalWorkflowID") == "j")
      #expect(start.text("temporalRunID") == handle.execution.runID)
      let run = try #require(tracer.finished("RunWorkflow:Journey").first)
      #expect(run.kind == .server)
      #expect(run.text("temporalRunID") == handle.execution.runID)
      let activity = try #require(tracer.finished("RunActivity:look").first)
      #expect(activity.kind == .server)
      #expect(activity.text("temporalActivityID") == "1")
      #expect(activity.text("temporalWorkflowID") == "j")
    }
  }

  @Test("a message is part of its sender's trace, and what its handler does too; the run's trace is linked")
  func messages() async throws {
    try await withTracing { env, tracer in
      let handle = try await env.client.start(Leg.self, id: "l", input: "Porto")
      try await tracer.withSpan("visitor") { _ in
        #expect(try await handle.executeUpdate(Leg.change, "Faro") == "Porto")
        #expect(try await handle.query(Leg.place) == "Faro")
        try await handle.signal(Leg.go)
      }
      _ = try await handle.result()
      let visitor = try #require(tracer.finished("visitor").first)
      let visited = tracer.finishedSpans.filter { $0.traceID == visitor.traceID }
      #expect(
        tree(of: visited) == """
          visitor
            UpdateWorkflow:change
              ValidateUpdate:change
              HandleUpdate:change
                StartActivity:look
                  RunActivity:look
            QueryWorkflow:place
              HandleQuery:place
            SignalWorkflow:go
              HandleSignal:go
          """)
      let start = try #require(tracer.finished("StartWorkflow:Leg").first)
      for name in ["HandleSignal:go", "ValidateUpdate:change", "HandleUpdate:change", "HandleQuery:place"] {
        let span = try #require(tracer.finished(name).first)
        #expect(span.links.map { $0.context.inMemorySpanContext?.spanID } == [start.spanID], "\(name)")
      }
      #expect(tracer.finished("HandleUpdate:change").first?.text("temporalUpdateID")?.isEmpty == false)
    }
  }

  @Test("errors: of the request, of a refused update, of every failed attempt, of the run")
  func errors() async throws {
    try await withTracing { env, tracer in
      let look = env.mock("look") { _ in
        if ActivityExecutionContext.current?.info.attempt == 1 { throw ApplicationError("fog") }
        return "seen"
      }
      env.mock("book") { _ in throw ApplicationError("full", isNonRetryable: true) }
      await #expect(throws: WorkflowFailedError.self) {
        _ = try await env.execute(Journey.self, id: "j", input: "Ghent")
      }
      #expect(look.callCount == 2)
      #expect(tracer.finished("RunActivity:look").map { $0.status?.code == .error } == [true, false])
      #expect(tracer.finished("RunActivity:look").first?.errors.count == 1)
      let complete = try #require(tracer.finished("CompleteWorkflow:Journey").first)
      #expect(complete.status?.code == .error)
      #expect(complete.errors.first?.error is ActivityError)

      let leg = try await env.client.start(Leg.self, id: "l", input: "Porto")
      await #expect(throws: WorkflowUpdateFailedError.self) { _ = try await leg.executeUpdate(Leg.change, "") }
      #expect(tracer.finished("UpdateWorkflow:change").first?.status?.code == .error)
      #expect(tracer.finished("ValidateUpdate:change").first?.status?.code == .error)
      await #expect(throws: WorkflowServiceError.self) {
        _ = try await env.client.start(Leg.self, id: "l", input: "Porto")
      }
      #expect(tracer.finished("StartWorkflow:Leg").map { $0.status?.code == .error } == [false, true])
    }
  }

  @Test("a restart keeps the trace: no span twice; recorded activities keep their parents, later ones get the starter")
  func restart() async throws {
    try await withTracing { env, tracer in
      let book = env.mock("book") { try $0.decode(0, as: String.self) }
      book.hold()
      let handle = try await env.client.start(Journey.self, id: "j", input: "Lisbon")
      try await book.waitForCalls(1)
      try await env.restart(.kill)
      try await book.waitForCalls(2)
      book.release()
      _ = try await handle.result()
      let trace = try #require(tracer.finished("StartWorkflow:Journey").first).traceID
      let spans = tracer.finishedSpans.filter { $0.traceID == trace }
      #expect(spans.count == tracer.finishedSpans.count, "all spans are of the one trace")
      for name in [
        "RunWorkflow:Journey", "StartActivity:look", "RunActivity:look", "StartChildWorkflow:Leg", "RunWorkflow:Leg",
        "CompleteWorkflow:Journey", "HandleSignal:go",
      ] {
        #expect(tracer.finished(name).count == 1, "\(name)")
      }
      let names = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanID, $0.operationName) })
      let parents = { (name: String) in Set(tracer.finished(name).map { names[$0.parentSpanID ?? ""] }) }
      #expect(parents("RunActivity:book") == ["StartActivity:book"], "also the attempt after the kill")
      #expect(parents("StartChildWorkflow:Leg") == ["StartWorkflow:Journey"])
      #expect(parents("RunWorkflow:Leg") == ["StartChildWorkflow:Leg"])
    }
  }

  @Test("a run that is unloaded and replayed records nothing twice")
  func unloaded() async throws {
    let tracer = InMemoryTracer()
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Leg.self],
      configure: { options in
        options.interceptors = [TracingInterceptor(tracer: tracer)]
        options.maxCachedWorkflows = 1
      }
    ) { env in
      env.mock("look") { _ in "seen" }
      env.mock("book") { _ in "booked" }
      var handles: [WorkflowHandle<Leg>] = []
      for index in 0..<3 { handles.append(try await env.client.start(Leg.self, id: "\(index)", input: "Porto")) }
      for _ in 0..<2 {
        for handle in handles { _ = try await handle.executeUpdate(Leg.change, "Faro") }
      }
      for handle in handles { try await handle.signal(Leg.go) }
      for handle in handles { _ = try await handle.result() }
      #expect(tracer.finished("RunWorkflow:Leg").count == 3)
      #expect(tracer.finished("CompleteWorkflow:Leg").count == 3)
      #expect(tracer.finished("HandleUpdate:change").count == 6)
      #expect(tracer.finished("HandleSignal:go").count == 3)
      #expect(tracer.activeSpans.isEmpty)
    }
  }

  @Test("the header is a JSON object of texts under Temporal's key")
  func header() async throws {
    try await withTracing { env, tracer in
      let handle = try await env.client.start(Journey.self, id: "j", input: "Lisbon")
      _ = try await handle.result()
      guard case .workflowExecutionStarted(let started)? = try await handle.fetchHistory().first?.attributes else {
        Issue.record("the history does not begin with the start")
        return
      }
      let payload = try #require(started.header["_tracer-data"])
      #expect(payload.encoding == "json/plain")
      let map = try JSONPayloadConverter().value(of: payload, as: [String: String].self)
      let span = try #require(tracer.finished("StartWorkflow:Journey").first)
      #expect(map == [InMemoryTracer.traceIDKey: span.traceID, InMemoryTracer.spanIDKey: span.spanID])
    }
  }

  @Test("a header that another program filled with something else begins a new trace")
  func foreignHeader() async throws {
    try await withTracing { env, tracer in
      var request = StartWorkflowExecutionRequest(workflowID: "j", workflowType: "Journey", taskQueue: "default")
      request.input = [try JSONPayloadConverter().payload(for: "Lisbon")]
      request.header["_tracer-data"] = Payload(encoding: "binary/plain", data: [1, 2, 3])
      _ = try await env.engine.startWorkflowExecution(request)
      _ = try await env.client.handle(for: Journey.self, id: "j").result()
      let run = try #require(tracer.finished("RunWorkflow:Journey").first)
      #expect(run.parentSpanID == nil)
      #expect(tracer.finished("StartActivity:look").first?.parentSpanID == run.spanID)
    }
  }

  @Test("the run after continue-as-new belongs to the trace")
  func continuation() async throws {
    try await withTracing { env, tracer in
      _ = try await env.execute(Journey.self, id: "j", input: "onward")
      let runs = tracer.finished("RunWorkflow:Journey")
      #expect(runs.count == 2)
      #expect(runs.last?.parentSpanID == runs.first?.spanID)
      #expect(tracer.finished("CompleteWorkflow:Journey").allSatisfy { $0.status == nil }, "going on is no error")
    }
  }

  @Test("without a tracer everything works and headers stay empty")
  func withoutTracer() async throws {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Journey.self, Leg.self], configure: { $0.interceptors = [TracingInterceptor()] }
    ) { env in
      env.mock("book") { _ in "booked" }
      env.mock("look") { _ in ActivityExecutionContext.current?.info.header.isEmpty == true ? "bare" : "laden" }
      let journey = try await env.execute(Journey.self, id: "j", input: "Lisbon")
      #expect(journey.hasPrefix("bare"))
    }
  }

  // MARK: Trees

  /// The names of spans, indented below their parents, in the order in which they began.
  private func tree(of spans: [FinishedInMemorySpan]) -> String {
    let ids = Set(spans.map(\.spanID))
    func number(_ span: FinishedInMemorySpan) -> Int { Int(span.spanID.dropFirst("span-".count)) ?? 0 }
    func lines(below parent: String?, _ indent: String) -> [String] {
      spans.filter { span in
        parent == nil ? span.parentSpanID.map { !ids.contains($0) } ?? true : span.parentSpanID == parent
      }
      .sorted { number($0) < number($1) }
      .flatMap { [indent + $0.operationName] + lines(below: $0.spanID, indent + "  ") }
    }
    return lines(below: nil, "").joined(separator: "\n")
  }
}

extension InMemoryTracer {
  fileprivate func finished(_ name: String) -> [FinishedInMemorySpan] {
    finishedSpans.filter { $0.operationName == name }
  }
}

extension FinishedInMemorySpan {
  fileprivate func text(_ name: String) -> String? {
    if case .string(let text)? = attributes.get(name) { text } else { nil }
  }
}

/// Looks, books, and sends a child on its way.
actor Journey: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input place: String) async throws -> String {
    if place == "onward" { try context.continueAsNew("Rome") }
    let seen: String = try await context.executeLocalActivity(
      "look", options: LocalActivityOptions(startToCloseTimeout: .seconds(60)))
    let booked: String = try await context.executeActivity(
      "book", place, options: ActivityOptions(startToCloseTimeout: .seconds(60)))
    let leg = try await context.startChildWorkflow(Leg.self, input: place)
    try await leg.signal(Leg.go)
    return try await "\(seen) \(booked) \(leg.result())"
  }
}

/// Waits to go, then books.
actor Leg: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var place = ""
  private var isGoing = false
  private var isChanging = false

  static let go = WorkflowSignalReference<Leg>("go")
  static let change = WorkflowUpdateReference<Leg, String, String>("change")
  static let place = WorkflowQueryReference<Leg, String>("place")

  static var handlers: WorkflowHandlers<Leg> {
    WorkflowHandlers()
      .signal("go") { leg, _ in leg.isGoing = true }
      .query("place") { leg, _ in leg.place }
      .update("change", validator: { _, arguments in
        if try arguments.decode(0, as: String.self).isEmpty { throw ApplicationError("no place") }
      }) { leg, arguments in
        let before = leg.place
        leg.isChanging = true
        let _: String = try await leg.context.executeActivity(
          "look", options: ActivityOptions(startToCloseTimeout: .seconds(60)))
        leg.place = try arguments.decode(0)
        leg.isChanging = false
        return before
      }
  }

  func run(input start: String) async throws -> String {
    place = start
    try await context.condition { isGoing && !isChanging }
    return try await context.executeActivity(
      "book", place, options: ActivityOptions(startToCloseTimeout: .seconds(60)))
  }
}
