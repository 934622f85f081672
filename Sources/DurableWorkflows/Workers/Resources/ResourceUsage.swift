/// How much of the machine's, or the container's, memory and processors is in use.
public struct ResourceUsage: Hashable, Sendable {
  /// The part of the memory, 0 to 1.
  public var memory: Double
  /// The part of the processors, 0 to 1, since the last look.
  public var cpu: Double

  /// Creates a usage.
  public init(memory: Double, cpu: Double) {
    self.memory = memory
    self.cpu = cpu
  }
}

/// Where a ``ResourceBasedTuner`` looks.
public protocol ResourceMeter: Sendable {
  /// What is in use now; `nil` if it is not known.
  func usage() -> ResourceUsage?
}
