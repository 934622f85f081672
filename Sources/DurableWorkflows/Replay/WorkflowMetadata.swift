internal import Synchronization

/// What a workflow answers to the query `__temporal_workflow_metadata`: Temporal's `sdk.v1.WorkflowMetadata`, as JSON.
struct WorkflowMetadata: Codable, Hashable {
  /// A handler; without a name it stands for every name that no other handler has.
  struct Handler: Codable, Hashable {
    var name: String?
  }

  struct Definition: Codable, Hashable {
    var type: String
    var queryDefinitions: [Handler]
    var signalDefinitions: [Handler]
    var updateDefinitions: [Handler]
  }

  var definition: Definition

  static let queryName = "__temporal_workflow_metadata"
  private static let messageType = "temporal.api.sdk.v1.WorkflowMetadata"

  /// The value in the encoding of protobuf messages in JSON, which the tools expect.
  func payload() throws -> Payload {
    var payload = try JSONPayloadConverter().payload(for: self)
    payload.metadata = [
      Payload.encodingKey: Array("json/protobuf".utf8), "messageType": Array(WorkflowMetadata.messageType.utf8),
    ]
    return payload
  }
}

extension [WorkflowMetadata.Handler] {
  /// Handlers in the order of their names, behind the one for all other names.
  init(names: some Sequence<String>, isDynamic: Bool) {
    self = (isDynamic ? [.init(name: nil)] : []) + Set(names).sorted().map { .init(name: $0) }
  }
}

extension WorkflowInstance {
  /// The workflow's type and handlers, with those that it registered while it ran.
  func metadata() throws -> Payload {
    let (workflow, signals, queries) = state.withLock {
      ($0.workflow, Array($0.signalHandlers.keys), Array($0.queryHandlers.keys))
    }
    guard let workflow else {
      throw WorkflowServiceError(.queryFailed, "the workflow has not started yet; ask again")
    }
    let dynamic = workflow.dynamicHandlers
    let definition = WorkflowMetadata.Definition(
      type: registration.name,
      queryDefinitions: .init(names: workflow.queryNames + queries, isDynamic: dynamic.query),
      signalDefinitions: .init(names: workflow.signalNames + signals, isDynamic: dynamic.signal),
      updateDefinitions: .init(names: workflow.updateNames, isDynamic: dynamic.update))
    return try WorkflowMetadata(definition: definition).payload()
  }
}
