/// Makes an actor a workflow: adds `context`, the handler table, the typed references `Signals`, `Queries` and
/// `Updates`, and the conformance to ``WorkflowDefinition``.
///
/// The actor has a method `run(input:)` or `run()`, with or without a result. Every stored property has a default
/// value, or the actor has an `init()`. Handlers are read in the actor's own body.
///
/// - Parameters:
///   - name: the registered name; the type's name by default.
///   - version: which version of the workflow this type is; 0 by default. Several types with one name and different
///     versions are registered side by side: a run stays on the version it began with, and a new run takes the newest.
///   - dynamic: whether the type runs every workflow whose name no other type has. Its `run` takes ``RawPayloads``.
@attached(
  member,
  names: named(context),
  named(name),
  named(version),
  named(isDynamic),
  named(init),
  named(Input),
  named(Output),
  named(run),
  named(handlers),
  named(Signals),
  named(Queries),
  named(Updates)
)
@attached(extension, conformances: WorkflowDefinition)
public macro Workflow(name: String? = nil, version: Int? = nil, dynamic: Bool = false) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowMacro")

/// Marks a method as the handler of a signal. It returns nothing; it may be `async` and may throw.
///
/// Clients send it with the typed reference of the same name: `Checkout.Signals.approve`.
///
/// - Parameters:
///   - name: the registered name; the method's base name by default.
///   - unfinishedPolicy: what becomes of a handler that is still running when `run` returns;
///     ``HandlerUnfinishedPolicy/finish`` by default.
///   - dynamic: whether the method handles every signal that has no handler of its own. Its parameters are
///     `(String, Arguments)`: the name and the arguments as they arrived. A workflow has at most one such handler.
@attached(peer)
public macro WorkflowSignal(
  name: String? = nil,
  unfinishedPolicy: HandlerUnfinishedPolicy? = nil,
  dynamic: Bool = false
) = #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowSignalMacro")

/// Marks a synchronous method or a property as a query. It may throw.
///
/// Clients ask it with the typed reference of the same name: `Checkout.Queries.isApproved`.
///
/// A query must not change the run. Its body does not compile if it changes a property of the actor, uses an operation
/// of `context` that waits, starts work, writes to the history or draws random numbers, starts a task, or calls a
/// method in the actor's body that does such a thing.
///
/// - Parameters:
///   - name: the registered name; the method's base name or the property's name by default.
///   - dynamic: whether the method answers every query that has no handler of its own. Its parameters are
///     `(String, Arguments)`: the name and the arguments as they arrived. A workflow has at most one such handler.
@attached(peer)
public macro WorkflowQuery(name: String? = nil, dynamic: Bool = false) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowQueryMacro")

/// Marks a method as the handler of an update: it may change the workflow and wait, and its result or error goes back
/// to the client. It may be `async` and may throw.
///
/// Clients send it with the typed reference of the same name: `Checkout.Updates.raiseLimit`.
///
/// - Parameters:
///   - name: the registered name; the method's base name by default.
///   - unfinishedPolicy: what becomes of a handler that is still running when `run` returns;
///     ``HandlerUnfinishedPolicy/finish`` by default.
///   - dynamic: whether the method handles every update that has no handler of its own. Its parameters are
///     `(String, Arguments)`: the name and the arguments as they arrived. A workflow has at most one such handler.
@attached(peer)
public macro WorkflowUpdate(
  name: String? = nil,
  unfinishedPolicy: HandlerUnfinishedPolicy? = nil,
  dynamic: Bool = false
) = #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowUpdateMacro")

/// Marks a synchronous method as the validator of an update: it accepts the update by returning and rejects it by
/// throwing. A rejected update leaves no trace in the history.
///
/// The parameters have the types of the update's; labels and names may differ. What holds for the body of a
/// ``WorkflowQuery(name:dynamic:)`` holds for a validator's: it must not change the run.
///
/// - Parameter update: the name of the update's method, as a literal.
@attached(peer)
public macro WorkflowUpdateValidator(for update: String) =
  #externalMacro(module: "DurableWorkflowsMacros", type: "WorkflowUpdateValidatorMacro")

/// Makes an actor or a struct a container of activities: adds the definitions, the typed `Proxy` for workflows, and the
/// conformance to ``ActivityContainer``. `@Activity` is read in the type's own body.
@attached(member, names: named(Proxy), named(activities))
@attached(extension, conformances: ActivityContainer)
public macro ActivityContainer() = #externalMacro(module: "DurableWorkflowsMacros", type: "ActivityContainerMacro")

/// Marks a method as an activity. Its parameters and its result are `Codable & Sendable`; each parameter is one
/// payload.
///
/// - Parameters:
///   - name: the registered name; the method's base name by default.
///   - startToClose: the default start-to-close timeout.
///   - scheduleToClose: the default schedule-to-close timeout.
///   - scheduleToStart: the default schedule-to-start timeout.
///   - heartbeat: the default heartbeat timeout.
///   - retryPolicy: the default retry policy.
///   - cancellationType: what a cancelled caller waits for by default.
///   - isIdempotent: false for code that must not run again when it is unknown whether it took effect: after a crash
///     the workflow learns of the unknown outcome instead.
///   - dynamic: whether the method runs every activity whose name no other activity has. Its parameters are
///     `(String, Arguments)`: the name and the arguments as they arrived. A container has at most one such activity.
///     Workflows schedule it by name with options of their own, so it takes no defaults and the `Proxy` does not offer
///     it.
@attached(peer)
public macro Activity(
  name: String? = nil,
  startToClose: Duration? = nil,
  scheduleToClose: Duration? = nil,
  scheduleToStart: Duration? = nil,
  heartbeat: Duration? = nil,
  retryPolicy: RetryPolicy? = nil,
  cancellationType: ActivityCancellationType? = nil,
  isIdempotent: Bool? = nil,
  dynamic: Bool = false
) = #externalMacro(module: "DurableWorkflowsMacros", type: "ActivityMacro")
