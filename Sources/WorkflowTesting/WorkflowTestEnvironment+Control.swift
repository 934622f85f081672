public import DurableWorkflows
internal import Synchronization
public import WorkflowJournal

extension WorkflowTestEnvironment {
  /// The client. It goes on working across ``restart(_:workflows:activities:)``.
  public var client: WorkflowClient {
    let options = engine.options
    return WorkflowClient(
      frontend: frontend, namespace: options.namespace, taskQueue: options.taskQueue, identity: options.identity,
      payloadConverter: options.payloadConverter, interceptors: options.clientInterceptors)
  }

  /// As ``client``, for another namespace. Requests fail if the engine does not serve it.
  public func client(namespace: String) -> WorkflowClient {
    var client = client
    client.namespace = namespace
    return client
  }

  /// The present engine. Waiting for results through the engine's own client skips no time; use ``client``.
  public var engine: WorkflowEngine { state.withLock { $0.engine } }

  /// The file system of the present engine. Faults that are set here are the engine's.
  public var fileSystem: InMemoryFileSystem { state.withLock { $0.fileSystem } }

  /// The time that the clock shows.
  public var now: Timestamp { clock.now() }

  // MARK: Runs

  /// Starts a run and waits for its result; time is skipped meanwhile.
  ///
  /// - Throws: ``WorkflowFailedError``; ``NonDeterminismError`` or ``WorkflowBlockedError`` if the run is blocked;
  ///   ``WorkflowServiceError``.
  public func execute<W: WorkflowDefinition>(
    _ type: W.Type, id: String = "workflow", input: W.Input,
    options: WorkflowClient.StartOptions = WorkflowClient.StartOptions()
  ) async throws -> W.Output {
    try await client.execute(type, id: id, input: input, options: options)
  }

  /// As ``execute(_:id:input:options:)``, for a workflow without input.
  public func execute<W: WorkflowDefinition>(
    _ type: W.Type, id: String = "workflow", options: WorkflowClient.StartOptions = WorkflowClient.StartOptions()
  ) async throws -> W.Output where W.Input == Empty {
    try await client.execute(type, id: id, options: options)
  }

  /// Puts a mock in an activity's place, registered or not, from its next attempt on.
  @discardableResult
  public func mock(_ name: String, _ body: @escaping ActivityMock.Body) -> ActivityMock {
    let mock = ActivityMock(name: name, clock: clock, body: body)
    mocks.add(mock)
    return mock
  }

  // MARK: Time

  /// Waits until the clock has moved by `duration`, from deadline to deadline; what is due on the way happens at its
  /// time. While an activity runs, the clock does not move: use ``advance(by:)`` then.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(for duration: Duration) async throws {
    try await clock.sleep(for: duration)
  }

  /// Moves the clock in one jump and waits until what became due has happened: all of it happens at the new time, as if
  /// the process had been suspended.
  ///
  /// - Throws: ``WorkflowServiceError`` if the engine has ended.
  public func advance(by duration: Duration) async throws {
    clock.advance(by: duration)
    try await settle()
  }

  /// Waits until the engine has taken in everything that reached it so far.
  public func settle() async throws {
    _ = try await frontend.engine().statistics()
  }

  // MARK: Restarting

  /// How an engine comes to its end in ``restart(_:workflows:activities:)``.
  public enum RestartMode: Sendable {
    /// A clean shutdown; running activities are cancelled and repeated afterwards.
    case shutdown
    /// The process is killed: what was written stays, synced or not.
    case kill
    /// The machine loses power: what was synced stays, and of the rest what the argument says.
    case powerLoss(CrashSurvival = .synced)
  }

  /// Ends the engine and opens another one over what it left. Time stands still meanwhile. Clients and handles go on
  /// working, and waits for results wait on.
  ///
  /// - Parameters:
  ///   - mode: how the engine ends.
  ///   - workflows: the new process's workflow types, to deploy other code; `nil` means the same.
  ///   - activities: the new process's activities; `nil` means the same.
  /// - Throws: what opening the engine throws; what ended the engine, if it ended before.
  public func restart(
    _ mode: RestartMode = .shutdown, workflows: [any WorkflowDefinition.Type]? = nil,
    activities: [any ActivityContainer]? = nil, workers: [Worker]? = nil
  ) async throws {
    frontend.disconnect()
    let old = state.withLock { state in
      state.lease.revoke()
      return (engine: state.engine, fileSystem: state.fileSystem, state.workflows, state.activities, state.workers)
    }
    let fileSystem: InMemoryFileSystem
    switch mode {
    case .shutdown:
      try await old.engine.shutdown()
      fileSystem = old.fileSystem
    case .kill, .powerLoss:
      // First no write succeeds any more, so that nothing is acknowledged that the copy does not hold.
      old.fileSystem.setFaults { _ in .error(5) }
      if case .powerLoss(let survival) = mode {
        fileSystem = old.fileSystem.crash(survival)
      } else {
        fileSystem = old.fileSystem.copy()
      }
      // The old engine hears nothing of its activities any more, and ends by itself.
      old.engine.kill()
      Task { try? await old.engine.shutdown() }
    }
    let (engine, lease): (WorkflowEngine, ClockLease)
    do {
      (engine, lease) = try await WorkflowTestEnvironment.openEngine(
        workflows: workflows ?? old.2, activities: activities ?? old.3, workers: workers ?? old.4,
        fileSystem: fileSystem, clock: clock, frontend: frontend, mocks: mocks, runIDs: runIDs, configure: configure)
    } catch {
      // Whoever waits for the next engine waits in vain.
      frontend.close()
      throw error
    }
    state.withLock { state in
      state = State(
        engine: engine, lease: lease, fileSystem: fileSystem, workflows: workflows ?? old.2,
        activities: activities ?? old.3, workers: workers ?? old.4)
    }
  }
}
