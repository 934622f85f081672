/// A workflow did something that replay cannot repeat, or its code no longer matches its history.
///
/// It fails the workflow *task*, never the run: the run waits, visible as blocked, and goes on when code that matches
/// is deployed.
public struct NonDeterminismError: Error, CustomStringConvertible, Hashable, Codable, Sendable {
  /// What kind of mismatch.
  public struct Code: Hashable, Codable, Sendable, CustomStringConvertible {
    enum Value: String, Codable { case historyMismatch, foreignThread, outsideWorkflow, stuck }
    let value: Value

    /// The commands of the code differ from the events of history.
    public static let historyMismatch = Code(value: .historyMismatch)
    /// A task of the workflow was resumed from a thread that is not the workflow's: `Task.sleep`, a detached task,
    /// a global actor, a network callback.
    public static let foreignThread = Code(value: .foreignThread)
    /// A workflow operation was called outside the workflow's own tasks.
    public static let outsideWorkflow = Code(value: .outsideWorkflow)
    /// The workflow waits for something that is not in its history.
    public static let stuck = Code(value: .stuck)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// What kind of mismatch.
  public var code: Code
  /// The event of history at which the mismatch showed, where there is one.
  public var eventID: Int64?
  /// What history says.
  public var expected: String?
  /// What the code did.
  public var actual: String?
  /// One sentence that names the remedy.
  public var message: String

  /// Creates an error.
  public init(code: Code, eventID: Int64? = nil, expected: String? = nil, actual: String? = nil, message: String) {
    self.code = code
    self.eventID = eventID
    self.expected = expected
    self.actual = actual
    self.message = message
  }

  /// The message with event id, expected and actual.
  public var description: String {
    var text = message
    if let eventID { text += " [event \(eventID)]" }
    if let expected { text += " [expected: \(expected)]" }
    if let actual { text += " [actual: \(actual)]" }
    return text
  }

  static let foreignThreadAdvice =
    "a task of the workflow was resumed from another thread, which replay cannot repeat; use context.sleep, "
    + "context.condition or an activity instead of Task.sleep, detached tasks, global actors and callbacks, and "
    + "async let, task groups or Task(executorPreference: context.taskExecutor) instead of a plain Task {}"

  static func outsideWorkflow(_ operation: String) -> NonDeterminismError {
    NonDeterminismError(
      code: .outsideWorkflow,
      message: "\(operation) was called outside the workflow's own tasks; call it from run or a handler, "
        + "on the workflow's actor, not from a detached task, a global actor or an activity")
  }
}
