/// Makes an actor a workflow: adds `context`, the handler table, the typed references `Signals` and `Queries`, and the
/// conformance to ``WorkflowDefinition``.
///
/// The actor has a method `run(input:)` or `run()`, with or without a result. Every stored property has a default
/// value, or the actor has an `init()`. `@WorkflowSignal` and `@WorkflowQuery` are read in the actor's own body.
///
/// - Parameter name: the registered name; the type's name by default.
@attached(
  member,
  names: named(context),
  named(name),
  named(init),
  named(Input),
  named(Output),
  named(run),
  named(handlers),
  named(Signals),
  named(Queries)
)
@attached(extension, conformances: WorkflowDefinition)
public macro Workflow(name: String? = nil) = #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowMacro")

/// Marks a method as the handler of a signal. It returns nothing; it may be `async` and may throw.
///
/// Clients send it with the typed reference of the same name: `Checkout.Signals.approve`.
///
/// - Parameter name: the registered name; the method's base name by default.
@attached(peer)
public macro WorkflowSignal(name: String? = nil) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowSignalMacro")

/// Marks a synchronous method or a property as a query. It must not change state; it may throw.
///
/// Clients ask it with the typed reference of the same name: `Checkout.Queries.isApproved`.
///
/// - Parameter name: the registered name; the method's base name or the property's name by default.
@attached(peer)
public macro WorkflowQuery(name: String? = nil) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowQueryMacro")

/// Makes an actor or a struct a container of activities: adds the definitions, the typed `Proxy` for workflows, and the
/// conformance to ``ActivityContainer``. `@Activity` is read in the type's own body.
@attached(member, names: named(Proxy), named(activities))
@attached(extension, conformances: ActivityContainer)
public macro ActivityContainer() = #externalMacro(module: "DurableWorkflowsMacros", type: "ActivityContainerMacro")

/// Marks a method as an activity. Its parameters and its result are `Codable & Sendable`; each parameter is one payload.
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
  name: String? = nil,
  startToClose: Duration? = nil,
  scheduleToClose: Duration? = nil,
  scheduleToStart: Duration? = nil,
  heartbeat: Duration? = nil,
  retryPolicy: RetryPolicy? = nil
) = #externalMacro(module: "DurableWorkflowsMacros", type: "ActivityMacro")
