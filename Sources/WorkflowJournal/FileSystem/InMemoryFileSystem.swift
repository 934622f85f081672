internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file system in memory that forgets, when its machine crashes, what a real one may forget.
///
/// - Bytes written to a file are durable after ``JournalFile/synchronizeData()``; names in a directory (creations,
///   renames, removals) after ``JournalFileSystem/synchronizeDirectory(_:)``, not before.
/// - ``crash(_:)`` gives the file system that the machine finds after a restart; its argument says which of the changes
///   that were not yet durable survived.
/// - A sync that fails makes nothing durable, ever: as on Linux, the lost bytes can still be read until the cache is
///   discarded, and a repeated sync reports success without writing them.
/// - ``setFaults(_:)`` makes chosen calls fail or do less than asked. Calls are numbered from 1.
///
/// Copies of the reference share one state. The order of calls decides everything: equal calls, equal results.
public final class InMemoryFileSystem: JournalFileSystem {
  private let state: Mutex<InMemoryState>

  /// An empty file system with the directory `/`.
  public convenience init() {
    self.init(InMemoryState())
  }

  init(_ state: InMemoryState) {
    self.state = Mutex(state)
  }

  /// True: segments are prepared inline, so that tests are deterministic.
  public var prefersInlinePreparation: Bool { true }

  func withState<Result>(_ body: (inout sending InMemoryState) -> sending Result) -> sending Result {
    state.withLock(body)
  }

  // MARK: Crashes and copies

  /// The file system as the machine finds it after a crash at this moment. This one stays as it is.
  public func crash(_ survival: CrashSurvival = .synced) -> InMemoryFileSystem {
    InMemoryFileSystem(state.withLock { $0.crashed(survival) })
  }

  /// An independent copy, with everything written so far, synced or not, and without locks, faults and open files:
  /// what a new process finds after the old one was killed.
  public func copy() -> InMemoryFileSystem {
    InMemoryFileSystem(state.withLock { $0.restarted() })
  }

  /// How many changes to files and directories are not yet durable.
  public var pendingChangeCount: Int { state.withLock { $0.pending.count } }

  // MARK: Faults

  /// Asks `hook` before every call what is to go wrong in it; `nil` asks nobody. The hook runs inside the call and must
  /// not call the file system.
  public func setFaults(_ hook: (@Sendable (InMemoryCall) -> InMemoryFault?)?) {
    state.withLock { $0.faults = hook }
  }

  /// Makes call number `number`, counted from 1 since the file system was made, fail with the error number `errno`;
  /// with `sticky`, every later one too.
  public func failCall(_ number: Int, errno: Int32, sticky: Bool = false) {
    setFaults { call in
      call.number == number || (sticky && call.number > number) ? .error(errno) : nil
    }
  }

  /// How many calls have been made.
  public var callCount: Int { state.withLock { $0.callCount } }

  /// How many calls of one operation have been made.
  public func callCount(of operation: InMemoryCall.Operation) -> Int {
    state.withLock { $0.callCounts[operation, default: 0] }
  }

  // MARK: Looking and meddling

  /// The bytes of a file as a reader sees them, or `nil` when there is none.
  public func contents(of path: String) -> [UInt8]? {
    state.withLock { $0.node(at: path)?.current }
  }

  /// Replaces a file's bytes, durably and without counting a call: damage done by a device or a hand.
  public func setContents(of path: String, to bytes: [UInt8]) {
    state.withLock { $0.replace(path, with: bytes) }
  }

  /// Changes a file's bytes in place, durably and without counting a call. Does nothing when there is no such file.
  public func modifyContents(of path: String, _ body: (inout [UInt8]) -> Void) {
    guard var bytes = contents(of: path) else { return }
    body(&bytes)
    setContents(of: path, to: bytes)
  }

  /// Removes a file durably, without counting a call.
  public func removeContents(of path: String) {
    state.withLock { $0.erase(path) }
  }

  /// The paths of all files, sorted.
  public var files: [String] { state.withLock { $0.paths } }
}
