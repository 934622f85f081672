/// How a session is opened. Names are those of Temporal's Go SDK.
public struct SessionOptions: Hashable, Sendable {
  /// The queue whose worker keeps the session; `nil` means the run's own.
  public var taskQueue: String?
  /// How long to wait for one of the worker's session slots.
  public var creationTimeout: Duration
  /// The longest that the session may last.
  public var executionTimeout: Duration

  /// Creates options.
  public init(
    taskQueue: String? = nil, creationTimeout: Duration = .minutes(1), executionTimeout: Duration = .hours(1)
  ) {
    self.taskQueue = taskQueue
    self.creationTimeout = creationTimeout
    self.executionTimeout = executionTimeout
  }
}

/// A slot of one worker that a run holds over several activities, which all run in the same process: for what they
/// leave to one another outside of history, such as a downloaded file or an open connection.
///
/// The worker opens at most ``WorkerOptions/maxConcurrentSessionExecutions`` at once. When the process ends, or the
/// session's time is over, the session has failed: its activities end with an ``ActivityError`` whose cause has the
/// type ``WorkflowSession/failureType``, and the run can open another one and begin again.
///
/// ```swift
/// try await context.withSession { session in
///   let transfers = context.activities(Transfers.self, options: session.options())
///   let file = try await transfers.download(url: url)
///   try await transfers.upload(file: file)
/// }
/// ```
public struct WorkflowSession: Hashable, Sendable {
  /// The type of the failure of activities whose session has failed.
  public static let failureType = "SessionFailed"

  /// The session's id.
  public let id: String
  /// The queue whose worker keeps it.
  public let taskQueue: String

  /// Options for an activity in the session.
  public func options(_ options: ActivityOptions = ActivityOptions()) -> ActivityOptions {
    var options = options
    options.taskQueue = SessionName(id: id, taskQueue: taskQueue).text
    return options
  }
}

extension WorkflowContext {
  /// Opens a session, runs `body`, and closes the session, whether or not `body` throws.
  ///
  /// - Throws: what ``createSession(_:)`` and `body` throw.
  public func withSession<Value: Sendable>(
    _ options: SessionOptions = SessionOptions(), isolation: isolated (any Actor)? = #isolation,
    _ body: (WorkflowSession) async throws -> Value
  ) async throws -> Value {
    let session = try await createSession(options)
    do {
      let result = try await body(session)
      try await complete(session)
      return result
    } catch let error
      where error is NonDeterminismError || error is WorkflowAbandonedError || error is ContinueAsNewError
    {
      // The session ends with the run.
      throw error
    } catch {
      try? await withCancellationShield { try await complete(session) }
      throw error
    }
  }

  /// Opens a session. Close it with ``complete(_:)``; it also ends with the run.
  ///
  /// - Throws: ``ActivityError`` with a timeout when there was no slot in time; ``CanceledError`` when the task is
  ///   cancelled.
  public func createSession(_ options: SessionOptions = SessionOptions()) async throws -> WorkflowSession {
    let taskQueue = options.taskQueue ?? info.taskQueue
    let id: String = try await executeActivity(
      SessionActivity.create, options.executionTimeout.inNanoseconds,
      options: ActivityOptions(
        startToCloseTimeout: .seconds(10), scheduleToStartTimeout: options.creationTimeout,
        retryPolicy: RetryPolicy.none, taskQueue: taskQueue))
    return WorkflowSession(id: id, taskQueue: taskQueue)
  }

  /// Closes a session: its slot is free again. A session that has failed is closed already.
  public func complete(_ session: WorkflowSession) async throws {
    let _: Bool = try await executeActivity(
      SessionActivity.complete, session.id,
      options: ActivityOptions(startToCloseTimeout: .seconds(10), taskQueue: session.taskQueue))
  }
}

/// The activities that the engine itself does. Names with two underscores are reserved.
enum SessionActivity {
  static let create = "__session_create"
  static let complete = "__session_complete"
}

/// The task queue of a session's activities, as it is recorded.
struct SessionName: Hashable, Sendable {
  var id: String
  var taskQueue: String

  private static let prefix = "__session:"

  init(id: String, taskQueue: String) {
    self.id = id
    self.taskQueue = taskQueue
  }

  /// `nil` if the queue is not that of a session.
  init?(_ text: String) {
    guard text.hasPrefix(SessionName.prefix) else { return nil }
    let rest = text.dropFirst(SessionName.prefix.count)
    guard let colon = rest.firstIndex(of: ":") else { return nil }
    id = String(rest[..<colon])
    taskQueue = String(rest[rest.index(after: colon)...])
  }

  var text: String { "\(SessionName.prefix)\(id):\(taskQueue)" }
}
