internal import DurableWorkflows

/// A health report as JSON.
enum HealthText {
  static func json(_ report: HealthReport, service: String) -> String {
    var members = [
      ("status", text(report.isReady ? "ready" : "not_ready")), ("service", text(service)),
      ("phase", text(report.phase.description)),
    ]
    if !report.isReady {
      // A phase that is not serving always has a problem: the engine itself.
      members.append(("reason", text(report.problem?.reason ?? report.phase.description)))
      members.append(("error", text(report.problem?.message ?? "")))
    }
    members.append(("components", "[" + report.components.map(json).joined(separator: ",") + "]"))
    return object(members)
  }

  private static func json(_ component: HealthComponent) -> String {
    var members = [
      ("name", text(component.name)), ("status", text(component.status.description)),
      ("reason", text(component.reason)),
    ]
    if !component.message.isEmpty { members.append(("message", text(component.message))) }
    let values = component.values.sorted { $0.key < $1.key }.filter { $0.value.isFinite }
    if !values.isEmpty { members.append(("values", object(values.map { ($0.key, number($0.value)) }))) }
    return object(members)
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(text($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  private static func text(_ text: String) -> String { ConsoleResponse.quoted(text) }

  private static func number(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? "\(number)"
  }
}
