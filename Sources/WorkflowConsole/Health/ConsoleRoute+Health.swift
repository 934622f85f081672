internal import CoreMetrics
public import DurableWorkflows

extension ConsoleRoute {
  /// `/health`: 200 as long as the engine has not failed, which only a new process mends, else 503. A standby, an
  /// engine that drains and one whose dependencies are down are alive.
  ///
  /// - Parameters:
  ///   - service: the name that the answer carries.
  ///   - health: the engine's state.
  public static func health(service: String, _ health: WorkflowHealth) -> ConsoleRoute {
    ConsoleRoute("/health") {
      let phase = health.phase
      return .json(
        status: phase == .failed ? 503 : 200,
        [("status", phase == .failed ? "failed" : "healthy"), ("service", service), ("phase", phase.description)])
    }
  }

  /// `/ready`: 200 if the engine may be given work, else 503 with the reason: `standby`, `starting`, `shutting_down`,
  /// `disk_full`, or that of a dependency. Every component is listed with its status, reason and values.
  ///
  /// - Parameters:
  ///   - service: the name that the answer carries.
  ///   - health: the engine's state.
  public static func ready(service: String, _ health: WorkflowHealth) -> ConsoleRoute {
    ConsoleRoute("/ready") {
      let report = await health.report()
      return ConsoleResponse(
        status: report.isReady ? 200 : 503, contentType: "application/json",
        body: HealthText.json(report, service: service))
    }
  }

  /// `/metrics`: all metrics of a factory as Prometheus text, with the engine's health, which is looked at then:
  /// `workflow_health_up` (1, 0.5 when degraded, 0) for every component, and `workflow_health_value` for every value.
  ///
  /// - Parameters:
  ///   - metrics: the factory.
  ///   - health: the engine's state.
  ///   - update: sets gauges that are measured only when somebody looks.
  public static func metrics(
    _ metrics: PrometheusMetricsFactory, _ health: WorkflowHealth,
    update: @escaping @Sendable () async -> Void = {}
  ) -> ConsoleRoute {
    .metrics(metrics) {
      await update()
      for component in await health.report().components {
        let name = ("component", component.name)
        Gauge(label: "workflow_health_up", dimensions: [name], factory: metrics).record(component.status.level)
        for (value, number) in component.values {
          Gauge(label: "workflow_health_value", dimensions: [name, ("value", value)], factory: metrics).record(number)
        }
      }
    }
  }
}

extension HealthStatus {
  /// The status as a number for graphs.
  fileprivate var level: Double { self == .healthy ? 1 : self == .degraded ? 0.5 : 0 }
}
