/// Counts runs.
public struct CountWorkflowExecutionsRequest: Hashable, Sendable {
  /// The namespace.
  public var namespace: String
  /// A visibility query, perhaps with `GROUP BY`; empty counts all.
  public var query: String

  /// Creates a request.
  public init(namespace: String = "default", query: String = "") {
    self.namespace = namespace
    self.query = query
  }
}

/// How many runs match.
public struct CountWorkflowExecutionsResponse: Hashable, Sendable {
  /// The runs that share a value.
  public struct Group: Hashable, Sendable {
    /// The value of the attribute that the query groups by; a null payload for runs that have none.
    public var values: [Payload]
    /// How many runs have it.
    public var count: Int

    /// Creates a group.
    public init(values: [Payload], count: Int) {
      self.values = values
      self.count = count
    }
  }

  /// All that match.
  public var count: Int
  /// With `GROUP BY`: the groups, by value.
  public var groups: [Group]

  /// Creates a response.
  public init(count: Int, groups: [Group] = []) {
    self.count = count
    self.groups = groups
  }
}

extension WorkflowFrontend {
  /// A service that counts without groups refuses a query with `GROUP BY`.
  public func countWorkflowExecutions(
    _ request: CountWorkflowExecutionsRequest
  ) async throws -> CountWorkflowExecutionsResponse {
    let count = try await countWorkflowExecutions(namespace: request.namespace, query: request.query)
    return CountWorkflowExecutionsResponse(count: count)
  }
}
