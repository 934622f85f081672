internal import DurableWorkflows
internal import Synchronization

/// Gives the requests of a life ids that the same requests get again in the next life, so that they are recognised.
final class RequestNumbers: Sendable {
  private struct State {
    var placeholders = 0
    var counts: [String: Int] = [:]
    var ids: [String: String] = [:]
  }

  private let state = Mutex(State())
  private static let prefix = "simulated "

  /// What stands for the id of a request whose caller chose none.
  func placeholder() -> String {
    state.withLock { state in
      state.placeholders += 1
      return RequestNumbers.prefix + String(state.placeholders)
    }
  }

  /// The id of a request: the caller's own, or one made of what is asked and of how often it was asked before.
  func id(_ requestID: String, _ kind: String, _ parts: String..., input: [Payload] = []) -> String {
    guard requestID.hasPrefix(RequestNumbers.prefix) else { return requestID }
    var content = ([kind] + parts).joined(separator: "\u{0}")
    for payload in input { content += "\u{0}" + String(decoding: payload.data, as: UTF8.self) }
    return state.withLock { state in
      if let id = state.ids[requestID] { return id }
      state.counts[content, default: 0] += 1
      let id = "\(kind)-\(state.counts[content] ?? 0)-\(fingerprint(content.utf8))"
      state.ids[requestID] = id
      return id
    }
  }
}
