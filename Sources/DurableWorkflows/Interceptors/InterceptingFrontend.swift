internal import Synchronization

/// A frontend whose requests pass through a client's interceptors on their way to another.
///
/// Every method of ``WorkflowFrontend`` must be here: one that is left to the protocol's default is refused instead of
/// sent on.
struct InterceptingFrontend: WorkflowFrontend {
  let base: any WorkflowFrontend
  let chain: ArraySlice<any ClientOutboundInterceptor>

  /// `base` itself if there is nothing to call.
  static func wrap(
    _ base: any WorkflowFrontend, in interceptors: [any ClientInterceptor]
  ) -> any WorkflowFrontend {
    let chain = interceptors.compactMap { $0.clientOutboundInterceptor }
    return chain.isEmpty ? base : InterceptingFrontend(base: base, chain: chain[...])
  }

  func startWorkflowExecution(_ request: StartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.startWorkflow(input: $1, next: $2)
    } operation: { try await base.startWorkflowExecution($0) }
  }

  func signalWorkflowExecution(_ request: SignalWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.signalWorkflow(input: $1, next: $2)
    } operation: { try await base.signalWorkflowExecution($0) }
  }

  func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> QueryWorkflowResponse {
    try await intercept(chain, request) {
      try await $0.queryWorkflow(input: $1, next: $2)
    } operation: { try await base.queryWorkflow($0) }
  }

  func describeWorkflowExecution(_ request: DescribeWorkflowExecutionRequest) async throws
    -> WorkflowExecutionDescription
  {
    try await intercept(chain, request) {
      try await $0.describeWorkflow(input: $1, next: $2)
    } operation: { try await base.describeWorkflowExecution($0) }
  }

  func getWorkflowExecutionHistory(_ request: GetWorkflowExecutionHistoryRequest) async throws
    -> GetWorkflowExecutionHistoryResponse
  {
    try await intercept(chain, request) {
      try await $0.fetchWorkflowHistoryEvents(input: $1, next: $2)
    } operation: { try await base.getWorkflowExecutionHistory($0) }
  }

  func requestCancelWorkflowExecution(_ request: RequestCancelWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.cancelWorkflow(input: $1, next: $2)
    } operation: { try await base.requestCancelWorkflowExecution($0) }
  }

  func terminateWorkflowExecution(_ request: TerminateWorkflowExecutionRequest) async throws {
    try await intercept(chain, request) {
      try await $0.terminateWorkflow(input: $1, next: $2)
    } operation: { try await base.terminateWorkflowExecution($0) }
  }

  func listWorkflowExecutions(_ request: ListWorkflowExecutionsRequest) async throws
    -> ListWorkflowExecutionsResponse
  {
    try await intercept(chain, request) {
      try await $0.listWorkflows(input: $1, next: $2)
    } operation: { try await base.listWorkflowExecutions($0) }
  }

  func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await intercept(chain, CountWorkflowsInput(namespace: namespace, query: query)) {
      try await $0.countWorkflows(input: $1, next: $2)
    } operation: { try await base.countWorkflowExecutions(namespace: $0.namespace, query: $0.query) }
  }

  /// Interceptors see the count of all groups together.
  func countWorkflowExecutions(_ request: CountWorkflowExecutionsRequest) async throws
    -> CountWorkflowExecutionsResponse
  {
    let groups = Mutex<[CountWorkflowExecutionsResponse.Group]>([])
    let count = try await intercept(chain, CountWorkflowsInput(namespace: request.namespace, query: request.query)) {
      try await $0.countWorkflows(input: $1, next: $2)
    } operation: { input in
      let response = try await base.countWorkflowExecutions(
        CountWorkflowExecutionsRequest(namespace: input.namespace, query: input.query))
      groups.withLock { $0 = response.groups }
      return response.count
    }
    return CountWorkflowExecutionsResponse(count: count, groups: groups.withLock { $0 })
  }

  func updateWorkflowExecution(_ request: UpdateWorkflowExecutionRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.startWorkflowUpdate(input: $1, next: $2)
    } operation: { try await base.updateWorkflowExecution($0) }
  }

  func pollWorkflowExecutionUpdate(_ request: PollWorkflowExecutionUpdateRequest) async throws
    -> UpdateWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.pollWorkflowUpdate(input: $1, next: $2)
    } operation: { try await base.pollWorkflowExecutionUpdate($0) }
  }

  func signalWithStartWorkflowExecution(_ request: SignalWithStartWorkflowExecutionRequest) async throws
    -> StartWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.signalWithStartWorkflow(input: $1, next: $2)
    } operation: { try await base.signalWithStartWorkflowExecution($0) }
  }

  func updateWithStartWorkflowExecution(_ request: UpdateWithStartWorkflowExecutionRequest) async throws
    -> UpdateWithStartWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.startUpdateWithStartWorkflow(input: $1, next: $2)
    } operation: { try await base.updateWithStartWorkflowExecution($0) }
  }

  func resetWorkflowExecution(_ request: ResetWorkflowExecutionRequest) async throws
    -> ResetWorkflowExecutionResponse
  {
    try await intercept(chain, request) {
      try await $0.resetWorkflow(input: $1, next: $2)
    } operation: { try await base.resetWorkflowExecution($0) }
  }

  func respondActivityTask(_ request: RespondActivityTaskRequest) async throws {
    try await intercept(chain, request) {
      try await $0.completeAsyncActivity(input: $1, next: $2)
    } operation: { try await base.respondActivityTask($0) }
  }

  func recordActivityTaskHeartbeat(_ request: RecordActivityTaskHeartbeatRequest) async throws -> Bool {
    try await intercept(chain, request) {
      try await $0.heartbeatAsyncActivity(input: $1, next: $2)
    } operation: { try await base.recordActivityTaskHeartbeat($0) }
  }

  // What says only what the service is passes untouched.

  func getSystemInfo() async throws -> WorkflowSystemInfo { try await base.getSystemInfo() }

  func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    try await base.describeTaskQueue(request)
  }

  func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    try await base.describeNamespace(name)
  }

  func listNamespaces() async throws -> [NamespaceDescription] { try await base.listNamespaces() }
}
