extension Duration {
  var microseconds: Double {
    Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
  }
  var seconds: Double { microseconds / 1e6 }
}

/// The value below which `fraction` of the values lie.
func percentile(_ values: [Double], _ fraction: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  return sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
}

func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

func text(_ value: Double, digits: Int = 1) -> String {
  guard value.isFinite else { return "-" }
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  let rounded = (value * scale).rounded() / scale
  if digits == 0 { return String(Int(rounded)) }
  return String(rounded)
}
