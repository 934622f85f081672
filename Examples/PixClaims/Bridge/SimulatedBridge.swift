internal import Synchronization

/// A bridge without Bacen: it answers by itself, remembers what it was asked, and fails when it is told to.
///
/// A request whose idempotency key it knows is answered as before and has no further effect.
public final class SimulatedBridge: Bridge {
  private struct State {
    var accepted: [BridgeRequest] = []
    var attempts: [BridgeRequest.Operation: Int] = [:]
    var replies: [String: BridgeReply] = [:]
    var failures: [BridgeRequest.Operation: [BridgeError]] = [:]
    var outage: BridgeError?
    var directory: [String: BacenEntry] = [:]
  }

  private let latency: Duration
  private let state = Mutex(State())

  /// Creates a bridge.
  ///
  /// - Parameter latency: how long every answer takes.
  public init(latency: Duration = .zero) { self.latency = latency }

  /// The requests that were accepted, each once, in order.
  public var accepted: [BridgeRequest] { state.withLock { $0.accepted } }

  /// The requests of a kind that were accepted.
  public func accepted(_ operation: BridgeRequest.Operation) -> [BridgeRequest] {
    accepted.filter { $0.operation == operation }
  }

  /// How often something of a kind was asked, refused and repeated requests included.
  public func attempts(_ operation: BridgeRequest.Operation) -> Int {
    state.withLock { $0.attempts[operation] ?? 0 }
  }

  /// Lets the next requests of a kind fail.
  ///
  /// - Parameter times: how many.
  public func fail(_ operation: BridgeRequest.Operation, times: Int, with error: BridgeError) {
    state.withLock { $0.failures[operation, default: []] += Array(repeating: error, count: times) }
  }

  /// Lets everything fail until it is called with `nil`.
  public func setOutage(_ error: BridgeError?) { state.withLock { $0.outage = error } }

  /// Puts entries into Bacen's directory; those with the same keys are replaced.
  public func put(_ entries: [BacenEntry]) {
    state.withLock { state in
      for entry in entries { state.directory[entry.key] = entry }
    }
  }

  /// Takes a key out of Bacen's directory.
  public func remove(key: String) { state.withLock { _ = $0.directory.removeValue(forKey: key) } }

  public func send(_ request: BridgeRequest) async throws -> BridgeReply {
    try await pause()
    return try state.withLock { state in
      state.attempts[request.operation, default: 0] += 1
      if let outage = state.outage { throw outage }
      if let reply = state.replies[request.idempotencyKey] { return reply }
      if let failure = state.failures[request.operation]?.first {
        state.failures[request.operation]?.removeFirst()
        throw failure
      }
      let reply = BridgeReply(
        bacenID: "BACEN-\(request.subject)", correlationID: "\(request.operation.rawValue)-\(state.accepted.count + 1)")
      state.accepted.append(request)
      state.replies[request.idempotencyKey] = reply
      return reply
    }
  }

  public func entries(_ query: DirectoryQuery) async throws -> DirectoryPage {
    try await pause()
    return try state.withLock { state in
      if let outage = state.outage { throw outage }
      let wanted = state.directory.values.filter { entry in
        if !query.participant.isEmpty, entry.participant != query.participant { return false }
        if let after = query.after, entry.key <= after { return false }
        if let since = query.since, let updated = entry.updatedAt, updated < since { return false }
        return true
      }.sorted { $0.key < $1.key }
      return DirectoryPage(entries: Array(wanted.prefix(query.limit)), hasMore: wanted.count > query.limit)
    }
  }

  public func ping() async throws {
    if let outage = state.withLock({ $0.outage }) { throw outage }
  }

  private func pause() async throws {
    if latency > .zero { try await Task.sleep(for: latency) }
  }
}
