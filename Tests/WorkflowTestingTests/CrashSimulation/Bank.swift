internal import Synchronization

/// A service outside the process: what happened there stays, whatever happens to the process.
final class Bank: Sendable {
  private struct State {
    var balance = 0
    var seen: Set<String> = []
    var calls = 0
  }

  private let state = Mutex(State())

  var balance: Int { state.withLock { $0.balance } }

  /// Adds an amount, once per key.
  func pay(_ amount: Int, key: String) -> Int {
    state.withLock { state in
      if state.seen.insert(key).inserted { state.balance += amount }
      return state.balance
    }
  }

  /// Adds an amount as often as it is called.
  func payAgain(_ amount: Int) -> Int {
    state.withLock { state in
      state.balance += amount
      return state.balance
    }
  }

  /// How often this was called.
  func count() -> Int {
    state.withLock { state in
      state.calls += 1
      return state.calls
    }
  }
}
