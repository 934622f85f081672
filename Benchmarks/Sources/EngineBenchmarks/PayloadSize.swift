internal import DurableWorkflows
internal import Measuring

/// Sequential steps whose results have a size; long ones go to files of their own.
enum PayloadSize {
  struct Result: Encodable {
    var bytes: Int
    var steps: Int
    var p50Microseconds: Double
    var p99Microseconds: Double
    var megabytesPerSecond: Double
    /// Bare write and sync of as many bytes.
    var bareP50Microseconds: Double
  }

  static func measure(_ directory: String, bytes: Int) async throws -> Result {
    // About 200 MB at most, and at least 20 steps.
    let steps = min(500, max(20, 200_000_000 / max(1, bytes)))
    let activities = StepActivities()
    let engine = try await openEngine("\(directory)/journal", activities)
    _ = try await engine.client.execute(Bulk.self, id: "warm-up", input: BulkInput(steps: 2, bytes: bytes))
    _ = activities.takeTimes()
    let total = try await engine.client.execute(Bulk.self, id: "bulk", input: BulkInput(steps: steps, bytes: bytes))
    guard total == steps * bytes else { throw BenchmarkError("\(total) bytes arrived of \(steps * bytes)") }
    let times = activities.takeTimes()
    var samples: [Double] = []
    for index in times.indices.dropFirst() { samples.append((times[index] - times[index - 1]).microseconds) }
    try await engine.shutdown()

    let block = (bytes + 4095) / 4096 * 4096
    let bare = try DiskFloor.measure(directory: directory, block: block, count: min(200, max(10, 100_000_000 / block)))
    let p50 = median(samples)
    return Result(
      bytes: bytes, steps: steps, p50Microseconds: p50, p99Microseconds: percentile(samples, 0.99),
      megabytesPerSecond: Double(bytes) / p50, bareP50Microseconds: median(bare))
  }
}
