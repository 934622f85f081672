internal import DurableWorkflows
internal import Logging
internal import Synchronization
internal import WorkflowJournal

/// One life of a process: opens an engine, lets `drive` act on it, and ends with a crash or when all is done.
struct SimulatedProcess<World: Sendable, Value: Equatable & Sendable>: Sendable {
  let configuration: SimulationConfiguration<World, Value>
  let world: World
  let acknowledgements: Acknowledgements
  /// The number of the life, from 1.
  let number: Int
  let fileSystem: InMemoryFileSystem
  let start: Timestamp
  let crash: SimulatedCrash?
  /// Decides the order in which things run.
  let random: SimulationRandom
  /// How many runs stay in memory; `nil` means the default.
  let cacheSize: Int?
  /// What else may go wrong in a call to the file system; `nil` means nothing.
  var disturbance: (any SimulatedDisturbance)?

  enum End: Sendable {
    case finished(SimulationOutcome<Value>)
    case crashed
    case failed(CrashSimulationError)
  }

  /// What is known of a life that has ended.
  struct Record: Sendable {
    var end: End
    /// Whether the engine was opened.
    var hasOpened: Bool
    var start: Timestamp
    var endTime: Timestamp
    var calls: [DurableCall]
    /// The activities that ran, by idempotency key.
    var invocations: [String]
    /// Lets what was suspended end.
    var bury: @Sendable () -> Void
  }

  func live() async -> Record {
    let scheduler = SimulationScheduler(random: random)
    let clock = SimulationClock(start: start)
    let ending = OneShot<End>()
    // Not every call that fails ends an engine: a failed checkpoint is given up, a large payload fails a request.
    let plan = CrashPlan(call: crash?.call, countsFromOpening: number > 1) {
      scheduler.halt()
      clock.halt()
      ending.set(.success(.crashed))
    }
    let invocations = Mutex<[String]>([])
    disturbance?.begin(clock)
    plan.install(in: fileSystem, disturbance)
    var hasOpened = false
    var bury: @Sendable () -> Void = { scheduler.bury() }
    let end: End
    do {
      let engine = try await open(clock, scheduler, plan, ending) { key in invocations.withLock { $0.append(key) } }
      hasOpened = true
      let task = Mutex<Task<Void, Never>?>(nil)
      scheduler.begin {
        // Here, on the engine's thread: what it writes after its opening, before drive begins, is not counted.
        plan.beginCounting()
        let driving = drive(engine, clock, scheduler, plan, ending)
        task.withLock { $0 = driving }
      } wake: { [weak engine] in
        engine?.wake()
      }
      bury = {
        task.withLock { $0 }?.cancel()
        clock.close()
        scheduler.bury()
      }
      end = await bringToEnd(engine, clock, scheduler, plan, ending)
    } catch {
      end =
        plan.hasStopped
        ? .crashed
        : .failed(CrashSimulationError(.recoveryFailed, "life \(number) could not open its engine", cause: error))
    }
    return Record(
      end: end, hasOpened: hasOpened, start: start, endTime: clock.now(), calls: plan.calls,
      invocations: invocations.withLock { $0 },
      bury: bury)
  }

  // MARK: The engine

