/// Which messages a workflow's code takes.
public struct WorkflowHandlerNames: Hashable, Sendable {
  /// The signals with a handler, in the order of their declaration.
  public var signals: [String]
  /// The updates with a handler, in the order of their declaration.
  public var updates: [String]
  /// Whether there is a handler for all other signals.
  public var takesAnySignal: Bool
  /// Whether there is a handler for all other updates.
  public var takesAnyUpdate: Bool

  /// Creates names.
  public init(
    signals: [String] = [], updates: [String] = [], takesAnySignal: Bool = false, takesAnyUpdate: Bool = false
  ) {
    self.signals = signals
    self.updates = updates
    self.takesAnySignal = takesAnySignal
    self.takesAnyUpdate = takesAnyUpdate
  }
}
