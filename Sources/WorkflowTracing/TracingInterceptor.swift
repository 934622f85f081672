public import DurableWorkflows
public import Tracing

/// Records spans of clients, workflows and activities with swift-distributed-tracing and carries their context from one
/// to the other, across processes and restarts. Names, header and tags are those of Temporal's OpenTelemetry interceptors.
///
/// ```swift
/// var options = WorkflowEngineOptions()
/// options.interceptors = [TracingInterceptor()]
/// ```
///
/// Clients that are made by hand need it too: `WorkflowClient(frontend: frontend, interceptors: [TracingInterceptor()])`.
///
/// | Span | Its parent | Lasts |
/// | --- | --- | --- |
/// | `StartWorkflow:Type`, `SignalWorkflow:name`, `QueryWorkflow:name`, `UpdateWorkflow:name`, `SignalWithStartWorkflow:Type`, `UpdateWithStartWorkflow:Type` | the caller's span | the request |
/// | `RunWorkflow:Type` | the span that started the run | an instant |
/// | `CompleteWorkflow:Type` | `RunWorkflow` | an instant |
/// | `HandleSignal:name`, `HandleUpdate:name` | the sender's span; the run's is linked | an instant |
/// | `HandleQuery:name`, `ValidateUpdate:name` | the sender's span; the run's is linked | the call |
/// | `StartActivity:Type`, `StartChildWorkflow:Type`, `SignalChildWorkflow:name`, `SignalExternalWorkflow:name` | the span in whose code the call is | an instant |
/// | `RunActivity:Type`, one per attempt | `StartActivity` | the attempt |
///
/// A span cannot outlive its process, a run can. So the spans inside workflows are instants, recorded when the code first
/// passes them and never again: a replay records no spans. Code that goes on after a replay has lost the `RunWorkflow`
/// span; from then on its calls are children of the span that started the run, in the same trace. Activities, children
/// and signals on their way keep the parents that history recorded with them.
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
