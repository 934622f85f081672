internal import CAllocationCounter
internal import Dispatch
internal import Foundation
internal import Measuring

/// The engine's parts, one by one: time, allocations and, under valgrind, instructions per unit of work.
///
/// `Benchmarks/micro` builds and runs it, counts instructions, and compares with the stored thresholds.
@main
struct MicroBenchmarks {
  /// What one benchmark gave; one line of JSON.
  private struct Result: Encodable {
    var name: String
    var unit: String
    var nanoseconds: Double
    var allocations: Double?
    /// How many units to run when instructions are counted.
    var countedUnits: Int
  }

  /// Not `async`: Swift would end the main thread and park it in `sigsuspend`, which valgrind does not survive.
  static func main() {
    let end = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        try await run(CommandArguments(Array(CommandLine.arguments.dropFirst())))
      } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(1)
      }
      end.signal()
    }
    end.wait()
  }

  private static func run(_ arguments: CommandArguments) async throws {
    switch arguments.command {
    case "run":
      let only = arguments.text("only")
      for benchmark in Catalog.all where only.map({ benchmark.name == $0 }) ?? true {
        try printJSON(try await measure(benchmark))
      }
    case "once":
      // Exactly so many units, for a counter of instructions around the process.
      let name = try arguments.value(0, "benchmark")
      guard let benchmark = Catalog.all.first(where: { $0.name == name }) else {
        throw BenchmarkError("there is no benchmark '\(name)'")
      }
      try await benchmark.prepare().run(arguments.number("units", default: 1))
    default:
      throw BenchmarkError("usage: MicroBenchmarks run [--only NAME] | once NAME --units N")
    }
  }

  /// The median of some rounds of about a tenth of a second.
  private static func measure(_ benchmark: Benchmark) async throws -> Result {
    let body = try await benchmark.prepare()
    let units = benchmark.units
    try await body.run(units)
    var times: [Double] = []
    var allocations: [Double] = []
    for _ in 0..<7 {
      let counted = allocation_count()
      let start = ContinuousClock.now
      try await body.run(units)
      times.append((ContinuousClock.now - start).microseconds * 1000 / Double(units))
      allocations.append(Double(allocation_count() - counted) / Double(units))
    }
    return Result(
      name: benchmark.name, unit: benchmark.unit, nanoseconds: median(times),
      allocations: allocations_are_counted() == 1 ? median(allocations) : nil, countedUnits: benchmark.countedUnits)
  }
}
