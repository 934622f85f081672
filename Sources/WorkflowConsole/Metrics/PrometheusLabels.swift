/// The labels of a series, sorted by name, every name at most once.
struct PrometheusLabels: Hashable, Comparable, Sendable {
  private struct Label: Hashable, Comparable, Sendable {
    var name: String
    var value: String

    static func < (left: Label, right: Label) -> Bool { (left.name, left.value) < (right.name, right.value) }
  }

  private let labels: [Label]

  /// Of dimensions with equal names the first counts.
  init(_ dimensions: some Sequence<(String, String)>) {
    var labels: [Label] = []
    for (name, value) in dimensions {
      let name = PrometheusText.labelName(name)
      if !labels.contains(where: { $0.name == name }) { labels.append(Label(name: name, value: value)) }
    }
    self.labels = labels.sorted()
  }

  static func < (left: PrometheusLabels, right: PrometheusLabels) -> Bool {
    left.labels.lexicographicallyPrecedes(right.labels)
  }

  /// `{name="value",…}`, with the upper bound of a bucket if there is one; empty without labels.
  func text(bound: Double? = nil) -> String {
    var parts = labels.map { "\($0.name)=\"\(PrometheusText.escapedLabel($0.value))\"" }
    if let bound { parts.append("le=\"\(PrometheusText.number(bound))\"") }
    return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
  }
}
