internal import Synchronization

/// The metrics of a factory, by name and labels.
final class PrometheusRegistry: Sendable {
  private enum Kind: String {
    case counter, gauge, histogram
  }

  private struct Family {
    let kind: Kind
    var series: [PrometheusLabels: any PrometheusSeries] = [:]
  }

  private struct State {
    var families: [String: Family] = [:]
    var dropped: UInt64 = 0
  }

  private let configuration: PrometheusMetricsFactory.Configuration
  private let state = Mutex(State())

  /// The counter of the series that were not kept.
  private static let droppedName = "metrics_series_dropped_total"
  private static let droppedHelp =
    "Series that were not kept: too many for one metric, or a name that another kind of metric has."

  init(_ configuration: PrometheusMetricsFactory.Configuration) { self.configuration = configuration }

  func counter(_ name: String, _ labels: [(String, String)]) -> PrometheusCounter {
    series(name, labels, kind: .counter) { PrometheusCounter() }
  }

  func gauge(_ name: String, _ labels: [(String, String)]) -> PrometheusGauge {
    series(name, labels, kind: .gauge) { PrometheusGauge() }
  }

  func histogram(_ name: String, _ labels: [(String, String)]) -> PrometheusHistogram {
    series(name, labels, kind: .histogram) {
      PrometheusHistogram(bounds: configuration.buckets[name] ?? configuration.defaultBuckets)
    }
  }

  func value(of name: String, labels: [String: String]) -> Double? {
    let key = PrometheusLabels(labels.map { ($0.key, $0.value) })
    return state.withLock { $0.families[PrometheusText.metricName(name)]?.series[key]?.value }
  }

  /// The series; one that nothing renders if the name belongs to another kind or the metric has too many series.
  private func series<Series: PrometheusSeries>(
    _ name: String, _ dimensions: [(String, String)], kind: Kind, _ make: () -> Series
  ) -> Series {
    let name = PrometheusText.metricName(name)
    let labels = PrometheusLabels(dimensions)
    return state.withLock { state in
      var family = state.families[name] ?? Family(kind: kind)
      if let known = family.series[labels] as? Series { return known }
      let series = make()
      guard family.kind == kind, family.series.count < configuration.maximumSeriesPerMetric else {
        state.dropped += 1
        return series
      }
      family.series[labels] = series
      state.families[name] = family
      return series
    }
  }

  func render() -> String {
    let (families, dropped) = state.withLock { ($0.families, $0.dropped) }
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      header(name, help: configuration.help[name], kind: family.kind, into: &text)
      for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
        series.render(name: name, labels: labels, into: &text)
      }
    }
    if dropped > 0 {
      header(Self.droppedName, help: Self.droppedHelp, kind: .counter, into: &text)
      text += "\(Self.droppedName) \(dropped)\n"
    }
    return text
  }

  private func header(_ name: String, help: String?, kind: Kind, into text: inout String) {
    if let help { text += "# HELP \(name) \(PrometheusText.escapedHelp(help))\n" }
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }
}
