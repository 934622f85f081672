extension WorkflowEngine {
  /// The typed client of a namespace that the engine serves: its own, or one of ``WorkflowEngineOptions/namespaces``.
  ///
  /// - Throws: ``WorkflowServiceError``, code `namespaceNotFound`, for another one.
  public func client(namespace: String) throws(WorkflowServiceError) -> WorkflowClient {
    _ = try options.key(ofNamespace: namespace)
    var client = client
    client.namespace = namespace
    return client
  }

  public func describeNamespace(_ name: String) async throws -> NamespaceDescription {
    let key = try options.key(ofNamespace: name)
    return NamespaceDescription(
      name: name, id: key.isOwn ? opened.journalID : "\(opened.journalID)/\(name)",
      retention: options.retention(of: key),
      description: options.namespaces.first { $0.name == name }?.description ?? "")
  }

  /// The engine's own namespace, then the others in the order of the options.
  public func listNamespaces() async throws -> [NamespaceDescription] {
    var descriptions = [try await describeNamespace(options.namespace)]
    for namespace in options.namespaces { descriptions.append(try await describeNamespace(namespace.name)) }
    return descriptions
  }
}
