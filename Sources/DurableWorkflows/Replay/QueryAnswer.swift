internal import Synchronization

/// Carries a query's answer out of the task that ran its handler.
final class QueryAnswer: Sendable {
  private let answer = Mutex<(Result<Payload, any Error>, hasChangedState: Bool)?>(nil)

  var value: (Result<Payload, any Error>, hasChangedState: Bool)? { answer.withLock { $0 } }

  func set(_ value: Result<Payload, any Error>, hasChangedState: Bool) {
    answer.withLock { $0 = (value, hasChangedState) }
  }
}
