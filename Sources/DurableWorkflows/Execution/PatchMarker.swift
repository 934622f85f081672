/// The marker that records a patch; name and details are those of Temporal's core SDK, so that its tools show it.
struct PatchMarker: Hashable, Sendable {
  var id: String
  var isDeprecated: Bool

  static let name = "core_patch"
  private static let key = "patch-data"

  init(id: String, isDeprecated: Bool) {
    self.id = id
    self.isDeprecated = isDeprecated
  }

  /// Reads a marker; `nil` if it is of another kind.
  init?(_ name: String, _ details: [String: [Payload]]) {
    guard name == PatchMarker.name, let payload = details[PatchMarker.key]?.first,
      let data = try? JSONPayloadConverter().value(of: payload, as: Data.self)
    else { return nil }
    self.init(id: data.id, isDeprecated: data.deprecated)
  }

  func details() throws -> [String: [Payload]] {
    [PatchMarker.key: [try JSONPayloadConverter().payload(for: Data(id: id, deprecated: isDeprecated))]]
  }

  private struct Data: Codable {
    var id: String
    var deprecated: Bool
  }
}
