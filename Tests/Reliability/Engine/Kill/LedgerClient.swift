internal import Foundation
internal import Synchronization
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A worker's way to the ledger: many attempts at once over one connection.
final class LedgerClient: Sendable {
  private struct State {
    var lastNumber: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<LedgerReply, any Error>] = [:]
  }

  private let descriptor: Int32
  private let life: UInt32
  private let failpoint: Failpoint?
  private let state = Mutex(State())

  /// Connects; answers are read on a thread of their own.
  init(socket: String, life: UInt32, failpoint: Failpoint?) throws {
    descriptor = try StreamSocket.connect(to: socket)
    self.life = life
    self.failpoint = failpoint
    Thread.detachNewThread { [self] in receive() }
  }

  /// Has an attempt written down.
  ///
  /// - Returns: the receipt of the effect; `nil` if the attempt is to fail.
  func record(key: String, attempt: Int, mustFail: Bool) async throws -> UInt64? {
    failpoint?.reach(.effect, .before)
    let reply = try await withCheckedThrowingContinuation { continuation in
      state.withLock { state in
        state.lastNumber += 1
        state.waiters[state.lastNumber] = continuation
        let request = LedgerRequest(
          number: state.lastNumber, life: life, attempt: UInt32(truncatingIfNeeded: attempt), mustFail: mustFail,
          key: key)
        StreamSocket.send(request.frame, to: descriptor)
      }
    }
    failpoint?.reach(.effect, .after)
    return reply.isRefused ? nil : reply.receipt
  }

  private func receive() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var bytes: [UInt8] = []
    while true {
      let count = StreamSocket.receive(into: &buffer, from: descriptor)
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
      var offset = 0
      while offset + LedgerReply.length <= bytes.count {
        let reply = LedgerReply(bytes, at: offset)
        offset += LedgerReply.length
        state.withLock { $0.waiters.removeValue(forKey: reply.number) }?.resume(returning: reply)
      }
      bytes.removeFirst(offset)
    }
    let waiters = state.withLock { state in
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume(throwing: ProcessError("asking the ledger", errno: ECONNRESET)) }
  }
}
