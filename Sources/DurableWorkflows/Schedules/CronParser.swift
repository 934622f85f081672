/// Reads the text of a cron expression from left to right.
struct CronParser {
  /// A part of the text and where it stands.
  private struct Token {
    var text: Substring
    var position: Int
  }

  private let source: String
  /// What is left, behind the time zone and without the comment.
  private var rest: Substring
  private var comment = ""

  init(_ text: String) {
    source = text
    rest = text[...]
    // A comment needs white space in front: `MON#2` is a mistake, not Monday with a comment.
    var previous: Character = " "
    for index in text.indices {
      if text[index] == "#", previous.isWhitespace {
        comment = CronParser.trimmed(text[text.index(after: index)...])
        rest = text[..<index]
        break
      }
      previous = text[index]
    }
  }

  // MARK: Parts

  mutating func timeZoneName() throws(ScheduleSpecError) -> String {
    guard let first = tokens().first,
      let prefix = ["CRON_TZ=", "TZ="].first(where: { first.text.hasPrefix($0) })
    else { return "" }
    let name = String(first.text.dropFirst(prefix.count))
    if name.isEmpty { throw error("timeZoneName", first, "an IANA time zone name after '\(prefix)'") }
    do throws(ScheduleSpecError) {
      _ = try ScheduleTimeZone(named: name)
    } catch {
      throw ScheduleSpecError(
        error.code, field: error.field, value: error.value, position: first.position + prefix.count,
        expected: error.expected)
    }
    rest = rest[first.text.endIndex...]
    return name
  }

  func times() throws(ScheduleSpecError) -> CronExpression.Times {
    let tokens = tokens()
    if let first = tokens.first, first.text.hasPrefix("@") { return try shorthand(tokens) }
    var calendar = ScheduleCalendarSpec(comment: comment)
    let fields: [CalendarField]
    switch tokens.count {
    case 5: fields = [.minute, .hour, .dayOfMonth, .month, .dayOfWeek]
    case 6: fields = [.minute, .hour, .dayOfMonth, .month, .dayOfWeek, .year]
    case 7: fields = [.second, .minute, .hour, .dayOfMonth, .month, .dayOfWeek, .year]
    default:
      throw ScheduleSpecError(
        .cronSyntax, field: "", value: source, position: tokens.count > 7 ? tokens[7].position : source.count,
        expected: "5, 6 or 7 fields, not \(tokens.count): "
          + "[second] minute hour day-of-month month day-of-week [year]")
    }
    var isAny: [CalendarField: Bool] = [:]
    for (field, token) in zip(fields, tokens) {
      let (ranges, matchesAll) = try self.ranges(field, token)
      isAny[field] = matchesAll
      switch field {
      case .second: calendar.second = ranges
      case .minute: calendar.minute = ranges
      case .hour: calendar.hour = ranges
      case .dayOfMonth: calendar.dayOfMonth = ranges
      case .month: calendar.month = ranges
      case .dayOfWeek: calendar.dayOfWeek = ranges
      case .year: calendar.year = matchesAll ? [] : ranges
      }
    }
    return .calendar(calendar, isEitherDay: isAny[.dayOfMonth] == false && isAny[.dayOfWeek] == false)
  }

  private func shorthand(_ tokens: [Token]) throws(ScheduleSpecError) -> CronExpression.Times {
    let name = tokens[0]
    func single(_ calendar: ScheduleCalendarSpec) throws(ScheduleSpecError) -> CronExpression.Times {
      if tokens.count > 1 { throw error("", tokens[1], "nothing after '\(name.text)'") }
      var calendar = calendar
      calendar.comment = comment
      return .calendar(calendar, isEitherDay: false)
    }
    switch name.text {
    case "@yearly", "@annually": return try single(ScheduleCalendarSpec(dayOfMonth: [1], month: [1]))
    case "@monthly": return try single(ScheduleCalendarSpec(dayOfMonth: [1]))
    case "@weekly": return try single(ScheduleCalendarSpec(dayOfWeek: [0]))
    case "@daily", "@midnight": return try single(ScheduleCalendarSpec())
    case "@hourly": return try single(ScheduleCalendarSpec(hour: [ScheduleRange(0, through: 23)]))
    case "@every":
      guard tokens.count == 2 else {
        throw error("", tokens.count > 2 ? tokens[2] : end, "one interval after '@every', for example '@every 90m'")
      }
      return .interval(try interval(tokens[1]))
    default:
      throw error("", name, "@yearly, @monthly, @weekly, @daily, @hourly or @every")
    }
  }

