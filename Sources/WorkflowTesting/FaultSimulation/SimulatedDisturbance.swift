internal import DurableWorkflows
internal import WorkflowJournal

/// What goes wrong in the calls of one process life to its file system, beside crashes.
protocol SimulatedDisturbance: Sendable {
  /// The life begins; its clock moves while a call takes time.
  func begin(_ clock: SimulationClock)

  /// What goes wrong in a call. Called inside it.
  func fault(in call: InMemoryCall) -> InMemoryFault?
}
