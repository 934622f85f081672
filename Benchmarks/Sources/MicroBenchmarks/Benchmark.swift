/// One thing that is measured.
struct Benchmark: Sendable {
  /// What a benchmark does once it is prepared.
  struct Body {
    /// Does so many units of work.
    var run: (Int) async throws -> Void
  }

  var name: String
  /// What one unit of work is.
  var unit: String
  /// Units per timed round.
  var units: Int
  /// Units per count of instructions, which is some fifty times slower; 0 where the system does most of the work.
  var countedUnits: Int
  /// Makes what the work needs; not measured.
  var prepare: @Sendable () async throws -> Body
}

/// Keeps a result from being optimised away.
@inline(never)
func keep<Value>(_ value: Value) {}

/// All benchmarks, in the order in which they are run.
enum Catalog {
  static let all: [Benchmark] =
    JournalBenchmarks.all + CodingBenchmarks.all + TimerBenchmarks.all + ReplayBenchmarks.all + EngineStepBenchmarks.all
}
