internal import DurableWorkflows
internal import Tracing

/// Records spans and carries their context in headers.
struct SpanRecorder: Sendable {
  let fixedTracer: (any Tracer)?
  let headerKey: String

  private var tracer: any Tracer { fixedTracer ?? InstrumentationSystem.tracer }

  /// The context of the code that runs.
  var current: InstrumentationContext { InstrumentationContext.current ?? .topLevel }

  // MARK: Headers

  /// Puts a context into a header. A context without a span leaves the header as it is.
  func inject(_ context: InstrumentationContext, into header: inout [String: Payload]) {
    var carrier: [String: String] = [:]
    tracer.inject(context, into: &carrier, using: TextMapInjector())
    // A map of texts can always be encoded; and no trace is worth the failure of what is traced.
    guard !carrier.isEmpty, let payload = try? JSONPayloadConverter().payload(for: carrier) else { return }
    header[headerKey] = payload
  }

  /// The context that a header carries; `nil` if it carries none that can be read.
  func context(in header: [String: Payload]) -> InstrumentationContext? {
    // Another program may have written anything there, which must not stop what is traced.
    guard let payload = header[headerKey],
      let carrier = try? JSONPayloadConverter().value(of: payload, as: [String: String].self), !carrier.isEmpty
    else { return nil }
    var context = InstrumentationContext.topLevel
    tracer.extract(carrier, into: &context, using: TextMapExtractor())
    return context
  }

  // MARK: Spans

  /// Records a span around `body`, which runs in its context.
  ///
  /// - Parameter isFailure: whether an error of `body` is one of the span.
  func record<Answer>(
    _ name: String, kind: SpanKind, parent: InstrumentationContext, _ tags: SpanTags,
    isFailure: (any Error) -> Bool = { _ in true }, _ body: (any Span) async throws -> Answer
  ) async throws -> Answer {
    let span = start(name, kind, parent, tags)
    defer { span.end() }
    do {
      return try await InstrumentationContext.$current.withValue(span.context) { try await body(span) }
    } catch {
      if isFailure(error) { span.fail(with: error) }
      throw error
    }
  }

  /// As the asynchronous one, for what answers at once.
  func recordNow<Answer>(
    _ name: String, kind: SpanKind, parent: InstrumentationContext, _ tags: SpanTags, _ body: () throws -> Answer
  ) throws -> Answer {
    let span = start(name, kind, parent, tags)
    defer { span.end() }
    do {
      return try InstrumentationContext.$current.withValue(span.context, operation: body)
    } catch {
      span.fail(with: error)
      throw error
    }
  }

  /// Records a span that is over at once.
  ///
  /// - Returns: its context.
  func mark(
    _ name: String, kind: SpanKind, parent: InstrumentationContext, _ tags: SpanTags, error: (any Error)? = nil
  ) -> InstrumentationContext {
    let span = start(name, kind, parent, tags)
    if let error { span.fail(with: error) }
    span.end()
    return span.context
  }

  private func start(
    _ name: String, _ kind: SpanKind, _ parent: InstrumentationContext, _ tags: SpanTags
  ) -> any Span {
    let span = tracer.startAnySpan(name, context: parent, ofKind: kind)
    span.updateAttributes { attributes in
      for (name, value) in tags.texts { attributes[name] = value }
    }
    if let linked = tags.link { span.addLink(SpanLink(context: linked, attributes: [:])) }
    return span
  }
}

extension Span {
  /// The span stands for something that failed.
  func fail(with error: any Error) {
    recordError(error)
    setStatus(SpanStatus(code: .error, message: "\(error)"))
  }
}

/// What is noted with a span. The names are those of Temporal's OpenTelemetry interceptors.
struct SpanTags {
  var texts: [(String, String)] = []
  /// A further span that this one has to do with.
  var link: InstrumentationContext?

  init(workflowID: String, runID: String = "", activityID: String = "", updateID: String = "") {
    texts = [
      ("temporalWorkflowID", workflowID), ("temporalRunID", runID), ("temporalActivityID", activityID),
      ("temporalUpdateID", updateID),
    ].filter { !$0.1.isEmpty }
  }

  init(_ execution: WorkflowExecution, activityID: String = "", updateID: String = "") {
    self.init(workflowID: execution.workflowID, runID: execution.runID, activityID: activityID, updateID: updateID)
  }

  /// The same with a further span.
  func linked(to context: InstrumentationContext?) -> SpanTags {
    var tags = self
    tags.link = context
    return tags
  }
}

private struct TextMapInjector: Injector {
  func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
    carrier[key] = value
  }
}

private struct TextMapExtractor: Extractor {
  func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}
