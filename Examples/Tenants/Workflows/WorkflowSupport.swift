internal import DurableWorkflows
internal import ExampleSupport
internal import FoundationEssentials
internal import Logging

extension WorkflowContext {
  /// The time of the current workflow task.
  var moment: Moment { Moment(microseconds: Int64((now.timeIntervalSince1970 * 1_000_000).rounded())) }
}

/// Runs the code of a workflow, and turns errors of the domain into failures with their types.
func failing<Result>(_ body: () async throws -> Result) async throws -> Result {
  do {
    return try await body()
  } catch let error as TenantError {
    throw TenantServices.failure(of: error)
  }
}

/// Runs a step whose failure does not matter to the rest.
///
/// - Returns: why it failed, or `nil`. Cancellation is no such failure and is thrown.
@discardableResult
func tolerating(_ step: String, _ context: WorkflowContext, _ body: () async throws -> Void) async throws -> String? {
  do {
    try await body()
    return nil
  } catch let error as ActivityError {
    context.logger.warning("a step failed and is left out", metadata: ["step": "\(step)", "reason": "\(error)"])
    return "\(step) failed: \(error.reason)"
  }
}

/// The value of an enumeration that the input names.
///
/// - Throws: ``TenantError`` that names the field and its values.
func choice<Value: RawRepresentable<String> & CaseIterable>(
  _ text: String?, _ field: String, default standard: Value
) throws -> Value {
  guard let text, !text.isEmpty else { return standard }
  if let value = Value(rawValue: text) { return value }
  let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
  throw TenantError(.validation, "\(field) is '\(text)'; write one of \(known)")
}
