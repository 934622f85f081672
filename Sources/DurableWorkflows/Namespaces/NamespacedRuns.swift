/// Runs by an id that is unique within a namespace. For the engine's own namespace that is a table of ids and nothing
/// more.
struct NamespacedRuns {
  private var own: [String: RunKey] = [:]
  private var others: [NamespaceKey: [String: RunKey]] = [:]

  /// An id of each of the other namespaces that have any.
  var examples: [(namespace: NamespaceKey, id: String)] {
    others.compactMap { namespace, runs in runs.keys.first.map { (namespace, $0) } }
  }

  subscript(namespace: NamespaceKey, id: String) -> RunKey? {
    get { namespace.isOwn ? own[id] : others[namespace]?[id] }
    set {
      if namespace.isOwn { own[id] = newValue } else { others[namespace, default: [:]][id] = newValue }
    }
  }
}
