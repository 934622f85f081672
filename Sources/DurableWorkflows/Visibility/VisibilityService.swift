internal import Dispatch
internal import Synchronization

/// The indexes of the namespaces and the thread that they live on.
///
/// The engine's thread only lays what has changed into a box, once for every commit and before anybody learns of the
/// commit; whoever asks is answered on the index's own thread, after what lies in the box has been applied. So a list
/// that begins after a start was acknowledged has that run in it, and a long scan holds up nobody but other scans.
///
/// In simulations, and where files are in memory, the engine's thread does the work itself when somebody asks.
final class VisibilityService: Sendable {
  /// Changes that may lie in the box before the thread is woken for them.
  private static let fullBox = 2048

  private struct Box {
    var changes: [VisibilityChange] = []
    var requests: [@Sendable (Result<VisibilityIndexes, any Error>) -> Void] = []
    /// Reads the journal's runs; until it has been done, nothing else is.
    var rebuild: (@Sendable (VisibilityIndexes) throws -> Void)?
    var isAwake = false
    var isClosed = false
  }

  /// Only the thread that works holds this lock for long.
  private struct Work: ~Copyable {
    let indexes: VisibilityIndexes
    var failure: (any Error)?
  }

  private let box = Mutex(Box())
  private let work: Mutex<Work>
  private let semaphore = DispatchSemaphore(value: 0)
  private let rebuilding = Atomic<Bool>(false)
  /// Tells whoever works that there is something to do; `nil` if the service has a thread.
  private let wakeOwner: (@Sendable () -> Void)?

  /// - Parameters:
  ///   - declared: the types of search attributes.
  ///   - wakeOwner: makes somebody call ``drain()``; `nil` gives the service a thread of its own.
  init(declared: [String: SearchAttributeType], wakeOwner: (@Sendable () -> Void)?) {
    let stamp = UInt64.random(in: 1...UInt64.max)
    work = Mutex(Work(indexes: VisibilityIndexes(declared: declared, stamp: stamp)))
    self.wakeOwner = wakeOwner
  }

  /// Starts the thread, if the service has one.
  ///
  /// - Throws: ``WorkflowEngineError`` if there is no thread for it.
  func start() throws {
    guard wakeOwner == nil else { return }
    try EngineThread.start { [self] in
      while drain() { semaphore.wait() }
    }
  }

  /// Whether the index is being made from the journal; no file that it reads may go away meanwhile.
  var isRebuilding: Bool { rebuilding.load(ordering: .acquiring) }

  // MARK: For the engine

  /// Has the index made from the journal.
  ///
  /// - Parameters:
  ///   - finished: called when it has been made.
  ///   - body: reads the journal.
  func rebuild(
    finished: @escaping @Sendable () -> Void, _ body: @escaping @Sendable (VisibilityIndexes) throws -> Void
  ) {
    rebuilding.store(true, ordering: .releasing)
    post { box in
      box.rebuild = { [self] indexes in
        defer {
          rebuilding.store(false, ordering: .releasing)
          finished()
        }
        try body(indexes)
      }
      return true
    }
    if wakeOwner != nil { drain() }
  }

  /// There is no index: requests are refused.
  func disable() {
    work.withLock { work in
      work.failure = WorkflowServiceError(
        .failedPrecondition, "the engine keeps no index of its runs; its option indexesRuns is off")
    }
  }

  /// Hands changes over; they are applied before the next request is answered.
  func note(_ changes: [VisibilityChange]) {
    post { box in
      box.changes.append(contentsOf: changes)
      return box.changes.count >= VisibilityService.fullBox
    }
  }

  /// The engine has ended: requests are refused, and the thread ends.
  func close() {
    let requests = box.withLock { box in
      box.isClosed = true
      box.changes = []
      box.rebuild = nil
      defer { box.requests = [] }
      return box.requests
    }
    rebuilding.store(false, ordering: .releasing)
    for request in requests { request(.failure(EngineLoop.closed)) }
    semaphore.signal()
  }

  var isClosed: Bool { box.withLock { $0.isClosed } }

  // MARK: Requests

  /// Calls `body` with the index of a namespace, or with why there is none; not at all once the service is closed.
  func ask(
    in namespace: NamespaceKey = .own, _ body: @escaping @Sendable (Result<VisibilityIndex, any Error>) -> Void
  ) {
    post { box in
      if box.isClosed { return false }
      box.requests.append { indexes in body(indexes.map { $0[namespace] }) }
      return true
    }
  }

  /// Answers with what `body` makes of the index of a namespace.
  func request<Value: Sendable>(
    in namespace: NamespaceKey = .own, _ body: @escaping @Sendable (VisibilityIndex) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = post { box in
        if box.isClosed { return false }
        box.requests.append { indexes in
          continuation.resume(with: indexes.flatMap { indexes in Result { try body(indexes[namespace]) } })
        }
        return true
      }
      if !isTaken { continuation.resume(throwing: EngineLoop.closed) }
    }
  }

  /// - Parameter change: whether the thread is to be woken.
  /// - Returns: what `change` returns.
  @discardableResult
  private func post(_ change: (inout Box) -> Bool) -> Bool {
    let (isWanted, mustWake) = box.withLock { box in
      let isWanted = change(&box)
      let mustWake = isWanted && !box.isAwake
      if mustWake { box.isAwake = true }
      return (isWanted, mustWake)
    }
    if mustWake {
      if let wakeOwner { wakeOwner() } else { semaphore.signal() }
    }
    return isWanted
  }

  /// Applies what lies in the box and answers requests until there is nothing left.
  ///
  /// - Returns: whether the service is open.
  @discardableResult
  func drain() -> Bool {
    work.withLock { work in
      while true {
        let (rebuild, changes, requests, isClosed) = box.withLock { box in
          defer {
            box.rebuild = nil
            box.changes = []
            box.requests = []
            box.isAwake = false
          }
          return (box.rebuild, box.changes, box.requests, box.isClosed)
        }
        if isClosed { return false }
        if let rebuild {
          do {
            try rebuild(work.indexes)
          } catch {
            work.failure = WorkflowServiceError(
              .unavailable, "runs cannot be listed, because the journal could not be read: \(error)")
          }
        }
        for change in changes { work.indexes.apply(change) }
        let answer: Result<VisibilityIndexes, any Error> =
          if let failure = work.failure { .failure(failure) } else { .success(work.indexes) }
        for request in requests { request(answer) }
        if rebuild == nil, changes.isEmpty, requests.isEmpty { return true }
      }
    }
  }
}
