extension EventAttributes {
  /// The byte that begins the event in a record: Temporal's number, or 100 more where fields follow that early
  /// versions of the format did not have, or 200 more where a priority follows these. A start with everything
  /// and a namespace is 252.
  var recordKind: UInt8 {
    switch self {
    case .workflowExecutionStarted(let attributes) where !attributes.namespace.isOwn: return 252
    case .workflowExecutionStarted(let attributes) where !attributes.priority.isUnset: return 201
    case .activityTaskScheduled(let attributes) where !attributes.priority.isUnset: return 210
    case .startChildWorkflowExecutionInitiated(let attributes) where !attributes.priority.isUnset: return 229
    default: break
    }
    let isExtended =
      switch self {
      case .workflowExecutionStarted(let attributes): attributes.isExtended
      case .workflowExecutionCompleted(_, _, let newRunID): !newRunID.isEmpty
      case .workflowExecutionFailed(_, _, _, let newRunID): !newRunID.isEmpty
      case .workflowExecutionTimedOut(_, let newRunID): !newRunID.isEmpty
      case .workflowTaskFailed(_, _, _, _, _, let reset): reset != nil
      case .activityTaskScheduled(let attributes): !attributes.isIdempotent
      default: false
      }
    return UInt8(type.rawValue) + (isExtended ? 100 : 0)
  }
}

extension WorkflowExecutionStartedAttributes {
  /// Whether the run is anything but the first, unversioned run of a root without retries and cron.
  var isExtended: Bool {
    self
      != WorkflowExecutionStartedAttributes(
        workflowType: workflowType, workflowID: workflowID, runID: runID, taskQueue: taskQueue, input: input,
        executionTimeout: executionTimeout, runTimeout: runTimeout, taskTimeout: taskTimeout, identity: identity,
        memo: memo, searchAttributes: searchAttributes, header: header, requestID: requestID, attempt: attempt)
  }
}

extension ByteWriter {
  /// The fields after the attempt.
  mutating func startedExtension(_ started: WorkflowExecutionStartedAttributes) {
    text(started.firstRunID)
    text(started.originalRunID)
    text(started.continuedRunID)
    optional(started.initiator) { $0.count($1.rawValue) }
    optional(started.continuedFailure) { $0.failure($1) }
    payloads(started.lastCompletionResult)
    optional(started.parent) { writer, parent in
      writer.text(parent.namespace)
      writer.execution(parent.execution)
      writer.signed(parent.initiatedEventID)
    }
    optional(started.root) { $0.execution($1) }
    optional(started.retryPolicy) { $0.retryPolicy($1) }
    text(started.cronSchedule)
    optional(started.firstWorkflowTaskBackoff) { $0.duration($1) }
    optional(started.executionDeadline) { $0.signed($1.nanosecondsSinceEpoch) }
    count(started.version)
  }

  mutating func execution(_ execution: WorkflowExecution) {
    text(execution.workflowID)
    text(execution.runID)
  }
}

extension ByteReader {
  /// Reads the fields after the attempt.
  mutating func startedExtension(of started: inout WorkflowExecutionStartedAttributes) throws(RecordCodingError) {
    started.firstRunID = try text()
    started.originalRunID = try text()
    started.continuedRunID = try text()
    started.initiator = try optional { reader throws(RecordCodingError) in
      try reader.known("initiator") { ContinueAsNewInitiator(rawValue: $0) }
    }
    started.continuedFailure = try optional { reader throws(RecordCodingError) in try reader.failure() }
    started.lastCompletionResult = try payloads()
    started.parent = try optional { reader throws(RecordCodingError) in
      ParentWorkflow(
        namespace: try reader.text(), execution: try reader.execution(), initiatedEventID: try reader.signed())
    }
    started.root = try optional { reader throws(RecordCodingError) in try reader.execution() }
    started.retryPolicy = try optional { reader throws(RecordCodingError) in try reader.retryPolicy() }
    started.cronSchedule = try text()
    started.firstWorkflowTaskBackoff = try optional { reader throws(RecordCodingError) in try reader.duration() }
    started.executionDeadline = try optional { reader throws(RecordCodingError) in
      Timestamp(nanosecondsSinceEpoch: try reader.signed())
    }
    started.version = Int(clamping: try unsigned())
  }

  mutating func execution() throws(RecordCodingError) -> WorkflowExecution {
    WorkflowExecution(workflowID: try text(), runID: try text())
  }

  /// A number that stands for one of a closed set of values.
  mutating func known<Value>(_ what: String, _ value: (Int) -> Value?) throws(RecordCodingError) -> Value {
    let number = Int(clamping: try unsigned())
    guard let value = value(number) else {
      throw RecordCodingError("\(what) \(number) is unknown; a newer version wrote it", at: remaining)
    }
    return value
  }
}
