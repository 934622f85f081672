/// Answers a query or refuses an update around the handler's own answer.
typealias QueryInterception = @Sendable (_ next: (Arguments) throws -> Payload) throws -> Payload
typealias ValidatorInterception = @Sendable (_ next: (Arguments) throws -> Void) throws -> Void

extension WorkflowInstance {
  private var inbound: ArraySlice<any WorkflowInboundInterceptor>? {
    guard let inbound = interceptors?.inbound, !inbound.isEmpty else { return nil }
    return inbound[...]
  }

  /// Runs the workflow's code inside the interceptors.
  ///
  /// - Parameter payloads: the arguments that the workflow was made with; not looked at without interceptors.
  func execute(_ workflow: any RunningWorkflow, _ payloads: [Payload]) async throws -> [Payload] {
    guard let inbound else { return try await workflow.run(with: nil) }
    let input = ExecuteWorkflowInput(
      context: WorkflowContext(instance: self), arguments: payloads, header: info.header)
    return try await intercept(inbound, input) {
      try await $0.executeWorkflow(input: $1, next: $2)
    } operation: { input in
      try await workflow.run(with: input.arguments == payloads ? nil : input.arguments)
    }
  }

  /// Runs a signal's handler inside the interceptors.
  func handle(_ signal: CarriedSignal, _ handler: (Arguments) async throws -> Void) async throws {
    let subject = "signal '\(signal.name)'"
    guard let inbound else {
      return try await handler(Arguments(signal.input, converter: converter, subject: subject))
    }
    let input = HandleSignalInput(
      context: WorkflowContext(instance: self), name: signal.name, arguments: signal.input, header: signal.header)
    try await intercept(inbound, input) {
      try await $0.handleSignal(input: $1, next: $2)
    } operation: { input in
      try await handler(Arguments(input.arguments, converter: converter, subject: subject))
    }
  }

  /// Runs an update's handler inside the interceptors.
  func handle(_ request: UpdateRequest, by workflow: any RunningWorkflow) async throws -> [Payload] {
    let subject = "update '\(request.name)'"
    guard let inbound else {
      return try await workflow.update(
        request.name, Arguments(request.input, converter: converter, subject: subject))
    }
    return try await intercept(inbound, input(request)) {
      try await $0.handleUpdate(input: $1, next: $2)
    } operation: { input in
      try await workflow.update(request.name, Arguments(input.arguments, converter: converter, subject: subject))
    }
  }

  /// What surrounds a query's handler; `nil` without interceptors.
  func interception(ofQuery name: String, _ arguments: Arguments, header: [String: Payload]) -> QueryInterception? {
    guard let inbound else { return nil }
    let input = HandleQueryInput(
      context: WorkflowContext(instance: self), name: name, arguments: arguments.payloads, header: header)
    return { next in
      try interceptNow(inbound, input) {
        try $0.handleQuery(input: $1, next: $2)
      } operation: { input in
        try next(Arguments(input.arguments, converter: arguments.converter, subject: arguments.subject))
      }
    }
  }

  /// What surrounds an update's validator; `nil` without interceptors.
  func interception(ofValidator request: UpdateRequest, _ arguments: Arguments) -> ValidatorInterception? {
    guard let inbound else { return nil }
    let input = input(request)
    return { next in
      try interceptNow(inbound, input) {
        try $0.validateUpdate(input: $1, next: $2)
      } operation: { input in
        try next(Arguments(input.arguments, converter: arguments.converter, subject: arguments.subject))
      }
    }
  }

  private func input(_ request: UpdateRequest) -> HandleUpdateInput {
    HandleUpdateInput(
      context: WorkflowContext(instance: self), updateID: request.updateID, name: request.name,
      arguments: request.input, header: request.header)
  }
}
