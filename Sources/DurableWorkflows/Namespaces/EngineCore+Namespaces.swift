extension EngineCore {
  /// The key of the namespace that a request names.
  func namespace(_ name: String) throws -> NamespaceKey { try options.key(ofNamespace: name) }

  /// What the namespace of a run is called.
  func namespaceName(of run: Run) -> String { options.name(of: run.state.started.namespace) }

  /// Decodes and encodes the payloads of a run.
  func converter(of run: Run) -> any PayloadConverter {
    options.payloadConverter.bound(to: run.state.started.workflowID, in: namespaceName(of: run))
  }
}
