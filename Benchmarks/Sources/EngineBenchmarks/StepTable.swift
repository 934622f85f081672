internal import Measuring

/// Steps alone and 500 at once in turns with the bare disk, so that all see the same machine.
struct StepTable: Encodable {
  var bareP50Microseconds: Double
  var bareP99Microseconds: Double
  var sequential: Sequential.Summary
  /// Each round's ratio of the step's median to the bare disk's median.
  var ratiosToBare: [Double]
  var concurrentStepsPerSecond: [Double]
  var concurrentSyncsPerStep: Double
  var sustainedStepsPerSecond: Double

  static func measure(_ directory: String, rounds: Int) async throws -> StepTable {
    var bare: [Double] = []
    var sequential: [Double] = []
    var sequentialSyncs: [Double] = []
    var ratios: [Double] = []
    var throughput: [Double] = []
    var concurrentSyncs: [Double] = []
    for round in 1...rounds {
      var floor = try DiskFloor.measure(directory: directory, block: 4096, count: 1000)
      let one = try await Sequential.measure("\(directory)/sequential-\(round)", workflows: 200, steps: 5)
      floor += try DiskFloor.measure(directory: directory, block: 4096, count: 1000)
      bare += floor
      sequential += one.stepMicroseconds
      sequentialSyncs.append(one.syncsPerStep)
      ratios.append(median(one.stepMicroseconds) / median(floor))
      let many = try await Concurrent.measure("\(directory)/concurrent-\(round)", workflows: 500, steps: 5)
      throughput.append(many.stepsPerSecond)
      concurrentSyncs.append(many.syncsPerStep)
    }
    let sustained = try await Concurrent.measure("\(directory)/sustained", workflows: 500, steps: 200)
    return StepTable(
      bareP50Microseconds: median(bare), bareP99Microseconds: percentile(bare, 0.99),
      sequential: Sequential.Result(stepMicroseconds: sequential, syncsPerStep: median(sequentialSyncs)).summary,
      ratiosToBare: ratios, concurrentStepsPerSecond: throughput, concurrentSyncsPerStep: median(concurrentSyncs),
      sustainedStepsPerSecond: sustained.stepsPerSecond)
  }
}
