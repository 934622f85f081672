public import DurableWorkflows
internal import FoundationEssentials
internal import Logging

extension WorkflowContext {
  /// The time of the current workflow task.
  public var moment: Moment { Moment(microseconds: Int64((now.timeIntervalSince1970 * 1_000_000).rounded())) }
}

/// Runs a step whose failure does not matter to the rest.
///
/// - Returns: why it failed, or `nil`. Cancellation is no such failure and is thrown.
@discardableResult
public func tolerating(
  _ step: String, _ context: WorkflowContext, _ body: () async throws -> Void
) async throws -> String? {
  do {
    try await body()
    return nil
  } catch let error as ActivityError {
    context.logger.warning("a step failed and is left out", metadata: ["step": "\(step)", "reason": "\(error)"])
    return "\(step) failed: \(error.reason)"
  }
}

extension ActivityError {
  /// The type of the innermost failure, for example `DuplicateError`.
  public var failureType: String { cause.root.applicationType ?? "" }
  /// What went wrong, for people.
  public var reason: String { cause.root.message }
}