  private func interval(_ token: Token) throws(ScheduleSpecError) -> ScheduleIntervalSpec {
    let parts = split(token, at: "/")
    if parts.count > 2 { throw error("offset", parts[2], "one '/' at most") }
    let every = try duration("every", parts[0])
    if every < .seconds(1) { throw error("every", parts[0], "at least 1 second") }
    let offset = parts.count > 1 ? try duration("offset", parts[1]) : .zero
    if offset >= every { throw error("offset", parts[1], "less than the interval of \(parts[0].text)") }
    return ScheduleIntervalSpec(every: every, offset: offset)
  }

  // MARK: Fields

  /// The values of a field, and whether it is `*` or `?`.
  private func ranges(_ field: CalendarField, _ token: Token) throws(ScheduleSpecError) -> ([ScheduleRange], Bool) {
    if token.text == "*" || token.text == "?" && (field == .dayOfMonth || field == .dayOfWeek) {
      return ([ScheduleRange(field.values.lowerBound, through: field.values.upperBound)], true)
    }
    var ranges: [ScheduleRange] = []
    for part in split(token, at: ",") { ranges += try range(field, part) }
    return (ranges, false)
  }

  private func range(_ field: CalendarField, _ token: Token) throws(ScheduleSpecError) -> [ScheduleRange] {
    let parts = split(token, at: "/")
    if parts.count > 2 { throw error(field.rawValue, parts[2], "one '/' at most") }
    var step = 1
    if parts.count == 2 {
      guard let value = number(parts[1].text), value >= 1 else {
        throw error(field.rawValue, parts[1], "a step of at least 1")
      }
      step = value
    }
    let last = field == .dayOfWeek ? 7 : field.values.upperBound
    var start = field.values.lowerBound
    var end = field.values.upperBound
    if parts[0].text != "*" {
      let bounds = split(parts[0], at: "-")
      if bounds.count > 2 { throw error(field.rawValue, bounds[2], "one '-' at most") }
      start = try value(field, bounds[0], in: field.values.lowerBound...last)
      if bounds.count == 2 {
        end = try value(field, bounds[1], in: field.values.lowerBound...last)
        if end < start { throw error(field.rawValue, bounds[1], "an end that is not before \(bounds[0].text)") }
      } else if parts.count == 1 {
        end = start
      } else {
        end = max(start, end)
      }
    }
    // Sunday is also the seventh day.
    guard field == .dayOfWeek, end == 7 else { return [ScheduleRange(start, through: end, step: step)] }
    let sunday = (7 - start) % step == 0 ? [ScheduleRange(0)] : []
    return start == 7 ? sunday : sunday + [ScheduleRange(start, through: 6, step: step)]
  }

  private func value(_ field: CalendarField, _ token: Token, in values: ClosedRange<Int>) throws(ScheduleSpecError)
    -> Int
  {
    guard let value = field.value(named: token.text) ?? number(token.text), values.contains(value) else {
      throw error(field.rawValue, token, field.expectation)
    }
    return value
  }

  /// Digits only: no sign, no other characters.
  private func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
  }

  private func duration(_ field: String, _ token: Token) throws(ScheduleSpecError) -> Duration {
    let expected = "a duration such as 90m or 1h30m, in d, h, m, s and ms"
    var total = Duration.zero
    var text = token.text
    if text.isEmpty { throw error(field, token, expected) }
    while !text.isEmpty {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      text = text.dropFirst(digits.count)
      let unit = text.prefix { $0.isLetter }
      text = text.dropFirst(unit.count)
      // Nine digits of days are more than any schedule needs and cannot overflow.
      guard digits.count <= 9, let value = number(digits) else { throw error(field, token, expected) }
      switch unit {
      case "d": total += .days(value)
      case "h": total += .hours(value)
      case "m": total += .minutes(value)
      case "s": total += .seconds(value)
      case "ms": total += .milliseconds(value)
      default: throw error(field, token, expected)
      }
    }
    return total
  }

  // MARK: Text

  private var end: Token { Token(text: source[source.endIndex...], position: source.count) }

  /// What white space separates.
  private func tokens() -> [Token] {
    rest.split(whereSeparator: \.isWhitespace).map { token($0) }
  }

  private func token(_ text: Substring) -> Token {
    Token(text: text, position: source.distance(from: source.startIndex, to: text.startIndex))
  }

  private func split(_ token: Token, at separator: Character) -> [Token] {
    token.text.split(separator: separator, omittingEmptySubsequences: false).map { self.token($0) }
  }

  private func error(_ field: String, _ token: Token, _ expected: String) -> ScheduleSpecError {
    ScheduleSpecError(
      .cronSyntax, field: field, value: String(token.text), position: token.position, expected: expected)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
