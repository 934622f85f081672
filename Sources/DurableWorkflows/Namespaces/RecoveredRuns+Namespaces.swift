extension RecoveredRuns {
  /// - Throws: ``WorkflowEngineError`` if the journal holds something of a namespace that the options do not have.
  func checkNamespaces(_ options: WorkflowEngineOptions) throws(WorkflowEngineError) {
    if namespaces.isEmpty { return }
    let known = Set(options.namespaces.map { NamespaceKey(name: $0.name) })
    guard !namespaces.subtracting(known).isEmpty else { return }
    // What was deleted meanwhile does not count.
    var missing: [NamespaceKey: String] = [:]
    for (namespace, workflowID) in tables.currentRun.examples { missing[namespace] = "run '\(workflowID)'" }
    for run in loadedRuns { missing[run.state.started.namespace] = "run '\(run.state.started.workflowID)'" }
    for machine in schedules.machines { missing[machine.namespace] = "schedule '\(machine.id)'" }
    for job in batches.jobs.values where job.isRunning {
      missing[job.definition.namespace] = "batch '\(job.definition.jobID)'"
    }
    let names = missing.filter { !$0.key.isOwn && !known.contains($0.key) }.sorted { $0.key < $1.key }
    guard let (first, example) = names.first else { return }
    let list = names.map { "'\($0.key.name)'" }.joined(separator: ", ")
    let advice =
      names.contains { $0.key.name == options.namespace }
      ? "'\(options.namespace)' is the engine's own namespace in these options and another one in the journal; give "
        + "the engine's own the name that it had"
      : "add what is missing to the option namespaces; nothing is lost meanwhile"
    throw WorkflowEngineError(
      .invalidConfiguration,
      "the journal holds runs, schedules or batches of namespaces that the options do not have: \(list) (for example "
        + "\(example) of '\(first.name)'); \(advice)")
  }
}
