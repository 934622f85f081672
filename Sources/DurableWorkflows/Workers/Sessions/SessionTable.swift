/// The sessions of an engine that are open, and the requests for more. A value.
///
/// Sessions end with the process: nothing of them is in the journal but the activities that open, use and close them.
struct SessionTable: Sendable {
  struct Session: Sendable {
    var run: RunKey
    var queue: Int
    var deadline: Timestamp
  }

  /// A part of the ids that tells the sessions of one process from those of others.
  private let process: String
  private var lastNumber = 0
  private var sessions: [String: Session] = [:]
  private var countOfQueue: [Int: Int] = [:]
  private var waiting: [Int: FIFO<QueuedTask>] = [:]

  init(process: String) { self.process = process }

  var isEmpty: Bool { sessions.isEmpty }
  subscript(id: String) -> Session? { sessions[id] }

  /// How many sessions are open at a queue's worker.
  func count(ofQueue queue: Int) -> Int { countOfQueue[queue] ?? 0 }

  /// How many requests wait.
  func waitingCount(ofQueue queue: Int) -> Int { waiting[queue]?.count ?? 0 }

  mutating func open(for run: RunKey, queue: Int, deadline: Timestamp) -> String {
    lastNumber += 1
    let id = "\(process)-\(lastNumber)"
    sessions[id] = Session(run: run, queue: queue, deadline: deadline)
    countOfQueue[queue, default: 0] += 1
    return id
  }

  /// - Returns: the queue that has a slot again; `nil` if there was no such session.
  mutating func close(_ id: String) -> Int? {
    guard let session = sessions.removeValue(forKey: id) else { return nil }
    countOfQueue[session.queue, default: 1] -= 1
    return session.queue
  }

  /// The sessions of a run.
  func ids(of run: RunKey) -> [String] { sessions.filter { $0.value.run == run }.map(\.key).sorted() }

  mutating func wait(_ task: QueuedTask, queue: Int) { waiting[queue, default: FIFO()].append(task) }

  mutating func popWaiting(queue: Int) -> QueuedTask? {
    guard waiting[queue] != nil else { return nil }
    let task = waiting[queue]?.popFirst()
    if waiting[queue]?.isEmpty == true { waiting[queue] = nil }
    return task
  }
}