  private func open(
    _ clock: SimulationClock, _ scheduler: SimulationScheduler, _ plan: CrashPlan, _ ending: OneShot<End>,
    onInvocation: @escaping @Sendable (String) -> Void
  ) async throws -> WorkflowEngine {
    var options = WorkflowEngineOptions()
    options.identity = "simulation"
    options.gracefulShutdownPeriod = .zero
    options.logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
    options.journal = JournalOptions(segmentSize: 16 << 20, initialSegmentSize: 64 << 10, alignment: 512)
    if let cacheSize { options.maxCachedWorkflows = cacheSize }
    configuration.options.configure(&options)
    if options.journal.encryption != nil {
      var source = random
      let salts = Mutex(SimulationRandom(seed: source.next(), 0x73_616C_74))
      options.journal.encryption?.saltSource = { salts.withLock { $0.next() } }
    }
    options.fileSystem = fileSystem
    options.clock = clock
    options.scheduler = scheduler
    options.makeNumberedRunID = { workflowID, number in
      let digits = fingerprint("\(number) \(workflowID)".utf8).suffix(12)
      return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
    options.onWorkflowTaskFailed = { [disturbance] _, execution, error in
      // A file could not be read or written: the run is tried again by the next process.
      if disturbance?.hasStruck == true { return plan.stop() }
      ending.set(
        .success(
          .failed(
            CrashSimulationError(
              .workflowTaskFailed, "a workflow task of '\(execution.workflowID)' failed in life \(number)",
              cause: error))))
    }
    let activities = try configuration.activities(world)
    var definitions: [String: ActivityDefinition] = [:]
    for definition in activities.flatMap(\.activities) {
      definitions[definition.name] = ActivityDefinition(definition.name, defaults: definition.defaults) { arguments in
        if let info = ActivityExecutionContext.current?.info, !info.isLocal { onInvocation(info.idempotencyKey) }
        return try await definition.body(arguments)
      }
    }
    options.activityOverride = { [definitions] in definitions[$0] }
    let engine = try await WorkflowEngine.open(
      directory: WorkflowTestEnvironment.directory, workflows: configuration.workflows, activities: activities,
      options: options)
    return engine
  }

  // MARK: Driving

  private func drive(
    _ engine: WorkflowEngine, _ clock: SimulationClock, _ scheduler: SimulationScheduler, _ plan: CrashPlan,
    _ ending: OneShot<End>
  ) -> Task<Void, Never> {
    let frontend = SimulationFrontend(
      engine: engine, clock: clock, scheduler: scheduler, acknowledgements: acknowledgements,
      isFirstLife: number == 1)
    let options = engine.options
    var client = WorkflowClient(
      frontend: frontend, namespace: options.namespace, taskQueue: options.taskQueue, identity: options.identity,
      payloadConverter: options.payloadConverter)
    client.makeRequestID = { frontend.numbers.placeholder() }
    let life = SimulatedLife(
      client: client, world: world, number: number, clock: clock, start: configuration.options.startTime)
    return Task(executorPreference: scheduler) {
      do {
        let value = try await configuration.drive(life)
        let isSettled = try await clock.settle(steps: configuration.options.settlingSteps)
        let runs = try await RecordedRequests(engine: engine).runs().map { run in
          SimulatedRun(
            namespace: run.namespace, execution: run.execution, history: run.history, isSettled: isSettled)
        }
        ending.set(.success(.finished(SimulationOutcome(value: value, runs: runs))))
      } catch {
        if plan.hasStopped { return }
        if disturbance?.hasStruck == true { return plan.stop() }
        ending.set(
          .success(.failed(CrashSimulationError(.driveFailed, "drive threw in life \(number)", cause: error))))
      }
    }
  }

  // MARK: The end

  private func bringToEnd(
    _ engine: WorkflowEngine, _ clock: SimulationClock, _ scheduler: SimulationScheduler, _ plan: CrashPlan,
    _ ending: OneShot<End>
  ) async -> End {
    Task {
      do {
        try await engine.waitUntilEnded()
        ending.set(.success(.crashed))
      } catch {
        ending.set(.success(plan.hasStopped ? .crashed : .failed(CrashSimulationError(
          .recoveryFailed, "the engine of life \(number) ended by itself", cause: error))))
      }
    }
    let watchdog = Task { try await watch(clock, scheduler, ending) }
    var end: End
    do {
      end = try await ending.value()
    } catch {
      end = .failed(CrashSimulationError(.stuck, "the simulation was cancelled", cause: error))
    }
    watchdog.cancel()
    if case .finished = end, crash != nil { end = .crashed }
    if case .failed(var error) = end, error.code == .stuck {
      error.message += "; waiting: \(clock.waiters), \(scheduler.jobCount) jobs"
      guard clock.isIdle else { return .failed(error) }
      if let open = try? await openRuns(of: engine) { error.message += "; open runs: \(open)" }
      if let statistics = try? await engine.statistics() { error.message += "; \(statistics)" }
      end = .failed(error)
    }
    // From here on nothing runs and nothing is written.
    scheduler.halt()
    plan.stop()
    // That the journal cannot be sealed is the crash.
    try? await engine.shutdown()
    return end
  }

  /// Ends a life in which nothing moves any more.
  private func watch(_ clock: SimulationClock, _ scheduler: SimulationScheduler, _ ending: OneShot<End>) async throws {
    let interval = Duration.milliseconds(250)
    var last: (progress: UInt64, time: Timestamp) = (0, .epoch)
    var quiet = Duration.zero
    while true {
      try await Task.sleep(for: interval)
      let present = (progress: scheduler.progress, time: clock.now())
      quiet = present == last ? quiet + interval : .zero
      last = present
      let isStuck = clock.isIdle ? quiet >= interval * 2 : quiet >= configuration.options.patience
      guard isStuck else { continue }
      let reason =
        clock.isIdle
        ? "nothing more can happen in life \(number), and drive still waits"
        : "life \(number) made no progress for \(quiet): an activity or drive waits for something outside"
          + (number > 1 ? ", perhaps for an actor of the world that a killed life holds" : "")
      ending.set(.success(.failed(CrashSimulationError(.stuck, reason))))
      return
    }
  }

  private func openRuns(of engine: WorkflowEngine) async throws -> String {
    var runs: [String] = []
    for namespace in try await engine.listNamespaces() {
      let page = try await engine.listWorkflowExecutions(
        ListWorkflowExecutionsRequest(namespace: namespace.name, query: "ExecutionStatus = 'Running'"))
      runs += page.executions.map { "'\($0.execution.workflowID)' (\($0.workflowType))" }
    }
    return runs.joined(separator: ", ")
  }
}
