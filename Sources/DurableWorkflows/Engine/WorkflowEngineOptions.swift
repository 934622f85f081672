internal import FoundationEssentials
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
public import Logging
public import Metrics
public import WorkflowJournal

/// How an engine runs. All limits are hard: what does not fit waits or is refused.
public struct WorkflowEngineOptions: Sendable {
  /// The engine's own namespace, that of ``WorkflowEngine/client``. Default `default`.
  public var namespace: String = "default"
  /// The namespaces that the engine serves beside its own. Workers, task queues and limits are those of the engine, for
  /// all of them. What the journal holds of a namespace must be here when it is opened. Default none.
  public var namespaces: [WorkflowNamespace] = []
  /// The task queue of runs started without one. Default `default`.
  public var taskQueue: String = "default"
  /// Queues that belong to others: a worker of one is refused when the engine is opened, and so is every start in one.
  /// Default: none.
  public var refusedTaskQueues: Set<String> = []
  /// The most activity attempts that run at once, in an engine without workers of its own. Default 200.
  public var maxConcurrentActivities: Int = 200
  /// The most runs whose tasks and actors stay in memory while they wait. Default 1,000; others are replayed when
  /// something happens to them.
  public var maxCachedWorkflows: Int = 1000
  /// About how many bytes those runs may take, counted by the length of their histories. Default 256 MiB.
  public var maxCachedBytes: Int = 256 << 20
  /// How long a closed run can be described, queried and listed; it is left out by the first checkpoint afterwards.
  /// Default three days, as in Temporal's namespaces.
  public var retention: Duration = .seconds(3 * 86_400)
  /// After how many bytes of journal behind the last checkpoint, and at least half of its size, the engine makes the
  /// next one. Default 64 MiB.
  public var checkpointThreshold: Int = 64 << 20
  /// How long ``WorkflowEngine/shutdown()`` lets running activities finish. Default 30 s.
  public var gracefulShutdownPeriod: Duration = .seconds(30)
  /// How long a workflow's code may run without waiting before its run is blocked and its thread given up; `nil` means
  /// for ever, for debugging. Default 2 s, as in Temporal's SDKs. It is measured in real time.
  public var deadlockDetectionTimeout: Duration? = .seconds(2)
  /// Whether a run is put in quarantine when the process has trapped three times while its code ran, with its journal
  /// on a disk. For that the engine marks what runs in a mapped file, and notes traps in signal handlers, which hand
  /// the signals on. Default true.
  public var quarantinesCrashingRuns: Bool = true
  /// Payloads longer than this many bytes are kept in content-addressed files. Default 64 KiB.
  public var blobThreshold: Int = 64 * 1024
  /// The longest payload that is accepted, in bytes. Default 1 GiB.
  public var maximumPayloadSize: Int = 1 << 30
  /// How large runs, their memos and their search attributes may become, and for how much they may wait.
  public var limits: WorkflowLimits = WorkflowLimits()
  /// Whether runs can be listed, counted and given to batches. Without it the engine keeps no index of them, which takes
  /// about 110 bytes of memory for each run, its ids, search attributes and memo. Default true.
  public var indexesRuns: Bool = true
  /// The types of search attributes. Queries may ask for these before any run has them, and runs cannot be started with
  /// values of other types. The type of an attribute that is not declared is that of its first value. Default none.
  public var searchAttributes: [String: SearchAttributeType] = [:]
  /// Encodes inputs and results.
  public var payloadConverter: any PayloadConverter = JSONPayloadConverter()
  /// Who this engine is, in histories. Default `pid@host`.
  public var identity: String = WorkflowEngineOptions.defaultIdentity
  /// Which build of the workflows' code this is, for example a commit: runs note where its part of them begins, and can
  /// be reset to there (``WorkflowResetPoint/buildID(_:)``). Default `nil`: builds are not told apart.
  public var buildID: String?
  /// Where the engine and `context.logger` log.
  public var logger: Logger = Logger(label: "durable-workflows")
  /// What sees the calls that reach and leave workflows and activities, the first one outermost. Those that are
  /// ``ClientInterceptor``s too see the requests of ``WorkflowEngine/client``.
  public var interceptors: [any WorkerInterceptor] = []
  /// Where the engine's metrics go. Default: swift-metrics' backend at the time when the options are made.
  public var metricsFactory: any MetricsFactory = MetricsSystem.factory
  /// Where the engine takes its time from.
  public var clock: any EngineClock = SystemClock()
  /// Where the journal lives; the in-memory twin serves tests.
  public var fileSystem: any JournalFileSystem = PosixFileSystem()
  /// The journal's own options.
  public var journal: JournalOptions = JournalOptions()
  /// Whether and how the engine waits while another process owns its directory. Default `nil`: opening fails then.
  public var standby: StandbyOptions?
  /// Where the engine's state can be seen, from before it is opened. Default `nil`: ``WorkflowEngine/healthState`` is
  /// one of its own.
  public var health: WorkflowHealth?

