public import DurableWorkflows
internal import Synchronization

/// Stands in for an activity: records its calls, can hold them at a gate, and answers with code of the test.
public final class ActivityMock: Sendable {
  /// One attempt that reached the mock.
  public struct Call: Sendable {
    /// What was executed: ids, attempt, heartbeat details of earlier attempts.
    public let info: ActivityInfo
    /// The arguments as they arrived.
    public let arguments: Arguments
  }

  /// The answer: arguments in, the encoded result out.
  public typealias Body = @Sendable (Arguments) async throws -> any Encodable & Sendable

  private struct Waiter {
    var id: UInt64
    var count: Int
    var permit: SkipPermit
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct Held {
    var id: UInt64
    var ignoresCancellation: Bool
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var body: Body
    var calls: [Call] = []
    var waiters: [Waiter] = []
    var isHolding = false
    var ignoresCancellation = false
    var held: [Held] = []
    var cancelledEarly: Set<UInt64> = []
    var lastID: UInt64 = 0
  }

  /// The activity's name.
  public let name: String
  private let clock: VirtualClock
  private let state: Mutex<State>

  init(name: String, clock: VirtualClock, body: @escaping Body) {
    self.name = name
    self.clock = clock
    self.state = Mutex(State(body: body))
  }

  // MARK: Calls

  /// The attempts that have reached the mock, in order of arrival.
  public var calls: [Call] { state.withLock { $0.calls } }

  /// How many attempts have reached the mock.
  public var callCount: Int { state.withLock { $0.calls.count } }

  /// Changes the answer to later calls.
  public func answer(_ body: @escaping Body) {
    state.withLock { $0.body = body }
  }

  /// Waits until `count` attempts have reached the mock; time is skipped meanwhile.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func waitForCalls(_ count: Int = 1) async throws {
    if callCount >= count { return }
    let permit = clock.permitSkipping()
    defer { permit.end() }
    try await wait(for: count, permit)
  }

  // MARK: The gate

  /// From now on calls are held until ``release()``.
  ///
  /// - Parameter ignoringCancellation: whether a held call stays held when it is cancelled, like code that does not
  ///   look. By default it throws `CancellationError`.
  public func hold(ignoringCancellation: Bool = false) {
    state.withLock { state in
      state.isHolding = true
      state.ignoresCancellation = ignoringCancellation
    }
  }

  /// Lets all held calls, and later ones, go on.
  public func release() {
    let held = state.withLock { state in
      state.isHolding = false
      defer { state.held = [] }
      return state.held
    }
    for call in held { call.continuation.resume() }
  }

  /// Lets the call that was held longest go on; later calls are still held.
  public func releaseOne() {
    let held = state.withLock { $0.held.isEmpty ? nil : $0.held.removeFirst() }
    held?.continuation.resume()
  }

  // MARK: Execution

  var definition: ActivityDefinition {
    ActivityDefinition(name) { arguments in try await self.call(arguments) }
  }

  private func call(_ arguments: Arguments) async throws -> any Encodable & Sendable {
    guard let context = ActivityExecutionContext.current else {
      throw ApplicationError("mock '\(name)' was called outside an activity", isNonRetryable: true)
    }
    let (body, reached) = state.withLock { state -> (Body, [Waiter]) in
      state.calls.append(Call(info: context.info, arguments: arguments))
      let count = state.calls.count
      defer { state.waiters.removeAll { $0.count <= count } }
      return (state.body, state.waiters.filter { $0.count <= count })
    }
    for waiter in reached {
      waiter.permit.end()
      waiter.continuation.resume()
    }
    try await passGate()
    return try await body(arguments)
  }

  private func passGate() async throws {
    let id = nextID()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Void, any Error>? in
          let isCancelled = state.cancelledEarly.remove(id) != nil
          guard state.isHolding else { return .success(()) }
          if isCancelled, !state.ignoresCancellation { return .failure(CancellationError()) }
          state.held.append(
            Held(id: id, ignoresCancellation: state.ignoresCancellation, continuation: continuation))
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let held = state.withLock { state -> Held? in
        guard let index = state.held.firstIndex(where: { $0.id == id }) else {
          state.cancelledEarly.insert(id)
          return nil
        }
        return state.held[index].ignoresCancellation ? nil : state.held.remove(at: index)
      }
      held?.continuation.resume(throwing: CancellationError())
    }
    state.withLock { _ = $0.cancelledEarly.remove(id) }
  }

  private func wait(for count: Int, _ permit: SkipPermit) async throws {
    let id = nextID()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Void, any Error>? in
          if state.cancelledEarly.remove(id) != nil { return .failure(CancellationError()) }
          if state.calls.count >= count { return .success(()) }
          state.waiters.append(Waiter(id: id, count: count, permit: permit, continuation: continuation))
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
          state.cancelledEarly.insert(id)
          return nil
        }
        return state.waiters.remove(at: index)
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
    state.withLock { _ = $0.cancelledEarly.remove(id) }
  }

  private func nextID() -> UInt64 {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }
}
