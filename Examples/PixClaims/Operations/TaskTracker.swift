internal import Synchronization

/// Counts the activities that run, and the runs that they belong to.
public final class TaskTracker: Sendable {
  /// The number of running activities by run id.
  private let running = Mutex<[String: Int]>([:])

  /// Creates a tracker without anything running.
  public init() {}

  /// The runs that have an activity running.
  public var activeRuns: Int { running.withLock { $0.count } }

  /// The activities that run.
  public var activeActivities: Int { running.withLock { $0.values.reduce(0, +) } }

  func begin(_ runID: String) {
    running.withLock { $0[runID, default: 0] += 1 }
    publish()
  }

  func end(_ runID: String) {
    running.withLock { running in
      let rest = (running[runID] ?? 0) - 1
      running[runID] = rest > 0 ? rest : nil
    }
    publish()
  }

  /// Sets the gauges; called again with every scrape, because two changes may set them in the wrong order.
  public func publish() {
    PixMetrics.set(PixMetrics.activeWorkflows, Double(activeRuns))
    PixMetrics.set(PixMetrics.activeActivities, Double(activeActivities))
  }
}