  /// Makes the ids of new runs; unique texts. Default: random UUIDs.
  public var makeRunID: @Sendable () -> String = { UUID().uuidString.lowercased() }

  /// Called after the commit of every failed workflow task, on the engine's thread. For test environments.
  package var onWorkflowTaskFailed: (@Sendable (_ namespace: String, WorkflowExecution, any Error) -> Void)?
  /// Called after the commit that closes a run, on the engine's thread. For test environments.
  package var onWorkflowClosed: (@Sendable (_ namespace: String, WorkflowExecution) -> Void)?
  /// Asked for an activity's definition before the registered ones. For mocks.
  package var activityOverride: (@Sendable (String) -> ActivityDefinition?)?
  /// Runs the activities; `nil` means Swift's pool. For simulations.
  package var scheduler: (any EngineScheduler)?
  /// Makes the id of the run with this number, from 1, of a workflow id, in place of ``makeRunID``. For simulations, in
  /// which a start that was lost with a crash gets the same id when it is repeated.
  package var makeNumberedRunID: (@Sendable (_ workflowID: String, _ number: Int) -> String)?

  /// Creates the defaults.
  public init() {}

  /// The interceptors of the engine's clients.
  package var clientInterceptors: [any ClientInterceptor] {
    interceptors.compactMap { $0 as? any ClientInterceptor }
  }

  /// The process id and the host's name, `pid@host`.
  public static let defaultIdentity: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "\(getpid())@\(host)"
  }()

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    if let problem = namespaceProblem { return problem }
    if let buildID, buildID.isEmpty || buildID.utf8.count > 255 {
      return "buildID has \(buildID.utf8.count) bytes; 1 to 255 are possible, and nil tells no builds apart"
    }
    if maxConcurrentActivities < 1 { return "maxConcurrentActivities is \(maxConcurrentActivities); at least 1 is needed" }
    if maxCachedWorkflows < 1 { return "maxCachedWorkflows is \(maxCachedWorkflows); at least 1 is needed" }
    if maxCachedBytes < 1 { return "maxCachedBytes is \(maxCachedBytes); at least 1 is needed" }
    if retention < .zero { return "retention is \(retention); it cannot be negative" }
    if checkpointThreshold < 1 { return "checkpointThreshold is \(checkpointThreshold); at least 1 byte is needed" }
    if let timeout = deadlockDetectionTimeout, timeout <= .zero {
      return "deadlockDetectionTimeout is \(timeout); a positive time or nil is needed"
    }
    if let problem = standby?.problem ?? limits.problem { return problem }
    if blobThreshold > 1 << 20 { return "blobThreshold is \(blobThreshold); at most 1 MiB is possible" }
    if blobThreshold < 1024 { return "blobThreshold is \(blobThreshold); at least 1,024 bytes are needed" }
    return nil
  }
}
