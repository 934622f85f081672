internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.BatchType {
  private static let names: [(Wire.BatchType, String)] = [
    (.terminate, "terminate"), (.cancel, "cancel"), (.signal, "signal"), (.delete, "delete"), (.reset, "reset"),
  ]

  /// The type of an operation's name; `unspecified` for those that the API has no number for, as pauses.
  init(named name: String) {
    self = Self.names.first { $0.1 == name }?.0 ?? .unspecified
  }

  /// The operation's name; empty if it has none here.
  var name: String { Self.names.first { $0.0 == self }?.1 ?? "" }
}

extension Wire.BatchState {
  init(_ state: BatchOperationDescription.State) {
    self =
      switch state {
      case .running: .running
      case .completed: .completed
      case .failed: .failed
      }
  }

  func value(_ field: String) throws -> BatchOperationDescription.State {
    switch self {
    case .running: .running
    case .completed: .completed
    case .failed: .failed
    case .unspecified, .UNRECOGNIZED: throw MappingError(field, "is \(rawValue), which is no known state")
    }
  }
}

extension Wire.BatchInfo {
  init(_ batch: BatchOperationDescription) {
    self.init()
    jobID = batch.jobID
    state = .init(batch.state)
    startTime = .init(batch.startTime)
    if let time = batch.closeTime { closeTime = .init(time) }
    operationType = .init(named: batch.operation)
  }
}

extension Wire.DescribeBatchResponse {
  /// The message has no field for the last failure.
  init(_ batch: BatchOperationDescription) {
    self.init()
    operationType = .init(named: batch.operation)
    jobID = batch.jobID
    state = .init(batch.state)
    startTime = .init(batch.startTime)
    if let time = batch.closeTime { closeTime = .init(time) }
    totalOperationCount = Int64(batch.totalOperationCount)
    completeOperationCount = Int64(batch.completeOperationCount)
    failureOperationCount = Int64(batch.failureOperationCount)
    identity = batch.identity
    reason = batch.reason
    query = batch.query
  }

  func value() throws -> BatchOperationDescription {
    BatchOperationDescription(
      jobID: jobID, operation: operationType.name, query: query, state: try state.value("state"),
      startTime: try startTime.timestamp("start_time"),
      closeTime: hasCloseTime ? try closeTime.timestamp("close_time") : nil,
      totalOperationCount: Int(totalOperationCount), completeOperationCount: Int(completeOperationCount),
      failureOperationCount: Int(failureOperationCount), reason: reason, identity: identity, lastFailure: "")
  }
}

extension Wire.StartBatchRequest {
  /// - Throws: ``WorkflowServiceError`` with `unimplemented` for what Temporal's API has no batch for.
  init(_ request: StartBatchOperationRequest) throws {
    self.init()
    namespace = request.namespace
    jobID = request.jobID
    visibilityQuery = request.query
    reason = request.reason
    maxOperationsPerSecond = Float(request.maxOperationsPerSecond)
    operation =
      switch request.operation {
      case .terminate(let details):
        .terminationOperation(
          .with {
            if !details.isEmpty { $0.details = .init(details) }
            $0.identity = request.identity
          })
      case .signal(let name, let input, let header):
        .signalOperation(
          .with {
            $0.signal = name
            if !input.isEmpty { $0.input = .init(input) }
            if !header.isEmpty { $0.header = .init(header) }
            $0.identity = request.identity
          })
      case .cancel: .cancellationOperation(.with { $0.identity = request.identity })
      case .delete: .deletionOperation(.with { $0.identity = request.identity })
      case .reset(let point, let reapply):
        .resetOperation(
          .with {
            $0.identity = request.identity
            $0.options.target = .init(point)
            $0.options.resetReapplyType = .allEligible
            $0.options.resetReapplyExcludeTypes = reapply.excluded
          })
      case .pause, .unpause:
        throw WorkflowServiceError(
          .unimplemented, "Temporal's API has no batch that does '\(request.operation.name)'; do it run by run")
      }
  }
}

extension Temporal_Api_Common_V1_ResetOptions.OneOf_Target {
  init(_ point: WorkflowResetPoint) {
    self =
      switch point.value {
      case .firstWorkflowTask: .firstWorkflowTask(.init())
      case .lastWorkflowTask: .lastWorkflowTask(.init())
      case .event(let id): .workflowTaskID(id)
      case .buildID(let id): .buildID(id)
      }
  }
}
