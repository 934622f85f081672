internal import FoundationEssentials

// Failures: their details are payloads like all others, their texts are encoded when asked.

extension DataConverter {
  /// What is encoded of a failure's texts, as JSON with Temporal's names.
  private struct Attributes: Codable {
    var message: String
    var stack_trace: String
  }

  /// What stands for a message that is encoded.
  static let encodedMessage = "Encoded failure"

  /// Encodes a failure and its causes.
  public func encoded(_ failure: Failure) throws -> Failure {
    var result = failure
    result.info = try mapDetails(failure.info) { try encode($0) }
    result.cause = try failure.cause.map(encoded)
    guard encodesFailures, failure.encodedAttributes == nil else { return result }
    let attributes = Attributes(message: failure.message, stack_trace: failure.stackTrace)
    result.encodedAttributes = try encode(try JSONPayloadConverter().payload(for: attributes))
    result.message = DataConverter.encodedMessage
    result.stackTrace = ""
    return result
  }

  /// Decodes a failure and its causes.
  public func decoded(_ failure: Failure) throws -> Failure {
    var result = failure
    result.info = try mapDetails(failure.info) { try decode($0) }
    result.cause = try failure.cause.map(decoded)
    guard let payload = failure.encodedAttributes else { return result }
    let attributes = try JSONPayloadConverter().value(of: try decode(payload), as: Attributes.self)
    result.message = attributes.message
    result.stackTrace = attributes.stack_trace
    result.encodedAttributes = nil
    return result
  }

  private func mapDetails(_ info: Failure.Info, _ change: (Payload) throws -> Payload) rethrows -> Failure.Info {
    switch info {
    case .application(let type, let isNonRetryable, let details, let delay):
      .application(
        type: type, isNonRetryable: isNonRetryable, details: try details.map(change), nextRetryDelay: delay)
    case .timeout(let type, let details):
      .timeout(type, lastHeartbeatDetails: try details.map(change))
    case .canceled(let details):
      .canceled(details: try details.map(change))
    case .terminated, .server, .activity, .childWorkflow:
      info
    }
  }
}
