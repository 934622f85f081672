internal import Synchronization

/// The books of a life: what was acknowledged, and what may or may not be found after a crash at this moment.
///
/// The file system asks it from inside the journal's calls, so it is apart from the life that keeps it.
final class LifeLedger: Sendable {
  private struct State {
    var acknowledged: [JournalRecord] = []
    var inFlight: [JournalRecord]?
    var installing: [JournalRecord]?
  }

  private let state = Mutex(State())

  /// What an open has to give, as far as everything begun has ended.
  var acknowledged: [JournalRecord] { state.withLock { $0.acknowledged } }

  /// Everything that an open may give after a crash now.
  var legal: [Transcript] {
    let state = state.withLock { $0 }
    let base = Transcript(state.acknowledged)
    var legal = [base]
    if let batch = state.inFlight { legal.append(base.adding(batch)) }
    if let installing = state.installing { legal.append(Transcript(installing)) }
    return legal
  }

  /// A commit begins.
  func begin(_ batch: [JournalRecord]) { state.withLock { $0.inFlight = batch } }

  /// The commit that was begun has returned.
  func acknowledge() {
    state.withLock { state in
      state.acknowledged += state.inFlight ?? []
      state.inFlight = nil
    }
  }

  /// The commit that was begun has failed without writing anything.
  func forgetBatch() { state.withLock { $0.inFlight = nil } }

  /// An install begins, which replaces the first `count` records.
  func beginInstall(_ checkpoint: [JournalRecord], replacing count: Int) {
    state.withLock { $0.installing = checkpoint + $0.acknowledged.dropFirst(count) }
  }

  /// The install has returned.
  func acknowledgeInstall() {
    state.withLock { state in
      state.acknowledged = state.installing ?? state.acknowledged
      state.installing = nil
    }
  }

  /// The install has failed without changing anything.
  func forgetInstall() { state.withLock { $0.installing = nil } }

  /// An open found this: what was open is decided. False when it may not be found.
  func settle(_ transcript: Transcript) -> Bool {
    state.withLock { state in
      defer { (state.inFlight, state.installing) = (nil, nil) }
      if Transcript(state.acknowledged) == transcript { return true }
      if let batch = state.inFlight, Transcript(state.acknowledged + batch) == transcript {
        state.acknowledged += batch
        return true
      }
      if let installing = state.installing, Transcript(installing) == transcript {
        state.acknowledged = installing
        return true
      }
      return false
    }
  }
}
