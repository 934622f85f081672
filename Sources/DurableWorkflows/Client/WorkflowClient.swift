/// The typed client of a workflow service: of an engine in this process, or of a remote one.
public struct WorkflowClient: Sendable {
  /// Where requests go, through the client's interceptors.
  public let frontend: any WorkflowFrontend
  /// The namespace of all requests.
  public package(set) var namespace: String
  /// The task queue of runs that are started without one.
  public let taskQueue: String
  /// Who asks.
  public let identity: String
  let converter: any PayloadConverter
  /// Makes the ids of requests that have none.
  package var makeRequestID: @Sendable () -> String = { WorkflowClient.newRequestID() }

  /// Creates a client.
  ///
  /// - Parameter interceptors: what sees the client's requests, the first one outermost.
  public init(
    frontend: any WorkflowFrontend, namespace: String = "default", taskQueue: String = "default",
    identity: String = WorkflowEngineOptions.defaultIdentity,
    payloadConverter: any PayloadConverter = JSONPayloadConverter(), interceptors: [any ClientInterceptor] = []
  ) {
    self.frontend = InterceptingFrontend.wrap(frontend, in: interceptors)
    self.namespace = namespace
    self.taskQueue = taskQueue
    self.identity = identity
    self.converter = payloadConverter
  }

  /// How a run is started.
  public struct StartOptions: Hashable, Sendable {
    /// The task queue; `nil` means the client's.
    public var taskQueue: String?
    /// The longest that the chain of runs may take.
    public var executionTimeout: Duration?
    /// The longest that the run may take.
    public var runTimeout: Duration?
    /// Whether a closed run's id may be used again.
    public var idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate
    /// What an open run of the id means.
    public var idConflictPolicy: WorkflowIDConflictPolicy = .fail
    /// Dedupes repeated requests; `nil` makes one up.
    public var requestID: String?
    /// Notes shown with the run.
    public var memo: [String: Payload] = [:]
    /// Indexed values.
    public var searchAttributes: [String: Payload] = [:]
    /// How failures of the run are retried; `nil` means not at all.
    public var retryPolicy: RetryPolicy?
    /// A cron expression: the run is the first of a chain; empty means a single run.
    public var cronSchedule: String = ""
    /// How long after the start the run's code begins; a signal or an update ends the wait.
    public var startDelay: Duration?
    /// How urgent the run's activities are, and whom they are done for.
    public var priority = Priority()

    /// Creates the defaults.
    public init(
      taskQueue: String? = nil, executionTimeout: Duration? = nil, runTimeout: Duration? = nil,
      idReusePolicy: WorkflowIDReusePolicy = .allowDuplicate, idConflictPolicy: WorkflowIDConflictPolicy = .fail,
      requestID: String? = nil, memo: [String: Payload] = [:], searchAttributes: [String: Payload] = [:],
      retryPolicy: RetryPolicy? = nil, cronSchedule: String = "", startDelay: Duration? = nil,
      priority: Priority = Priority()
    ) {
      self.taskQueue = taskQueue
      self.executionTimeout = executionTimeout
      self.runTimeout = runTimeout
      self.idReusePolicy = idReusePolicy
      self.idConflictPolicy = idConflictPolicy
      self.requestID = requestID
      self.memo = memo
      self.searchAttributes = searchAttributes
      self.retryPolicy = retryPolicy
      self.cronSchedule = cronSchedule
      self.startDelay = startDelay
      self.priority = priority
    }
  }

  /// Starts a run. When it returns, the start is durable.
  ///
  /// - Throws: ``WorkflowServiceError``; with `alreadyStarted` when the id's policies refuse.
  public func start<W: WorkflowDefinition>(
    _ type: W.Type, id: String, input: W.Input, options: StartOptions = StartOptions()
  ) async throws -> WorkflowHandle<W> {
    let payloads = input is Empty ? [] : [try converter(for: id).payload(for: input)]
    let response = try await start(workflowType: W.name, id: id, input: payloads, options: options)
    return WorkflowHandle(
      client: self, execution: WorkflowExecution(workflowID: id, runID: response.runID), followsChain: true)
  }

