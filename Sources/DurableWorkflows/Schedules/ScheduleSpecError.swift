/// A schedule's specification or a cron expression is wrong: where, and what was expected there.
public struct ScheduleSpecError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of thing is wrong.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    enum Value: String { case cronSyntax, range, timeZone, duration, comment, exclusions }
    let value: Value

    /// A cron expression cannot be read.
    public static let cronSyntax = Code(value: .cronSyntax)
    /// A calendar's range has values that its field does not have, or none.
    public static let range = Code(value: .range)
    /// A time zone is unknown, or time zones contradict each other.
    public static let timeZone = Code(value: .timeZone)
    /// An interval, an offset, a jitter or a catch-up window is too short or negative.
    public static let duration = Code(value: .duration)
    /// A comment is too long.
    public static let comment = Code(value: .comment)
    /// So many times are left out that the next one cannot be found.
    public static let exclusions = Code(value: .exclusions)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// What kind of thing is wrong.
  public var code: Code
  /// Where, for example `calendars[0].hour` or `cronExpressions[1].dayOfWeek`.
  public var field: String
  /// What stands there.
  public var value: String
  /// In the text of a cron expression: how many characters precede what is wrong.
  public var position: Int?
  /// What would be right.
  public var expected: String

  /// Creates an error.
  public init(_ code: Code, field: String, value: String, position: Int? = nil, expected: String) {
    self.code = code
    self.field = field
    self.value = value
    self.position = position
    self.expected = expected
  }

  /// The same error in a field of something larger.
  func within(_ outer: String) -> ScheduleSpecError {
    var error = self
    error.field = field.isEmpty ? outer : "\(outer).\(field)"
    return error
  }

  /// Field, position, what stands there and what was expected.
  public var description: String {
    let place = position.map { " at character \($0 + 1)" } ?? ""
    return "\(field.isEmpty ? "expression" : field)\(place) is '\(value)'; expected \(expected)"
  }
}
