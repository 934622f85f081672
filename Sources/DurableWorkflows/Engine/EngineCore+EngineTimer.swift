extension EngineCore {
  /// What a deadline of the engine's timer queue is about.
  enum EngineTimer: Sendable {
    case run(RunKey, RunTimer)
    case longPoll(UInt64)
    indirect case schedule(ScheduleTable.WakeUp)
    /// The next step of a batch.
    indirect case batch(NamespacedID)
    case updateWait(UInt64)
    case localActivity(RunKey, seq: Int, generation: UInt64, LocalActivityTimer)
    /// What was not worth an append of its own is appended.
    case flush
    /// A checkpoint that failed is tried again.
    case checkpoint
    /// There may be space on the disk again.
    case space
    /// A task queue may start more: its rate or its supplier lets it.
    case taskQueue(Int)
    /// What ran alone, because it is under suspicion, has run for a while.
    case probation
    /// The time of a session is over.
    case session(String)
    /// The grace period of a queue's worker is over.
    case drain(Int)
    case shutdown
  }
}
