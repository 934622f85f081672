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
  } catch let error as PixError {
    throw PixServices.failure(of: error)
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
    return "\(step) failed: \(error.cause.root.message)"
  }
}

/// How long a day of the input's calendar lasts: 86,400 s, or less to try things out.
///
/// - Throws: ``PixError`` if it is not between a millisecond and a real day.
func dayLength(_ seconds: Double?) throws -> Duration {
  guard let seconds else { return .days(1) }
  guard seconds >= 0.001, seconds <= 86_400 else {
    throw PixError(.validation, "day_seconds is \(seconds); give 0.001 to 86400")
  }
  return .seconds(seconds)
}

/// - Throws: ``PixError`` that names the field, if the text is empty.
func require(_ text: String, _ field: String) throws {
  if text.isEmpty { throw PixError(.validation, "\(field) is missing; it is required") }
}
