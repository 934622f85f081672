/// A crash simulation found something: what, where, and how to see just that again.
public struct CrashSimulationError: Error, CustomStringConvertible, Sendable {
  /// What was found.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    enum Value: String {
      case unstable, outcomeDiffers, resultComputedAgain, acknowledgementLost, historyBroken, replayFailed
      case workflowTaskFailed, stuck, driveFailed, recoveryFailed
    }
    let value: Value

    /// Two undisturbed processes, which differ only in the order in which things run, had different outcomes.
    public static let unstable = Code(value: .unstable)
    /// The outcome after a crash is not that of the undisturbed process.
    public static let outcomeDiffers = Code(value: .outcomeDiffers)
    /// An activity ran although its result was recorded.
    public static let resultComputedAgain = Code(value: .resultComputedAgain)
    /// Something that a client was told is no longer true.
    public static let acknowledgementLost = Code(value: .acknowledgementLost)
    /// A history has gaps or closes something twice.
    public static let historyBroken = Code(value: .historyBroken)
    /// A history does not replay.
    public static let replayFailed = Code(value: .replayFailed)
    /// A workflow task failed: the run is blocked.
    public static let workflowTaskFailed = Code(value: .workflowTaskFailed)
    /// `drive` did not return although nothing more could happen.
    public static let stuck = Code(value: .stuck)
    /// `drive` threw.
    public static let driveFailed = Code(value: .driveFailed)
    /// The engine could not be opened after a crash.
    public static let recoveryFailed = Code(value: .recoveryFailed)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// What was found.
  public var code: Code
  /// The seed of the simulation.
  public var seed: UInt64
  /// The crashes that led there; empty if none was needed.
  public var crashes: [SimulatedCrash]
  /// What is wrong.
  public var message: String
  /// The outcome of the undisturbed process, where outcomes differ.
  public var expected: String?
  /// The other outcome.
  public var actual: String?
  /// Whether the same crashes without clock jumps do no harm: then a deadline passed while the process was away.
  public var needsClockJump: Bool = false
  /// The error behind it.
  public var cause: (any Error)?

  init(_ code: Code, _ message: String, expected: String? = nil, actual: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.seed = 0
    self.crashes = []
    self.message = message
    self.expected = expected
    self.actual = actual
    self.cause = cause
  }

  /// What is wrong, and the arguments that show it again.
  public var description: String {
    var text = "\(code): \(message)"
    if let cause { text += ": \(cause)" }
    if let expected { text += "\n  undisturbed: \(expected)" }
    if let actual { text += "\n  \(crashes.isEmpty ? "again" : "after the crash"): \(actual)" }
    if needsClockJump {
      text += "\n  Without the clock jump the same crash does no harm: a deadline passes while the process is away."
    }
    text += "\n  To see it again: seed: \(seed)"
    if !crashes.isEmpty { text += ", only: [\(crashes.map(\.description).joined(separator: ", "))]" }
    return text
  }
}
