internal import DurableWorkflows
internal import ODBC

/// Turns the errors of the domain and of the database into those of activities: what is retried and what is not.
enum ActivityFailure {
  /// The type of failures that may pass: the connection, a timeout, a deadlock.
  static let connectionError = "ConnectionError"
  /// The type of failures of a query that will fail again: syntax, permissions, conversions.
  static let queryError = "QueryError"

  /// The error that an activity throws instead of `error`.
  static func translate(_ error: any Error, doing action: String) -> any Error {
    switch error {
    case is CancellationError, is ApplicationError, is CanceledError, is ActivityError, is NonDeterminismError:
      return error
    case let error as ODBCError:
      if error.code == .cancelled, Task.isCancelled { return CancellationError() }
      if error.isTransient {
        return ApplicationError("\(action): \(error)", type: connectionError)
      }
      if error.code == .driverMissing || error.code == .invalidConnectionString {
        return ApplicationError(
          "\(action): \(error)",
          type: CPG1Error.Code.configuration.rawValue,
          isNonRetryable: true
        )
      }
      return ApplicationError("\(action): \(error)", type: queryError, isNonRetryable: true)
    case let error as CPG1Error:
      let cause = error.cause.map { " (cause: \($0))" } ?? ""
      return ApplicationError("\(action): \(error.message)\(cause)", type: error.code.rawValue, isNonRetryable: true)
    default:
      return ApplicationError("\(action): \(error)", type: String(describing: type(of: error)))
    }
  }
}
