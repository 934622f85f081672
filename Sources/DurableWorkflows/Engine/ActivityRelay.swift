internal import FoundationEssentials
internal import Synchronization

/// Hands the next activity to the task that has just run one.
///
/// Waking a thread of Swift's pool takes tens of microseconds, a good part of what a sync of the disk takes. While one
/// activity runs at a time, its task therefore looks for the next one for about as long as a sync takes, before it
/// ends.
///
/// At most one task looks at a time. It begins to look before the engine learns that its activity has ended, so that
/// the engine knows whom it may give the next one to; what it gives is surely done. Where looking is in vain, because
/// the disk is slow or one activity does not follow the other, it is done ever less often.
final class ActivityRelay: Sendable {
  /// Returns the number with which its task may look for more, after ``begin(_:)``; `nil` if it is to end.
  typealias Work = @Sendable () async -> UInt64?

  private enum Phase {
    case idle
    /// The task with this number looks.
    case looking(UInt64)
    case given(Work)
  }

  private struct State {
    var phase = Phase.idle
    /// How often in a row nothing was found.
    var misses = 0
    /// How many tasks are not to look.
    var pause = 0
  }

  private let state = Mutex(State())
  private let isGiven = Atomic<Bool>(false)
  /// How long a task looks; nothing if there is no processor for it besides the engine's.
  private let longest: Duration

  /// A little more than a sync of a fast disk takes.
  static let usual: Duration =
    ProcessInfo.processInfo.activeProcessorCount > 1 ? .microseconds(250) : .zero

  /// The logarithm of the most tasks that do not look in a row.
  private static let longestPause = 8

  /// - Parameter longest: how long a task looks.
  init(longest: Duration = ActivityRelay.usual) { self.longest = longest }

  /// Does work, and what is found after it.
  func run(_ first: @escaping Work) async {
    var work = first
    while let number = await work(), let following = next(number) { work = following }
  }

  /// A task is about to look, and its ``next(_:)`` will follow.
  /// - Returns: whether it may.
  func begin(_ number: UInt64) -> Bool {
    if longest <= .zero { return false }
    return state.withLock { state in
      guard case .idle = state.phase else { return false }
      if state.pause > 0 {
        state.pause -= 1
        return false
      }
      state.phase = .looking(number)
      isGiven.store(false, ordering: .relaxed)
      return true
    }
  }

  /// Looks for work until there is some or the time is over.
  ///
  /// - Returns: what the task has to do next, or `nil` if it is to end.
  func next(_ number: UInt64) -> Work? {
    _ = Spinning.wait(atMost: longest) { isGiven.load(ordering: .acquiring) }
    return state.withLock { state in
      defer { state.phase = .idle }
      if case .given(let work) = state.phase {
        state.misses = 0
        return work
      }
      state.misses += 1
      // A run that ends and one that begins make a miss or two.
      if state.misses > 2 { state.pause = 1 << min(state.misses, ActivityRelay.longestPause) }
      return nil
    }
  }

  /// Gives work to the task of that number.
  /// - Returns: whether it still looks and will do it; otherwise the work needs a task of its own.
  func give(_ work: @escaping Work, to number: UInt64) -> Bool {
    state.withLock { state in
      guard case .looking(number) = state.phase else { return false }
      state.phase = .given(work)
      isGiven.store(true, ordering: .releasing)
      return true
    }
  }
}
