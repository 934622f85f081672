/// A request to the workflow service was refused.
public struct WorkflowServiceError: Error, CustomStringConvertible, Hashable, Sendable {
  /// Why.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    enum Value: String {
      case alreadyStarted, notFound, namespaceNotFound, invalidArgument, queryFailed, unavailable, deadlineExceeded
      case unimplemented, resourceExhausted, failedPrecondition
    }
    let value: Value

    /// The id has an open run, or its closed run forbids reuse; ``WorkflowServiceError/runID`` names that run.
    public static let alreadyStarted = Code(value: .alreadyStarted)
    /// No such run, or the run is already closed.
    public static let notFound = Code(value: .notFound)
    /// No such namespace.
    public static let namespaceNotFound = Code(value: .namespaceNotFound)
    /// The request is malformed.
    public static let invalidArgument = Code(value: .invalidArgument)
    /// The query's handler threw or does not exist.
    public static let queryFailed = Code(value: .queryFailed)
    /// The service cannot be reached, is shutting down or its journal is poisoned.
    public static let unavailable = Code(value: .unavailable)
    /// The answer did not come in time.
    public static let deadlineExceeded = Code(value: .deadlineExceeded)
    /// The service does not offer this.
    public static let unimplemented = Code(value: .unimplemented)
    /// A limit is reached; the request may be repeated later.
    public static let resourceExhausted = Code(value: .resourceExhausted)
    /// The state of the run forbids the request.
    public static let failedPrecondition = Code(value: .failedPrecondition)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// Why.
  public var code: Code
  /// What was refused and what helps.
  public var message: String
  /// With ``Code/alreadyStarted``: the run that holds the id.
  public var runID: String
  /// With ``Code/alreadyStarted``: the request id that started that run.
  public var startRequestID: String

  /// Creates an error.
  public init(_ code: Code, _ message: String, runID: String = "", startRequestID: String = "") {
    self.code = code
    self.message = message
    self.runID = runID
    self.startRequestID = startRequestID
  }

  /// The code and the message.
  public var description: String { "\(code): \(message)" }
}
