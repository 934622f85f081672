/// Workflow code is about to sleep.
public struct HandleSleepInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// How long; zero or less returns at once without a timer.
  public var duration: Duration
  /// A line for people.
  public var summary: String?

  /// Creates an input.
  public init(context: WorkflowContext, duration: Duration, summary: String? = nil) {
    self.context = context
    self.duration = duration
    self.summary = summary
  }
}

/// Workflow code is about to schedule an activity.
public struct ScheduleActivityInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The activity's type.
  public let name: String
  /// How it is scheduled.
  public var options: ActivityOptions
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the activity: ``ActivityInfo/header``.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, name: String, options: ActivityOptions, arguments: [Payload] = [],
    header: [String: Payload] = [:]
  ) {
    self.context = context
    self.name = name
    self.options = options
    self.arguments = arguments
    self.header = header
  }
}

/// Workflow code is about to run a local activity.
public struct ScheduleLocalActivityInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The activity's type.
  public let name: String
  /// How it runs.
  public var options: LocalActivityOptions
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the activity: ``ActivityInfo/header``. It is not recorded: an attempt after a crash gets what the
  /// replayed call put there.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, name: String, options: LocalActivityOptions, arguments: [Payload] = [],
    header: [String: Payload] = [:]
  ) {
    self.context = context
    self.name = name
    self.options = options
    self.arguments = arguments
    self.header = header
  }
}

/// Workflow code is about to start a child workflow.
public struct StartChildWorkflowInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The child's type.
  public let name: String
  /// The child's id.
  public let workflowID: String
  /// How it is started; ``ChildWorkflowOptions/workflowID`` does not matter here.
  public var options: ChildWorkflowOptions
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the child: ``WorkflowInfo/header``.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, name: String, workflowID: String, options: ChildWorkflowOptions,
    arguments: [Payload] = [], header: [String: Payload] = [:]
  ) {
    self.context = context
    self.name = name
    self.workflowID = workflowID
    self.options = options
    self.arguments = arguments
    self.header = header
  }
}

/// A child that runs, without its type. Only the start of a child makes one.
public struct UntypedChildWorkflowHandle: Sendable {
  let context: WorkflowContext
  /// The child's first run.
  public let execution: WorkflowExecution
  let operation: WorkflowMachine.OperationID
}

/// Workflow code is about to signal a child.
public struct SignalChildWorkflowInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The child.
  public let execution: WorkflowExecution
  /// The signal's name.
  public let name: String
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the handler.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, execution: WorkflowExecution, name: String, arguments: [Payload] = [],
    header: [String: Payload] = [:]
  ) {
    self.context = context
    self.execution = execution
    self.name = name
    self.arguments = arguments
    self.header = header
  }
}

/// Workflow code is about to signal another run.
public struct SignalExternalWorkflowInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The other run; an empty run id means the id's current run.
  public let execution: WorkflowExecution
  /// The signal's name.
  public let name: String
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the handler.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, execution: WorkflowExecution, name: String, arguments: [Payload] = [],
    header: [String: Payload] = [:]
  ) {
    self.context = context
    self.execution = execution
    self.name = name
    self.arguments = arguments
    self.header = header
  }
}

/// Workflow code is about to request the cancellation of another run or of a child.
public struct CancelExternalWorkflowInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The other run; an empty run id means the id's current run.
  public let execution: WorkflowExecution
  /// Whether only a child of the caller may receive the request.
  public let isChildOnly: Bool

  /// Creates an input.
  public init(context: WorkflowContext, execution: WorkflowExecution, isChildOnly: Bool = false) {
    self.context = context
    self.execution = execution
    self.isChildOnly = isChildOnly
  }
}

/// Workflow code is about to go on as a new run.
public struct MakeContinueAsNewErrorInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext
  /// The new run's type; `nil` means the same.
  public let workflowType: String?
  /// What changes with the new run.
  public var options: ContinueAsNewOptions
  /// The arguments.
  public var arguments: [Payload]
  /// Context for the new run, at first this run's own; empty means this run's own.
  public var header: [String: Payload]

  /// Creates an input.
  public init(
    context: WorkflowContext, workflowType: String? = nil, options: ContinueAsNewOptions = ContinueAsNewOptions(),
    arguments: [Payload] = [], header: [String: Payload] = [:]
  ) {
    self.context = context
    self.workflowType = workflowType
    self.options = options
    self.arguments = arguments
    self.header = header
  }
}

/// Workflow code is about to run a side effect, or to get its recorded value.
public struct SideEffectInput: Sendable {
  /// The run's context.
  public let context: WorkflowContext

  /// Creates an input.
  public init(context: WorkflowContext) {
    self.context = context
  }
}
