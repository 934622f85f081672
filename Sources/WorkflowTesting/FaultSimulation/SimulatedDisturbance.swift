internal import DurableWorkflows
internal import WorkflowJournal

/// What goes wrong in the calls of one process life to its file system, beside crashes.
protocol SimulatedDisturbance: Sendable {
  /// The life begins; its clock moves while a call takes time.
  func begin(_ clock: SimulationClock)

  /// Whether something went wrong that may have made a request or a workflow task fail.
  var hasStruck: Bool { get }

  /// What goes wrong in a call. Called inside it.
  func fault(in call: InMemoryCall) -> InMemoryFault?
}
