internal import CoreMetrics
internal import Synchronization

/// One time series: a metric with its labels.
protocol PrometheusSeries: AnyObject, Sendable {
  /// The value, or the number of values of a histogram.
  var value: Double { get }

  /// Appends the sample lines.
  func render(name: String, labels: PrometheusLabels, into text: inout String)
}

/// A value that only grows.
final class PrometheusCounter: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
  private let total = Mutex(0.0)

  var value: Double { total.withLock { $0 } }

  func increment(by amount: Int64) { increment(by: Double(amount)) }

  /// What is negative or no number would break the promise that a counter only grows, and is ignored.
  func increment(by amount: Double) {
    guard amount >= 0 else { return }
    total.withLock { $0 += amount }
  }

  func reset() { total.withLock { $0 = 0 } }

  func render(name: String, labels: PrometheusLabels, into text: inout String) {
    text += "\(name)\(labels.text()) \(PrometheusText.number(value))\n"
  }
}

/// A value that goes up and down.
final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
  private let current = Mutex(0.0)

  var value: Double { current.withLock { $0 } }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { current.withLock { $0 = value } }

  func increment(by amount: Double) { current.withLock { $0 += amount } }

  func decrement(by amount: Double) { current.withLock { $0 -= amount } }

  func record(_ value: Int64) { set(value) }

  func record(_ value: Double) { set(value) }

  func render(name: String, labels: PrometheusLabels, into text: inout String) {
    text += "\(name)\(labels.text()) \(PrometheusText.number(value))\n"
  }
}

/// How many values fell below each of several bounds.
final class PrometheusHistogram: PrometheusSeries, RecorderHandler, TimerHandler {
  private struct Observations {
    /// The values per bucket, the last one for what is above all bounds.
    var counts: [UInt64]
    var sum = 0.0
  }

  private let bounds: [Double]
  private let observations: Mutex<Observations>

  init(bounds: [Double]) {
    self.bounds = bounds
    observations = Mutex(Observations(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  var value: Double { observations.withLock { Double($0.counts.reduce(0, +)) } }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    // One NaN would make the sum NaN for ever.
    if value.isNaN { return }
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    observations.withLock { observations in
      observations.counts[bucket] += 1
      observations.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

  func render(name: String, labels: PrometheusLabels, into text: inout String) {
    let observations = observations.withLock { $0 }
    var total: UInt64 = 0
    for (bound, count) in zip(bounds + [.infinity], observations.counts) {
      total += count
      text += "\(name)_bucket\(labels.text(bound: bound)) \(total)\n"
    }
    text += "\(name)_sum\(labels.text()) \(PrometheusText.number(observations.sum))\n"
    text += "\(name)_count\(labels.text()) \(total)\n"
  }
}
