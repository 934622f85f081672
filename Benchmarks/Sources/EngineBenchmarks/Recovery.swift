internal import DurableWorkflows
internal import Foundation
internal import Measuring

/// Recovery after SIGKILL: a child process brings runs to a point and is killed; the parent opens its journal.
enum Recovery {
  struct Result: Encodable {
    var runs: Int
    /// From opening to the engine being ready.
    var openMilliseconds: [Double] = []
    /// From opening to the last run's result.
    var completeMilliseconds: [Double] = []
  }

  private static let steps = 5
  private static let stepsLeft = 2

  /// The child: every run has three recorded results and an attempt in flight.
  static func child(_ directory: String, runs: Int) async throws {
    let activities = StepActivities(holdAt: steps - stepsLeft)
    let engine = try await openEngine(directory, activities)
    for number in 0..<runs {
      _ = try await engine.client.start(Steps.self, id: "run-\(number)", input: steps)
    }
    while activities.heldCount < runs { try await Task.sleep(for: .milliseconds(5)) }
    print("ready")
    fflush(nil)
    try await Task.sleep(for: .seconds(3600))
  }

  static func measure(_ directory: String, runs: Int, rounds: Int) async throws -> Result {
    var result = Result(runs: runs)
    for round in 1...rounds {
      let journal = "\(directory)/recovery-\(round)"
      try killChild(journal, runs: runs)
      let start = ContinuousClock.now
      let engine = try await openEngine(journal)
      result.openMilliseconds.append((ContinuousClock.now - start).milliseconds)
      // All ask at once: one after the other would measure five hundred round trips.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<runs {
          group.addTask {
            let handle: WorkflowHandle<Steps> = engine.client.handle(id: "run-\(number)")
            let sum = try await handle.result()
            guard sum == Steps.sum(steps) else { throw BenchmarkError("wrong result \(sum)") }
          }
        }
        try await group.waitForAll()
      }
      result.completeMilliseconds.append((ContinuousClock.now - start).milliseconds)
      try await engine.shutdown()
    }
    return result
  }

  private static func killChild(_ directory: String, runs: Int) throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    child.arguments = ["recovery-child", directory, "--runs", String(runs)]
    let pipe = Pipe()
    child.standardOutput = pipe
    try child.run()
    defer {
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
    }
    let line = pipe.fileHandleForReading.availableData
    guard String(decoding: line, as: UTF8.self).hasPrefix("ready") else {
      throw BenchmarkError("the process to be killed ended early")
    }
  }
}
