/// A path of the console and what answers it.
public struct ConsoleRoute: Sendable {
  /// The path, for example `/health`.
  public let path: String
  /// Makes the answer to a GET request.
  public let respond: @Sendable () async -> ConsoleResponse

  /// Creates a route.
  public init(_ path: String, respond: @escaping @Sendable () async -> ConsoleResponse) {
    self.path = path
    self.respond = respond
  }

  /// `/health`: 200 as long as the process can answer at all. It looks at nothing else.
  ///
  /// - Parameter service: the name that the answer carries.
  public static func health(service: String) -> ConsoleRoute {
    ConsoleRoute("/health") { .json([("status", "healthy"), ("service", service)]) }
  }

  /// `/ready`: 200 if the process may be given work, else 503 with the reason and the error.
  ///
  /// - Parameters:
  ///   - service: the name that the answer carries.
  ///   - readiness: decides.
  public static func ready(service: String, _ readiness: Readiness) -> ConsoleRoute {
    ConsoleRoute("/ready") {
      switch await readiness.report() {
      case .ready:
        .json([("status", "ready"), ("service", service)])
      case .notReady(let reason, let error):
        .json(status: 503, [("status", "not_ready"), ("reason", reason), ("error", error)])
      }
    }
  }

  /// `/metrics`: all metrics of a factory as Prometheus text.
  ///
  /// - Parameters:
  ///   - metrics: the factory.
  ///   - update: sets gauges that are measured only when somebody looks.
  public static func metrics(
    _ metrics: PrometheusMetricsFactory, update: @escaping @Sendable () async -> Void = {}
  ) -> ConsoleRoute {
    ConsoleRoute("/metrics") {
      await update()
      return ConsoleResponse(contentType: PrometheusText.contentType, body: metrics.render())
    }
  }
}
