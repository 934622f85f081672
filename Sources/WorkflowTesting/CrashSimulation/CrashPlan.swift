internal import Synchronization
internal import WorkflowJournal

/// Counts the durable calls of one process life and stops its machine before one of them.
final class CrashPlan: Sendable {
  private struct State {
    var isCounting: Bool
    var calls: [DurableCall] = []
    var hasStopped = false
    /// Changes since the last sync, and the bytes of the last one if it was a write.
    var unsynced = 0
    var lastWrite = 0
  }

  private let state: Mutex<State>
  private let call: Int?
  private let onStop: @Sendable () -> Void

  /// - Parameters:
  ///   - call: the durable call, from 1, before which the machine stops; `nil` lets it run.
  ///   - countsFromOpening: whether opening the journal counts, or only what comes after ``beginCounting()``.
  ///   - onStop: called inside that call.
  init(call: Int?, countsFromOpening: Bool, onStop: @escaping @Sendable () -> Void) {
    self.call = call
    self.onStop = onStop
    state = Mutex(State(isCounting: countsFromOpening))
  }

  func install(in fileSystem: InMemoryFileSystem, _ disturbance: (any SimulatedDisturbance)? = nil) {
    fileSystem.setFaults { [self] call in
      if shouldStop(before: call) { return .stop }
      return disturbance?.fault(in: call)
    }
  }

  func beginCounting() {
    state.withLock { $0.isCounting = true }
  }

  /// The machine stops now, wherever it is.
  func stop() {
    let isFirst = state.withLock { state in
      defer { state.hasStopped = true }
      return !state.hasStopped
    }
    if isFirst { onStop() }
  }

  var hasStopped: Bool { state.withLock { $0.hasStopped } }

  /// The durable calls so far.
  var calls: [DurableCall] { state.withLock { $0.calls } }

  private func shouldStop(before call: InMemoryCall) -> Bool {
    let (hasStopped, isNew) = state.withLock { state -> (Bool, Bool) in
      if state.hasStopped { return (true, false) }
      guard let durable = DurableCall(call, unsynced: state.unsynced, lastWrite: state.lastWrite) else {
        return (false, false)
      }
      state.unsynced = durable.isSync ? 0 : state.unsynced + 1
      state.lastWrite = durable.isSync || call.operation != .write ? 0 : call.length
      guard state.isCounting else { return (false, false) }
      state.calls.append(durable)
      state.hasStopped = state.calls.count == self.call
      return (state.hasStopped, state.hasStopped)
    }
    if isNew { onStop() }
    return hasStopped
  }
}

/// A call that changes files or makes changes durable.
struct DurableCall: Sendable {
  var operation: InMemoryCall.Operation
  /// How many changes before it are not yet durable.
  var unsynced: Int
  /// The length of the last of them, if it is a write.
  var lastWrite: Int

  var isSync: Bool {
    switch operation {
    case .synchronize, .synchronizeData, .synchronizeDirectory: true
    default: false
    }
  }

  /// `nil` for calls that only read.
  init?(_ call: InMemoryCall, unsynced: Int, lastWrite: Int) {
    switch call.operation {
    case .write, .rename, .remove, .synchronize, .synchronizeData, .synchronizeDirectory: break
    default: return nil
    }
    operation = call.operation
    self.unsynced = unsynced
    self.lastWrite = lastWrite
  }

  /// What may be left of the changes that are not yet durable when the machine stops before this call.
  func survivals(_ random: inout SimulationRandom) -> [CrashSurvival] {
    guard unsynced > 0 else { return [.synced] }
    var survivals: [CrashSurvival] = [.synced, .everything, .random(seed: random.next())]
    if lastWrite > 1 {
      // A write is torn anywhere, and as often between two sectors.
      let isAligned = random.bool() && lastWrite > 512
      let bytes = isAligned ? 512 * (1 + random.below(lastWrite / 512)) : 1 + random.below(lastWrite)
      survivals.append(.prefix(count: unsynced - 1, tornBytes: min(bytes, lastWrite - 1)))
    }
    return survivals
  }
}
