public import ExampleSupport

/// Something that happened, for other systems. Recorded with the change that it tells of, published afterwards.
public struct DomainEvent: Hashable, Sendable {
  /// What happened.
  public var type: String
  /// `claim`, `entry`, `infraction` or `sync`.
  public var aggregateType: String
  /// The business id; the message's key.
  public var aggregateID: String
  /// The message, with `event_type` among its members.
  public var payload: [String: JSONValue]

  /// Creates an event; `event_type` is added to the payload.
  public init(_ type: String, aggregateType: String, aggregateID: String, payload: [String: JSONValue]) {
    self.type = type
    self.aggregateType = aggregateType
    self.aggregateID = aggregateID
    self.payload = payload.merging(["event_type": .string(type)]) { _, type in type }
  }

  /// An event about a claim: its id, its key and `fields`.
  static func claim(_ type: String, _ claim: Claim, _ fields: [String: JSONValue] = [:]) -> DomainEvent {
    let common: [String: JSONValue] = ["claim_id": .string(claim.claimID), "key": .string(claim.key)]
    return DomainEvent(
      type, aggregateType: "claim", aggregateID: claim.claimID, payload: common.merging(fields) { $1 })
  }

  /// An event about an entry: its id, its key and `fields`.
  static func entry(_ type: String, _ entry: Entry, _ fields: [String: JSONValue] = [:]) -> DomainEvent {
    let common: [String: JSONValue] = ["entry_id": .string(entry.entryID), "key": .string(entry.key)]
    return DomainEvent(
      type, aggregateType: "entry", aggregateID: entry.entryID, payload: common.merging(fields) { $1 })
  }

  /// An event about an infraction: its id, its key and `fields`.
  static func infraction(
    _ type: String, _ infraction: Infraction, _ fields: [String: JSONValue] = [:]
  ) -> DomainEvent {
    let common: [String: JSONValue] = [
      "infraction_id": .string(infraction.infractionID), "key": .string(infraction.key),
    ]
    return DomainEvent(
      type, aggregateType: "infraction", aggregateID: infraction.infractionID,
      payload: common.merging(fields) { $1 })
  }
}
