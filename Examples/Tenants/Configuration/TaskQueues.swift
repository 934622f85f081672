/// The task queues of the worker.
public enum TaskQueue: String, Hashable, Sendable, CaseIterable {
  /// Creations, deletions, periodic work.
  case tenants = "tenant-workflows"
  /// Portal domains.
  case portalDomains = "portal-domain-workflows"
  /// Mail domains, and the work around mail.
  case emailDomains = "email-domain-workflows"
  /// Jobs of the product.
  case jobs = "alga-jobs"
  /// Service levels.
  case serviceLevels = "sla-workflows"

  /// The queues of another program; a worker that polled them would fail its runs.
  public static let foreign: Set<String> = ["workflow-runtime-v2"]
  /// The queues that every worker polls, whatever the environment says.
  public static let always: [TaskQueue] = [.jobs, .serviceLevels]

  /// The names that a setting asks for, in its order, without repetitions; ``always`` are added.
  ///
  /// - Parameter text: names with commas between; `nil` for all queues.
  /// - Throws: ``TenantError`` if one is a queue of another program.
  public static func names(from text: String?) throws -> [String] {
    var names: [String] = []
    let wanted = text.map { list in
      list.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }
    for name in (wanted ?? allCases.map(\.rawValue)) + always.map(\.rawValue) where !names.contains(name) {
      if foreign.contains(name) {
        throw TenantError(.validation, "task queue '\(name)' belongs to another program; take it out of the list")
      }
      names.append(name)
    }
    return names
  }
}
