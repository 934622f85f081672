/// What ``WorkflowCheck`` found.
public struct WorkflowCheckReport: Hashable, Sendable, CustomStringConvertible {
  /// An open run that would not go on.
  public struct BrokenRun: Hashable, Sendable, CustomStringConvertible {
    /// The run.
    public var execution: WorkflowExecution
    /// Its type.
    public var workflowType: String
    /// The version of the type that it is pinned to; 0 for types without versions.
    public var version: Int
    /// The event of history at which it breaks, where there is one.
    public var eventID: Int64?
    /// What history says.
    public var expected: String?
    /// What the code did.
    public var actual: String?
    /// What is wrong and what helps.
    public var message: String
    /// Whether the run is blocked already, in the engine that ran it last.
    public var isBlockedAlready: Bool

    /// Creates an entry.
    public init(
      execution: WorkflowExecution, workflowType: String, version: Int, eventID: Int64?, expected: String?,
      actual: String?, message: String, isBlockedAlready: Bool
    ) {
      self.execution = execution
      self.workflowType = workflowType
      self.version = version
      self.eventID = eventID
      self.expected = expected
      self.actual = actual
      self.message = message
      self.isBlockedAlready = isBlockedAlready
    }

    /// The run, where it breaks and what helps, in up to five lines.
    public var description: String {
      var lines = ["broken: workflow '\(execution.workflowID)', run \(execution.runID), type '\(workflowType)'"]
      if version > 0 { lines[0] += " version \(version)" }
      if isBlockedAlready { lines[0] += ", blocked already" }
      if let eventID { lines.append("  event:    \(eventID)") }
      if let expected { lines.append("  expected: \(expected)") }
      if let actual { lines.append("  actual:   \(actual)") }
      lines.append("  \(message)")
      return lines.joined(separator: "\n")
    }
  }

  /// The directory of the journal.
  public var directory: String
  /// How many runs are open.
  public var openRuns: Int
  /// How many workflow tasks were replayed and compared.
  public var workflowTasks: Int
  /// The runs that would break, in order of their start.
  public var brokenRuns: [BrokenRun]

  /// Creates a report.
  public init(directory: String, openRuns: Int, workflowTasks: Int, brokenRuns: [BrokenRun]) {
    self.directory = directory
    self.openRuns = openRuns
    self.workflowTasks = workflowTasks
    self.brokenRuns = brokenRuns
  }

  /// Whether every open run goes on.
  public var isCompatible: Bool { brokenRuns.isEmpty }

  /// The broken runs and a line that sums up.
  public var description: String {
    let summary =
      "\(directory): \(openRuns) open \(openRuns == 1 ? "run" : "runs"), \(workflowTasks) workflow tasks replayed, "
      + (brokenRuns.isEmpty ? "none would break" : "\(brokenRuns.count) would break")
    return (brokenRuns.map(\.description) + [summary]).joined(separator: "\n")
  }
}
