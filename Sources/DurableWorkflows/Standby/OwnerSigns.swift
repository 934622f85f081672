internal import Dispatch
internal import Synchronization
internal import WorkflowJournal

/// Gives the signs of life of an owner that a standby may end, on a thread of its own: a long sync or a workflow that
/// does not yield does not keep it from living.
final class OwnerSigns: Sendable {
  private final class Thread: Sendable {
    let wake = DispatchSemaphore(value: 0)
    let isOver = Atomic(false)

    func run(_ lock: any JournalLock, every interval: Duration) {
      var number: UInt64 = 0
      while !isOver.load(ordering: .acquiring) {
        number += 1
        lock.giveSign(number)
        _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: interval.inNanoseconds)))
      }
    }
  }

  private let thread = Thread()

  /// Begins to give signs, until the object is let go.
  /// - Throws: ``WorkflowEngineError`` if there is no thread.
  init(_ lock: any JournalLock, every interval: Duration = StandbyOptions.signInterval) throws {
    try EngineThread.start { [thread] in thread.run(lock, every: interval) }
  }

  deinit {
    thread.isOver.store(true, ordering: .releasing)
    thread.wake.signal()
  }
}
