import Foundation

/// The first rows of the design's budgets, each beside its reference, measured in one run.
///
///     swift run -c release --package-path Benchmarks EngineBenchmarks [directory]
@main
struct EngineBenchmarks {
  static func main() async throws {
    let arguments = CommandLine.arguments
    if arguments.count == 6, arguments[1] == "--recovery-child", let runs = Int(arguments[3]),
      let steps = Int(arguments[4]), let left = Int(arguments[5])
    {
      return try await Recovery.child(directory: arguments[2], runs: runs, steps: steps, left: left)
    }
    let base = (arguments.count > 1 ? arguments[1] : FileManager.default.currentDirectoryPath) + "/.build-benchmark-data"
    try? FileManager.default.removeItem(atPath: base)
    try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: base) }

    var floor: [Double] = []
    var sequential: [Double] = []
    var sequentialSyncs: [Double] = []
    var throughput: [Double] = []
    var concurrentSyncs: [Double] = []
    var opening: [Double] = []
    var recovery: [Double] = []
    for round in 1...7 {
      floor += try DiskFloor.measure(directory: base, block: 4096, count: 1000)
      let one = try await Scenarios.sequential(directory: "\(base)/sequential-\(round)", workflows: 200, steps: 5)
      sequential += one.stepMicroseconds
      sequentialSyncs.append(one.syncsPerStep)
      floor += try DiskFloor.measure(directory: base, block: 4096, count: 1000)
      let many = try await Scenarios.concurrent(directory: "\(base)/concurrent-\(round)", workflows: 500, steps: 5)
      throughput.append(many.stepsPerSecond)
      concurrentSyncs.append(many.syncsPerStep)
      let recovered = try await Recovery.measure(directory: "\(base)/recovery-\(round)", runs: 500, steps: 5, left: 2)
      opening.append(recovered.openMilliseconds)
      recovery.append(recovered.completeMilliseconds)
    }
    let sustained = try await Scenarios.concurrent(directory: "\(base)/sustained", workflows: 500, steps: 200)

    let bare = median(floor)
    print("| what | reference | measured | ratio or budget |")
    print("|---|---|---|---|")
    print("| sequential durable step, p50 | bare 4 KiB pwrite+fdatasync \(text(bare)) µs | \(text(median(sequential))) µs | \(text(median(sequential) / bare, digits: 2)) x bare (budget 1.3) |")
    print("| sequential durable step, p99 | bare p99 \(text(percentile(floor, 0.99))) µs | \(text(percentile(sequential, 0.99))) µs | \(text(percentile(sequential, 0.99) / percentile(floor, 0.99), digits: 2)) x bare |")
    print("| durable steps/s, 500 workflows x 5 steps | bare disk \(text(1e6 / bare, digits: 0)) syncs/s | \(text(median(throughput), digits: 0)) | \(text(median(throughput) * bare / 1e6, digits: 2)) steps per bare sync (budget 50000 steps/s) |")
    print("| durable steps/s, 500 workflows x 200 steps | bare disk \(text(1e6 / bare, digits: 0)) syncs/s | \(text(sustained.stepsPerSecond, digits: 0)) | \(text(sustained.stepsPerSecond * bare / 1e6, digits: 2)) steps per bare sync |")
    print("| syncs per durable step, alone | 1 | \(text(median(sequentialSyncs), digits: 2)) | budget 1 (plus 1 per start: 1.2 with 5 steps) |")
    print("| syncs per durable step, 500 workflows | 1 | \(text(median(concurrentSyncs), digits: 4)) | budget 0.05 |")
    print("| open after SIGKILL, 500 open runs | - | \(text(median(opening))) ms | - |")
    print("| recover and finish 500 open runs with 2 steps left | - | \(text(median(recovery))) ms | budget 50 ms |")
  }
}
