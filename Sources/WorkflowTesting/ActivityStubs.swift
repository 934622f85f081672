public import DurableWorkflows

/// Activities that are closures, by name: for tests whose workflows call activities by name.
///
/// ```swift
/// let activities: ActivityStubs = ["charge": { arguments in try arguments.decode(0, as: Int.self) * 2 }]
/// ```
public struct ActivityStubs: ActivityContainer, ExpressibleByDictionaryLiteral {
  /// Nothing to call: workflows name the activities themselves.
  public struct Proxy: ActivityProxy {
    /// Creates a proxy.
    public init(_ invoker: ActivityInvoker) {}
  }

  /// The activities.
  public let activities: [ActivityDefinition]

  /// Creates a container of stubs.
  public init(dictionaryLiteral elements: (String, ActivityDefinition.Body)...) {
    activities = elements.map { ActivityDefinition($0.0, body: $0.1) }
  }
}
