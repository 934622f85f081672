public import DurableWorkflows
public import Tracing

/// Records spans of clients, workflows and activities with swift-distributed-tracing and carries their context from one
/// to the other, across processes and restarts. Names, header and tags are those of Temporal's OpenTelemetry
/// interceptors.
///
/// ```swift
/// var options = WorkflowEngineOptions()
/// options.interceptors = [TracingInterceptor()]
/// ```
///
/// Clients that are made by hand need it too:
/// `WorkflowClient(frontend: frontend, interceptors: [TracingInterceptor()])`.
///
/// - A client's requests, as children of the caller's span and for as long as they take: `StartWorkflow:Type`,
///   `SignalWithStartWorkflow:Type`, `UpdateWithStartWorkflow:Type`, `SignalWorkflow:name`, `QueryWorkflow:name`,
///   `UpdateWorkflow:name`.
/// - `RunWorkflow:Type`, a child of the span that started the run, and `CompleteWorkflow:Type`, a child of that:
///   instants.
/// - `HandleSignal:name` and `HandleUpdate:name`, instants, and `HandleQuery:name` and `ValidateUpdate:name`, for as
///   long as they take: children of the sender's span, linked to the span that started the run.
/// - `StartActivity:Type`, `StartChildWorkflow:Type`, `SignalChildWorkflow:name` and `SignalExternalWorkflow:name`,
///   instants: children of the span in whose code the call is.
/// - `RunActivity:Type`, a child of `StartActivity`, one for every attempt and as long as it.
///
/// A span cannot outlive its process, a run can. So the spans inside workflows are instants, recorded when the code
/// first passes them and never again: a replay records no spans. Code that goes on after a replay has lost the
/// `RunWorkflow` span; from then on its calls are children of the span that started the run, in the same trace.
/// Activities, children and signals on their way keep the parents that history recorded with them. A schedule's runs
/// begin traces of their own.
///
/// If the process dies after a span was recorded and before the workflow task is durable, the task runs again and so is
/// the span.
public struct TracingInterceptor: WorkerInterceptor, ClientInterceptor {
  private let spans: SpanRecorder

  /// Creates an interceptor.
  ///
  /// - Parameters:
  ///   - tracer: what records the spans; `nil` means the tracer that `InstrumentationSystem` has at each span.
  ///   - headerKey: the header that carries the context, as a JSON object of texts.
  public init(tracer: (any Tracer)? = nil, headerKey: String = "_tracer-data") {
    spans = SpanRecorder(fixedTracer: tracer, headerKey: headerKey)
  }

  /// Records the client's spans.
  public var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { ClientTracing(spans: spans) }
  /// Records the spans of what reaches a run.
  public var workflowInboundInterceptor: (any WorkflowInboundInterceptor)? { WorkflowInboundTracing(spans: spans) }
  /// Records the spans of what a run asks for.
  public var workflowOutboundInterceptor: (any WorkflowOutboundInterceptor)? { WorkflowOutboundTracing(spans: spans) }
  /// Records the spans of attempts.
  public var activityInboundInterceptor: (any ActivityInboundInterceptor)? { ActivityInboundTracing(spans: spans) }
}
