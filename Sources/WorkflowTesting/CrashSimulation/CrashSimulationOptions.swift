public import DurableWorkflows

/// What a crash simulation varies.
public struct CrashSimulationOptions: Sendable {
  /// What the clock shows at first.
  public var startTime: Timestamp = VirtualClock.defaultStart
  /// How long a crashed process is away, drawn anew for every crash. Default 1 ms to 1 min.
  ///
  /// A deadline that falls into that time passes before the repeated `drive` can act: where the outcome depends on who
  /// is first, keep the jumps shorter than the deadline.
  public var clockJump: ClosedRange<Duration> = .milliseconds(1) ... .minutes(1)
  /// The most crash points; when there are more, they are drawn from all. Default 10,000.
  public var maximumCrashPoints: Int = 10_000
  /// Whether some of the crash points are followed by a second crash, during or after recovery. Default true.
  public var crashesTwice: Bool = true
  /// Whether the ends of all runs are compared, beside what `drive` returned. Default true.
  public var comparesRuns: Bool = true
  /// How often the clock may be moved after `drive` has returned, to let runs end that it did not wait for. Those that
  /// are open even then are not compared. Default 200.
  public var settlingSteps: Int = 200
  /// How long, in real time, a life may make no progress before it counts as stuck. Default 10 s.
  public var patience: Duration = .seconds(10)
  /// Changes the engine's options, before every open. File system, clock, run ids and the scheduling of activities are
  /// the simulation's own.
  public var configure: @Sendable (inout WorkflowEngineOptions) -> Void = { _ in }

  /// Creates the defaults.
  public init() {}
}
