public import Metrics
internal import Synchronization

/// Counts and times a client's requests, under the names of Temporal's SDKs: `temporal_request`,
/// `temporal_request_failure` and `temporal_request_latency`, and the same with `long_request` for requests that wait
/// for something to happen.
///
/// Dimensions are `namespace` and `operation`, the request's name in Temporal's API; failures also have `status_code`,
/// the name of the gRPC code that stands for the error.
public struct ClientMetricsInterceptor: ClientInterceptor {
  private let recorder: RequestRecorder

  /// Creates an interceptor.
  ///
  /// - Parameter factory: where the metrics go. Default: swift-metrics' present backend.
  public init(factory: any MetricsFactory = MetricsSystem.factory) {
    recorder = RequestRecorder(factory: factory)
  }

  /// Sees the requests.
  public var clientOutboundInterceptor: (any ClientOutboundInterceptor)? { MeteredRequests(recorder: recorder) }
}

/// Keeps the metrics of requests.
final class RequestRecorder: Sendable {
  private struct Key: Hashable {
    var namespace: String
    var operation: String
    var isLong: Bool
  }

  private struct Metrics: Sendable {
    let count: Counter
    let latency: Timer
    var failures: [String: Counter] = [:]
  }

  private let factory: any MetricsFactory
  private let metrics = Mutex<[Key: Metrics]>([:])

  init(factory: any MetricsFactory) {
    self.factory = factory
  }

  func record<Answer>(
    _ operation: String, _ namespace: String, isLong: Bool = false, _ body: () async throws -> Answer
  ) async throws -> Answer {
    let key = Key(namespace: namespace, operation: operation, isLong: isLong)
    let start = ContinuousClock.now
    do {
      let answer = try await body()
      finish(key, in: .now - start, error: nil)
      return answer
    } catch {
      finish(key, in: .now - start, error: error)
      throw error
    }
  }

  private func finish(_ key: Key, in duration: Duration, error: (any Error)?) {
    let prefix = key.isLong ? "temporal_long_request" : "temporal_request"
    let maker = MetricMaker(
      factory: factory, dimensions: [("namespace", key.namespace), ("operation", key.operation)])
    let (count, latency, failures) = metrics.withLock { all in
      var metrics = all[key] ?? Metrics(count: maker.counter(prefix), latency: maker.timer(prefix + "_latency"))
      var failures: Counter?
      if let error {
        let code = RequestRecorder.code(error)
        failures = metrics.failures[code] ?? maker.with("status_code", code).counter(prefix + "_failure")
        metrics.failures[code] = failures
      }
      all[key] = metrics
      return (metrics.count, metrics.latency, failures)
    }
    count.increment()
    latency.recordNanoseconds(duration.inNanoseconds)
    failures?.increment()
  }

  /// The gRPC code that stands for an error.
  static func code(_ error: any Error) -> String {
    if error is CancellationError { return "CANCELLED" }
    guard let error = error as? WorkflowServiceError else { return "UNKNOWN" }
    return switch error.code {
    case .alreadyStarted: "ALREADY_EXISTS"
    case .notFound, .namespaceNotFound: "NOT_FOUND"
    case .invalidArgument, .queryFailed: "INVALID_ARGUMENT"
    case .unavailable: "UNAVAILABLE"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .unimplemented: "UNIMPLEMENTED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    default: "UNKNOWN"
    }
  }
}
