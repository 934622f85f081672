public import FoundationEssentials
public import Logging
internal import Synchronization

/// A workflow's way to everything that must replay: time, randomness, timers, activities, conditions, patches.
///
/// Its operations may be called only on the run's own executor: in `run`, in handlers, and in their child tasks.
/// Anywhere else they throw ``NonDeterminismError``.
public struct WorkflowContext: Sendable {
  @TaskLocal static var taskCurrent: WorkflowContext?

  let instance: WorkflowInstance?

  /// The context of the run whose code is running; outside a run, a context whose operations throw.
  public static var current: WorkflowContext { taskCurrent ?? WorkflowContext(instance: nil) }

  var executor: any SerialExecutor {
    instance?.executor ?? DetachedExecutor.shared
  }

  /// The run's executor, for unstructured tasks: `Task(executorPreference: context.taskExecutor) { … }`.
  ///
  /// Structured child tasks inherit it. A plain `Task {}` does not (SE-0417), so as soon as it suspends it is resumed
  /// on a thread of Swift's pool, which blocks the run.
  public var taskExecutor: (any TaskExecutor)? { instance?.executor }

  /// What is being executed.
  public var info: WorkflowInfo {
    instance?.info ?? WorkflowInfo.detached
  }

  /// The time of the current workflow task; it stands still between two waits.
  public var now: Date {
    let time = instance?.state.withLock { $0.now } ?? .epoch
    return Date(timeIntervalSince1970: Double(time.nanosecondsSinceEpoch) / 1_000_000_000)
  }

  /// Whether the code is being re-run over recorded history. Never branch on it.
  public var isReplaying: Bool {
    instance?.state.withLock { $0.isReplaying } ?? false
  }

  /// The number of events in the run's history so far.
  public var historyLength: Int {
    Int(instance?.state.withLock { $0.historyLength } ?? 0)
  }

  /// The recorded size of the run's history in bytes, up to the current workflow task.
  public var historySizeBytes: Int {
    Int(instance?.state.withLock { $0.historySizeBytes } ?? 0)
  }

  /// Whether the history is so long that the run should continue as new: beyond 4,096 events or 4 MiB, as on Temporal's
  /// server.
  public var isContinueAsNewSuggested: Bool {
    historyLength > 4096 || historySizeBytes > 4 << 20
  }

  /// Whether no signal or update handler is running: wait for it before ending a run whose handlers must finish.
  public var allHandlersFinished: Bool {
    instance?.state.withLock { $0.activeHandlers == 0 && $0.abandonableHandlers.isEmpty } ?? true
  }

  /// The run's notes, with what ``upsertMemo(_:)`` changed.
  public var memo: [String: Payload] {
    guard let instance else { return [:] }
    return instance.converter.readable(instance.state.withLock { $0.memo })
  }

  /// The run's indexed values, with what ``upsertSearchAttributes(_:)`` changed.
  public var searchAttributes: [String: Payload] {
    instance?.state.withLock { $0.searchAttributes } ?? [:]
  }

  /// Whether the run's cancellation was requested.
  public var isCancelRequested: Bool {
    instance?.state.withLock { $0.cancelRequested } ?? false
  }

  /// A logger that carries workflow id, run id and type, and is silent while history is replayed.
  public var logger: Logger {
    guard let instance else { return Logger(label: "workflow") }
    if isReplaying { return Logger(label: instance.logger.label) { _ in SwiftLogNoOpLogHandler() } }
    return instance.logger
  }

  /// A random number, the same in every replay.
  public func random<Number: FixedWidthInteger>(in range: ClosedRange<Number>) -> Number {
    guard let instance else { return range.lowerBound }
    var draw = instance.state.withLock { $0.random }
    defer { instance.state.withLock { [draw] in $0.random = draw } }
    return Number.random(in: range, using: &draw)
  }

  /// A random number generator seeded by the run's id; its draws are independent of other uses.
  public func randomNumberGenerator() -> WorkflowRandom {
    guard let instance else { return WorkflowRandom(seed: "") }
    return WorkflowRandom(seed: String(instance.state.withLock { $0.random.next() }))
  }

  /// A version 4 UUID, the same in every replay.
  public func uuid() -> UUID {
    guard let instance else { return UUID() }
    let (high, low) = instance.state.withLock { ($0.random.next(), $0.random.next()) }
    var bytes = withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return UUID(
      uuid: (
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10],
        bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
      ))
  }

  /// The live instance, if the caller is on the run's executor.
  func require(_ operation: String) throws -> WorkflowInstance {
    guard let instance, instance.executor.isOwnedByCurrentThread else {
      throw NonDeterminismError.outsideWorkflow(operation)
    }
    return instance
  }
}
