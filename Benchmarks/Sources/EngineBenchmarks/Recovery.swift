import DurableWorkflows
import Foundation

/// Recovery after SIGKILL: a child process brings runs to a point and is killed; the parent opens its journal.
enum Recovery {
  struct Result {
    /// From opening to the engine being ready.
    var openMilliseconds: Double
    /// From opening to the last run's result.
    var completeMilliseconds: Double
  }

  /// The child: every run has `steps - left` recorded results and an attempt in flight.
  static func child(directory: String, runs: Int, steps: Int, left: Int) async throws {
    let activities = StepActivities(holdAt: steps - left)
    let engine = try await openEngine(directory, activities)
    for number in 0..<runs {
      _ = try await engine.client.start(Steps.self, id: "run-\(number)", input: steps)
    }
    while activities.heldCount < runs { try await Task.sleep(for: .milliseconds(5)) }
    print("ready")
    fflush(nil)
    try await Task.sleep(for: .seconds(3600))
  }

  static func measure(directory: String, runs: Int, steps: Int, left: Int) async throws -> Result {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    child.arguments = ["--recovery-child", directory, String(runs), String(steps), String(left)]
    let pipe = Pipe()
    child.standardOutput = pipe
    try child.run()
    let line = pipe.fileHandleForReading.availableData
    guard String(decoding: line, as: UTF8.self).hasPrefix("ready") else {
      throw BenchmarkError("the recovery child ended early")
    }
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()

    let activities = StepActivities()
    let start = ContinuousClock.now
    let engine = try await openEngine(directory, activities)
    let opened = ContinuousClock.now
    for number in 0..<runs {
      let handle: WorkflowHandle<Steps> = engine.client.handle(id: "run-\(number)")
      let sum = try await handle.result()
      guard sum == steps * (steps - 1) / 2 else { throw BenchmarkError("wrong result \(sum)") }
    }
    let completed = ContinuousClock.now
    try await engine.shutdown()
    return Result(
      openMilliseconds: (opened - start).microseconds / 1000,
      completeMilliseconds: (completed - start).microseconds / 1000)
  }
}
