/// A message's field cannot be read.
///
/// A server answers INVALID_ARGUMENT with its text; a client reports that it does not understand the service.
struct MappingError: Error, Hashable, CustomStringConvertible {
  /// The field's path in the message, as the interface definition spells it.
  var field: String
  /// What is wrong with it.
  var reason: String

  init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }

  var description: String { "\(field) \(reason)" }
}
