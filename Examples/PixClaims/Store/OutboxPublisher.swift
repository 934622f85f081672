public import ExampleSupport
internal import Logging
internal import ODBC

/// Publishes what the outbox holds, in order and at least once, and marks it published.
///
/// One process publishes at a time. What fails is tried again after a wait that doubles; nothing overtakes it.
public struct OutboxPublisher: Sendable {
  /// How many events are handed over at once.
  public static let batchSize = 100
  /// After how many failures in a row somebody is told.
  public static let alertAfter = 10

  private static let lock: Int64 = 7_233_002
  private static let shortestWait = Duration.milliseconds(100)
  private static let longestWait = Duration.seconds(30)

  private let store: PixStore
  private let sink: any EventSink
  private let alerts: any AlertSink
  private let clock: @Sendable () -> Moment
  private let logger = Logger(label: "outbox")

  /// Creates a publisher.
  ///
  /// - Parameters:
  ///   - clock: gives the time of publication.
  public init(
    store: PixStore, sink: any EventSink, alerts: any AlertSink, clock: @escaping @Sendable () -> Moment
  ) {
    self.store = store
    self.sink = sink
    self.alerts = alerts
    self.clock = clock
  }

  /// Publishes one batch.
  ///
  /// - Returns: how many events were published; fewer than ``batchSize`` means that the outbox is empty.
  /// - Throws: the sink's error, which is recorded with the first event of the batch; `ODBCError`.
  public func publishBatch() async throws -> Int {
    let origin = ChangeOrigin(now: clock(), actor: "outbox")
    let (count, failure) = try await store.publishing(origin) { transaction in
      if let lock = transaction.dialect.advisoryLock(Self.lock) { _ = try await transaction.rows(lock, []) }
      let events = try await transaction.unpublished(limit: Self.batchSize)
      guard let first = events.first else { return (0, (any Error)?.none) }
      do {
        try await sink.publish(events)
      } catch {
        try await transaction.markFailed(first, error: "\(error)")
        return (0, error)
      }
      for event in events { try await transaction.markPublished(event) }
      return (events.count, nil)
    }
    if let failure { throw failure }
    PixMetrics.eventsPublished(count)
    return count
  }

  /// Publishes until the outbox is empty.
  public func publishAll() async throws {
    while try await publishBatch() == Self.batchSize { continue }
  }

  /// Publishes whatever is recorded, until the task is cancelled.
  public func run() async {
    var failures = 0
    var wait = Self.shortestWait
    let news = store.newEvents()
    // Other processes' events are noticed with the heartbeat.
    let heartbeat = Task { [store] in
      while !Task.isCancelled {
        // Cancelled: the publisher ends.
        guard (try? await Task.sleep(for: .seconds(5))) != nil else { return }
        store.noticeEvents()
      }
    }
    defer { heartbeat.cancel() }
    store.noticeEvents()
    for await _ in news {
      do {
        try await publishAll()
        failures = 0
        wait = Self.shortestWait
      } catch {
        if Task.isCancelled { return }
        failures += 1
        logger.error("events could not be published", metadata: ["reason": "\(error)", "attempt": "\(failures)"])
        if failures == Self.alertAfter { await alert(error) }
        guard (try? await Task.sleep(for: wait)) != nil else { return }
        wait = min(wait * 2, Self.longestWait)
        store.noticeEvents()
      }
    }
  }

  private func alert(_ error: any Error) async {
    do {
      try await alerts.raise(
        Alert(
          "OutboxBlocked", subject: "event_logs",
          message: "events have not been published \(Self.alertAfter) times in a row: \(error)"))
    } catch {
      logger.error("an alert could not be raised", metadata: ["reason": "\(error)"])
    }
  }
}
