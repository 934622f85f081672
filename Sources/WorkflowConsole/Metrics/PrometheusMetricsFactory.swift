public import CoreMetrics

/// A swift-metrics back end that keeps the metrics in memory and renders them as Prometheus text.
///
/// ```swift
/// let metrics = PrometheusMetricsFactory()
/// MetricsSystem.bootstrap(metrics)
/// Counter(label: "orders_total", dimensions: [("status", "paid")]).increment()
/// print(metrics.render())
/// ```
///
/// | swift-metrics | Prometheus |
/// |---|---|
/// | `Counter`, `FloatingPointCounter` | counter |
/// | `Meter`, `Gauge`, `Recorder(aggregate: false)` | gauge |
/// | `Recorder` | histogram of the recorded values |
/// | `Timer` | histogram in seconds |
///
/// Labels are used as they are, so that the names of other systems can be produced exactly; what Prometheus does not
/// allow in a name becomes `_`. Equal labels and dimensions are one series, however often a metric is made: `destroy()`
/// therefore changes nothing.
public final class PrometheusMetricsFactory: MetricsFactory {
  /// How metrics are kept.
  public struct Configuration: Sendable {
    /// The upper bounds of the buckets of histograms that ``buckets`` does not name, in ascending order.
    ///
    /// In seconds for timers; from one millisecond to five minutes.
    public var defaultBuckets: [Double] = [
      0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300,
    ]
    /// The upper bounds of a histogram's buckets, by the metric's name.
    public var buckets: [String: [Double]] = [:]
    /// The `# HELP` line of a metric, by its name.
    public var help: [String: String] = [:]
    /// The most series that one metric may have. Further ones are not kept; `metrics_series_dropped_total` counts them.
    /// Default 1,000.
    public var maximumSeriesPerMetric = 1000

    /// Creates the defaults.
    public init() {}
  }

  private let registry: PrometheusRegistry

  /// Creates a factory without any metric.
  public init(configuration: Configuration = Configuration()) {
    registry = PrometheusRegistry(configuration)
  }

  /// All metrics in Prometheus' text format 0.0.4, sorted by name and labels.
  public func render() -> String { registry.render() }

  /// The value of a counter or gauge, or the number of values in a histogram; `nil` if there is no such series.
  ///
  /// - Parameters:
  ///   - name: the metric's name.
  ///   - labels: all of the series' labels.
  public func value(of name: String, labels: [String: String] = [:]) -> Double? {
    registry.value(of: name, labels: labels)
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    registry.counter(label, dimensions)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    registry.counter(label, dimensions)
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    registry.gauge(label, dimensions)
  }

  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate ? registry.histogram(label, dimensions) : registry.gauge(label, dimensions)
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    registry.histogram(label, dimensions)
  }

  // Series are shared by all who made them, so nobody's end is the series' end.

  public func destroyCounter(_ handler: any CounterHandler) {}

  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

  public func destroyMeter(_ handler: any MeterHandler) {}

  public func destroyRecorder(_ handler: any RecorderHandler) {}

  public func destroyTimer(_ handler: any TimerHandler) {}
}
