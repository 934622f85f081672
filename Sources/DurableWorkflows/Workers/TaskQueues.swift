/// The task queues of an engine.
///
/// An engine without workers of its own has one queue for everything. Otherwise there is one for every worker, and one
/// for every other name that something waits for. Places stay the same while something depends on them.
struct TaskQueues: Sendable {
  private var queues: [TaskQueueState]
  private var indexOfName: [String: Int] = [:]
  /// The queues that a worker serves.
  private(set) var served: [Int] = []
  /// Whether one worker serves whatever queue there is.
  let servesEveryQueue: Bool
  private var unservedBeforeReuse = 256

  init(_ workers: [RegisteredWorker]) {
    queues = []
    servesEveryQueue = workers.contains { $0.taskQueue == nil }
    for worker in workers {
      indexOfName[worker.taskQueue ?? ""] = queues.count
      served.append(queues.count)
      queues.append(TaskQueueState(name: worker.taskQueue ?? "", worker: worker))
    }
  }

  subscript(index: Int) -> TaskQueueState {
    _read { yield queues[index] }
    _modify { yield &queues[index] }
  }

  var indices: Range<Int> { queues.indices }

  /// The place of a queue; `nil` if nothing is known of it.
  func index(of name: String) -> Int? { servesEveryQueue ? 0 : indexOfName[name] }

  /// The place of a queue, which is made if there is none.
  mutating func index(making name: String) -> Int {
    if let index = index(of: name) { return index }
    let index: Int
    if queues.count - served.count >= unservedBeforeReuse, let free = queues.firstIndex(where: \.isIdle) {
      index = free
      indexOfName[queues[free].name] = nil
      queues[free] = TaskQueueState(name: name, worker: nil)
    } else {
      unservedBeforeReuse = max(256, 2 * (queues.count - served.count))
      index = queues.count
      queues.append(TaskQueueState(name: name, worker: nil))
    }
    indexOfName[name] = index
    return index
  }

  /// The code that serves a queue; `nil` if there is none.
  func registry(of name: String) -> EngineRegistry? {
    index(of: name).flatMap { queues[$0].worker?.registry }
  }

  /// All queues have had their turn.
  mutating func beginTurn() {
    for index in served { queues[index].tasksOfTurn = 0 }
  }

  // MARK: Workers that come and go

  /// A worker begins to serve its queue.
  mutating func serve(with worker: RegisteredWorker) -> Int {
    let index = index(making: worker.taskQueue ?? "")
    queues[index].serve(with: worker)
    if !served.contains(index) { served.append(index) }
    return index
  }

  /// The worker of a queue goes.
  mutating func stopServing(_ index: Int) {
    queues[index].serve(with: nil)
    served.removeAll { $0 == index }
  }

  // MARK: All of them

  /// The attempts that wait, in all queues.
  var backlogCount: Int { queues.reduce(0) { $0 + $1.backlog.count } }

  /// Whether no attempt waits that could start.
  var isIdle: Bool { served.allSatisfy { queues[$0].backlog.isEmpty } }
}
