/// A batch: what it is to do, and how far it is.
struct BatchJob: Hashable, Sendable {
  struct Definition: Hashable, Sendable {
    var jobID: String
    var query: String
    var operation: BatchOperation
    var reason: String
    var identity: String
    var maxOperationsPerSecond: Double
    var startTime: Timestamp
    var namespace = NamespaceKey.own

    /// The id and the namespace.
    var key: NamespacedID { NamespacedID(namespace, jobID) }
  }

  struct Progress: Hashable, Sendable {
    var state = BatchOperationDescription.State.running
    /// Runs with smaller numbers are yet to come.
    var position: UInt64
    var total: Int
    var completed = 0
    var failed = 0
    var closeTime: Timestamp?
    var lastFailure = ""
  }

  /// The runs per second that a batch may be given.
  static let rates = 0.001...1_000_000.0

  var definition: Definition
  var progress: Progress

  var isRunning: Bool { progress.state == .running }

  /// How many runs a step takes: a tenth of a second's worth.
  var runsPerStep: Int { max(1, Int(min(definition.maxOperationsPerSecond, 10_000) / 10)) }

  /// How long to wait after a step.
  func pause(after runs: Int) -> Duration { .seconds(Double(runs) / definition.maxOperationsPerSecond) }

  /// The batch had a run.
  mutating func note(_ key: RunKey, failure: String?) {
    progress.position = key.rawValue
    if let failure {
      progress.failed += 1
      progress.lastFailure = failure
    } else {
      progress.completed += 1
    }
  }

  mutating func end(_ state: BatchOperationDescription.State, failure: String = "", at now: Timestamp) {
    progress.state = state
    progress.closeTime = now
    if !failure.isEmpty { progress.lastFailure = failure }
    if state == .completed { progress.total = progress.completed + progress.failed }
  }

  var description: BatchOperationDescription {
    BatchOperationDescription(
      jobID: definition.jobID, operation: definition.operation.name, query: definition.query, state: progress.state,
      startTime: definition.startTime, closeTime: progress.closeTime, totalOperationCount: progress.total,
      completeOperationCount: progress.completed, failureOperationCount: progress.failed, reason: definition.reason,
      identity: definition.identity, lastFailure: progress.lastFailure)
  }
}
