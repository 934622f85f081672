extension String {
  /// The text with every non-empty line but the first moved right by `depth` steps of two spaces, to stand in an
  /// indented place of a template.
  func indented(_ depth: Int) -> String {
    let step = String(repeating: "  ", count: depth)
    return split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { index, line in index == 0 || line.isEmpty ? String(line) : step + line }
      .joined(separator: "\n")
  }
}
