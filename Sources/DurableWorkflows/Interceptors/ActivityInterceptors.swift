/// Sees the calls that reach activity code. It runs in the attempt's own task: ``ActivityExecutionContext/current`` is
/// the attempt's.
public protocol ActivityInboundInterceptor: Sendable {
  /// Surrounds one attempt of an activity, local or not. What it throws fails the attempt, as an error of the code
  /// does.
  ///
  /// - Returns: the attempt's result.
  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload]
}

/// Sees the calls that activity code makes.
public protocol ActivityOutboundInterceptor: Sendable {
  /// Surrounds ``ActivityExecutionContext/heartbeat(_:)``. Without a call of `next` the heartbeat is not recorded.
  func heartbeat(input: HeartbeatInput, next: (HeartbeatInput) -> Void)

  /// Makes what ``ActivityExecutionContext/info`` shows; called once per attempt, before it begins.
  func info(input: ActivityInfo, next: (ActivityInfo) -> ActivityInfo) -> ActivityInfo
}

extension ActivityInboundInterceptor {
  /// Goes on.
  public func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    try await next(input)
  }
}

extension ActivityOutboundInterceptor {
  /// Goes on.
  public func heartbeat(input: HeartbeatInput, next: (HeartbeatInput) -> Void) {
    next(input)
  }

  /// Goes on.
  public func info(input: ActivityInfo, next: (ActivityInfo) -> ActivityInfo) -> ActivityInfo {
    next(input)
  }
}

/// An attempt of an activity is about to begin.
public struct ExecuteActivityInput: Sendable {
  /// What is executed.
  public let info: ActivityInfo
  /// The arguments.
  public var arguments: [Payload]
  /// Context that came with the activity.
  public var header: [String: Payload]

  /// Creates an input.
  public init(info: ActivityInfo, arguments: [Payload] = [], header: [String: Payload] = [:]) {
    self.info = info
    self.arguments = arguments
    self.header = header
  }
}

/// Activity code reports that it is alive.
public struct HeartbeatInput: Sendable {
  /// What is executed.
  public let info: ActivityInfo
  /// What the next attempt can read.
  public var details: [Payload]

  /// Creates an input.
  public init(info: ActivityInfo, details: [Payload] = []) {
    self.info = info
    self.details = details
  }
}
