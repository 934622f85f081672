internal import DurableWorkflows
internal import Synchronization

/// What interceptors saw, in order.
final class Notes: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ line: String) { lines.withLock { $0.append(line) } }

  var all: [String] { lines.withLock { $0 } }

  /// Takes what was noted so far.
  func take() -> [String] {
    lines.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }
}

/// A text as a payload.
func payload(_ text: String) -> Payload {
  Payload(encoding: Payload.jsonPlain, data: Array("\"\(text)\"".utf8))
}

extension Payload {
  /// The text of a payload that ``payload(_:)`` made.
  var text: String {
    String(decoding: data, as: UTF8.self).trimmingPrefix("\"").description.replacing("\"", with: "")
  }
}

extension [String: Payload] {
  var trail: String? { self["trail"]?.text }
}
