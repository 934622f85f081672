/// How an engine waits for a directory that another process owns: a hot standby.
///
/// ```swift
/// var options = WorkflowEngineOptions()
/// options.standby = StandbyOptions()
/// // Returns when this process is the owner: at once, or milliseconds after the present owner has ended.
/// let engine = try await WorkflowEngine.open(directory: "journal", workflows: [Checkout.self], options: options)
/// ```
///
/// While it waits, a blocked lock request costs nothing; ``WorkflowHealth`` says `standby` and for whom. Cancelling the
/// task that opens the engine ends the wait.
public struct StandbyOptions: Hashable, Sendable {
  /// After how long without a sign of life an owner that still holds the directory is ended, with SIGKILL. At least
  /// half a second; `nil`, the default, never ends an owner.
  ///
  /// An owner with this option gives a sign ten times a second, so only owners that have it can be found frozen. It is
  /// ended, not overtaken: a process that is no more can neither write nor act when it is woken up, and the kernel
  /// proves its end by giving the lock away. What ends it is a machine on which a stopped process is worse than one
  /// that is ended a little too early: choose some seconds.
  public var takeOverFrozenOwnerAfter: Duration?

  /// Options with the given values.
  public init(takeOverFrozenOwnerAfter: Duration? = nil) {
    self.takeOverFrozenOwnerAfter = takeOverFrozenOwnerAfter
  }

  /// How often an owner gives a sign of life, and a standby looks for it.
  static let signInterval = Duration.milliseconds(100)
  /// The shortest silence that means something.
  static let shortestSilence = Duration.milliseconds(500)

  /// What is wrong with the options, or `nil`.
  var problem: String? {
    guard let limit = takeOverFrozenOwnerAfter, limit < StandbyOptions.shortestSilence else { return nil }
    return "takeOverFrozenOwnerAfter is \(limit); at least \(StandbyOptions.shortestSilence) is needed"
  }
}
