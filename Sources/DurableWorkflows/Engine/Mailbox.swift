internal import Dispatch
internal import Synchronization

/// A queue with many senders and one blocking receiver.
final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    /// Whether the receiver sleeps and has not been signalled yet.
    var isWaiting = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let hasMessages = Atomic<Bool>(false)
  private let semaphore = DispatchSemaphore(value: 0)

  /// - Returns: whether the message was taken in; `false` once the mailbox is closed.
  @discardableResult
  func post(_ message: Message) -> Bool {
    let (isOpen, wakes) = state.withLock { state in
      if state.isClosed { return (false, false) }
      state.messages.append(message)
      defer { state.isWaiting = false }
      return (true, state.isWaiting)
    }
    if isOpen { hasMessages.store(true, ordering: .releasing) }
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
    hasMessages.store(false, ordering: .relaxed)
    return state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// Blocks until something is posted or the time is over; `nil` waits without end.
  ///
  /// - Parameters:
  ///   - limit: the longest wait.
  ///   - spinning: how long to look again and again before sleeping: a wake-up of a sleeping thread costs more than
  ///     a short activity takes.
  /// - Returns: whether something was posted.
  func wait(atMost limit: Duration?, spinning: Duration) -> Bool {
    if spinning > .zero {
      let isPosted = Spinning.wait(atMost: min(spinning, limit ?? spinning)) {
        hasMessages.load(ordering: .acquiring)
      }
      if isPosted { return true }
    }
    let mustWait = state.withLock { state in
      state.isWaiting = state.messages.isEmpty
      return state.isWaiting
    }
    guard mustWait else { return true }
    let deadline: DispatchTime =
      if let limit { .now() + .nanoseconds(Int(clamping: limit.inNanoseconds)) } else { .distantFuture }
    if semaphore.wait(timeout: deadline) == .success { return true }
    let wasSignalled = state.withLock { state in
      defer { state.isWaiting = false }
      return !state.isWaiting
    }
    if wasSignalled { semaphore.wait() }
    return wasSignalled
  }
}
