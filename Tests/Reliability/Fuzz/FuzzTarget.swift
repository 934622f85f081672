/// A decoder, or several, that gets bytes which nobody wrote.
protocol FuzzTarget {
  /// The target's name, for `--case`.
  var name: String { get }

  /// Makes input number `number` and decodes it. Returns what is wrong; traps, hangs and allocation are for the process
  /// to show. Counts in `accepted` an input that was decoded.
  func attempt(_ number: Int, seed: UInt64, accepted: inout Int) -> String?
}

/// All targets.
enum FuzzTargets {
  static let names =
    JournalFuzz.Part.allCases.map { "journal \($0.rawValue)" } + RecordFuzz.names
    + TextFuzz.Kind.allCases.map(\.rawValue)

  static func make(_ name: String) async throws -> (any FuzzTarget)? {
    if let part = JournalFuzz.Part.allCases.first(where: { "journal \($0.rawValue)" == name }) {
      return try JournalFuzz(part)
    }
    if let kind = TextFuzz.Kind(rawValue: name) { return TextFuzz(kind: kind) }
    return try await RecordFuzz(name: name)
  }
}
