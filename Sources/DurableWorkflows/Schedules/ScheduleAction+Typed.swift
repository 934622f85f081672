extension ScheduleAction {
  /// Starts runs of a workflow type.
  ///
  /// - Parameters:
  ///   - id: what the ids of the runs begin with; see ``StartWorkflow/workflowID``.
  ///   - taskQueue: the task queue; empty means that of the client that creates the schedule.
  /// - Throws: what the converter throws for the input.
  public static func startWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, id: String, input: W.Input, taskQueue: String = "", executionTimeout: Duration? = nil,
    runTimeout: Duration? = nil, retryPolicy: RetryPolicy? = nil, memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], priority: Priority = Priority(),
    payloadConverter: any PayloadConverter = JSONPayloadConverter()
  ) throws -> ScheduleAction {
    .startWorkflow(
      StartWorkflow(
        workflowType: W.name, workflowID: id, taskQueue: taskQueue,
        input: input is Empty ? [] : [try payloadConverter.payload(for: input)], executionTimeout: executionTimeout,
        runTimeout: runTimeout, retryPolicy: retryPolicy, memo: memo, searchAttributes: searchAttributes,
        priority: priority))
  }

  /// Starts runs of a workflow type without input.
  public static func startWorkflow<W: WorkflowDefinition>(
    _ type: W.Type, id: String, taskQueue: String = "", executionTimeout: Duration? = nil,
    runTimeout: Duration? = nil, retryPolicy: RetryPolicy? = nil, memo: [String: Payload] = [:],
    searchAttributes: [String: Payload] = [:], priority: Priority = Priority()
  ) -> ScheduleAction where W.Input == Empty {
    .startWorkflow(
      StartWorkflow(
        workflowType: W.name, workflowID: id, taskQueue: taskQueue, executionTimeout: executionTimeout,
        runTimeout: runTimeout, retryPolicy: retryPolicy, memo: memo, searchAttributes: searchAttributes,
        priority: priority))
  }
}
