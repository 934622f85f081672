internal import GRPCCore
public import GRPCNIOTransportHTTP2Posix

extension WorkflowServiceServer {
  /// Where and how a ``WorkflowServiceServer`` listens.
  public struct Configuration: Sendable {
    /// The address to bind. Default 127.0.0.1, so that nothing is offered to other machines by accident.
    public var host: String
    /// The TCP port; 0 lets the system choose, see ``WorkflowServiceServer/listeningAddress``.
    /// Default 7233, Temporal's.
    public var port: Int
    /// Plaintext, TLS or mutual TLS. Default plaintext.
    public var transportSecurity: HTTP2ServerTransport.Posix.TransportSecurity
    /// The largest request in bytes. Default 128 MiB, the most that Temporal's clients send.
    ///
    /// A last guard only: the transport resets the stream of a larger request, so its sender sees UNAVAILABLE.
    public var maximumRequestSize: Int
    /// How long open requests may go on after shutdown began. Default 10 s.
    public var drainTimeout: Duration
    /// The namespace that the engine serves; it is what a list of namespaces shows. Default `default`.
    public var namespace: String = "default"
    /// How long a request for history that is still to come waits before it is answered with an empty page.
    /// Default 20 s, as Temporal's server; clients give up after 65 s and more.
    public var longPollTimeout: Duration = .seconds(20)
    /// The largest ids and values that requests may carry.
    public var limits = Limits()

    /// Creates a configuration.
    public init(
      host: String = "127.0.0.1",
      port: Int = 7233,
      transportSecurity: HTTP2ServerTransport.Posix.TransportSecurity = .plaintext,
      maximumRequestSize: Int = 128 * 1024 * 1024,
      drainTimeout: Duration = .seconds(10)
    ) {
      self.host = host
      self.port = port
      self.transportSecurity = transportSecurity
      self.maximumRequestSize = maximumRequestSize
      self.drainTimeout = drainTimeout
    }
  }
}

extension WorkflowServiceServer.Configuration {
  /// The largest ids and values that requests may carry; larger ones are refused with INVALID_ARGUMENT.
  ///
  /// Clients read the sizes from the description of the namespace.
  public struct Limits: Hashable, Sendable {
    /// The longest workflow id, name or identity in bytes. Default 1,000, as Temporal's server.
    public var idLength = 1_000
    /// The most bytes that the arguments of one request may have together. Default 64 MiB.
    public var blobSize = 64 * 1024 * 1024
    /// The most bytes that a memo may have. Default 2 MiB, as Temporal's server.
    public var memoSize = 2 * 1024 * 1024
    /// About the most bytes that one page of history has; a single larger event is still delivered. Default 16 MiB.
    public var historyPageSize = 16 * 1024 * 1024

    /// Creates the default limits.
    public init() {}
  }
}

extension WorkflowServiceServer.Configuration {
  /// The transport that Temporal's clients need.
  ///
  /// - gzip: all current clients compress requests, and not all of them fall back when that is refused.
  /// - keepalive: clients ping every 30 s, idle connections included; the transport's defaults would answer
  ///   with GOAWAY "too_many_pings".
  /// - windows: the 64 KiB default makes large histories slow.
  func makeTransport() -> HTTP2ServerTransport.Posix {
    HTTP2ServerTransport.Posix(
      address: host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host, port: port),
      transportSecurity: transportSecurity,
      config: .defaults { config in
        config.compression.enabledAlgorithms = .all
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(5)
        config.connection.keepalive.time = .seconds(60)
        config.connection.maxGraceTime = drainTimeout
        config.http2.targetWindowSize = 1024 * 1024
        config.rpc.maxRequestPayloadSize = maximumRequestSize
      }
    )
  }
}
