/// The fields of a calendar, with the values that they can have.
enum CalendarField: String, CaseIterable, Sendable {
  case second, minute, hour, dayOfMonth, month, year, dayOfWeek

  var values: ClosedRange<Int> {
    switch self {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .year: CalendarField.years
    case .dayOfWeek: 0...6
    }
  }

  /// The years of which a calendar can speak.
  static let years = 2000...2100

  /// Names that stand for values, the first for the smallest.
  var names: [String] {
    switch self {
    case .month:
      [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
      ]
    case .dayOfWeek: ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    default: []
    }
  }

  /// The value of a name or of its beginning: three letters of a month, two of a day.
  func value(named text: some StringProtocol) -> Int? {
    let name = text.lowercased()
    guard name.count >= (self == .month ? 3 : 2) else { return nil }
    return names.firstIndex { $0.hasPrefix(name) }.map { $0 + values.lowerBound }
  }

  /// What can stand in a cron expression for this field.
  var expectation: String {
    let numbers = "\(values.lowerBound) to \(self == .dayOfWeek ? 7 : values.upperBound)"
    switch self {
    case .month: return "a month, \(numbers) or JAN to DEC"
    case .dayOfWeek: return "a day of the week, \(numbers) or SUN to SAT"
    case .dayOfMonth: return "a day of the month, \(numbers)"
    default: return "a \(rawValue), \(numbers)"
    }
  }
}
