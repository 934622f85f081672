internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.Update {
  init(_ request: UpdateRequest) {
    self.init()
    meta = .with {
      $0.updateID = request.updateID
      $0.identity = request.identity
    }
    input = .with {
      $0.name = request.name
      if !request.input.isEmpty { $0.args = .init(request.input) }
      if !request.header.isEmpty { $0.header = .init(request.header) }
    }
  }

  var value: UpdateRequest {
    UpdateRequest(
      updateID: meta.updateID, name: input.name, input: input.args.values, header: input.header.values,
      identity: meta.identity)
  }
}

extension Wire.UpdateOutcome {
  init(_ outcome: UpdateOutcome) {
    self.init()
    value =
      switch outcome {
      case .success(let payloads): .success(.init(payloads))
      case .failure(let failure): .failure(.init(failure))
      }
  }

  /// The outcome; `nil` if there is none yet.
  func outcome(_ field: String) throws -> UpdateOutcome? {
    switch value {
    case .success(let payloads): .success(payloads.values)
    case .failure(let failure): .failure(try failure.value("\(field).failure"))
    case nil: nil
    }
  }
}

extension Wire.UpdateStage {
  init(_ stage: UpdateLifecycleStage) {
    self =
      switch stage {
      case .admitted: .admitted
      case .accepted: .accepted
      case .completed: .completed
      }
  }

  /// The stage that an answer tells; a service that does not know of one has only admitted the update.
  var value: UpdateLifecycleStage { UpdateLifecycleStage(rawValue: rawValue) ?? .admitted }
}

extension Temporal_Api_History_V1_WorkflowExecutionUpdateAcceptedEventAttributes {
  init(_ attributes: UpdateAcceptedAttributes) {
    self.init()
    protocolInstanceID = attributes.request.updateID
    acceptedRequestMessageID = "\(attributes.request.updateID)/request"
    acceptedRequestSequencingEventID = attributes.sequencingEventID
    acceptedRequest = .init(attributes.request)
  }

  var value: UpdateAcceptedAttributes {
    var request = acceptedRequest.value
    // An update that was admitted by an event of its own is not repeated here.
    if request.updateID.isEmpty { request.updateID = protocolInstanceID }
    return UpdateAcceptedAttributes(request: request, sequencingEventID: acceptedRequestSequencingEventID)
  }
}
