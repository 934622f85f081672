/// A bridge that gives up on answers that take too long.
public struct TimedBridge: Bridge {
  private let bridge: any Bridge
  private let timeout: Duration

  /// Creates a bridge.
  ///
  /// - Parameters:
  ///   - bridge: asked for the answers. It must end when its task is cancelled.
  ///   - timeout: how long an answer may take.
  public init(_ bridge: any Bridge, timeout: Duration) {
    self.bridge = bridge
    self.timeout = timeout
  }

  public func send(_ request: BridgeRequest) async throws -> BridgeReply {
    try await limited { try await bridge.send(request) }
  }

  public func entries(_ query: DirectoryQuery) async throws -> DirectoryPage {
    try await limited { try await bridge.entries(query) }
  }

  public func ping() async throws { try await limited { try await bridge.ping() } }

  private func limited<Answer: Sendable>(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: timeout)
        throw BridgeError.unavailable("no answer within \(timeout)")
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw CancellationError() }
      return answer
    }
  }
}
