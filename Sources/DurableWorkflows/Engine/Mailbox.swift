internal import Dispatch
internal import Synchronization

/// A queue with many senders and one blocking receiver.
final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    /// Whether the semaphore has been signalled since the last take.
    var isSignalled = false
  }

  private let state = Mutex(State())
  private let semaphore = DispatchSemaphore(value: 0)

  func post(_ message: Message) {
    let wakes = state.withLock { state in
      state.messages.append(message)
      defer { state.isSignalled = true }
      return !state.isSignalled
    }
    if wakes { semaphore.signal() }
  }

  /// Everything that has been posted since the last call.
  func take() -> [Message] {
    state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// Blocks until something is posted or the time is over; `nil` waits without end.
  func wait(atMost limit: Duration?) {
    let deadline: DispatchTime =
      if let limit { .now() + .nanoseconds(Int(clamping: limit.inNanoseconds)) } else { .distantFuture }
    if semaphore.wait(timeout: deadline) == .success {
      state.withLock { $0.isSignalled = false }
    }
  }
}
