/// Lets a number of tasks through at a time; the others wait in order.
actor Semaphore {
  private struct Waiter {
    let id: UInt64
    let continuation: CheckedContinuation<Void, any Error>
  }

  private var permits: Int
  private var waiters: [Waiter] = []
  private var lastID: UInt64 = 0

  init(permits: Int) { self.permits = permits }

  /// Waits for a permit.
  ///
  /// - Throws: `CancellationError` when the task is cancelled; there is no permit then.
  func acquire() async throws {
    try Task.checkCancellation()
    if permits > 0 {
      permits -= 1
      return
    }
    lastID += 1
    let id = lastID
    try await withTaskCancellationHandler {
      // The actor is not left before the waiter is in the list, so a cancellation always finds it.
      try await withCheckedThrowingContinuation { waiters.append(Waiter(id: id, continuation: $0)) }
    } onCancel: {
      Task { await self.cancel(id) }
    }
  }

  /// Gives a permit back.
  func release() {
    if waiters.isEmpty {
      permits += 1
    } else {
      waiters.removeFirst().continuation.resume()
    }
  }

  private func cancel(_ id: UInt64) {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
    waiters.remove(at: index).continuation.resume(throwing: CancellationError())
  }
}
