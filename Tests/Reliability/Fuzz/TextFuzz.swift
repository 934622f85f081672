internal import DurableWorkflows

/// The parsers of what people write: cron expressions and durations.
struct TextFuzz: FuzzTarget {
  enum Kind: String, CaseIterable {
    case cron
    case duration
  }

  let kind: Kind

  var name: String { kind.rawValue }

  private static let pieces: [Kind: [String]] = [
    .cron: [
      "*", "*/5", "0", "59", "60", "1-5", "5-1", "1,2,3", "L", "?", "#", "mon", "MON-FRI", "jan", "@daily", "@every ",
      "@hourly", "CRON_TZ=", "TZ=", "Europe/Berlin", "UTC", " ", "  ", "\t", "#note", "999999999999999999999", "-1",
      "0-59/7", "2026", "é", "\u{1F600}", "\0", "/", "-", ",", "2026-2030/2", "7", "*/0", "",
    ],
    .duration: [
      "@every ", "1h", "30m", "1h30m", "999999999d", "9999999999s", "0s", "1ms", "-1s", "1.5h", "1H", "1", "s", "d",
      "/", "5m", " ", "é", "\u{0661}h", "",
    ],
  ]

  func attempt(_ number: Int, seed: UInt64, accepted: inout Int) -> String? {
    var mutator = ByteMutator(seed: seed, number: number)
    let pieces = Self.pieces[kind] ?? []
    var text = kind == .duration ? "@every " : ""
    for index in 0..<(1 + mutator.random.below(7)) {
      if index > 0, kind == .cron, !mutator.random.oneIn(4) { text += " " }
      text += pieces[mutator.random.below(pieces.count)]
    }
    if mutator.random.oneIn(2) {
      var bytes = Array(text.utf8)
      mutator.mutate(&bytes, with: bytes)
      text = String(decoding: bytes, as: UTF8.self)
    }
    do throws(ScheduleSpecError) {
      let expression = try CronExpression(text)
      accepted += 1
      let start = Timestamp(nanosecondsSinceEpoch: Int64(mutator.random.below(4_000_000_000)) * 1_000_000_000)
      if let next = expression.next(after: start), next <= start {
        return "'\(text)' comes at \(next), not after \(start)"
      }
      // What it calls itself means the same.
      let again = try CronExpression("\(expression)")
      return again.next(after: start) == expression.next(after: start) ? nil : "'\(text)' and '\(expression)' differ"
    } catch {
      return nil
    }
  }
}
