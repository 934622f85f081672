internal import DurableWorkflows

/// How long a day of the input's calendar lasts: 86,400 s, or less to try things out.
///
/// - Throws: ``PixError`` if it is not between a millisecond and a real day.
func dayLength(_ seconds: Double?) throws -> Duration {
  guard let seconds else { return .days(1) }
  guard seconds >= 0.001, seconds <= 86_400 else {
    throw PixError(.validation, "day_seconds is \(seconds); give 0.001 to 86400")
  }
  return .seconds(seconds)
}

/// - Throws: ``PixError`` that names the field, if the text is empty.
func require(_ text: String, _ field: String) throws {
  if text.isEmpty { throw PixError(.validation, "\(field) is missing; it is required") }
}
