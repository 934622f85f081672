/// Runs activities, and whatever else is to be repeatable, on an engine's own thread, one job at a time, in an order of
/// its choice: for simulations, in which one seed decides everything.
package protocol EngineScheduler: TaskExecutor {
  /// Runs the next job. Called on the engine's thread whenever it has taken in all messages.
  ///
  /// - Returns: whether there was one.
  func runNext() -> Bool
}
