internal import Logging
internal import WorkflowJournal

/// One attempt of an activity, run on Swift's own pool.
final class ActivityExecution: Sendable {
  /// `nil` if the activity is not registered.
  let code: ActivityDefinition.Body?
  let registeredNames: [String]
  let info: ActivityInfo
  let input: [Payload]
  let converter: any PayloadConverter
  let payloads: PayloadStore
  let channel: ActivityChannel
  let logger: Logger
  /// `nil` if there is nothing to call.
  let interceptors: ActivityInterceptors?
  /// Whether a result waits for space on the disk, in real time.
  let waitsForSpace: Bool

  init(
    code: ActivityDefinition.Body?, registeredNames: [String], info: ActivityInfo, input: [Payload],
    converter: any PayloadConverter, payloads: PayloadStore, channel: ActivityChannel, logger: Logger,
    interceptors: ActivityInterceptors?, waitsForSpace: Bool
  ) {
    self.code = code
    self.registeredNames = registeredNames
    self.info = info
    self.input = input
    self.converter = converter
    self.payloads = payloads
    self.channel = channel
    self.logger = logger
    self.interceptors = interceptors
    self.waitsForSpace = waitsForSpace
  }

  /// Runs the code; every way in which it can end is an outcome.
  func run() async -> ActivityOutcome {
    guard let code else {
      return .failed(
        Failure(
          message: "activity '\(info.activityType)' is not registered; registered: "
            + "[\(registeredNames.joined(separator: ", "))]",
          info: .application(type: "NotFoundError", isNonRetryable: false, details: [], nextRetryDelay: nil)))
    }
    do {
      let arguments = try payloads.resolved(input)
      let result = try await ActivityExecutionContext.$current.withValue(context) {
        try await execute(code, arguments)
      }
      return .completed(try await stored(result))
    } catch is CompleteAsyncError {
      if info.isLocal {
        return .failed(
          Failure(
            message: "a local activity cannot complete asynchronously; run it as an ordinary activity",
            info: .application(type: "InvalidActivity", isNonRetryable: true, details: [], nextRetryDelay: nil)))
      }
      return .completesAsynchronously
    } catch {
      if channel.cancellationReason != nil {
        if let error = error as? CanceledError { return canceled(error) }
        if error is CancellationError { return .canceled(details: []) }
      }
      return .failed(Failure(recording: error, converter: converter))
    }
  }

  /// The activity honoured its cancellation. Details that cannot be encoded must not be recorded as they are.
  private func canceled(_ error: CanceledError) -> ActivityOutcome {
    do {
      return .canceled(details: try converter.encodedOnce(error.details))
    } catch {
      return .failed(Failure(recording: error, converter: converter))
    }
  }

  /// The result with its large payloads in files. While there is no space for them it waits: what the activity has done
  /// is done, and must not become a failure.
  private func stored(_ result: [Payload]) async throws -> [Payload] {
    while true {
      do {
        return try payloads.externalized(result)
      } catch let error as JournalError where error.code == .full && waitsForSpace && !Task.isCancelled {
        logger.error(
          "there is no space for an activity's result; it waits",
          metadata: ["activity_id": "\(info.activityID)", "error": "\(error)"])
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Runs the code inside the interceptors.
  private func execute(_ code: @escaping ActivityDefinition.Body, _ arguments: [Payload]) async throws -> [Payload] {
    guard let chain = interceptors?.inbound, !chain.isEmpty else { return try await call(code, arguments) }
    let input = ExecuteActivityInput(
      info: ActivityExecutionContext.current?.info ?? info, arguments: arguments, header: info.header)
    return try await intercept(chain[...], input) {
      try await $0.executeActivity(input: $1, next: $2)
    } operation: { try await call(code, $0.arguments) }
  }

  private func call(_ code: @escaping ActivityDefinition.Body, _ arguments: [Payload]) async throws -> [Payload] {
    let output = try await code(
      Arguments(arguments, converter: converter, owner: "activity", name: info.activityType))
    return output is Empty ? [] : [try converter.payload(for: output)]
  }

  private var context: ActivityExecutionContext {
    guard let outbound = interceptors?.outbound, !outbound.isEmpty else {
      return ActivityExecutionContext(info: info, logger: logger, channel: channel, converter: converter)
    }
    let shown = interceptSurely(outbound[...], info) { $0.info(input: $1, next: $2) } operation: { $0 }
    return ActivityExecutionContext(
      info: shown, logger: logger, channel: channel, converter: converter, interceptors: outbound)
  }
}
