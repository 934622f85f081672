public import ExampleSupport

/// A refusal of the domain.
public struct TenantError: DomainError, Codable, Hashable, Sendable {
  /// What was refused; the raw value is the type of the failure that retry policies and callers match on. New codes
  /// may be added.
  public struct Code: Hashable, Codable, RawRepresentable, Sendable {
    /// The failure's type.
    public let rawValue: String

    /// Creates a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A field is missing or malformed.
    public static let validation = Code(rawValue: "ValidationError")
    /// What must be unique is taken.
    public static let duplicate = Code(rawValue: "DuplicateError")
    /// There is no such tenant.
    public static let tenantNotFound = Code(rawValue: "TenantNotFoundError")
    /// There is no such user, domain or ticket.
    public static let notFound = Code(rawValue: "NotFoundError")
    /// The state of the record forbids the change.
    public static let invalidState = Code(rawValue: "InvalidStateError")
    /// Somebody stopped it.
    public static let cancelled = Code(rawValue: "CancelledError")
    /// Something outside does not answer; the only code that is worth a retry.
    public static let unavailable = Code(rawValue: "UnavailableError")
  }

  /// What was refused.
  public var code: Code
  /// Why, and what helps.
  public var message: String

  /// Creates an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The code and the message.
  public var description: String { "\(code.rawValue): \(message)" }

  /// The code's name.
  public var failureType: String { code.rawValue }

  /// Whether something outside does not answer.
  public var isUnavailable: Bool { code == .unavailable }

  /// The types of failures that no retry can help.
  public static let nonRetryable = [
    Code.validation, .duplicate, .tenantNotFound, .notFound, .invalidState,
  ].map(\.rawValue)
}

/// - Throws: ``TenantError`` that names the field, if the text is blank.
func require(_ text: String, _ field: String) throws {
  if text.allSatisfy(\.isWhitespace) { throw TenantError(.validation, "\(field) is missing; it is required") }
}

/// - Throws: ``TenantError`` that names the field, if the text is no address such as `ada@example.com`.
func requireEmail(_ text: String, _ field: String) throws {
  try require(text, field)
  let parts = text.split(separator: "@", omittingEmptySubsequences: false)
  let isAddress =
    parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
    && !parts[1].hasSuffix(".") && !text.contains(where: \.isWhitespace) && text.utf8.count <= 254
  if !isAddress { throw TenantError(.validation, "\(field) is '\(text)'; write an address such as ada@example.com") }
}

/// - Throws: ``TenantError`` that names the field, if the text is no UUID in small letters.
func requireID(_ text: String, _ field: String) throws {
  try require(text, field)
  let groups = text.split(separator: "-", omittingEmptySubsequences: false)
  let isUUID =
    groups.map(\.count) == [8, 4, 4, 4, 12]
    && text.allSatisfy { $0 == "-" || ("0"..."9").contains($0) || ("a"..."f").contains($0) }
  if !isUUID { throw TenantError(.validation, "\(field) is '\(text)'; write a UUID in small letters") }
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
