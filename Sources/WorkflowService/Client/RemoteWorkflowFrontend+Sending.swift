internal import DurableWorkflows
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import WorkflowServiceProtos

extension RemoteWorkflowFrontend {
  typealias Stub = Wire.WorkflowService.Client<HTTP2ClientTransport.Posix>

  /// How a request may be sent.
  enum Manner {
    /// Once only: a repetition might do something else, or nobody wants to wait.
    case once
    /// Again while the service is unavailable.
    case repeatable
    /// As `repeatable`, with the long timeout.
    case longPoll
  }

  /// Sends a request, again if its manner allows it and the service is unavailable.
  ///
  /// - Throws: ``WorkflowServiceError``; `CancellationError` if the task was cancelled.
  func send<Answer: Sendable>(
    _ manner: Manner, _ call: (Stub, CallOptions) async throws -> Answer
  ) async throws -> Answer {
    let stub = Stub(wrapping: client)
    let clock = ContinuousClock()
    let giveUp = clock.now + configuration.retryTimeout
    var interval = configuration.initialRetryInterval
    while true {
      do {
        return try await call(stub, options(manner))
      } catch {
        try Task.checkCancellation()
        let translated = translate(error)
        guard manner != .once, translated.code == .unavailable, clock.now + interval < giveUp else {
          throw translated
        }
        // Jitter of up to a fifth keeps many clients from coming back at the same instant.
        try await clock.sleep(for: interval * Double.random(in: 0.8...1))
        interval = min(interval * 1.5, .seconds(2))
      }
    }
  }

  /// Reads an answer that was received.
  func read<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw translate(error)
    }
  }

  private func options(_ manner: Manner) -> CallOptions {
    var options = CallOptions.defaults
    options.timeout = manner == .longPoll ? configuration.longPollTimeout : configuration.requestTimeout
    options.waitForReady = false
    options.maxResponseMessageBytes = configuration.maximumResponseSize
    return options
  }

  private func translate(_ error: any Error) -> WorkflowServiceError {
    switch error {
    case let error as WorkflowServiceError: return error
    case let error as MappingError:
      return WorkflowServiceError(
        .unimplemented, "the answer of \(configuration.address) cannot be read: \(error.description)")
    case let error as RPCError:
      return ErrorMapping.serviceError(error, address: configuration.address)
    case let error as any RPCErrorConvertible:
      return ErrorMapping.serviceError(RPCError(error), address: configuration.address)
    default:
      // The client is closed, or a bug; neither is helped by trying again.
      return WorkflowServiceError(.failedPrecondition, "no request can be sent to \(configuration.address): \(error)")
    }
  }

  /// The metadata of a request.
  func metadata(namespace: String? = nil) -> Metadata {
    var metadata = Metadata()
    for (name, value) in configuration.metadata { metadata.addString(value, forKey: name) }
    if let namespace { metadata.addString(namespace, forKey: "temporal-namespace") }
    return metadata
  }

  /// A request id for a request that has none, so that its repetitions are recognised.
  func requestID(_ given: String) -> String {
    guard given.isEmpty else { return given }
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
