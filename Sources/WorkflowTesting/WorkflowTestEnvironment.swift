public import DurableWorkflows
internal import Logging
internal import Synchronization
public import WorkflowJournal

/// An engine over a file system in memory, with a virtual clock, for tests of workflows.
///
/// ```swift
/// try await WorkflowTestEnvironment.withEnvironment(workflows: [Checkout.self]) { env in
///   let charge = env.mock("charge") { _ in Receipt(total: 12) }
///   let receipt = try await env.execute(Checkout.self, id: "order-17", input: order)
///   #expect(charge.callCount == 1)
/// }
/// ```
///
/// Time stands still except while something is awaited: a result, a mock's call, ``sleep(for:)``. Whoever awaits the
/// result of a run that is blocked gets the ``NonDeterminismError`` that blocks it.
public final class WorkflowTestEnvironment: Sendable {
  struct State {
    var engine: WorkflowEngine
    var lease: ClockLease
    var fileSystem: InMemoryFileSystem
    var workflows: [any WorkflowDefinition.Type]
    var activities: [any ActivityContainer]
    /// If not empty, the engine's workers, in place of the above.
    var workers: [Worker] = []
  }

  /// The clock.
  public let clock: VirtualClock
  let state: Mutex<State>
  let frontend: TestFrontend
  let mocks: MockRegistry
  let runIDs: RunIDs
  let configure: @Sendable (inout WorkflowEngineOptions) -> Void

  /// The directory of the journal in ``fileSystem``.
  public static let directory = "/journal"

  private init(
    state: State, clock: VirtualClock, frontend: TestFrontend, mocks: MockRegistry, runIDs: RunIDs,
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void
  ) {
    self.state = Mutex(state)
    self.clock = clock
    self.frontend = frontend
    self.mocks = mocks
    self.runIDs = runIDs
    self.configure = configure
  }

  // MARK: Opening and closing

  /// Opens an environment, runs `body`, and closes the environment, whether or not `body` throws.
  ///
  /// - Parameters:
  ///   - workflows: the workflow types.
  ///   - activities: real activities; mocks with the same names take precedence.
  ///   - workers: the engine's workers, in place of the two above.
  ///   - startTime: what the clock shows at first.
  ///   - fileSystem: where the journal is; with a journal in it, its runs go on.
  ///   - configure: changes the engine's options, before every open. File system, clock and run ids are the
  ///     environment's own.
  /// - Throws: what opening the engine and `body` throw.
  public nonisolated(nonsending) static func withEnvironment<Result>(
    workflows: [any WorkflowDefinition.Type] = [], activities: [any ActivityContainer] = [], workers: [Worker] = [],
    startTime: Timestamp = VirtualClock.defaultStart, fileSystem: InMemoryFileSystem = InMemoryFileSystem(),
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in },
    _ body: nonisolated(nonsending) (WorkflowTestEnvironment) async throws -> Result
  ) async throws -> Result {
    let environment = try await open(
      workflows: workflows, activities: activities, workers: workers, startTime: startTime, fileSystem: fileSystem,
      configure: configure)
    do {
      let result = try await body(environment)
      await environment.close()
      return result
    } catch {
      await environment.close()
      throw error
    }
  }

  /// Opens an environment that the caller closes with ``close()``.
  ///
  /// - Throws: what opening the engine throws.
  public static func open(
    workflows: [any WorkflowDefinition.Type] = [], activities: [any ActivityContainer] = [], workers: [Worker] = [],
    startTime: Timestamp = VirtualClock.defaultStart, fileSystem: InMemoryFileSystem = InMemoryFileSystem(),
    configure: @escaping @Sendable (inout WorkflowEngineOptions) -> Void = { _ in }
  ) async throws -> WorkflowTestEnvironment {
    let clock = VirtualClock(start: startTime)
    let frontend = TestFrontend(clock: clock)
    let mocks = MockRegistry()
    let runIDs = RunIDs(beside: fileSystem)
    let (engine, lease) = try await openEngine(
      workflows: workflows, activities: activities, workers: workers, fileSystem: fileSystem, clock: clock,
      frontend: frontend, mocks: mocks, runIDs: runIDs, configure: configure)
    return WorkflowTestEnvironment(
      state: State(
        engine: engine, lease: lease, fileSystem: fileSystem, workflows: workflows, activities: activities,
        workers: workers),
      clock: clock, frontend: frontend, mocks: mocks, runIDs: runIDs, configure: configure)
  }

  /// Shuts the engine down; running activities are cancelled. What ended the engine before is not thrown.
  public func close() async {
    frontend.close()
    let engine = state.withLock { state in
      state.lease.revoke()
      return state.engine
    }
    try? await engine.shutdown()
  }

  static func openEngine(
    workflows: [any WorkflowDefinition.Type], activities: [any ActivityContainer], workers: [Worker],
    fileSystem: InMemoryFileSystem, clock: VirtualClock, frontend: TestFrontend, mocks: MockRegistry, runIDs: RunIDs,
    configure: @Sendable (inout WorkflowEngineOptions) -> Void
  ) async throws -> (WorkflowEngine, ClockLease) {
    let lease = ClockLease(clock)
    var options = WorkflowEngineOptions()
    options.identity = "test"
    options.gracefulShutdownPeriod = .zero
    options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    options.journal = JournalOptions(segmentSize: 16 << 20, initialSegmentSize: 256 << 10, alignment: 512)
    configure(&options)
    options.fileSystem = fileSystem
    options.clock = lease
    options.makeRunID = { runIDs.next() }
    options.onWorkflowTaskFailed = { [weak frontend] namespace, execution, error in
      frontend?.workflowTaskFailed(execution, in: namespace, error)
    }
    options.onWorkflowClosed = { [weak frontend] in frontend?.workflowClosed($1, in: $0) }
    options.activityOverride = { mocks.definition($0) }
    let engine =
      workers.isEmpty
      ? try await WorkflowEngine.open(
        directory: directory, workflows: workflows, activities: activities, options: options)
      : try await WorkflowEngine.open(directory: directory, workers: workers, options: options)
    clock.attach(to: engine)
    // What the open runs have to do at once is done, and durable, before the first request.
    _ = try await engine.statistics()
    frontend.connect(to: engine)
    return (engine, lease)
  }
}

/// Makes run ids that are the same in every execution of a test, so that random numbers of workflows are, too.
///
/// A journal that an earlier environment left has runs with such ids; those of a new one must be others.
final class RunIDs: Sendable {
  private let last = Atomic<UInt64>(0)
  /// The first eight digits.
  private let prefix: String

  /// - Parameter fileSystem: where the journal will be, or is.
  init(beside fileSystem: InMemoryFileSystem) {
    var hash: UInt32 = 0
    for path in fileSystem.files {
      for byte in Array(path.utf8) + (fileSystem.contents(of: path) ?? []) where byte != 0 {
        hash = (hash ^ UInt32(byte)) &* 0x0100_0193
      }
    }
    prefix = RunIDs.padded(hash, to: 8)
  }

  func next() -> String {
    prefix + "-0000-4000-8000-" + RunIDs.padded(last.add(1, ordering: .relaxed).newValue, to: 12)
  }

  private static func padded(_ number: some BinaryInteger, to count: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
