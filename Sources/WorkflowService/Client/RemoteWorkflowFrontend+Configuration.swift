public import GRPCNIOTransportHTTP2Posix

extension RemoteWorkflowFrontend {
  /// How a service is reached.
  public struct Configuration: Sendable {
    /// The service, `host:port`; an IPv6 address stands in brackets. Default `127.0.0.1:7233`.
    public var address: String
    /// Plaintext, TLS or mutual TLS. Default plaintext.
    public var transportSecurity: HTTP2ClientTransport.Posix.TransportSecurity
    /// Metadata sent with every request, for example `authorization`. Names are lower case.
    public var metadata: [String: String] = [:]
    /// How long an ordinary request may take, each attempt for itself. Default 30 s, as Temporal's clients.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a request for history that is still to come may take; services answer with an empty page well before.
    /// Default 70 s, as Temporal's clients.
    public var longPollTimeout: Duration = .seconds(70)
    /// How long requests that may be repeated are repeated while the service is unavailable. Default 10 s.
    public var retryTimeout: Duration = .seconds(10)
    /// The wait before the first repetition; each further wait is 1.5 times the last, with jitter, up to 2 s.
    /// Default 100 ms.
    public var initialRetryInterval: Duration = .milliseconds(100)
    /// The largest answer in bytes. Default 128 MiB, the most that Temporal's clients take.
    public var maximumResponseSize: Int = 128 * 1024 * 1024

    /// Creates a configuration.
    public init(
      address: String = "127.0.0.1:7233",
      transportSecurity: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext
    ) {
      self.address = address
      self.transportSecurity = transportSecurity
    }
  }
}
