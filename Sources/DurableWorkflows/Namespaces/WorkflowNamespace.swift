/// A namespace that an engine serves beside its own: a space of workflow ids, schedules, batches and lists that sees
/// nothing of the others.
public struct WorkflowNamespace: Hashable, Sendable {
  /// The name that requests give.
  public var name: String
  /// How long a closed run can be described, queried and listed; it is left out by the first checkpoint afterwards.
  public var retention: Duration
  /// What it is for, for people.
  public var description: String

  /// Creates a namespace; `retention` is three days if it is not given, as in Temporal's namespaces.
  public init(_ name: String, retention: Duration = .seconds(3 * 86_400), description: String = "") {
    self.name = name
    self.retention = retention
    self.description = description
  }
}

extension WorkflowEngineOptions {
  /// The key of the namespace with this name.
  ///
  /// - Throws: ``WorkflowServiceError``, code `namespaceNotFound`, if the engine does not serve it.
  func key(ofNamespace name: String) throws(WorkflowServiceError) -> NamespaceKey {
    if name == namespace { return .own }
    guard !name.isEmpty, namespaces.contains(where: { $0.name == name }) else {
      throw WorkflowServiceError(.namespaceNotFound, "Namespace \(name) is not found.")
    }
    return NamespaceKey(name: name)
  }

  /// What a namespace is called.
  func name(of key: NamespaceKey) -> String { key.isOwn ? namespace : key.name }

  /// How long closed runs of a namespace are kept.
  func retention(of key: NamespaceKey) -> Duration {
    if key.isOwn { return retention }
    return namespaces.first { $0.name == key.name }?.retention ?? retention
  }

  /// What is wrong with the namespaces, or `nil`.
  var namespaceProblem: String? {
    if namespace.isEmpty { return "the namespace is empty" }
    var names: Set<String> = [namespace]
    for other in namespaces {
      if other.name.isEmpty { return "a namespace of namespaces has no name" }
      if !names.insert(other.name).inserted { return "the namespace '\(other.name)' is there twice" }
      if other.retention < .zero {
        return "the retention of namespace '\(other.name)' is \(other.retention); it cannot be negative"
      }
    }
    return nil
  }
}

/// When runs must have closed to be kept, by namespace.
struct RetentionLimits: Sendable {
  private let own: Timestamp
  private let others: [NamespaceKey: Timestamp]

  init(_ options: WorkflowEngineOptions, at now: Timestamp) {
    own = now + (.zero - options.retention)
    others = Dictionary(
      options.namespaces.map { (NamespaceKey(name: $0.name), now + (.zero - $0.retention)) }
    ) { first, _ in first }
  }

  /// Runs of the namespace that closed before this time are left out.
  subscript(namespace: NamespaceKey) -> Timestamp { namespace.isOwn ? own : others[namespace] ?? own }
}
