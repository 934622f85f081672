public import DurableWorkflows
internal import ODBC

/// A refusal of an example's domain, as its workflows, activities and programs handle it.
public protocol DomainError: Error, CustomStringConvertible {
  /// Why, and what helps.
  var message: String { get }
  /// The type of the failure when an activity or a workflow ends with this error.
  var failureType: String { get }
  /// Whether something outside does not answer: the only refusal that is worth a retry.
  var isUnavailable: Bool { get }
  /// What the failure carries beside its message. Default: nothing.
  var failureDetails: [Payload] { get }
  /// The error as a starter reports it. Default: its description.
  var report: String { get }
}

extension DomainError {
  /// The description.
  public var report: String { description }

  /// Nothing.
  public var failureDetails: [Payload] { [] }
}

/// The types of failures that do not come from an example's domain.
public enum DatabaseFailure {
  /// The database does not answer.
  public static let unavailable = "UnavailableError"
  /// The tables are not those of this program.
  public static let invalidState = "InvalidStateError"
  /// The database refused a statement.
  public static let refused = "DatabaseError"
}

/// What an activity or a workflow throws instead of an error of a domain or of the database.
public func activityFailure(of error: any Error) -> any Error {
  switch error {
  case let error as any DomainError:
    return ApplicationError(
      error.message, type: error.failureType, isNonRetryable: !error.isUnavailable, details: error.failureDetails)
  case let error as SQLDatabaseError:
    let isClosed = error.code == .closed
    return ApplicationError(
      error.message, type: isClosed ? DatabaseFailure.unavailable : DatabaseFailure.invalidState,
      isNonRetryable: !isClosed)
  case let error as ODBCError where error.code == .cancelled && Task.isCancelled:
    return CancellationError()
  case let error as ODBCError where error.isTransient:
    return ApplicationError("the database is unavailable: \(error)", type: DatabaseFailure.unavailable)
  case let error as ODBCError:
    return ApplicationError("the database refused: \(error)", type: DatabaseFailure.refused)
  default:
    return error
  }
}

/// Runs the code of a workflow, and turns errors of the domain into failures with their types.
public func failing<Result>(_ body: () async throws -> Result) async throws -> Result {
  do {
    return try await body()
  } catch let error as any DomainError {
    throw activityFailure(of: error)
  }
}
