/// Asks what a task queue holds.
public struct DescribeTaskQueueRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// The queue's name.
  public var taskQueue: String

  /// Creates a request.
  public init(namespace: String = "default", taskQueue: String) {
    self.namespace = namespace
    self.taskQueue = taskQueue
  }
}

/// What a task queue holds, and who serves it.
public struct TaskQueueDescription: Hashable, Sendable {
  /// What waits in a queue.
  public struct Statistics: Hashable, Sendable {
    /// How many tasks wait.
    public var backlogCount: Int
    /// How long the oldest of them has waited; zero if none waits.
    public var backlogAge: Duration
    /// How many run.
    public var runningCount: Int
    /// The most that can run at once; `nil` if there is no such number.
    public var slots: Int?

    /// Creates statistics.
    public init(backlogCount: Int = 0, backlogAge: Duration = .zero, runningCount: Int = 0, slots: Int? = nil) {
      self.backlogCount = backlogCount
      self.backlogAge = backlogAge
      self.runningCount = runningCount
      self.slots = slots
    }
  }

  /// The queue's name.
  public var name: String
  /// Who serves it; empty if nobody does.
  public var pollers: [String] = []
  /// Workflow tasks. While a worker serves the queue they wait for less than a turn of the engine.
  public var workflows = Statistics()
  /// Activity attempts.
  public var activities = Statistics()
  /// The attempts that wait by their priority key, from 1; empty if a remote service does not tell.
  public var backlogByPriority: [Int] = []
  /// The sessions that are open.
  public var openSessions = 0
  /// The requests for sessions that wait.
  public var waitingSessions = 0
  /// The most activity attempts that are started in a second; `nil` means no limit.
  public var activitiesPerSecond: Double?

  /// Creates the description of an empty queue.
  public init(name: String) { self.name = name }
}

extension EngineCore {
  func describeTaskQueue(_ request: DescribeTaskQueueRequest, at now: Timestamp) throws -> TaskQueueDescription {
    _ = try namespace(request.namespace)
    if request.taskQueue.isEmpty { throw WorkflowServiceError(.invalidArgument, "the task queue's name is empty") }
    var description = TaskQueueDescription(name: request.taskQueue)
    guard let index = taskQueues.index(of: request.taskQueue) else { return description }
    let queue = taskQueues[index]
    if let worker = queue.worker {
      description.pollers = [options.identity]
      description.activitiesPerSecond = worker.options.activitiesPerSecond
    }
    let parked = queue.parked.filter { runs.residents[$0.run]?.state.isOpen == true }
    description.workflows = TaskQueueDescription.Statistics(
      backlogCount: parked.count, backlogAge: parked.first.map { now - $0.since } ?? .zero)
    description.activities = activities(of: queue, named: request.taskQueue, at: now)
    description.openSessions = sessions.count(ofQueue: index)
    description.waitingSessions = sessions.waitingCount(ofQueue: index)
    description.backlogByPriority = queue.backlog.countsByLevel
    return description
  }

  private func activities(
    of queue: TaskQueueState, named name: String, at now: Timestamp
  ) -> TaskQueueDescription.Statistics {
    var count = 0
    var oldest = Timestamp.distantFuture
    queue.backlog.forEach { task in
      guard let run = runs.residents[task.run], run.state.isOpen,
        let activity = run.state.activity(task.scheduledEventID), activity.stage == .scheduled,
        activity.attributes.taskQueue == name
      else { return }
      count += 1
      oldest = min(oldest, activity.readyTime)
    }
    return TaskQueueDescription.Statistics(
      backlogCount: count, backlogAge: count == 0 ? .zero : max(.zero, now - oldest), runningCount: queue.usedSlots,
      slots: queue.slots)
  }
}
