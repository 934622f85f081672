/// Decides by memory and processors whether one more attempt may start: a proportional-derivative controller for each
/// of the two, as in Temporal's resource-based tuner. A value.
struct ResourceController: Sendable {
  var targetMemory: Double
  var targetCPU: Double
  private var last: (time: Timestamp, memoryError: Double, cpuError: Double)?
  private(set) var memoryOutput = 0.0
  private(set) var cpuOutput = 0.0

  private static let proportional = 5.0
  private static let derivative = 1.0
  /// What the outputs must exceed: memory is given back more slowly than processors.
  private static let memoryThreshold = 0.25
  private static let cpuThreshold = 0.05

  init(targetMemory: Double, targetCPU: Double) {
    self.targetMemory = targetMemory
    self.targetCPU = targetCPU
  }

  /// Takes a measurement in.
  mutating func update(_ usage: ResourceUsage, at now: Timestamp) {
    let memoryError = targetMemory - usage.memory
    let cpuError = targetCPU - usage.cpu
    var memorySlope = 0.0
    var cpuSlope = 0.0
    if let last, now > last.time {
      let seconds = Double((now - last.time).inNanoseconds) / 1e9
      memorySlope = (memoryError - last.memoryError) / seconds
      cpuSlope = (cpuError - last.cpuError) / seconds
    }
    last = (now, memoryError, cpuError)
    memoryOutput = ResourceController.proportional * memoryError + ResourceController.derivative * memorySlope
    cpuOutput = ResourceController.proportional * cpuError + ResourceController.derivative * cpuSlope
    // However fast it falls: above its target nothing more is started.
    if memoryError <= 0 { memoryOutput = min(0, memoryOutput) }
    if cpuError <= 0 { cpuOutput = min(0, cpuOutput) }
  }

  /// Whether there is room for one more.
  var hasRoom: Bool {
    memoryOutput > ResourceController.memoryThreshold && cpuOutput > ResourceController.cpuThreshold
  }
}
