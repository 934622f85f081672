public import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  /// Reads a page of history.
  ///
  /// The API's answer does not name the run that was read. Without a run id the run is therefore looked up first, and
  /// the tokens of this frontend carry its id: all pages are then of one run, even if another one starts meanwhile.
  /// How long the service waits for new events is the service's to decide, whatever
  /// ``GetWorkflowExecutionHistoryRequest/longPollTimeout`` says.
  public func getWorkflowExecutionHistory(
    _ request: GetWorkflowExecutionHistoryRequest
  ) async throws -> GetWorkflowExecutionHistoryResponse {
    var execution = request.execution
    var serviceToken: [UInt8] = []
    if !request.nextPageToken.isEmpty {
      guard let token = RemoteHistoryToken(request.nextPageToken) else {
        throw WorkflowServiceError(.invalidArgument, "the next page token is not one of this client")
      }
      execution.runID = token.runID
      serviceToken = token.serviceToken
    } else if execution.runID.isEmpty {
      execution.runID = try await currentRunID(namespace: request.namespace, workflowID: execution.workflowID)
    }
    let message = Wire.HistoryRequest.with {
      $0.namespace = request.namespace
      $0.execution = .init(execution)
      $0.maximumPageSize = Int32(clamping: request.maximumPageSize)
      $0.nextPageToken = .init(serviceToken)
      $0.waitNewEvent = request.waitNewEvent
      $0.historyEventFilterType = request.filter == .closeEvent ? .closeEvent : .allEvent
      $0.skipArchival = request.waitNewEvent
    }
    return try await send(request.waitNewEvent ? .longPoll : .repeatable) {
      let response = try await $0.getWorkflowExecutionHistory(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      let next = RemoteHistoryToken(runID: execution.runID, serviceToken: Array(response.nextPageToken))
      return GetWorkflowExecutionHistoryResponse(
        events: try response.history.events.map { try $0.value() }.naming(runID: execution.runID),
        nextPageToken: response.nextPageToken.isEmpty ? [] : next.bytes,
        runID: execution.runID)
    }
  }

  private func currentRunID(namespace: String, workflowID: String) async throws -> String {
    let message = Wire.DescribeRequest.with {
      $0.namespace = namespace
      $0.execution = .init(WorkflowExecution(workflowID: workflowID))
    }
    return try await send(.repeatable) {
      let response = try await $0.describeWorkflowExecution(
        message, metadata: metadata(namespace: namespace), options: $1)
      return response.workflowExecutionInfo.execution.runID
    }
  }

  /// Lists runs.
  public func listWorkflowExecutions(
    _ request: ListWorkflowExecutionsRequest
  ) async throws -> ListWorkflowExecutionsResponse {
    let message = Wire.ListRequest.with {
      $0.namespace = request.namespace
      $0.pageSize = Int32(clamping: request.pageSize)
      $0.nextPageToken = .init(request.nextPageToken)
      $0.query = request.query
    }
    return try await send(.repeatable) {
      let response = try await $0.listWorkflowExecutions(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      return ListWorkflowExecutionsResponse(
        executions: try response.executions.map { try $0.value("executions[\($0.execution.workflowID)]") },
        nextPageToken: Array(response.nextPageToken))
    }
  }

  /// Counts runs.
  public func countWorkflowExecutions(namespace: String, query: String) async throws -> Int {
    try await countWorkflowExecutions(CountWorkflowExecutionsRequest(namespace: namespace, query: query)).count
  }

  /// Counts runs, in all and by group.
  public func countWorkflowExecutions(
    _ request: CountWorkflowExecutionsRequest
  ) async throws -> CountWorkflowExecutionsResponse {
    let message = Wire.CountRequest.with {
      $0.namespace = request.namespace
      $0.query = request.query
    }
    let response = try await send(.repeatable) {
      try await $0.countWorkflowExecutions(message, metadata: metadata(namespace: request.namespace), options: $1)
    }
    return CountWorkflowExecutionsResponse(
      count: Int(response.count),
      groups: response.groups.map {
        CountWorkflowExecutionsResponse.Group(values: $0.groupValues.map(\.value), count: Int($0.count))
      })
  }

  /// What the service is. The API does not tell who serves it, so the identity is the address.
  public func getSystemInfo() async throws -> WorkflowSystemInfo {
    let system = try await send(.repeatable) {
      try await $0.getSystemInfo(.init(), metadata: metadata(), options: $1)
    }
    let cluster = try await send(.repeatable) {
      try await $0.getClusterInfo(.init(), metadata: metadata(), options: $1)
    }
    return WorkflowSystemInfo(
      serverVersion: system.serverVersion, identity: configuration.address, clusterID: cluster.clusterID)
  }

  /// Tells what a task queue holds. Running tasks, slots and levels are not part of the API.
  public func describeTaskQueue(_ request: DescribeTaskQueueRequest) async throws -> TaskQueueDescription {
    let message = Wire.DescribeTaskQueueRequest.with {
      $0.namespace = request.namespace
      $0.taskQueue = .init(named: request.taskQueue)
      $0.apiMode = .enhanced
      $0.taskQueueTypes = [.workflow, .activity]
      $0.reportStats = true
      $0.reportPollers = true
    }
    return try await send(.repeatable) {
      let response = try await $0.describeTaskQueue(
        message, metadata: metadata(namespace: request.namespace), options: $1)
      return try TaskQueueDescription(response, named: request.taskQueue)
    }
  }

  /// Describes a namespace.
  public func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    let message = Wire.DescribeNamespaceRequest.with { $0.namespace = name }
    return try await send(.repeatable) {
      let response = try await $0.describeNamespace(message, metadata: metadata(namespace: name), options: $1)
      return try description(response)
    }
  }

  /// Describes all namespaces.
  public func listNamespaces() async throws -> [NamespaceDescription] {
    var message = Wire.ListNamespacesRequest()
    var namespaces: [NamespaceDescription] = []
    repeat {
      let page = try await send(.repeatable) { [message] in
        try await $0.listNamespaces(message, metadata: metadata(), options: $1)
      }
      namespaces += try page.namespaces.map(description)
      message.nextPageToken = page.nextPageToken
    } while !message.nextPageToken.isEmpty
    return namespaces
  }

  private func description(_ response: Wire.DescribeNamespaceResponse) throws -> NamespaceDescription {
    NamespaceDescription(
      name: response.namespaceInfo.name, id: response.namespaceInfo.id,
      retention: try response.config.workflowExecutionRetentionTtl.timeout(
        "config.workflow_execution_retention_ttl"),
      description: response.namespaceInfo.description_p)
  }
}
