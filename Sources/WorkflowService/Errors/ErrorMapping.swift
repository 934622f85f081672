internal import DurableWorkflows
internal import GRPCCore
internal import GRPCProtobuf
internal import SwiftProtobuf
internal import WorkflowServiceProtos

/// Errors of the engine as clients of Temporal's API expect them.
///
/// Clients retry INTERNAL, UNKNOWN, DATA_LOSS, OUT_OF_RANGE and ABORTED for ten seconds and more, so none of these is
/// used: what is not expected here is FAILED_PRECONDITION, which is permanent.
enum ErrorMapping {
  /// What to throw from a handler.
  ///
  /// - Parameter namespace: the namespace of the request, named in the detail of an unknown namespace.
  static func wireError(_ error: any Error, namespace: String) -> any Error {
    do {
      switch error {
      case let error as WorkflowServiceError:
        return try status(error, namespace: namespace)
      case let error as MappingError:
        return RPCError(code: .invalidArgument, message: error.description)
      case let error as RPCError:
        return error
      case let error as GoogleRPCStatus:
        return error
      case let error as MultiOperationError:
        return try status(error, namespace: namespace)
      case is CancellationError:
        return RPCError(code: .cancelled, message: "The request was cancelled.")
      default:
        return RPCError(code: .failedPrecondition, message: "The request failed unexpectedly: \(error)")
      }
    } catch {
      return RPCError(code: .failedPrecondition, message: "An error's details cannot be encoded: \(error)")
    }
  }

  private static func status(_ error: WorkflowServiceError, namespace: String) throws -> any Error {
    switch error.code {
    case .alreadyStarted:
      return try GoogleRPCStatus(
        temporal: .alreadyExists, error.message,
        detail: Wire.AlreadyStarted.with {
          $0.startRequestID = error.startRequestID
          $0.runID = error.runID
          $0.firstExecutionRunID = error.runID
        })
    case .notFound:
      return try GoogleRPCStatus(temporal: .notFound, error.message, detail: Wire.NotFound())
    case .namespaceNotFound:
      return try GoogleRPCStatus(
        temporal: .notFound, error.message, detail: Wire.NamespaceNotFound.with { $0.namespace = namespace })
    case .queryFailed:
      return try GoogleRPCStatus(
        temporal: .invalidArgument, error.message,
        detail: Wire.QueryFailed.with {
          $0.failure = .init(
            Failure(
              message: error.message,
              info: .application(type: "QueryFailed", isNonRetryable: true, details: [], nextRetryDelay: nil)))
        })
    case .resourceExhausted:
      return try GoogleRPCStatus(
        temporal: .resourceExhausted, error.message,
        detail: Wire.ResourceExhausted.with {
          $0.cause = .systemOverloaded
          $0.scope = .system
        })
    case .invalidArgument: return RPCError(code: .invalidArgument, message: error.message)
    case .unavailable: return RPCError(code: .unavailable, message: error.message)
    case .deadlineExceeded: return RPCError(code: .deadlineExceeded, message: error.message)
    case .unimplemented: return RPCError(code: .unimplemented, message: error.message)
    default: return RPCError(code: .failedPrecondition, message: error.message)
    }
  }

  /// The code is the refused operation's; the detail tells what became of each.
  private static func status(_ error: MultiOperationError, namespace: String) throws -> any Error {
    let refused: GoogleRPCStatus
    switch wireError(error.cause, namespace: namespace) {
    case let status as GoogleRPCStatus: refused = status
    case let error as RPCError: refused = GoogleRPCStatus(code: error.code, message: error.message, details: [])
    case let other: return other
    }
    let aborted = GoogleRPCStatus(
      code: .aborted, message: "Operation was aborted.",
      details: [.any(try Google_Protobuf_Any(message: Wire.MultiOperationAborted()))])
    let statuses = error.operation == .start ? [refused, aborted] : [aborted, refused]
    return try GoogleRPCStatus(
      temporal: refused.code, "Update-with-Start could not be executed.",
      detail: Wire.MultiOperationFailure.with {
        $0.statuses = statuses.map { status in
          .with {
            $0.code = Int32(status.code.rawValue)
            $0.message = status.message
            $0.details = status.details.compactMap(\.any)
          }
        }
      })
  }

  /// The error that a server's answer stands for.
  ///
  /// - Parameter address: the server, named where it matters.
  static func serviceError(_ error: RPCError, address: String) -> WorkflowServiceError {
    let status = try? error.unpackGoogleRPCStatus()
    if let unit = try? status?.detail(Wire.MultiOperationFailure.self),
      let refused = unit.statuses.first(where: { $0.code != Int32(RPCError.Code.aborted.rawValue) }),
      let code = Status.Code(rawValue: Int(refused.code)).flatMap(RPCError.Code.init)
    {
      return serviceError(
        RPCError(code: code, message: refused.message),
        status: GoogleRPCStatus(code: code, message: refused.message, details: refused.details.map { .any($0) }),
        address: address)
    }
    return serviceError(error, status: status, address: address)
  }

  private static func serviceError(
    _ error: RPCError, status: GoogleRPCStatus?, address: String
  ) -> WorkflowServiceError {
    let message = error.message
    switch error.code {
    case .alreadyExists:
      let detail = try? status?.detail(Wire.AlreadyStarted.self)
      return WorkflowServiceError(
        .alreadyStarted, message, runID: detail?.runID ?? "", startRequestID: detail?.startRequestID ?? "")
    case .notFound:
      let namespace = try? status?.detail(Wire.NamespaceNotFound.self)
      return WorkflowServiceError(namespace == nil ? .notFound : .namespaceNotFound, message)
    case .invalidArgument:
      let query = try? status?.detail(Wire.QueryFailed.self)
      return WorkflowServiceError(query == nil ? .invalidArgument : .queryFailed, message)
    case .unavailable:
      return WorkflowServiceError(.unavailable, "could not connect to \(address): \(text(of: error))")
    case .deadlineExceeded:
      return WorkflowServiceError(.deadlineExceeded, "\(address) did not answer in time: \(message)")
    case .unimplemented:
      return WorkflowServiceError(.unimplemented, message)
    case .resourceExhausted:
      return WorkflowServiceError(.resourceExhausted, message)
    case .failedPrecondition:
      return WorkflowServiceError(.failedPrecondition, message)
    case .permissionDenied, .unauthenticated:
      return WorkflowServiceError(.failedPrecondition, "\(address) refused access (\(error.code)): \(message)")
    default:
      return WorkflowServiceError(.unavailable, "\(address) failed (\(error.code)): \(text(of: error))")
    }
  }

  /// The message with that of the cause, which says for example that a connection was refused.
  private static func text(of error: RPCError) -> String {
    guard let cause = error.cause else { return error.message }
    return "\(error.message) (\(cause))"
  }
}