  /// Starts a run of a workflow without input.
  public func start<W: WorkflowDefinition>(
    _ type: W.Type, id: String, options: StartOptions = StartOptions()
  ) async throws -> WorkflowHandle<W> where W.Input == Empty {
    try await start(type, id: id, input: Empty(), options: options)
  }

  /// Starts a run and waits for its result.
  ///
  /// - Throws: ``WorkflowFailedError`` when the run does not complete; ``WorkflowServiceError``.
  public func execute<W: WorkflowDefinition>(
    _ type: W.Type, id: String, input: W.Input, options: StartOptions = StartOptions()
  ) async throws -> W.Output {
    try await start(type, id: id, input: input, options: options).result()
  }

  /// Starts a run of a workflow without input and waits for its result.
  public func execute<W: WorkflowDefinition>(
    _ type: W.Type, id: String, options: StartOptions = StartOptions()
  ) async throws -> W.Output where W.Input == Empty {
    try await execute(type, id: id, input: Empty(), options: options)
  }

  /// Starts a run by the workflow's registered name.
  public func start(
    workflowType: String, id: String, input: [Payload], options: StartOptions = StartOptions()
  ) async throws -> StartWorkflowExecutionResponse {
    try await frontend.startWorkflowExecution(
      try startRequest(workflowType: workflowType, id: id, input: input, options: options))
  }

  /// The converter for values that belong to a run.
  func converter(for workflowID: String) -> any PayloadConverter { converter.bound(to: workflowID, in: namespace) }

  func startRequest(
    workflowType: String, id: String, input: [Payload], options: StartOptions
  ) throws -> StartWorkflowExecutionRequest {
    var request = StartWorkflowExecutionRequest(
      namespace: namespace, workflowID: id, workflowType: workflowType, taskQueue: options.taskQueue ?? taskQueue)
    request.input = input
    request.executionTimeout = options.executionTimeout
    request.runTimeout = options.runTimeout
    request.identity = identity
    request.requestID = options.requestID ?? makeRequestID()
    request.idReusePolicy = options.idReusePolicy
    request.idConflictPolicy = options.idConflictPolicy
    request.memo = try converter(for: id).encodedOnce(options.memo)
    request.searchAttributes = options.searchAttributes
    request.retryPolicy = options.retryPolicy
    request.cronSchedule = options.cronSchedule
    request.startDelay = options.startDelay
    request.priority = options.priority
    return request
  }

  /// What a service says of a run, with its memo decoded as far as that is possible.
  func readable(_ info: WorkflowExecutionInfo) -> WorkflowExecutionInfo {
    if info.memo.isEmpty { return info }
    var info = info
    info.memo = converter.readable(info.memo)
    return info
  }

  /// A handle to a run that was started before.
  ///
  /// - Parameter runID: the run; `nil` means the id's current run.
  public func handle<W: WorkflowDefinition>(
    for type: W.Type = W.self, id: String, runID: String? = nil
  ) -> WorkflowHandle<W> {
    WorkflowHandle(client: self, execution: WorkflowExecution(workflowID: id, runID: runID ?? ""))
  }

  /// All runs, newest first, page by page as they are read.
  ///
  /// - Parameter query: a visibility query; empty lists all.
  public func list(query: String = "", pageSize: Int = 0) -> AsyncThrowingStream<WorkflowExecutionInfo, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          var request = ListWorkflowExecutionsRequest(namespace: namespace, pageSize: pageSize, query: query)
          repeat {
            let page = try await frontend.listWorkflowExecutions(request)
            for info in page.executions { continuation.yield(readable(info)) }
            request.nextPageToken = page.nextPageToken
          } while !request.nextPageToken.isEmpty
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// What a task queue holds, and who serves it: the signal to scale by.
  ///
  /// - Parameter name: the queue; `nil` means the client's.
  public func describeTaskQueue(_ name: String? = nil) async throws -> TaskQueueDescription {
    try await frontend.describeTaskQueue(
      DescribeTaskQueueRequest(namespace: namespace, taskQueue: name ?? taskQueue))
  }

  static func newRequestID() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next() as UInt64, radix: 16) + String(generator.next() as UInt64, radix: 16)
  }
}
