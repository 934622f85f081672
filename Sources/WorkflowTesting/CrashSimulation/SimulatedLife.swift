public import DurableWorkflows

/// One life of the process in a crash simulation, as `drive` sees it: from opening the engine to the crash, or to the
/// end.
public struct SimulatedLife<World: Sendable>: Sendable {
  /// The client of this life's engine.
  ///
  /// Requests without a request id of their own get one that is made of what is asked: the same requests, repeated in
  /// the next life, are recognised by the engine and take effect once.
  public let client: WorkflowClient
  /// What is outside the process and survives its crashes.
  public let world: World
  /// The number of the life, from 1.
  public let number: Int
  let clock: SimulationClock
  let start: Timestamp

  /// As ``client``, for another namespace. Requests fail if the engine does not serve it.
  public func client(namespace: String) -> WorkflowClient {
    var client = client
    client.namespace = namespace
    return client
  }

  /// The time that the clock shows.
  public var now: Timestamp { clock.now() }

  /// Waits until `offset` after the beginning of the simulation, which may be in an earlier life; returns at once if
  /// that time has passed.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(until offset: Duration) async throws {
    try await clock.sleep(until: start + offset)
  }
}
