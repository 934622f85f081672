/// What a crash simulation went through without finding anything.
public struct CrashSimulationReport: Hashable, Sendable {
  /// The seed.
  public var seed: UInt64
  /// How many durable calls the undisturbed process makes, from the start of `drive` on.
  public var durableCalls: Int
  /// How many crash points were tried: durable calls, times what the disk may hold afterwards.
  public var crashPoints: Int
  /// How many processes lived in all.
  public var lives: Int
  /// How many runs the undisturbed process has.
  public var runs: Int
  /// The workflow types of these runs. A type that was given and is not among them was not simulated.
  public var workflowTypes: Set<String>
  /// How many histories were replayed.
  public var replays: Int
}
