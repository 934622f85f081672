internal import WorkflowJournal

/// Keeps large payloads out of the journal: above the threshold a payload is a content-addressed file, written and
/// synced before the event that names it, and verified whenever it is read.
struct PayloadStore: Sendable {
  let blobs: BlobStore?
  let threshold: Int
  let maximumSize: Int

  /// The metadata key of a payload whose data is the reference to a file.
  static let metadataKey = "durable-workflows-blob"

  /// Replaces what is too large by references.
  func externalized(_ payloads: [Payload]) throws -> [Payload] {
    if payloads.contains(where: { $0.metadata[PayloadStore.metadataKey] != nil }) {
      throw ApplicationError(
        "the payload metadata key '\(PayloadStore.metadataKey)' is reserved; remove it", type: "ReservedMetadata",
        isNonRetryable: true)
    }
    guard payloads.contains(where: { $0.data.count > threshold }) else { return payloads }
    return try payloads.map(externalized)
  }

  /// Fetches what is referred to.
  func resolved(_ payloads: [Payload]) throws -> [Payload] {
    guard payloads.contains(where: { $0.metadata[PayloadStore.metadataKey] != nil }) else { return payloads }
    return try payloads.map(resolved)
  }

  private func externalized(_ payload: Payload) throws -> Payload {
    guard payload.data.count > threshold else { return payload }
    guard payload.data.count <= maximumSize else {
      throw ApplicationError(
        "a payload of \(payload.data.count) bytes exceeds the limit of \(maximumSize); pass a reference to a file instead",
        type: "PayloadTooLarge", isNonRetryable: true)
    }
    guard let blobs else { return payload }
    let reference = try blobs.put(payload.data)
    var external = payload
    external.metadata[PayloadStore.metadataKey] = Array("sha256".utf8)
    external.data = reference.encoded
    return external
  }

  private func resolved(_ payload: Payload) throws -> Payload {
    guard payload.metadata[PayloadStore.metadataKey] != nil, let blobs else { return payload }
    guard let reference = BlobReference(encoded: payload.data) else {
      throw RecordCodingError("a payload's blob reference has \(payload.data.count) bytes instead of 40", at: 0)
    }
    var whole = payload
    whole.metadata[PayloadStore.metadataKey] = nil
    whole.data = try blobs.get(reference)
    return whole
  }

  func externalized(_ command: Command) throws -> Command {
    switch command {
    case .scheduleActivity(var command):
      command.input = try externalized(command.input)
      return .scheduleActivity(command)
    case .completeWorkflow(let result):
      return .completeWorkflow(result: try externalized(result))
    default:
      return command
    }
  }

  func resolved(_ job: Activation.Job) throws -> Activation.Job {
    switch job {
    case .start(let input): .start(input: try resolved(input))
    case .signal(let name, let input): .signal(name: name, input: try resolved(input))
    case .resolve(let eventID, .succeeded(let result)): .resolve(eventID: eventID, .succeeded(try resolved(result)))
    case .cancel, .resolve: job
    }
  }

  /// The event with its payloads in place, as clients see it.
  func resolved(_ event: HistoryEvent) throws -> HistoryEvent {
    var event = event
    switch event.attributes {
    case .workflowExecutionStarted(var attributes):
      attributes.input = try resolved(attributes.input)
      event.attributes = .workflowExecutionStarted(attributes)
    case .workflowExecutionCompleted(let result, let task):
      event.attributes = .workflowExecutionCompleted(
        result: try resolved(result), workflowTaskCompletedEventID: task)
    case .activityTaskScheduled(var attributes):
      attributes.input = try resolved(attributes.input)
      event.attributes = .activityTaskScheduled(attributes)
    case .activityTaskCompleted(let scheduled, let started, let identity, let result):
      event.attributes = .activityTaskCompleted(
        scheduledEventID: scheduled, startedEventID: started, identity: identity, result: try resolved(result))
    case .workflowExecutionSignaled(let name, let input, let identity, let header, let requestID):
      event.attributes = .workflowExecutionSignaled(
        signalName: name, input: try resolved(input), identity: identity, header: header, requestID: requestID)
    default:
      break
    }
    return event
  }
}
