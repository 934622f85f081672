/// Looks at, changes or refuses what workflows and activities of an engine receive and ask for.
///
/// Install it with ``WorkflowEngineOptions/interceptors``. A type that conforms to one of the four protocols below is
/// that part of itself; a part that it does not have costs nothing:
///
/// ```swift
/// struct Audit: WorkerInterceptor, ActivityInboundInterceptor {
///   func executeActivity(
///     input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
///   ) async throws -> [Payload] {
///     print("\(input.info.activityType) begins")
///     return try await next(input)
///   }
/// }
/// ```
///
/// Interceptors form a chain in the order in which they are registered: the first one is the outermost, and `next`
/// calls the one after it, at the end the operation itself. An interceptor is shared by all runs and activities; what
/// belongs to one call stays in the call or in task-local values.
public protocol WorkerInterceptor: Sendable {
  /// What sees the calls that reach workflow code; `nil` if there is none.
  var workflowInboundInterceptor: (any WorkflowInboundInterceptor)? { get }
  /// What sees the calls that workflow code makes; `nil` if there is none.
  var workflowOutboundInterceptor: (any WorkflowOutboundInterceptor)? { get }
  /// What sees the calls that reach activity code; `nil` if there is none.
  var activityInboundInterceptor: (any ActivityInboundInterceptor)? { get }
  /// What sees the calls that activity code makes; `nil` if there is none.
  var activityOutboundInterceptor: (any ActivityOutboundInterceptor)? { get }
}

extension WorkerInterceptor {
  /// None.
  public var workflowInboundInterceptor: (any WorkflowInboundInterceptor)? { nil }
  /// None.
  public var workflowOutboundInterceptor: (any WorkflowOutboundInterceptor)? { nil }
  /// None.
  public var activityInboundInterceptor: (any ActivityInboundInterceptor)? { nil }
  /// None.
  public var activityOutboundInterceptor: (any ActivityOutboundInterceptor)? { nil }
}

extension WorkerInterceptor where Self: WorkflowInboundInterceptor {
  /// The interceptor itself.
  public var workflowInboundInterceptor: (any WorkflowInboundInterceptor)? { self }
}

extension WorkerInterceptor where Self: WorkflowOutboundInterceptor {
  /// The interceptor itself.
  public var workflowOutboundInterceptor: (any WorkflowOutboundInterceptor)? { self }
}

extension WorkerInterceptor where Self: ActivityInboundInterceptor {
  /// The interceptor itself.
  public var activityInboundInterceptor: (any ActivityInboundInterceptor)? { self }
}

extension WorkerInterceptor where Self: ActivityOutboundInterceptor {
  /// The interceptor itself.
  public var activityOutboundInterceptor: (any ActivityOutboundInterceptor)? { self }
}
