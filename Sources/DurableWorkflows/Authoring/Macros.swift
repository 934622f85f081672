/// Makes an actor a workflow: adds `context`, the handler table, and the conformance to ``WorkflowDefinition``.
///
/// - Parameter name: the registered name; the type's name by default.
@attached(member, names: named(context), named(name), named(handlers), named(run), named(Input), named(Output), named(init), arbitrary)
@attached(extension, conformances: WorkflowDefinition)
public macro Workflow(name: String? = nil) = #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowMacro")

/// Marks a method as the handler of a signal. It returns nothing; it may be `async`.
@attached(peer)
public macro WorkflowSignal(name: String? = nil) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "HandlerMarkerMacro")

/// Marks a synchronous method as the handler of a query. It must not change state.
@attached(peer)
public macro WorkflowQuery(name: String? = nil) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "HandlerMarkerMacro")

/// Makes an actor or struct a container of activities: adds the definitions and the typed proxy for workflows.
@attached(member, names: named(Proxy), named(activities))
@attached(extension, conformances: ActivityContainer)
public macro ActivityContainer() = #externalMacro(module: "DurableWorkflowsMacros", type: "ActivityContainerMacro")

/// Marks a method as an activity.
///
/// - Parameters:
///   - name: the registered name; the method's base name by default.
///   - startToClose: the default start-to-close timeout.
///   - scheduleToClose: the default schedule-to-close timeout.
///   - scheduleToStart: the default schedule-to-start timeout.
///   - heartbeat: the default heartbeat timeout.
///   - retryPolicy: the default retry policy.
@attached(peer)
public macro Activity(
  name: String? = nil, startToClose: Duration? = nil, scheduleToClose: Duration? = nil,
  scheduleToStart: Duration? = nil, heartbeat: Duration? = nil, retryPolicy: RetryPolicy? = nil
) = #externalMacro(module: "DurableWorkflowsMacros", type: "HandlerMarkerMacro")
