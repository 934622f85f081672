public import ExampleSupport
internal import ODBC
internal import Synchronization

/// Claims, entries, infractions, reports and events. Every change is one transaction with its audit and its event.
///
/// Changes are made by activities that may run again: what is done already is left as it is and succeeds.
public struct PixStore: Sendable {
  /// The database.
  public let database: PixDatabase
  private let onEvents: EventSignal

  /// Creates a store.
  public init(database: PixDatabase) {
    self.database = database
    onEvents = EventSignal()
  }

  /// Yields whenever a transaction that may have recorded events has committed. Only the newest listener is told.
  public func newEvents() -> AsyncStream<Void> { onEvents.listen() }

  /// Wakes the listener of ``newEvents()``.
  func noticeEvents() { onEvents.signal() }

  /// Runs a transaction that changes something.
  func change<Result>(
    _ origin: ChangeOrigin, _ body: (PixTransaction) async throws -> Result
  ) async throws -> Result {
    let result = try await publishing(origin, body)
    onEvents.signal()
    return result
  }

  /// Runs a transaction that records no event.
  func publishing<Result>(
    _ origin: ChangeOrigin, _ body: (PixTransaction) async throws -> Result
  ) async throws -> Result {
    try await database.change(origin, body)
  }

  /// Reads, without a transaction.
  func read<Result>(_ body: (PixTransaction) async throws -> Result) async throws -> Result {
    try await database.read(body)
  }
}

/// Wakes the one who publishes events.
private final class EventSignal: Sendable {
  private let continuation = Mutex<AsyncStream<Void>.Continuation?>(nil)

  func listen() -> AsyncStream<Void> {
    let (stream, new) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    continuation.withLock { old in
      old?.finish()
      old = new
    }
    return stream
  }

  func signal() { _ = continuation.withLock { $0?.yield() } }
}
