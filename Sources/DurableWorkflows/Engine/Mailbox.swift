internal import Dispatch
internal import Synchronization

/// A queue with many senders and one blocking receiver.
final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    /// Whether the semaphore has been signalled since the last take.
    var isSignalled = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let semaphore = DispatchSemaphore(value: 0)

  /// - Returns: whether the message was taken in; `false` once the mailbox is closed.
  @discardableResult
  func post(_ message: Message) -> Bool {
    let (isOpen, wakes) = state.withLock { state in
      if state.isClosed { return (false, false) }
      state.messages.append(message)
      defer { state.isSignalled = true }
      return (true, !state.isSignalled)
    }
    if wakes { semaphore.signal() }
    return isOpen
  }

  /// Takes what is left; from now on nothing is taken in.
  func close() -> [Message] {
    state.withLock { state in
      defer { state.messages = [] }
      state.isClosed = true
      return state.messages
    }
  }

  /// Everything that has been posted since the last call.
  func take() -> [Message] {
    state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// Blocks until something is posted or the time is over; `nil` waits without end.
  /// - Returns: whether something was posted.
  func wait(atMost limit: Duration?) -> Bool {
    let deadline: DispatchTime =
      if let limit { .now() + .nanoseconds(Int(clamping: limit.inNanoseconds)) } else { .distantFuture }
    guard semaphore.wait(timeout: deadline) == .success else { return false }
    state.withLock { $0.isSignalled = false }
    return true
  }
}
