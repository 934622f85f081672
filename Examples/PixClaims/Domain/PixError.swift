public import DurableWorkflows
public import ExampleSupport

/// A refusal of the domain, with the code and the HTTP status that the API's documents give it.
public struct PixError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// What was refused. New codes may be added.
  public struct Code: Hashable, Codable, RawRepresentable, Sendable {
    /// The code as the API's documents write it.
    public let rawValue: String

    /// Creates a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The claimer owns the key already, or is no ISPB (403).
    public static let invalidClaimerISPB = Code(rawValue: "INVALID_CLAIMER_ISPB")
    /// The completion period is not 30 days (400).
    public static let invalidCompletionPeriod = Code(rawValue: "INVALID_COMPLETION_PERIOD")
    /// The key's entry is not active (400).
    public static let entryNotActive = Code(rawValue: "ENTRY_NOT_ACTIVE")
    /// The key has an open claim; ``PixError/claimID`` is its id (409).
    public static let claimAlreadyExists = Code(rawValue: "CLAIM_ALREADY_EXISTS")
    /// The caller is no party of the claim, or not the one who may do this (403).
    public static let unauthorizedClaimAction = Code(rawValue: "UNAUTHORIZED_CLAIM_ACTION")
    /// The claim is confirmed, cancelled or expired already (409).
    public static let claimAlreadyResolved = Code(rawValue: "CLAIM_ALREADY_RESOLVED")
    /// A cancellation without a reason (400).
    public static let missingReason = Code(rawValue: "MISSING_REASON")
    /// A field is missing or malformed (400).
    public static let validation = Code(rawValue: "VALIDATION_ERROR")
    /// No such claim (404).
    public static let claimNotFound = Code(rawValue: "CLAIM_NOT_FOUND")
    /// No such entry (404).
    public static let entryNotFound = Code(rawValue: "ENTRY_NOT_FOUND")
    /// No such infraction (404).
    public static let infractionNotFound = Code(rawValue: "INFRACTION_NOT_FOUND")
    /// The key has an entry already (409).
    public static let keyAlreadyExists = Code(rawValue: "KEY_ALREADY_EXISTS")
    /// The state of the record forbids the change (409).
    public static let invalidState = Code(rawValue: "INVALID_STATE")
    /// The workflow service does not answer (503).
    public static let unavailable = Code(rawValue: "SERVICE_UNAVAILABLE")
  }

  /// What was refused.
  public var code: Code
  /// Why, and what helps.
  public var message: String
  /// With ``Code/claimAlreadyExists``: the open claim.
  public var claimID: String?

  /// Creates an error.
  public init(_ code: Code, _ message: String, claimID: String? = nil) {
    self.code = code
    self.message = message
    self.claimID = claimID
  }

  /// The HTTP status that the API's documents give the code.
  public var httpStatus: Int {
    switch code {
    case .invalidClaimerISPB, .unauthorizedClaimAction: 403
    case .claimNotFound, .entryNotFound, .infractionNotFound: 404
    case .claimAlreadyExists, .claimAlreadyResolved, .keyAlreadyExists, .invalidState: 409
    case .unavailable: 503
    default: 400
    }
  }

  /// The code and the message.
  public var description: String { "\(code.rawValue): \(message)" }
}

extension PixError: DomainError {
  /// The type of the failure when an activity or a workflow ends with this error.
  public var failureType: String {
    switch code {
    case .claimNotFound, .entryNotFound, .infractionNotFound: FailureType.notFound
    case .keyAlreadyExists, .claimAlreadyExists: FailureType.keyAlreadyExists
    case .claimAlreadyResolved: FailureType.alreadyResolved
    case .invalidState: FailureType.invalidState
    case .unavailable: FailureType.unavailable
    default: FailureType.validation
    }
  }

  /// Whether the workflow service does not answer.
  public var isUnavailable: Bool { code == .unavailable }

  /// With the HTTP status, as the API's documents have it.
  public var report: String { "\(code.rawValue) (\(httpStatus)): \(message)" }

  /// The error itself.
  public var failureDetails: [Payload] { (try? JSONPayloadConverter().payload(for: self)).map { [$0] } ?? [] }
}

/// The types of failures, as retry policies and callers match on them.
public enum FailureType {
  /// The input is wrong.
  public static let validation = "ValidationError"
  /// The key is taken.
  public static let keyAlreadyExists = "KeyAlreadyExistsError"
  /// There is no such record.
  public static let notFound = "NotFoundError"
  /// The record has its final state already.
  public static let alreadyResolved = "AlreadyResolvedError"
  /// The record's state forbids the change.
  public static let invalidState = "InvalidStateError"
  /// Bacen refused.
  public static let bacenRejected = "BacenRejectedError"
  /// Something outside does not answer; the only type that is worth a retry.
  public static let unavailable = "UnavailableError"
  /// An entry could not be made active again.
  public static let reactivation = "ReactivationError"

  /// The types that no retry can help.
  public static let nonRetryable = [
    validation, keyAlreadyExists, notFound, alreadyResolved, invalidState, bacenRejected,
  ]
}
