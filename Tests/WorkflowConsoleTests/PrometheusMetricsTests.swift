internal import CoreMetrics
internal import Testing
internal import WorkflowConsole

@Suite("Prometheus metrics")
struct PrometheusMetricsTests {
  @Test("counters and gauges are rendered with sorted labels, their help and their type")
  func countersAndGauges() {
    var configuration = PrometheusMetricsFactory.Configuration()
    configuration.help["tasks_total"] = "Tasks,\nwith a \\ in between."
    let metrics = PrometheusMetricsFactory(configuration: configuration)
    metrics.makeCounter(label: "tasks_total", dimensions: [("type", "b"), ("status", "ok")]).increment(by: 2)
    metrics.makeCounter(label: "tasks_total", dimensions: [("status", "ok"), ("type", "b")]).increment(by: 1)
    metrics.makeFloatingPointCounter(label: "tasks_total", dimensions: [("type", "a")]).increment(by: 0.5)
    let gauge = metrics.makeMeter(label: "active", dimensions: [])
    gauge.set(Int64(7))
    gauge.decrement(by: 2.5)
    #expect(
      metrics.render() == #"""
        # TYPE active gauge
        active 4.5
        # HELP tasks_total Tasks,\nwith a \\ in between.
        # TYPE tasks_total counter
        tasks_total{status="ok",type="b"} 3
        tasks_total{type="a"} 0.5

        """#)
    #expect(metrics.value(of: "tasks_total", labels: ["type": "b", "status": "ok"]) == 3)
    #expect(metrics.value(of: "tasks_total", labels: ["type": "c"]) == nil)
  }

  @Test("a histogram counts every bucket below its bound, in seconds for timers")
  func histograms() {
    var configuration = PrometheusMetricsFactory.Configuration()
    configuration.buckets["duration_seconds"] = [0.1, 1, 10]
    let metrics = PrometheusMetricsFactory(configuration: configuration)
    let timer = metrics.makeTimer(label: "duration_seconds", dimensions: [("task", "x")])
    for seconds in [0.05, 0.1, 0.2, 5, 500] { timer.recordNanoseconds(Int64(seconds * 1e9)) }
    metrics.makeRecorder(label: "duration_seconds", dimensions: [("task", "x")], aggregate: true).record(Double.nan)
    #expect(
      metrics.render() == """
        # TYPE duration_seconds histogram
        duration_seconds_bucket{task="x",le="0.1"} 2
        duration_seconds_bucket{task="x",le="1"} 3
        duration_seconds_bucket{task="x",le="10"} 4
        duration_seconds_bucket{task="x",le="+Inf"} 5
        duration_seconds_sum{task="x"} 505.35
        duration_seconds_count{task="x"} 5

        """)
  }

  @Test("a counter never goes back, except by reset")
  func monotonic() {
    let metrics = PrometheusMetricsFactory()
    let counter = metrics.makeCounter(label: "c", dimensions: [])
    counter.increment(by: 5)
    counter.increment(by: -3)
    metrics.makeFloatingPointCounter(label: "c", dimensions: []).increment(by: .nan)
    #expect(metrics.value(of: "c") == 5)
    counter.reset()
    #expect(metrics.value(of: "c") == 0)
  }

  @Test("names and label values that Prometheus cannot take are made such that it can")
  func names() {
    let metrics = PrometheusMetricsFactory()
    metrics.makeCounter(label: "1-a.b:c", dimensions: [("le", "x"), ("2é", "quote\" back\\ line\n")]).increment(by: 1)
    metrics.makeMeter(label: "gauge", dimensions: []).set(-Double.infinity)
    #expect(
      metrics.render() == #"""
        # TYPE _1_a_b:c counter
        _1_a_b:c{_2_="quote\" back\\ line\n",exported_le="x"} 1
        # TYPE gauge gauge
        gauge -Inf

        """#)
  }

  @Test("too many series and names of another kind are not kept, and that is counted")
  func bounds() {
    var configuration = PrometheusMetricsFactory.Configuration()
    configuration.maximumSeriesPerMetric = 2
    let metrics = PrometheusMetricsFactory(configuration: configuration)
    for id in 0..<5 { metrics.makeCounter(label: "by_id", dimensions: [("id", "\(id)")]).increment(by: 1) }
    metrics.makeTimer(label: "by_id", dimensions: [("id", "0")]).recordNanoseconds(1)
    #expect(metrics.value(of: "by_id", labels: ["id": "1"]) == 1)
    #expect(metrics.value(of: "by_id", labels: ["id": "2"]) == nil)
    #expect(metrics.render().contains("\nmetrics_series_dropped_total 4\n"))
  }

  @Test("increments of many tasks all count")
  func concurrency() async {
    let metrics = PrometheusMetricsFactory()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          for _ in 0..<200 { metrics.makeCounter(label: "c", dimensions: [("a", "b")]).increment(by: 1) }
        }
      }
    }
    #expect(metrics.value(of: "c", labels: ["a": "b"]) == 10_000)
  }
}
