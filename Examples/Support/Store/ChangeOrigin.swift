/// Who changes the store, and when.
public struct ChangeOrigin: Hashable, Sendable {
  /// The time of the change.
  public var now: Moment
  /// Who asked for it, for the audit.
  public var actor: String
  /// The same for every attempt of the same change; makes its events unique. `nil` makes them always new.
  public var idempotencyKey: String?

  /// Creates an origin.
  public init(now: Moment, actor: String, idempotencyKey: String? = nil) {
    self.now = now
    self.actor = actor
    self.idempotencyKey = idempotencyKey
  }
}
