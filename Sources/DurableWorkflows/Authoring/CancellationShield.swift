extension WorkflowContext {
  /// Runs `body` where the cancellation of the caller does not reach: for clean-up after cancellation.
  ///
  /// The caller waits until `body` ends, whether or not it is cancelled meanwhile.
  /// - Throws: what `body` throws; ``NonDeterminismError`` outside the run's own executor.
  public func withCancellationShield<Value: Sendable>(
    @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
  ) async throws -> Value {
    let instance = try require("context.withCancellationShield")
    return try await Task(executorPreference: instance.executor, operation: body).value
  }
}
