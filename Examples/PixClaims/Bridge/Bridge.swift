public import ExampleSupport

/// The way to Bacen and, through it, to the other participants.
///
/// Every request carries an idempotency key that is the same for all attempts: implementations hand it on, so that a
/// repeated request has one effect.
public protocol Bridge: Sendable {
  /// Sends a request and waits for the answer.
  ///
  /// - Throws: ``BridgeError``.
  func send(_ request: BridgeRequest) async throws -> BridgeReply

  /// Reads a page of Bacen's directory.
  ///
  /// - Throws: ``BridgeError``.
  func entries(_ query: DirectoryQuery) async throws -> DirectoryPage

  /// Whether the bridge answers.
  ///
  /// - Throws: ``BridgeError``.
  func ping() async throws
}

/// What is asked of Bacen.
public struct BridgeRequest: Hashable, Sendable {
  /// The kinds of requests.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// Announces a claim.
    case createClaim
    /// Says that the donor agreed, or was silent.
    case completeClaim
    /// Withdraws a claim.
    case cancelClaim
    /// Registers a key.
    case createEntry
    /// Changes a key's data.
    case updateEntry
    /// Removes a key.
    case deleteEntry
    /// Hands a report over.
    case reportInfraction
    /// Tells a participant something.
    case notifyParticipant
  }

  /// What is to be done.
  public var operation: Operation
  /// The business id of the claim, entry or infraction.
  public var subject: String
  /// The values that the operation needs.
  public var fields: [String: String]
  /// The same for every attempt.
  public var idempotencyKey: String

  /// Creates a request.
  public init(_ operation: Operation, subject: String, fields: [String: String] = [:], idempotencyKey: String) {
    self.operation = operation
    self.subject = subject
    self.fields = fields
    self.idempotencyKey = idempotencyKey
  }
}

/// Bacen's answer.
public struct BridgeReply: Hashable, Codable, Sendable {
  /// Bacen's id of the subject.
  public var bacenID: String
  /// Names the exchange in Bacen's logs.
  public var correlationID: String

  /// Creates a reply.
  public init(bacenID: String, correlationID: String) {
    self.bacenID = bacenID
    self.correlationID = correlationID
  }
}

/// Which entries of Bacen's directory are wanted.
public struct DirectoryQuery: Hashable, Sendable {
  /// The participant; empty for all.
  public var participant: String
  /// Only what was changed since; `nil` for everything.
  public var since: Moment?
  /// Where the page begins: the key after which it goes on, `nil` for the first.
  public var after: String?
  /// The most entries of a page.
  public var limit: Int

  /// Creates a query.
  public init(participant: String, since: Moment? = nil, after: String? = nil, limit: Int = 1000) {
    self.participant = participant
    self.since = since
    self.after = after
    self.limit = limit
  }
}

/// Some entries of Bacen's directory, in the order of their keys.
public struct DirectoryPage: Hashable, Sendable {
  /// The entries.
  public var entries: [BacenEntry]
  /// Whether there are more after these.
  public var hasMore: Bool

  /// Creates a page.
  public init(entries: [BacenEntry], hasMore: Bool) {
    self.entries = entries
    self.hasMore = hasMore
  }
}

/// Why Bacen did not do what it was asked.
public enum BridgeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No answer; it may help to try again.
  case unavailable(String)
  /// Refused, with Bacen's code: 03 duplicate, 05 invalid, 99 other.
  case rejected(code: String, message: String)

  /// The reason.
  public var description: String {
    switch self {
    case .unavailable(let message): "the bridge to Bacen is unavailable: \(message)"
    case .rejected(let code, let message): "Bacen refused with code \(code): \(message)"
    }
  }
}
