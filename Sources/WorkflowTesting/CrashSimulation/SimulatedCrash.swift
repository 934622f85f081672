public import WorkflowJournal

/// One crash of a simulation: when the machine stops, what its disk holds afterwards, and how long it is away.
public struct SimulatedCrash: Hashable, Sendable, CustomStringConvertible {
  /// The durable call, from 1, before which the machine stops: a write, a sync, a renaming or a removal at the file
  /// system. In the first life calls are counted from the start of `drive`, in later ones from the opening of the
  /// journal. A life that makes fewer calls ends by crashing when all is done.
  public var call: Int
  /// What is left of the changes that were not yet durable.
  public var survival: CrashSurvival
  /// How far the clock has moved when the next life begins. At least 1 ms, which tells the events of the lives apart.
  public var clockJump: Duration

  /// Creates a crash.
  public init(call: Int, survival: CrashSurvival = .synced, clockJump: Duration = .milliseconds(1)) {
    self.call = call
    self.survival = survival
    self.clockJump = max(clockJump, .milliseconds(1))
  }

  /// The Swift expression that makes this crash again.
  public var description: String {
    let survival =
      switch survival {
      case .synced: ".synced"
      case .everything: ".everything"
      case .prefix(let count, let tornBytes): ".prefix(count: \(count), tornBytes: \(tornBytes))"
      case .random(let seed): ".random(seed: \(seed))"
      }
    let milliseconds = clockJump.components.seconds * 1000 + clockJump.components.attoseconds / 1_000_000_000_000_000
    return "SimulatedCrash(call: \(call), survival: \(survival), clockJump: .milliseconds(\(milliseconds)))"
  }
}
