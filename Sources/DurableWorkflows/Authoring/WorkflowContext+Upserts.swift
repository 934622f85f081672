internal import Synchronization

extension WorkflowContext {
  /// Changes the run's indexed values; a null payload removes one.
  public func upsertSearchAttributes(_ attributes: [String: Payload]) throws {
    let instance = try require("context.upsertSearchAttributes")
    if attributes.isEmpty { return }
    instance.state.withLock { state in
      state.searchAttributes.upsert(attributes)
      state.machine.emit(.upsertSearchAttributes(attributes))
    }
  }

  /// Changes the notes shown with the run; a null payload removes one.
  /// - Throws: ``PayloadCodecError``.
  public func upsertMemo(_ memo: [String: Payload]) throws {
    let instance = try require("context.upsertMemo")
    if memo.isEmpty { return }
    let memo = try instance.converter.encodedOnce(memo)
    instance.state.withLock { state in
      state.memo.upsert(memo)
      state.machine.emit(.modifyProperties(memo: memo))
    }
  }

  /// Registers a signal handler while the workflow runs. Signals of that name that have arrived run in their order, so
  /// do later ones. It takes precedence over a declared handler; `nil` removes it.
  public func setSignalHandler(
    _ name: String, _ handler: (@Sendable (Arguments) async throws -> Void)?
  ) throws {
    try require("context.setSignalHandler").setSignalHandler(name, handler)
  }

  /// Registers a query handler while the workflow runs. It takes precedence over a declared handler; `nil` removes it.
  public func setQueryHandler(
    _ name: String, _ handler: (@Sendable (Arguments) throws -> any Encodable & Sendable)?
  ) throws {
    let instance = try require("context.setQueryHandler")
    instance.state.withLock { $0.queryHandlers[name] = handler }
  }
}
