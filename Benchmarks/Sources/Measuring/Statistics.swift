extension Duration {
  /// The duration in microseconds.
  public var microseconds: Double {
    Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
  }

  /// The duration in milliseconds.
  public var milliseconds: Double { microseconds / 1e3 }

  /// The duration in seconds.
  public var seconds: Double { microseconds / 1e6 }
}

/// The value below which `fraction` of the values lie; NaN without values.
public func percentile(_ values: [Double], _ fraction: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  return sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
}

/// The middle of the values; NaN without values.
public func median(_ values: [Double]) -> Double { percentile(values, 0.5) }
