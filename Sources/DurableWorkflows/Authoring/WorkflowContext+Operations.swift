internal import Synchronization

extension WorkflowContext {
  /// Sleeps durably: the timer survives process death and fires at its time, however late the process returns.
  ///
  /// - Parameters:
  ///   - duration: how long; zero or less returns at once without a timer.
  ///   - summary: a line for people.
  /// - Throws: ``CanceledError`` when the task is cancelled.
  public func sleep(for duration: Duration, summary: String? = nil) async throws {
    let instance = try require("context.sleep")
    try await instance.checkCancellation("context.sleep")
    try await instance.sleep(HandleSleepInput(context: self, duration: duration, summary: summary))
  }

  /// Waits until `predicate` holds. It is evaluated at once and again whenever something happened to the run.
  ///
  /// - Throws: ``CanceledError`` when the task is cancelled.
  public func condition(_ predicate: () -> Bool) async throws {
    try await condition(deadline: nil, predicate)
  }

  /// Waits until `predicate` holds, at most for `timeout`.
  ///
  /// What makes the predicate hold and the timer count in the order of history, even within one workflow task.
  /// - Throws: ``TimeoutError`` when the time is over, ``CanceledError`` when the task is cancelled.
  public func condition(timeout: Duration, _ predicate: () -> Bool) async throws {
    try await condition(deadline: timeout, predicate)
  }

  private func condition(deadline: Duration?, _ predicate: () -> Bool) async throws {
    let instance = try require("context.condition")
    try await instance.checkCancellation("context.condition")
    if predicate() { return }
    if let deadline, deadline <= .zero { throw TimeoutError("a condition's timeout of \(deadline) has passed") }
    let condition = instance.state.withLock { $0.machine.addCondition(timeout: deadline) }
    defer { instance.state.withLock { $0.machine.removeCondition(condition) } }
    while true {
      _ = try await instance.wait(for: condition)
      if predicate() { return }
      if let deadline, instance.state.withLock({ $0.machine.conditionIsTimedOut(condition) }) {
        throw TimeoutError("a condition did not hold within \(deadline)")
      }
    }
  }

  /// The typed face of an activity container, for calls like `payments.charge(order: order)`.
  ///
  /// - Parameter options: override the defaults of the activities' declarations.
  public func activities<Container: ActivityContainer>(
    _ type: Container.Type, options: ActivityOptions = ActivityOptions()
  ) -> Container.Proxy {
    Container.Proxy(ActivityInvoker(context: self, options: options))
  }

  /// Schedules an activity by name and waits for its result. The result is recorded once and never computed again.
  ///
  /// - Throws: ``ActivityError`` when it failed for good, ``CanceledError`` when the task is cancelled,
  ///   ``PayloadConversionError`` when the result does not fit `Output`, ``ApplicationError`` of type
  ///   `InvalidActivityOptions` when the options are invalid.
  public func executeActivity<Output: Decodable & Sendable, each Argument: Encodable & Sendable>(
    _ name: String, _ arguments: repeat each Argument, options: ActivityOptions,
    returning type: Output.Type = Output.self
  ) async throws -> Output {
    let instance = try require("context.executeActivity")
    try await instance.checkCancellation("activity '\(name)'")
    var input: [Payload] = []
    for argument in repeat each arguments {
      input.append(try instance.converter.payload(for: argument))
    }
    let result = try await instance.execute(
      ScheduleActivityInput(context: self, name: name, options: options, arguments: input))
    guard let payload = result.first else {
      return try Arguments([], converter: instance.converter, subject: "the result of activity '\(name)'").decode(0)
    }
    return try instance.converter.value(of: payload, as: type)
  }

  /// Whether this run takes the new branch of a change: true for runs that reach it first with the new code.
  ///
  /// The answer is recorded; a run that passed this point with the old code stays on the old branch.
  public func patch(_ id: String) -> Bool {
    guard let instance, instance.executor.isOwnedByCurrentThread else { return false }
    return instance.patch(id, isDeprecated: false)
  }

  /// Declares that no run on the old branch is open any more. Remove it when no run with the marker is open.
  public func deprecatePatch(_ id: String) {
    guard let instance, instance.executor.isOwnedByCurrentThread else { return }
    _ = instance.patch(id, isDeprecated: true)
  }
}
