/// The parts of an engine's interceptors that workflows meet, in order of registration.
struct WorkflowInterceptors: Sendable {
  let inbound: [any WorkflowInboundInterceptor]
  let outbound: [any WorkflowOutboundInterceptor]

  /// `nil` if there is nothing to call.
  init?(_ interceptors: [any WorkerInterceptor]) {
    inbound = interceptors.compactMap { $0.workflowInboundInterceptor }
    outbound = interceptors.compactMap { $0.workflowOutboundInterceptor }
    if inbound.isEmpty, outbound.isEmpty { return nil }
  }
}

/// The parts of an engine's interceptors that activities meet, in order of registration.
struct ActivityInterceptors: Sendable {
  let inbound: [any ActivityInboundInterceptor]
  let outbound: [any ActivityOutboundInterceptor]

  /// `nil` if there is nothing to call.
  init?(_ interceptors: [any WorkerInterceptor]) {
    inbound = interceptors.compactMap { $0.activityInboundInterceptor }
    outbound = interceptors.compactMap { $0.activityOutboundInterceptor }
    if inbound.isEmpty, outbound.isEmpty { return nil }
  }
}

/// Calls the interceptors of a chain, each inside the one before it, and the operation inside the last.
func intercept<Interceptor, Input, Output>(
  _ chain: ArraySlice<Interceptor>, _ input: Input,
  _ call: @escaping (Interceptor, Input, (Input) async throws -> Output) async throws -> Output,
  operation: (Input) async throws -> Output
) async throws -> Output {
  guard let first = chain.first else { return try await operation(input) }
  return try await call(first, input) { input in
    try await intercept(chain.dropFirst(), input, call, operation: operation)
  }
}

/// As the asynchronous one, for operations that answer at once.
func interceptNow<Interceptor, Input, Output>(
  _ chain: ArraySlice<Interceptor>, _ input: Input,
  _ call: @escaping (Interceptor, Input, (Input) throws -> Output) throws -> Output,
  operation: (Input) throws -> Output
) throws -> Output {
  guard let first = chain.first else { return try operation(input) }
  return try call(first, input) { input in
    try interceptNow(chain.dropFirst(), input, call, operation: operation)
  }
}

/// As the asynchronous one, for operations that answer at once and cannot fail.
func interceptSurely<Interceptor, Input, Output>(
  _ chain: ArraySlice<Interceptor>, _ input: Input,
  _ call: @escaping (Interceptor, Input, (Input) -> Output) -> Output,
  operation: (Input) -> Output
) -> Output {
  guard let first = chain.first else { return operation(input) }
  return call(first, input) { input in
    interceptSurely(chain.dropFirst(), input, call, operation: operation)
  }
}
