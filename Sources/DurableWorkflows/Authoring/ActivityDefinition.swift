/// A group of activities that share an instance: an actor or a struct whose methods are marked `@Activity`.
///
/// `@ActivityContainer` writes the conformance. By hand, ``activities`` lists the definitions and ``Proxy`` offers them
/// to workflows.
public protocol ActivityContainer: Sendable {
  /// The typed face that workflows call, one method per activity.
  associatedtype Proxy: ActivityProxy

  /// The activities, bound to this instance.
  nonisolated var activities: [ActivityDefinition] { get }
}

/// The typed face of an activity container inside workflows.
public protocol ActivityProxy: Sendable {
  /// Creates a proxy that schedules through `invoker`.
  init(_ invoker: ActivityInvoker)
}

/// One activity: a name, default options and the code.
public struct ActivityDefinition: Sendable {
  /// The code: arguments in, the encoded result out.
  public typealias Body = @Sendable (Arguments) async throws -> any Encodable & Sendable

  /// The registered name; empty for the dynamic activity.
  public let name: String
  /// Whether attempts of every type that is not registered are given to this definition.
  public let isDynamic: Bool
  /// What ``ActivityOptions`` at the call do not set.
  public let defaults: ActivityOptions
  package let body: Body

  /// Creates a definition.
  public init(_ name: String, defaults: ActivityOptions = ActivityOptions(), body: @escaping Body) {
    self.name = name
    self.isDynamic = false
    self.defaults = defaults
    self.body = body
  }

  /// Creates the definition for every activity type that is not registered; the type's name is
  /// ``ActivityInfo/activityType`` of ``ActivityExecutionContext/current``.
  public init(dynamic body: @escaping Body) {
    self.name = ""
    self.isDynamic = true
    self.defaults = ActivityOptions()
    self.body = body
  }
}

/// Schedules activities for a proxy: holds the context and the options that the caller gave.
public struct ActivityInvoker: Sendable {
  let context: WorkflowContext
  let options: ActivityOptions
  /// Set when the calls run as local activities.
  var localOptions: LocalActivityOptions?

  /// Schedules an activity and waits for its result.
  ///
  /// - Throws: ``ActivityError`` when it failed for good, ``CanceledError`` when the caller was cancelled.
  public func execute<Output: Decodable & Sendable, each Argument: Encodable & Sendable>(
    _ name: String, defaults: ActivityOptions = ActivityOptions(), _ arguments: repeat each Argument,
    returning type: Output.Type = Output.self
  ) async throws -> Output {
    if var local = localOptions {
      if local.startToCloseTimeout == nil, local.scheduleToCloseTimeout == nil {
        local.startToCloseTimeout = defaults.startToCloseTimeout
        local.scheduleToCloseTimeout = defaults.scheduleToCloseTimeout
      }
      local.retryPolicy = local.retryPolicy ?? defaults.retryPolicy
      return try await context.executeLocalActivity(name, repeat each arguments, options: local, returning: type)
    }
    return try await context.executeActivity(
      name, repeat each arguments, options: options.merged(over: defaults), returning: type)
  }
}
