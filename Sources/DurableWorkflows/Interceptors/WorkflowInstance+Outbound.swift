internal import Synchronization

extension WorkflowInstance {
  private var outbound: ArraySlice<any WorkflowOutboundInterceptor>? {
    guard let outbound = interceptors?.outbound, !outbound.isEmpty else { return nil }
    return outbound[...]
  }

  // MARK: Timers

  func sleep(_ input: HandleSleepInput) async throws {
    guard let outbound else { return try await startTimer(input) }
    try await intercept(outbound, input) {
      try await $0.handleSleep(input: $1, next: $2)
    } operation: { try await startTimer($0) }
  }

  private func startTimer(_ input: HandleSleepInput) async throws {
    if input.duration <= .zero { return }
    let operation = state.withLock { $0.machine.startTimer(input.duration, summary: input.summary) }
    _ = try await wait(for: operation)
  }

  // MARK: Activities

  func execute(_ input: ScheduleActivityInput) async throws -> [Payload] {
    guard let outbound else { return try await schedule(input) }
    return try await intercept(outbound, input) {
      try await $0.executeActivity(input: $1, next: $2)
    } operation: { try await schedule($0) }
  }

  private func schedule(_ input: ScheduleActivityInput) async throws -> [Payload] {
    if let problem = input.options.problem {
      throw ApplicationError(
        "activity '\(input.name)' cannot be scheduled: \(problem)", type: "InvalidActivityOptions",
        isNonRetryable: true)
    }
    let operation = try scheduleActivity(
      input.name, input: input.arguments, options: input.options, header: input.header)
    return try await wait(for: operation)
  }

  func execute(_ input: ScheduleLocalActivityInput) async throws -> [Payload] {
    guard let outbound else { return try await schedule(input) }
    return try await intercept(outbound, input) {
      try await $0.executeLocalActivity(input: $1, next: $2)
    } operation: { try await schedule($0) }
  }

  private func schedule(_ input: ScheduleLocalActivityInput) async throws -> [Payload] {
    if let problem = input.options.problem {
      throw ApplicationError(
        "local activity '\(input.name)' cannot be run: \(problem)", type: "InvalidActivityOptions",
        isNonRetryable: true)
    }
    let operation = state.withLock { state in
      state.machine.scheduleLocalActivity(
        input.name, input: input.arguments, options: input.options, header: input.header, at: state.now)
    }
    return try await wait(for: operation)
  }

  // MARK: Children

  func startChild(_ input: StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle {
    guard let outbound else { return try await initiateChild(input) }
    return try await intercept(outbound, input) {
      try await $0.startChildWorkflow(input: $1, next: $2)
    } operation: { try await initiateChild($0) }
  }

  private func initiateChild(_ input: StartChildWorkflowInput) async throws -> UntypedChildWorkflowHandle {
    let options = input.options
    if let problem = options.problem {
      throw ApplicationError(
        "child workflow '\(input.name)' cannot be started: \(problem)", type: "InvalidChildWorkflowOptions",
        isNonRetryable: true)
    }
    let attributes = StartChildWorkflowAttributes(
      workflowID: input.workflowID, workflowType: input.name, taskQueue: options.taskQueue ?? "",
      input: input.arguments, executionTimeout: options.executionTimeout, runTimeout: options.runTimeout,
      taskTimeout: options.taskTimeout, parentClosePolicy: options.parentClosePolicy,
      idReusePolicy: options.idReusePolicy, retryPolicy: options.retryPolicy, cronSchedule: options.cronSchedule,
      memo: try converter.encodedOnce(options.memo), searchAttributes: options.searchAttributes, header: input.header,
      summary: options.summary,
      priority: options.priority ?? Priority())
    let (start, end) = state.withLock {
      $0.machine.startChild(attributes, cancellationType: options.cancellationType)
    }
    let runID = String(decoding: try await wait(for: start).first?.data ?? [], as: UTF8.self)
    return UntypedChildWorkflowHandle(
      context: input.context, execution: WorkflowExecution(workflowID: input.workflowID, runID: runID), operation: end)
  }

  // MARK: Other runs

  func signal(_ input: SignalChildWorkflowInput) async throws {
    guard let outbound else { return try await send(input) }
    try await intercept(outbound, input) {
      try await $0.signalChildWorkflow(input: $1, next: $2)
    } operation: { try await send($0) }
  }

  private func send(_ input: SignalChildWorkflowInput) async throws {
    try await request(
      Command.signalExternalWorkflow, to: input.execution,
      ExternalWorkflowRequestAttributes(
        execution: input.execution, isChildOnly: true, signalName: input.name, input: input.arguments,
        header: input.header))
  }

  func signal(_ input: SignalExternalWorkflowInput) async throws {
    guard let outbound else { return try await send(input) }
    try await intercept(outbound, input) {
      try await $0.signalExternalWorkflow(input: $1, next: $2)
    } operation: { try await send($0) }
  }

  private func send(_ input: SignalExternalWorkflowInput) async throws {
    try await request(
      Command.signalExternalWorkflow, to: input.execution,
      ExternalWorkflowRequestAttributes(
        execution: input.execution, signalName: input.name, input: input.arguments, header: input.header))
  }

  func cancel(_ input: CancelExternalWorkflowInput) async throws {
    guard let outbound else { return try await send(input) }
    try await intercept(outbound, input) {
      try await $0.cancelExternalWorkflow(input: $1, next: $2)
    } operation: { try await send($0) }
  }

  private func send(_ input: CancelExternalWorkflowInput) async throws {
    try await request(
      Command.requestCancelExternalWorkflow, to: input.execution,
      ExternalWorkflowRequestAttributes(execution: input.execution, isChildOnly: input.isChildOnly))
  }

  private func request(
    _ command: (ExternalWorkflowRequestAttributes) -> Command, to execution: WorkflowExecution,
    _ attributes: ExternalWorkflowRequestAttributes
  ) async throws {
    let command = command(attributes)
    let operation = state.withLock { $0.machine.requestExternal(command, to: execution) }
    _ = try await wait(for: operation)
  }

  // MARK: What takes no time

  func makeContinueAsNewError(
    _ workflowType: String?, _ arguments: [Payload], _ options: ContinueAsNewOptions
  ) throws -> ContinueAsNewError {
    guard let outbound else {
      return ContinueAsNewError(workflowType: workflowType, input: arguments, options: options)
    }
    let input = MakeContinueAsNewErrorInput(
      context: WorkflowContext(instance: self), workflowType: workflowType, options: options, arguments: arguments,
      header: info.header)
    return try interceptNow(outbound, input) {
      try $0.makeContinueAsNewError(input: $1, next: $2)
    } operation: { input in
      var error = ContinueAsNewError(
        workflowType: input.workflowType, input: input.arguments, options: input.options)
      error.header = input.header
      return error
    }
  }

  func sideEffect(_ record: () throws -> Payload) throws -> Payload {
    guard let outbound else { return try record() }
    return try interceptNow(outbound, SideEffectInput(context: WorkflowContext(instance: self))) {
      try $0.sideEffect(input: $1, next: $2)
    } operation: { _ in try record() }
  }
}
