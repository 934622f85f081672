public import DurableWorkflows
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import WorkflowServiceProtos

/// The requests of clients, sent to a workflow service over gRPC: to another process's ``WorkflowServiceServer`` or to
/// a Temporal cluster.
///
/// ```swift
/// let frontend = try await RemoteWorkflowFrontend.connect(address: "127.0.0.1:7233")
/// let receipt = try await WorkflowClient(frontend: frontend).execute(Checkout.self, id: "order-17", input: order)
/// await frontend.close()
/// ```
///
/// All methods throw ``WorkflowServiceError``. While the service is unavailable, requests are repeated for
/// ``Configuration/retryTimeout`` if that is safe: reads always; starts, signals, cancellations and resets under one
/// request id, updates under their own, so that the service recognises the repetition. A termination is sent once.
public struct RemoteWorkflowFrontend: WorkflowFrontend {
  /// How the service is reached.
  public internal(set) var configuration: Configuration
  let client: GRPCClient<HTTP2ClientTransport.Posix>
  let connections: Task<Void, any Error>

  private init(configuration: Configuration) throws {
    let client = GRPCClient(transport: try configuration.makeTransport())
    self.configuration = configuration
    self.client = client
    self.connections = Task { try await client.runConnections() }
  }

  /// Connects to a service and makes sure that it answers. The connection is kept, and made anew when it breaks, until
  /// ``close()``.
  ///
  /// - Throws: ``WorkflowServiceError``: `invalidArgument` for an address that is not `host:port`, `unavailable` if the
  ///   service cannot be reached. This request is not repeated.
  public static func connect(configuration: Configuration) async throws -> RemoteWorkflowFrontend {
    let frontend = try RemoteWorkflowFrontend(configuration: configuration)
    do {
      _ = try await frontend.send(.once) {
        try await $0.getSystemInfo(.init(), metadata: frontend.metadata(), options: $1)
      }
      return frontend
    } catch {
      await frontend.close()
      throw error
    }
  }

  /// Connects to a service at `host:port` without encryption; see ``connect(configuration:)``.
  public static func connect(address: String) async throws -> RemoteWorkflowFrontend {
    try await connect(configuration: Configuration(address: address))
  }

  /// Lets open requests end, for 5 s at most, then closes the connections.
  public func close() async {
    client.beginGracefulShutdown()
    let limit = Task {
      try await Task.sleep(for: .seconds(5))
      connections.cancel()
    }
    _ = await connections.result
    limit.cancel()
  }
}

/// Connects to a service, and closes the connections when `body` is done.
///
/// - Throws: what ``RemoteWorkflowFrontend/connect(configuration:)`` and `body` throw.
public func withRemoteFrontend<Result>(
  configuration: RemoteWorkflowFrontend.Configuration,
  _ body: (RemoteWorkflowFrontend) async throws -> Result
) async throws -> Result {
  let frontend = try await RemoteWorkflowFrontend.connect(configuration: configuration)
  do {
    let result = try await body(frontend)
    await frontend.close()
    return result
  } catch {
    await frontend.close()
    throw error
  }
}

/// Connects to a service at `host:port` without encryption while `body` runs.
public func withRemoteFrontend<Result>(
  address: String, _ body: (RemoteWorkflowFrontend) async throws -> Result
) async throws -> Result {
  try await withRemoteFrontend(configuration: .init(address: address), body)
}

extension RemoteWorkflowFrontend.Configuration {
  /// The transport, with what Temporal's own clients use: compressed requests and pings every 30 s.
  func makeTransport() throws -> HTTP2ClientTransport.Posix {
    let (host, port) = try hostAndPort()
    do {
      return try HTTP2ClientTransport.Posix(
        target: .dns(host: host, port: port),
        transportSecurity: transportSecurity,
        config: .defaults { config in
          config.compression.algorithm = .gzip
          config.compression.enabledAlgorithms = .all
          config.connection.keepalive = .init(time: .seconds(30), timeout: .seconds(15), allowWithoutCalls: true)
          config.backoff = .init(initial: .milliseconds(100), max: .seconds(5), multiplier: 1.6, jitter: 0.2)
        })
    } catch {
      throw WorkflowServiceError(.invalidArgument, "cannot connect to '\(address)': \(error)")
    }
  }

  private func hostAndPort() throws -> (host: String, port: Int) {
    let colon = address.lastIndex(of: ":")
    guard let colon, let port = Int(address[address.index(after: colon)...]), (1...65_535).contains(port) else {
      throw WorkflowServiceError(.invalidArgument, "the address '\(address)' is not host:port")
    }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else {
      throw WorkflowServiceError(.invalidArgument, "the address '\(address)' is not host:port")
    }
    return (String(host), port)
  }
}
